"""Check a roster. Nothing of it is kept: no row, no log, no temporary file, no copy in a cache."""

from http import HTTPStatus
from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from regulations.forms import RosterForm
from regulations.rosters import sheet
from regulations.rosters.columns import HISTORY_COLUMNS, ITEM_COLUMNS, PERIOD_COLUMNS
from regulations.rosters.reading import MOST_BYTES, RosterRefused, judge_text
from regulations.rosters.report import roster_report

SAMPLE = Path(sheet.__file__).with_name("sample.csv")
SAMPLE_HOME_BASE = "ORD"
# A text and a file of the largest size, and the other fields. Django keeps as much in memory.
MOST_BODY_BYTES = 5 * MOST_BYTES // 2


@csrf_exempt  # `_check` has the protection: the body is read after its length, and into memory alone
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def roster(request: HttpRequest) -> HttpResponse:
    """The empty form, with `?sample` the sample in it; a POST is judged."""
    if request.method != "POST":
        sample = {"schedule": SAMPLE.read_text(), "home_base": SAMPLE_HOME_BASE} if "sample" in request.GET else {}
        return _page(request, RosterForm(initial=sample))
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > MOST_BODY_BYTES:
        return _page(request, RosterForm(), HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_large=True)
    request.upload_handlers = [MemoryFileUploadHandler(request)]
    return _check(request)


@csrf_protect
@sensitive_variables()
def _check(request: HttpRequest) -> HttpResponse:
    """Judge what was sent; what cannot be judged is shown again with every fault."""
    form = RosterForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            judged = judge_text(form.cleaned_data["schedule"], form.beginning)
        except RosterRefused as refused:
            form.refuse(refused.faults)
        else:
            return _page(request, form, report=roster_report(*judged))
    return _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)


def _page(
    request: HttpRequest, form: RosterForm, status: HTTPStatus = HTTPStatus.OK, **context: object
) -> HttpResponse:
    columns = [
        ("Every line", ITEM_COLUMNS),
        ("Flight duty periods (fdp)", PERIOD_COLUMNS),
        ("Days before the first item (history)", HISTORY_COLUMNS),
    ]
    context |= {"form": form, "columns": columns, "most_megabytes": MOST_BYTES // 1_000_000}
    return render(request, "regulations/roster.html", context, status=status)


@require_safe
def sample(request: HttpRequest) -> HttpResponse:
    """The sample as a file."""
    return HttpResponse(
        SAMPLE.read_bytes(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="roster-sample.csv"'},
    )

"""The pilot's pages: uploading, following a contract, reading rules."""

from http import HTTPStatus
from typing import cast
from uuid import UUID

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.policies import is_administrator, may_review_airline
from audit.events import AuditEvent
from audit.services import entry_record
from config.cursors import page_after
from config.errors import NotAllowed, ProductError, Unavailable
from contracts import browsing, policies, presenters, reading_policies, selectors
from contracts.community.context import community_context
from contracts.community.policies import may_propose
from contracts.forms import CommentForm, ReasonForm, UploadForm
from contracts.lifecycle import PUBLISHED, Action, Status
from contracts.models import BINDING, ContractRule, DecisionKind, ExtractionRun, PilotContract, RuleDecision, RunStatus
from contracts.own_key_words import host_of
from contracts.publication.counting import Measure, uses
from contracts.review_selectors import review_progress, thread_of
from contracts.services.comments import comment_add
from contracts.services.lifecycle import contract_submit, contract_withdraw
from contracts.services.readings import model_reading_request, reading_again_request
from contracts.services.uploads import contract_upload
from contracts.serving import original_as_attachment
from contracts.story.selectors import latest_acts
from contracts.story.viewpoints import Viewpoint

logger = structlog.get_logger(__name__)

BYTES_PER_KILOBYTE = 1024
# Beside a contract; its history tells all.
ACTS_SHOWN = 8
# What the page of a contract says why of, and which decision gave the reason.
EXPLAINED = {Status.CHANGES_REQUESTED: DecisionKind.CHANGES_REQUESTED, Status.REJECTED: DecisionKind.REJECTED}


def _user(request: HttpRequest) -> User:
    """The person signed in; `login_required` stands before every view."""
    return cast("User", request.user)


def _visible(request: HttpRequest, contract_id: UUID) -> PilotContract:
    """The contract, or 404 for whoever may not know of it."""
    return get_object_or_404(selectors.contract_list(request.user), pk=contract_id)


@require_safe
@login_required
def contract_list(request: HttpRequest) -> HttpResponse:
    """Own contracts and those of one's airlines, by status."""
    user = _user(request)
    visible = selectors.contract_list(user)
    counts = dict(visible.order_by().values_list("status").annotate(count=Count("pk", distinct=True)))
    chosen = request.GET.get("status", "")
    chosen = chosen if chosen in Status.values else ""
    page = page_after(
        visible.filter(status=chosen) if chosen else visible,
        ("-created_at", "id"),
        request.GET.get("after", ""),
        browsing.PAGE_SIZE,
    )
    items = []
    for contract in page.rows:
        is_own = policies.is_own(user, contract)
        items.append({"contract": contract, "is_own": is_own, "standing": presenters.standing(contract, is_own=is_own)})
    context = {
        "items": items,
        "page": page,
        "chosen": chosen,
        "total": sum(counts.values()),
        "statuses": [(status, counts[status]) for status in Status if status in counts],
    }
    return render(request, "contracts/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def upload(request: HttpRequest) -> HttpResponse:
    """The form. A script that sends it gets JSON with the new page's address, or the form's HTML with what is wrong."""
    user = _user(request)
    form = UploadForm(request.POST or None, request.FILES or None, user=user)
    refused_as = HTTPStatus.UNPROCESSABLE_ENTITY
    if request.method == "POST" and form.is_valid():
        try:
            contract = contract_upload(
                actor=user, airline=form.cleaned_data["airline"], terms=form.terms, upload=form.upload
            )
        except (ProductError, ValidationError) as refusal:
            form.add_refusal(refusal)
            if isinstance(refusal, Unavailable):
                refused_as = refusal.status
        else:
            return _uploaded(request, contract)
    by_script = request.headers.get("X-Requested-With") == "XMLHttpRequest"
    context = {
        "form": form,
        "maximum_bytes": settings.DOCUMENT_MAXIMUM_BYTES,
        "maximum_megabytes": settings.DOCUMENT_MAXIMUM_BYTES // BYTES_PER_KILOBYTE**2,
        "choose_again": bool(request.FILES) and not by_script,
        "models": [(found, host_of(found)) for found in selectors.credentials_for_uploads(user, form.airlines)],
    }
    template = "contracts/upload_form.html" if by_script else "contracts/upload.html"
    return render(request, template, context, status=refused_as if form.is_bound else 200)


def _uploaded(request: HttpRequest, contract: PilotContract) -> HttpResponse:
    address = reverse("contracts:detail", args=[contract.pk])
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return JsonResponse({"location": address}, status=201)
    return redirect(address)


@require_safe
@never_cache
@login_required
def detail(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """All about one contract: where it stands, what was found, what can be done, what happened."""
    user, contract = _user(request), _visible(request, contract_id)
    is_own = policies.is_own(user, contract)
    is_reviewer = may_review_airline(user, contract.airline)
    is_involved = is_own or is_reviewer or is_administrator(user)
    run = selectors.latest_run(contract)
    actions = policies.possible_actions(user, contract)
    shown = contract.rules.all() if is_involved else contract.rules.filter(decision__in=BINDING)
    rules = browsing.rules_page(shown, request.GET, order=browsing.DOCUMENT_ORDER)
    context = _progress_context(user, contract, run) | {
        "is_own": is_own,
        "is_involved": is_involved,
        "standing": presenters.standing(contract, is_own=is_own, run=run, plan=selectors.standing_plan(contract)),
        "route": presenters.route(contract, run),
        "explanation": _explanation(contract),
        "may_submit": Action.SUBMIT in actions and run is not None and run.status == RunStatus.SUCCEEDED,
        "may_withdraw": Action.WITHDRAW in actions,
        "may_review": is_reviewer and not is_own and contract.status != Status.DRAFT,
        "rules": rules,
        "definition_count": contract.definitions.count(),
        "found": browsing.counts_of(shown) if is_involved else [],
        "scans": selectors.unread_scans(contract) if is_involved else [],
        "decisions": _decisions(contract) if is_involved else [],
        "binding": contract.status in {Status.ACTIVE, Status.SUPERSEDED, Status.APPROVED},
        "latest": latest_acts(Viewpoint(user, contract), ACTS_SHOWN) if is_involved else [],
        **(_review_context(user, contract) if is_involved else {}),
    }
    if contract.status in PUBLISHED:
        context |= community_context(user, contract)
        uses.add(Measure.PAGE_VIEWS, [contract.pk], contract.airline.today())
    return render(request, "contracts/detail.html", context)


def _review_context(user: User, contract: PilotContract) -> dict[str, object]:
    """How far the review is and what was written, for those who take part in it."""
    is_running = contract.status == Status.IN_REVIEW and contract.review_round is not None
    due_at = contract.review_round.due_at if is_running and contract.review_round else None
    return {
        "progress": review_progress(contract) if contract.status in {Status.IN_REVIEW, Status.APPROVED} else [],
        "thread": thread_of(contract),
        "due_at": due_at,
        "is_overdue": due_at is not None and due_at <= timezone.now(),
        "may_comment": policies.may_comment(user, contract),
    }


def _explanation(contract: PilotContract) -> object:
    kind = EXPLAINED.get(Status(contract.status))
    return contract.decisions.filter(kind=kind).select_related("decided_by").first() if kind else None


def _decisions(contract: PilotContract) -> list[dict[str, object]]:
    """How many rules are decided how, for those states that occur."""
    counts = dict(contract.rules.order_by().values_list("decision").annotate(count=Count("pk")))
    return [
        {"label": state.label, "tone": presenters.DECISION_TONES[state], "count": counts[state]}
        for state in RuleDecision
        if state in counts
    ]


def _progress_context(user: User, contract: PilotContract, run: ExtractionRun | None) -> dict[str, object]:
    return {
        "contract": contract,
        "run": run,
        "percent": run.percent(contract.page_count) if run else 0,
        "model_run": selectors.model_run_under_way(run),
        "may_read_again": reading_policies.may_request_reading(user, contract, run),
        "may_read_with_model": reading_policies.may_request_model_reading(user, contract, run),
    }


@require_safe
@never_cache
@login_required
def progress(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """How far the reading is. It asks again each second; once the reading has ended the whole page is loaded anew."""
    contract = _visible(request, contract_id)
    run = selectors.latest_run(contract)
    response = render(request, "contracts/progress.html", _progress_context(_user(request), contract, run))
    if request.headers.get("HX-Request") and (run is None or not run.is_open):
        response["HX-Refresh"] = "true"
    return response


@require_POST
@login_required
def submit(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Hand it to reviewers."""
    contract = _visible(request, contract_id)
    try:
        contract_submit(actor=_user(request), contract_id=contract.pk)
    except ProductError as refusal:
        return _refused(request, contract, refusal)
    messages.success(request, f"“{contract.title}” is in review now. You will see here what the reviewers decide.")
    return redirect("contracts:detail", contract.pk)


@require_POST
@login_required
def withdraw(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Take it back, with a reason if one is given."""
    contract, form = _visible(request, contract_id), ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, f"The contract was not withdrawn. {' '.join(form.faults)}")
        return redirect("contracts:detail", contract.pk)
    try:
        contract_withdraw(actor=_user(request), contract_id=contract.pk, reason=form.cleaned_data["reason"])
    except ProductError as refusal:
        return _refused(request, contract, refusal)
    messages.success(request, f"“{contract.title}” is withdrawn. Its document may be uploaded again.")
    return redirect("contracts:detail", contract.pk)


@require_POST
@login_required
def comment(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Write to the reviewers, or to the uploader."""
    contract, form = _visible(request, contract_id), CommentForm(request.POST)
    try:
        form.require_valid()
        comment_add(actor=_user(request), contract_id=contract.pk, body=form.cleaned_data["body"])
    except ProductError as refusal:
        return _refused(request, contract, refusal)
    except ValidationError as faults:
        messages.error(request, f"The comment was not written. {' '.join(faults.messages)}")
        return redirect("contracts:detail", contract.pk)
    messages.success(request, "Your comment is written.")
    return redirect(f"{reverse('contracts:detail', args=[contract.pk])}#review")


@require_POST
@login_required
def read_again(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Have a document read again whose reading failed."""
    contract = _visible(request, contract_id)
    try:
        reading_again_request(actor=_user(request), contract_id=contract.pk)
    except ProductError as refusal:
        return _refused(request, contract, refusal)
    return redirect("contracts:detail", contract.pk)


@require_POST
@login_required
def read_with_model(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """Have a document read once more, with one's own language model beside the extractor."""
    contract = _visible(request, contract_id)
    try:
        model_reading_request(actor=_user(request), contract_id=contract.pk)
    except ProductError as refusal:
        return _refused(request, contract, refusal)
    return redirect("contracts:detail", contract.pk)


def _refused(request: HttpRequest, contract: PilotContract, refusal: ProductError) -> HttpResponse:
    """Who may not act is told so with 403; who comes too late reads why on the contract's page."""
    if isinstance(refusal, NotAllowed):
        return render(request, "403.html", {"detail": refusal.detail}, status=403)
    messages.error(request, refusal.detail)
    return redirect("contracts:detail", contract.pk)


@require_safe
@login_required
def document(request: HttpRequest, contract_id: UUID) -> HttpResponseBase:
    """The original, byte for byte, never shown by the browser as a page of ours. Each reading is written down."""
    contract = _visible(request, contract_id)
    try:
        response = original_as_attachment(contract)
    except FileNotFoundError:
        logger.exception("an original is not in the store", contract=str(contract.pk))
        return render(request, "contracts/document_missing.html", {"contract": contract}, status=503)
    if request.method == "GET":
        entry_record(event=AuditEvent.DOCUMENT_READ, actor=_user(request), target=contract)
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@login_required
def rules(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """The binding rules of one contract, by subject."""
    contract = _visible(request, contract_id)
    is_own = policies.is_own(request.user, contract)
    context = {
        "contract": contract,
        "standing": presenters.standing(contract, is_own=is_own),
        "rules": browsing.rules_page(selectors.binding_rules(contract), request.GET),
        "may_propose": may_propose(_user(request), contract),
    }
    return render(request, "contracts/rules.html", context)


@require_safe
@login_required
def definitions(request: HttpRequest, contract_id: UUID) -> HttpResponse:
    """The terms that the contract defines, in its own words, by term."""
    contract = _visible(request, contract_id)
    page = browsing.definitions_page(contract, request.GET)
    return render(request, "contracts/definitions.html", {"contract": contract, "definitions": page})


@require_safe
@login_required
def my_rules(request: HttpRequest) -> HttpResponse:
    """What binds the pilot today: his agreement and the letters beside it, by subject."""
    in_force = browsing.in_force_for(_user(request))
    context: dict[str, object] = {"in_force": in_force}
    if in_force is not None:
        binding = ContractRule.objects.filter(contract__in=in_force.everything, decision__in=BINDING)
        context["rules"] = browsing.rules_page(binding, request.GET)
    return render(request, "contracts/my_rules.html", context)

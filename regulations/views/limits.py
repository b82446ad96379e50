"""What are my limits? The limits of one period, answered while one types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from regulations.forms import LimitsForm
from regulations.rosters.period import period_answer


@require_safe
def limits(request: HttpRequest) -> HttpResponse:
    """The page; for htmx its answer alone, with the faults of the fields and the address that asks the same."""
    form = LimitsForm(request.GET)
    answer = period_answer(form.question, form.limits) if form.is_valid() and form.limits else None
    # Going back to the page by htmx asks for the whole of it again.
    by_htmx = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    template = "regulations/limits_answer.html" if by_htmx else "regulations/limits.html"
    response = render(request, template, {"form": form, "answer": answer, "by_htmx": by_htmx})
    if by_htmx:
        response["HX-Replace-Url"] = f"{reverse('regulations:limits')}?{form.address_query}"
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response

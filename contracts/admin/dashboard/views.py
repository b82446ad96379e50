"""The page, and each of its tables as a file."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from accounts.factors.gate import confirm_first
from contracts.admin.dashboard import plots, tables
from contracts.admin.dashboard.tables import FILES, OF_PEOPLE
from contracts.admin.desk import person
from contracts.dashboard.coverage import coverage_today
from contracts.dashboard.expiring import expiring_soon
from contracts.dashboard.extraction import outcomes_over_time
from contracts.dashboard.scope import PERIODS, Scope
from contracts.dashboard.stays import times_in_states
from contracts.dashboard.waiting import queue_now
from contracts.dashboard.workload import workload
from contracts.lifecycle import Status
from contracts.spreadsheet import csv_text


def dashboard_context(request: HttpRequest) -> dict[str, Any]:
    """What the template asks for, in eleven queries at the most, for one airline as for fifty."""
    scope = Scope.of(person(request), request.GET)
    context: dict[str, Any] = {"title": "Dashboard", "scope": scope, "periods": PERIODS}
    if not scope.airlines:
        return context
    return {
        **context,
        **_waiting(scope),
        **_times(scope),
        **_extraction(scope),
        **_coverage(scope),
        **_expiring(scope),
        "workload": tables.workload_table(workload(scope)) if scope.sees_workload else None,
    }


def _waiting(scope: Scope) -> dict[str, Any]:
    queue = queue_now(scope)
    figures = (
        (queue.total(Status.IN_REVIEW), "in review"),
        (queue.overdue, "of them overdue"),
        (queue.total(Status.APPROVED), "approved, to be activated"),
        (queue.total(Status.CHANGES_REQUESTED), "with their uploaders, for changes"),
    )
    return {
        "headline": [{"figure": figure, "meaning": meaning} for figure, meaning in figures],
        "queue": queue,
        "ages": tables.ages_table(queue),
        "ages_plot": plots.ages_plot(queue),
        "oldest": tables.oldest_table(queue, scope),
    }


def _times(scope: Scope) -> dict[str, Any]:
    times = times_in_states(scope)
    return {"states": tables.states_table(times), "states_plot": plots.states_plot(times)}


def _extraction(scope: Scope) -> dict[str, Any]:
    outcomes = outcomes_over_time(scope)
    return {
        "outcomes": outcomes,
        "fields": tables.fields_table(outcomes),
        "sparks": plots.field_sparks(outcomes),
        "corrections": tables.corrections_table(outcomes),
        "corrections_plot": plots.corrections_plot(outcomes),
    }


def _coverage(scope: Scope) -> dict[str, Any]:
    coverage = coverage_today(scope)
    return {
        "coverage": coverage,
        "coverage_plot": plots.coverage_plot(coverage),
        "by_airline": tables.airlines_table(coverage),
        "by_fleet": tables.fleets_table(coverage),
    }


def _expiring(scope: Scope) -> dict[str, Any]:
    expiring = expiring_soon(scope)
    return {
        "expiring": expiring,
        "expiring_table": tables.expiring_table(expiring),
        "expiring_plot": plots.expiring_plot(expiring),
    }


def dashboard_file(request: HttpRequest, slug: str) -> HttpResponse:
    """One table as CSV, of the same airlines and period as the page, for whoever has proved himself lately.

    Raises:
        Http404: when there is no such table.
        PermissionDenied: for a table that tells of people, to others than those who may give reviews to them.
    """
    if slug not in FILES:
        raise Http404("There is no such table.")
    scope = Scope.of(person(request), request.GET)
    if slug in OF_PEOPLE and not scope.sees_workload:
        raise PermissionDenied
    if away := confirm_first(request, person(request), request.get_full_path()):
        return away
    columns, rows = FILES[slug](scope).as_rows()
    response = HttpResponse(csv_text(columns, rows), content_type="text/csv; charset=utf-8; header=present")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{scope.now:%Y-%m-%d}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response

"""The public pages of the law."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from regulations.charts import step_chart
from regulations.far117.loading import catalogue
from regulations.forms import RuleFilterForm
from regulations.models import RegulatoryRule
from regulations.selectors import by_section, printed_tables, rules_in_force


@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    """The catalogue by section. A filter that makes no sense shows its fault and all rules."""
    form = RuleFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    rules = rules_in_force(
        category=chosen.get("category", ""), computed=chosen.get("computed"), text=chosen.get("q", "")
    )
    context = {
        "form": form,
        "sections": by_section(rules),
        "ruleset": catalogue().ruleset,
        "filtered": form.has_changed(),
    }
    return render(request, "regulations/list.html", context)


@require_safe
def rule_detail(request: HttpRequest, rule_id: str) -> HttpResponse:
    """One rule."""
    rule = get_object_or_404(RegulatoryRule.objects.in_force(), rule_id=rule_id)
    return render(request, "regulations/detail.html", {"rule": rule})


@require_safe
def tables(request: HttpRequest) -> HttpResponse:
    """Tables A, B and C, drawn and listed."""
    drawn = [(table, step_chart(table)) for table in printed_tables()]
    return render(request, "regulations/tables.html", {"tables": drawn})

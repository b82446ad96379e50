"""What the review screen shows: a contract, one of its rules beside its page, the queue, the steps and the history."""

from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse

from accounts.models import User
from contracts.admin.forms import RuleCorrectionForm
from contracts.admin.passages import references_of, terms_of
from contracts.admin.queue import ALL, LOW_CONFIDENCE, Place, QueueFilter, page_number, place_of
from contracts.admin.reviewing import review_context
from contracts.admin.words import (
    confidence_words,
    limit_words,
    metric_words,
    plain_number,
    second_reading_doubts,
    second_reading_words,
    steps_for,
    why_only_looking,
)
from contracts.community.selectors import open_improvements_count, rating_summary, usage_of
from contracts.community.words import proposed
from contracts.lifecycle import PUBLISHED
from contracts.models import BINDING, ContractPage, ContractRule, PilotContract, RuleDecision
from contracts.models.rules import CATEGORY_CHOICES
from contracts.policies import may_decide_on_rules, possible_actions
from contracts.selectors import contract_list, history_for, latest_run, rule_snapshot

HISTORY_SHOWN = 25
HISTORY_MOST = 500


def person(request: HttpRequest) -> User:
    """Who sits at the desk; `admin_view` has let only accounts in."""
    return cast("User", request.user)


def seen_contract(request: HttpRequest, contract_id: UUID) -> PilotContract:
    """The contract, if the person may see it. Raises Http404 else."""
    beside = ("submitted_by", "approved_by", "claimed_by", "review_round")
    contract = contract_list(request.user).select_related(*beside).filter(pk=contract_id).first()
    if contract is None:
        raise Http404("There is no such contract.")
    return contract


def review_address(contract: PilotContract, queue: QueueFilter | None = None, **more: object) -> str:
    """The address of the contract's review screen with that queue."""
    query = (queue or QueueFilter()).query(**more)
    address = reverse("admin:contracts_review", args=[contract.pk])
    return f"{address}?{query}" if query else address


@dataclass(slots=True)
class Typed:
    """What a refused request carried, to be shown again with what was wrong; empty for others."""

    status: HTTPStatus = HTTPStatus.OK
    rule: ContractRule | None = None
    form: RuleCorrectionForm | None = None
    reject_reason: str = ""
    action: str = ""
    action_reason: str = ""
    comment: str = ""
    faults: list[str] = field(default_factory=list)
    # What is stored now in fields that somebody else changed or that were typed over.
    stored_now: dict[str, object] = field(default_factory=dict)


def desk_context(request: HttpRequest, contract: PilotContract, query: QueryDict, typed: Typed) -> dict[str, Any]:
    """Everything that the template asks for. The rule that was typed at overrides the one that `query` names."""
    user = person(request)
    counts = _counts(contract)
    queue = QueueFilter.from_query(query)
    if not queue.decision:
        queue = replace(queue, decision=RuleDecision.PROPOSED.value if counts["undecided"] else ALL)
    chosen = typed.rule or _chosen(contract, query.get("rule", ""))
    current = chosen or queue.rules(contract).first()
    place = place_of(current, queue.rules(contract))
    actions = possible_actions(user, contract)
    may_decide = may_decide_on_rules(user, contract)
    page = _page(contract, query.get("view", ""), current)
    reasons_for, reasons_against = confidence_words(current) if current else ([], [])
    return {
        "title": contract.title,
        "contract": contract,
        "counts": counts,
        "run": latest_run(contract),
        "queue": queue,
        "queue_query": queue.query(),
        "queue_choices": _queue_choices(queue, counts),
        "category_choices": CATEGORY_CHOICES,
        "place": place,
        "rows": _rows(place, current),
        "rule": current,
        "limit": limit_words(current) if current else "",
        "metric": metric_words(current) if current else "",
        "second_reading": second_reading_words(current) if current else "",
        "second_reading_doubts": second_reading_doubts(current) if current else False,
        "confidence_is_low": current is not None and (current.parsing_confidence or 1) < LOW_CONFIDENCE,
        "reasons_for": reasons_for,
        "reasons_against": reasons_against,
        "form": typed.form or (RuleCorrectionForm(instance=current) if current and may_decide else None),
        "may_decide": may_decide,
        "only_looking": why_only_looking(user, contract),
        "steps": steps_for(contract, actions, undecided=counts["undecided"], binding=counts["binding"]),
        **review_context(user, contract, actions),
        "typed": typed,
        "last": _chosen(contract, query.get("last", "")) if may_decide else None,
        "page": page,
        "original_address": _original_address(contract),
        "boxes": _boxes(contract, page, current),
        "terms": terms_of(current) if current else [],
        "references": references_of(current) if current else [],
        "corrections": list(current.corrections.select_related("corrected_by")) if current else [],
        **_community(contract),
        **_history(user, contract, show_all=query.get("history") == "all"),
    }


def _counts(contract: PilotContract) -> dict[str, int]:
    counts = contract.rules.aggregate(
        total=Count("id"),
        undecided=Count("id", filter=Q(decision=RuleDecision.PROPOSED)),
        accepted=Count("id", filter=Q(decision=RuleDecision.ACCEPTED)),
        corrected=Count("id", filter=Q(decision=RuleDecision.CORRECTED)),
        rejected=Count("id", filter=Q(decision=RuleDecision.REJECTED)),
        binding=Count("id", filter=Q(decision__in=BINDING)),
        low=Count("id", filter=Q(parsing_confidence__lt=LOW_CONFIDENCE)),
    )
    return {**counts, "decided": counts["total"] - counts["undecided"]}


def _queue_choices(queue: QueueFilter, counts: dict[str, int]) -> list[dict[str, object]]:
    """The queue's tabs. Choosing one keeps what else narrows the queue."""
    tabs = [
        (RuleDecision.PROPOSED.value, "Undecided", counts["undecided"]),
        (RuleDecision.ACCEPTED.value, "Accepted", counts["accepted"]),
        (RuleDecision.CORRECTED.value, "Corrected", counts["corrected"]),
        (RuleDecision.REJECTED.value, "Rejected", counts["rejected"]),
        (ALL, "All", counts["total"]),
    ]
    return [
        {
            "label": label,
            "count": count,
            "query": replace(queue, decision=decision).query(),
            "is_current": decision == queue.decision,
        }
        for decision, label, count in tabs
    ]


def _chosen(contract: PilotContract, key: str) -> ContractRule | None:
    """The rule of that id, if it is the contract's."""
    try:
        return contract.rules.select_related("decided_by").filter(pk=UUID(key)).first() if key else None
    except ValueError:
        return None


def _rows(place: Place, current: ContractRule | None) -> list[dict[str, object]]:
    """The shown part of the queue, in its order."""
    shown = ContractRule.objects.filter(pk__in=place.window).order_by("position", "id")
    return [
        {
            "rule": row,
            "is_current": current is not None and row.pk == current.pk,
            "is_low": (row.parsing_confidence or 1) < LOW_CONFIDENCE,
        }
        for row in shown.defer("rule_text", "description", "quote", "applies_to", "parameters")
    ]


def _page(contract: PilotContract, asked: str, current: ContractRule | None) -> ContractPage | None:
    """The page to look at: the one asked for, else the rule's, else the first. Its words stay in the database."""
    pages = contract.pages.defer("words", "text").order_by("number")
    number = page_number(asked) or (current.page if current else None) or 1
    return pages.filter(number=number).first() or pages.first()


def _boxes(contract: PilotContract, page: ContractPage | None, current: ContractRule | None) -> list[dict[str, object]]:
    """The places of all rules on the page, in PDF points, the current one's last so that it is drawn on top."""
    if page is None:
        return []
    on_page = contract.rules.filter(page=page.number, box__isnull=False).order_by("position", "id")
    boxes: list[dict[str, object]] = []
    for pk, box, title, decision in on_page.values_list("pk", "box", "title", "decision"):
        left, top, right, bottom = box or (0, 0, 0, 0)
        boxes.append(
            {
                "pk": pk,
                "title": title,
                "decision": decision,
                "is_current": current is not None and pk == current.pk,
                "x": round(left - 2, 2),
                "y": round(top - 2, 2),
                "width": round(right - left + 4, 2),
                "height": round(bottom - top + 4, 2),
            }
        )
    return sorted(boxes, key=lambda box: bool(box["is_current"]))


def _original_address(contract: PilotContract) -> str:
    """Where the site hands the original out."""
    return reverse("contracts:document", args=[contract.pk])


def _community(contract: PilotContract) -> dict[str, Any]:
    """What was applied in a revision; of a published contract, what pilots say and how it is used."""
    if contract.status in PUBLISHED:
        return {
            "open_improvements": open_improvements_count(contract),
            "rating_summary": rating_summary(contract),
            "usage": usage_of(contract),
        }
    if contract.revises_id is None:
        return {}
    applied = contract.applied_improvements.select_related("contract", "rule", "author", "applied_in")
    applied = applied.order_by("decided_at", "id")
    names = {improvement.pk: improvement.rule.rule_id for improvement in applied if improvement.rule is not None}
    copies = dict(contract.rules.filter(rule_id__in=names.values()).values_list("rule_id", "pk"))
    changes = [
        {"item": proposed(improvement), "copy": copies.get(names.get(improvement.pk, ""))} for improvement in applied
    ]
    return {"applied": changes}


def _history(user: User, contract: PilotContract, *, show_all: bool) -> dict[str, Any]:
    """The newest entries that `user` is told of, and whether there are more."""
    most = HISTORY_MOST if show_all else HISTORY_SHOWN
    entries = list(history_for(user, contract)[: most + 1])
    return {"history": entries[:most], "history_goes_on": len(entries) > most, "history_is_whole": show_all}


def stored_words(rule: ContractRule) -> dict[str, object]:
    """The rule's correctable fields as they are stored, for showing beside what was typed."""
    stored = rule_snapshot(rule, RuleCorrectionForm.Meta.fields)
    return {**stored, "value": plain_number(rule.value)}

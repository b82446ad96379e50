"""What the desk shows of a document's page: its picture, the places of rules on it, and the rows of the queue beside it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf

from contracts.admin.queue import LOW_CONFIDENCE, Place
from contracts.models import ContractPage, ContractRule, PilotContract, RuleCorrection
from contracts.passages import places_of

# A box is drawn a little outside its words. PDF points.
MARGIN = 2
OF_ROWS = (
    "contract",
    "position",
    "citation",
    "title",
    "decision",
    "parsing_confidence",
    "version",
    "page",
    "box",
    "quote",
    "char_start",
    "char_end",
    "further_places",
)


def rule_shown(contract: PilotContract, key: UUID) -> ContractRule:
    """The rule with who decided it, what it was merged into, and its corrections as `kept`, the oldest first."""
    corrections = (
        RuleCorrection.objects.filter(rule=OuterRef("pk"))
        .order_by("created_at", "id")
        .values(
            body=JSONObject(
                field="field",
                before="before",
                after="after",
                reason="reason",
                who=Coalesce(NullIf(F("corrected_by__full_name"), Value("")), "corrected_by__email"),
            )
        )
    )
    rules = contract.rules.select_related("decided_by", "merged_into").annotate(kept=ArraySubquery(corrections))
    rule = rules.get(pk=key)
    rule.contract = contract
    return rule


def page_shown(contract: PilotContract, number: int, *, with_words: bool = False) -> ContractPage | None:
    """The page of that number, else the first. Its words stay in the database unless they are asked for."""
    pages = contract.pages if with_words else contract.pages.defer("words", "text")
    return pages.filter(number__in={number, 1}).order_by("-number").first()


def rules_around(
    contract: PilotContract, place: Place, page: ContractPage | None, also: Sequence[UUID]
) -> list[ContractRule]:
    """The rules of the queue's shown part, those that stand on the page, and `also`, in the document's order."""
    wanted = Q(pk__in=[*place.window, *also])
    if page is not None:
        wanted |= Q(page=page.number) | Q(further_places__contains=[{"page": page.number}])
    return list(contract.rules.filter(wanted).only(*OF_ROWS).order_by("position", "id"))


def rows_of(rules: Sequence[ContractRule], place: Place, current: UUID | None) -> list[dict[str, object]]:
    """The shown part of the queue."""
    window = set(place.window)
    return [
        {"rule": rule, "is_current": rule.pk == current, "is_low": (rule.parsing_confidence or 1) < LOW_CONFIDENCE}
        for rule in rules
        if rule.pk in window
    ]


def boxes_of(rules: Sequence[ContractRule], page: ContractPage | None, current: UUID | None) -> list[dict[str, Any]]:
    """The places of rules on the page, in PDF points, the current one's last so that they are drawn on top.

    `index` is the place's number among those of its rule.
    """
    if page is None:
        return []
    boxes = [
        {
            "pk": rule.pk,
            "title": f"{rule.citation}: {rule.title}",
            "decision": rule.decision,
            "is_current": rule.pk == current,
            "index": index,
            **_drawn(place["box"]),
        }
        for rule in rules
        for index, place in enumerate(places_of(rule))
        if place["page"] == page.number
    ]
    return sorted(boxes, key=lambda box: bool(box["is_current"]))


def _drawn(box: Sequence[float]) -> dict[str, float]:
    left, top, right, bottom = box
    return {
        "x": round(left - MARGIN, 2),
        "y": round(top - MARGIN, 2),
        "width": round(right - left + 2 * MARGIN, 2),
        "height": round(bottom - top + 2 * MARGIN, 2),
    }


def places_listed(rule: ContractRule) -> list[dict[str, Any]]:
    """The rule's places with each as its form field spells it: page and box in PDF points."""
    return [
        {**place, "spelled": " ".join([str(place["page"]), *(f"{edge:g}" for edge in place["box"])])}
        for place in places_of(rule)
    ]

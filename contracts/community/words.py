"""What pages say of ratings, improvements and usage. Reads nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.community.proposals import FIELDS, RULE_FIELDS
from contracts.community.selectors import RatingSummary, Usage
from contracts.models import ContractImprovement, ImprovementKind, ImprovementStatus
from contracts.vocabulary import METRICS
from contracts.vocabulary.words import plain_number

STATUS_TONES: dict[str, str] = {
    ImprovementStatus.OPEN: "info",
    ImprovementStatus.APPLIED: "good",
    ImprovementStatus.DECLINED: "bad",
    ImprovementStatus.WITHDRAWN: "",
}
LABELS = {
    "rule_text": "Wording",
    "is_hard_constraint": "Strength",
    "description": "Note for readers",
    "contract_version": "Version",
    "effective_date": "In force from",
    "expiration_date": "Last day in force",
}
HIGHEST_STARS = 5


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a proposal: what stands there and what is proposed. Empty strings stand for nothing."""

    label: str
    before: str
    after: str


def differences(improvement: ContractImprovement) -> list[Difference]:
    """Field by field; for an addition only what is new, for a removal only what would go."""
    is_removal = improvement.kind == ImprovementKind.REMOVE_RULE
    names = RULE_FIELDS if is_removal else FIELDS[improvement.kind]
    return [
        Difference(
            label=LABELS.get(name, name.replace("_", " ").capitalize()),
            before=_words(name, improvement.before.get(name)),
            after="" if is_removal else _words(name, improvement.proposal.get(name)),
        )
        for name in names
        if name in (improvement.before if is_removal else improvement.proposal)
        and (not is_removal or improvement.before.get(name) not in {None, ""})
    ]


def _words(name: str, value: object) -> str:
    if value is None or value == "":
        return ""
    say = _day if name.endswith("_date") else _SAID.get(name, str)
    return say(value)


def _number(value: object) -> str:
    return plain_number(Decimal(str(value)))


def _metric(value: object) -> str:
    metric = METRICS.get(str(value))
    return metric.label if metric else str(value)


def _day(value: object) -> str:
    day = date.fromisoformat(str(value))
    return f"{day:%B} {day.day}, {day.year}"


_SAID: dict[str, Callable[[object], str]] = {
    "value": _number,
    "metric": _metric,
    "category": lambda value: str(value).replace("_", " "),
    "is_hard_constraint": lambda value: "hard limit" if value else "soft limit",
}


def subject(improvement: ContractImprovement) -> str:
    """What it is about: the rule, the missing rule's title, the contract."""
    if improvement.rule is not None:
        return str(improvement.rule)
    if improvement.kind == ImprovementKind.ADD_RULE:
        return f"{improvement.proposal.get('citation', '')}: {improvement.proposal.get('title', '')}"
    return improvement.contract.title


def fate(improvement: ContractImprovement) -> str:
    """Where it stands, as a sentence."""
    match improvement.status:
        case ImprovementStatus.OPEN:
            return "An approver of the airline decides on it."
        case ImprovementStatus.APPLIED:
            revision = improvement.applied_in
            if revision is None:
                return "Applied."
            return f"Applied in revision {revision.contract_version}, which is {revision.get_status_display()}."
        case ImprovementStatus.DECLINED:
            return "An approver decided against it."
        case _:
            return "Taken back."


@dataclass(frozen=True, slots=True)
class Proposed:
    """An improvement as a page lists it."""

    improvement: ContractImprovement
    subject: str
    fate: str
    tone: str
    differences: list[Difference]


def proposed(improvement: ContractImprovement) -> Proposed:
    return Proposed(
        improvement=improvement,
        subject=subject(improvement),
        fate=fate(improvement),
        tone=STATUS_TONES[improvement.status],
        differences=differences(improvement),
    )


# Drawings


@dataclass(frozen=True, slots=True)
class StarBar:
    """One average, as a bar of 0 to 100."""

    label: str
    average: str
    length: int


def star_bars(summary: RatingSummary) -> list[StarBar]:
    """None where nobody has rated yet."""
    if summary.accuracy is None or summary.completeness is None:
        return []
    return [
        StarBar(label, f"{average:.1f}", round(average * 100 / HIGHEST_STARS))
        for label, average in (("Accuracy", summary.accuracy), ("Completeness", summary.completeness))
    ]


@dataclass(frozen=True, slots=True)
class DayBar:
    """One day of usage in a drawing that is 100 wide and 24 high; y points down."""

    x: float
    y: float
    width: float
    height: float
    title: str


DRAWING_WIDTH, DRAWING_HEIGHT, GAP = 100.0, 24.0, 0.6


def day_bars(usage: Usage) -> Sequence[DayBar]:
    """Lookups by day, the tallest filling the drawing; none where nothing was looked up."""
    tallest = max((day.lookups for day in usage.days), default=0)
    if not tallest:
        return []
    step = DRAWING_WIDTH / len(usage.days)
    bars = []
    for place, day in enumerate(usage.days):
        height = round(DRAWING_HEIGHT * day.lookups / tallest, 2)
        bars.append(
            DayBar(
                x=round(place * step, 2),
                y=round(DRAWING_HEIGHT - height, 2),
                width=round(step - GAP, 2),
                height=height,
                title=f"{day.day:%b} {day.day.day}: {day.lookups:,}",
            )
        )
    return bars

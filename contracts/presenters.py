"""What pages say about contracts and rules: sentences, limits in words. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from contracts.instants import instant_in_words
from contracts.lifecycle import Status
from contracts.models import ActivationPlan, ContractRule, ExtractionRun, PilotContract, RuleDecision, RunStatus
from contracts.vocabulary import Category
from contracts.vocabulary.words import limit_in_words

STATUS_TONES: dict[str, str] = {
    Status.DRAFT: "",
    Status.IN_REVIEW: "info",
    Status.CHANGES_REQUESTED: "warn",
    Status.APPROVED: "info",
    Status.ACTIVE: "good",
    Status.REJECTED: "bad",
}
DECISION_TONES: dict[str, str] = {
    RuleDecision.PROPOSED: "",
    RuleDecision.ACCEPTED: "good",
    RuleDecision.CORRECTED: "info",
    RuleDecision.REJECTED: "bad",
}


# Where a contract stands


@dataclass(frozen=True, slots=True)
class Leg:
    """One step on a contract's way. `state` is `done`, `now` or empty for what lies ahead."""

    label: str
    state: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a contract stands, for one viewer: the badge, and a sentence on what happens next and who acts."""

    label: str
    tone: str
    sentence: str


def standing(
    contract: PilotContract, *, is_own: bool, run: ExtractionRun | None = None, plan: ActivationPlan | None = None
) -> Standing:
    """`run` is the latest reading and `plan` the one for its activation, where known; a list leaves them out and says less."""
    label = Status(contract.status).label.capitalize()
    own, others = _NEXT_STEPS[Status(contract.status)]
    sentence = own if is_own else others
    if contract.status == Status.DRAFT and run is not None and is_own:
        sentence = _DRAFT_STEPS[RunStatus(run.status)]
    if contract.status == Status.ACTIVE and contract.effective_date > contract.airline.today():
        sentence = f"Activated. It comes into force on {_day(contract.effective_date)}."
    if plan is not None:
        sentence = _planned(contract, plan)
    return Standing(label, STATUS_TONES.get(contract.status, ""), sentence)


def _planned(contract: PilotContract, plan: ActivationPlan) -> str:
    when = instant_in_words(plan.due_at, plan.time_zone)
    due_day = plan.due_at.astimezone(ZoneInfo(contract.airline.time_zone)).date()
    if contract.effective_date > due_day:
        return f"Approved. It will be activated on {when}, and takes effect on {_day(contract.effective_date)}."
    return f"Approved. It will take effect on {when}; until then it binds nobody."


_DRAFT_STEPS = {
    RunStatus.QUEUED: "The document waits to be read. You need do nothing until that is done.",
    RunStatus.RUNNING: "The document is being read. You need do nothing until that is done.",
    RunStatus.SUCCEEDED: "The document has been read. Look through the rules found, then submit it for review.",
    RunStatus.FAILED: "The document could not be read. Have it read again, or withdraw the contract and upload a "
    "readable copy.",
}

# By status: what the uploader reads, and what others do.
_NEXT_STEPS: dict[Status, tuple[str, str]] = {
    Status.DRAFT: (
        "Only you see this contract. Submit it for review once the document has been read.",
        "The uploader has not submitted it yet.",
    ),
    Status.IN_REVIEW: (
        "A reviewer of the airline decides on each rule and then on the contract. You need do nothing.",
        "A reviewer decides on each rule and then on the contract, at the review desk.",
    ),
    Status.CHANGES_REQUESTED: (
        "A reviewer asked for changes. Read why, answer below, then submit it again, or withdraw it and upload another "
        "document.",
        "The uploader has been asked for changes and submits it again.",
    ),
    Status.APPROVED: ("Approved. A reviewer activates it next; until then it binds nobody.",) * 2,
    Status.ACTIVE: ("Activated. Its rules hold for the airline's pilots.",) * 2,
    Status.SUPERSEDED: (
        "No longer in force: a later contract followed it or its last day has passed. It is kept for reference.",
    )
    * 2,
    Status.RETIRED: ("Taken out of force by a reviewer. It is kept for reference.",) * 2,
    Status.REJECTED: (
        "A reviewer rejected it. Read why; the document may be uploaded again.",
        "A reviewer rejected it.",
    ),
    Status.WITHDRAWN: (
        "You took it back. The document may be uploaded again.",
        "The uploader took it back.",
    ),
}


def route(contract: PilotContract, run: ExtractionRun | None) -> list[Leg]:
    """The legs of the way to force; none for a contract that has left the way."""
    labels = ("Read", "Submit", "Review", "Approve", "In force")
    is_read = run is not None and run.status == RunStatus.SUCCEEDED
    waits = contract.status == Status.ACTIVE and contract.effective_date > contract.airline.today()
    reached = {
        Status.DRAFT: 1 if is_read else 0,
        Status.CHANGES_REQUESTED: 1 if is_read else 0,
        Status.IN_REVIEW: 2,
        Status.APPROVED: 4,
        Status.ACTIVE: 4 if waits else 5,
    }.get(Status(contract.status))
    if reached is None:
        return []
    return [
        Leg(label, "done" if place < reached else "now" if place == reached else "")
        for place, label in enumerate(labels)
    ]


# Rules in words


@dataclass(frozen=True, slots=True)
class RuleCard:
    """One rule as a page shows it. `limit` is empty where the rule has no single number."""

    rule: ContractRule
    limit: str
    category: str
    decision: str
    tone: str


def rule_cards(rules: Iterable[ContractRule]) -> list[RuleCard]:
    return [
        RuleCard(
            rule=rule,
            limit=limit_in_words(rule),
            category=category_label(rule.category),
            decision=RuleDecision(rule.decision).label.capitalize(),
            tone=DECISION_TONES[rule.decision],
        )
        for rule in rules
    ]


def category_label(category: str) -> str:
    return Category(category).label


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """How many rules a category has. `share` is the length of its bar, 1 to 100, the longest being 100."""

    value: str
    label: str
    count: int
    share: int


def category_counts(counted: Iterable[tuple[str, int]]) -> list[CategoryCount]:
    """From (category, count) pairs, the most frequent first."""
    pairs = sorted(counted, key=lambda pair: (-pair[1], pair[0]))
    longest = pairs[0][1] if pairs else 1
    return [
        CategoryCount(value, category_label(value), count, max(1, count * 100 // longest))
        for value, count in pairs
        if count
    ]


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"

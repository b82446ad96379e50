"""The chapters of a contract's story: each begins with a step of the lifecycle."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.events import AuditEvent
from contracts.durations import duration_words

_ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth")
_TITLES: dict[str, str] = {
    AuditEvent.CONTRACT_UPLOADED: "Draft",
    AuditEvent.CONTRACT_REVISED: "Draft of the revision",
    AuditEvent.CONTRACT_CHANGES_REQUESTED: "Changes requested",
    AuditEvent.CONTRACT_APPROVED: "Approved",
    AuditEvent.CONTRACT_ACTIVATED: "Active",
    AuditEvent.CONTRACT_ACTIVATION_UNDONE: "Approved, its activation undone",
    AuditEvent.CONTRACT_RESTORED: "Active again",
    AuditEvent.CONTRACT_SUPERSEDED: "Superseded",
    AuditEvent.CONTRACT_RETIRED: "Retired",
    AuditEvent.CONTRACT_REJECTED: "Rejected",
    AuditEvent.CONTRACT_WITHDRAWN: "Withdrawn",
}
_REVIEWS: dict[str, str] = {
    AuditEvent.CONTRACT_SUBMITTED: "{} review",
    AuditEvent.CONTRACT_REOPENED: "{} review, reopened",
}
# The steps that begin a chapter: a test sees to it that they are those of the lifecycle.
BEGINNINGS = (*_TITLES, *_REVIEWS)
# Before the first step that was written down.
EARLIER = "Before the first step"

Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Heading:
    """A chapter from its first entry, `begins`, to the next chapter's, `ends`, which is None for the last."""

    number: int
    title: str
    begins: Place
    ends: datetime | None

    @property
    def begun_at(self) -> datetime:
        return self.begins[0]

    @property
    def lasted(self) -> str:
        """Of one that has ended; empty for the last."""
        return duration_words(self.ends - self.begun_at) if self.ends else ""


def headings(steps: Sequence[tuple[str, datetime, int]]) -> list[Heading]:
    """From (event, instant, id) of all of a contract's `BEGINNINGS`, the earliest first; none of what was loaded without entries."""
    titles, reviews = [], 0
    for event, _, _ in steps:
        reviews += event in _REVIEWS
        titles.append(_TITLES.get(event) or _REVIEWS[event].format(_ordinal(reviews)))
    ends_at = [*[when for _, when, _ in steps[1:]], None][: len(steps)]
    return [
        Heading(number, title, (step[1], step[2]), ends)
        for number, (title, step, ends) in enumerate(zip(titles, steps, ends_at, strict=True), start=1)
    ]


def heading_finder(found: Sequence[Heading]) -> Callable[[Place], Heading | None]:
    """Which chapter an entry belongs to; asked in the order of time. None before the first step."""
    at = 0

    def find(place: Place) -> Heading | None:
        nonlocal at
        while at < len(found) and found[at].begins <= place:
            at += 1
        return found[at - 1] if at else None

    return find


def _ordinal(number: int) -> str:
    return _ORDINALS[number - 1] if number <= len(_ORDINALS) else f"No. {number}"

"""Entries as chapters, days and acts; what one person does in a row is told as one act that can be unfolded."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby

from audit.events import AuditEvent
from contracts.story.chapters import EARLIER, Heading, heading_finder
from contracts.story.entries import Entry, Origin
from contracts.story.sentences import FOLDED, SENTENCES, counted
from contracts.story.things import Thing, Things
from contracts.story.values import Change, changes_of

# Who did what is told without a name.
_MODERATED = frozenset({AuditEvent.RATING_HIDDEN, AuditEvent.RATING_RESTORED})


@dataclass(frozen=True, slots=True)
class Act:
    """One sentence: `who`, `before`, the `thing` it links to, `after`. A folded act holds its `parts`, and lasts `until`."""

    pk: int
    who: str
    before: str
    thing: Thing | None
    after: str
    when: datetime
    reason: str = ""
    quote: str = ""
    changes: tuple[Change, ...] = ()
    origin: Origin | None = None
    until: datetime | None = None
    parts: "tuple[Act, ...]" = ()

    @property
    def what(self) -> str:
        """The sentence after its actor, as plain text."""
        return f"{self.before}{self.thing.label if self.thing else ''}{self.after}"

    @property
    def spans_minutes(self) -> bool:
        return self.until is not None and f"{self.when:%H:%M}" != f"{self.until:%H:%M}"


@dataclass(frozen=True, slots=True)
class Day:
    """One UTC day."""

    day: date
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """The part of a chapter that is on the page. `is_continued` where it began on an earlier one."""

    title: str
    number: int
    days: tuple[Day, ...]
    is_continued: bool


def chapters_of(entries: Sequence[Entry], headings: Sequence[Heading], things: Things) -> list[Chapter]:
    """`entries` are the earliest first."""
    find = heading_finder(headings)
    placed = [(find((entry.when, entry.pk)), entry) for entry in entries]
    return [
        _chapter(heading, [entry for _, entry in group], things)
        for heading, group in groupby(placed, key=lambda pair: pair[0])
    ]


def _chapter(heading: Heading | None, entries: Sequence[Entry], things: Things) -> Chapter:
    days = tuple(
        Day(day, tuple(acts_of(list(group), things)))
        for day, group in groupby(entries, key=lambda entry: entry.when.astimezone(UTC).date())
    )
    if heading is None:
        return Chapter(EARLIER, 0, days, is_continued=False)
    is_continued = (entries[0].when, entries[0].pk) != heading.begins
    return Chapter(heading.title, heading.number, days, is_continued=is_continued)


def acts_of(entries: Sequence[Entry], things: Things) -> Iterator[Act]:
    """One act for each entry, or for a run of like ones by one person."""
    for (_, _, like), group in groupby(enumerate(entries), key=lambda pair: _run(*pair)):
        told = [entry for _, entry in group]
        acts = [_act(entry, things) for entry in told]
        if like and len(acts) > 1:
            yield _folded(told, acts)
        else:
            yield from acts


def _run(index: int, entry: Entry) -> tuple[int, str, str]:
    """The same for entries that are told as one. Decisions on rules are alike, whatever was decided."""
    if entry.event not in FOLDED or not entry.who:
        return index, entry.who, ""
    return -1, entry.who, "rule" if entry.event.startswith("rule.") else entry.event


def _act(entry: Entry, things: Things) -> Act:
    wording = SENTENCES[entry.event]
    is_pilots = entry.event.startswith(("rating.", "improvement."))
    if not entry.who and not is_pilots:
        return Act(entry.pk, "", wording.passive, None, "", entry.when)
    words = wording.words(entry)
    before, has_thing, after = words.partition("{thing}")
    return Act(
        pk=entry.pk,
        who=entry.who or ("An administrator" if entry.event in _MODERATED else "A pilot"),
        before=before,
        thing=things.thing_of(entry) if has_thing else None,
        after=after,
        when=entry.when,
        reason=entry.reason,
        quote=things.comment_of(entry),
        changes=changes_of(entry),
        origin=entry.origin,
    )


def _folded(entries: Sequence[Entry], acts: Sequence[Act]) -> Act:
    """The reason is told above where all have the same."""
    reasons = {act.reason for act in acts}
    return Act(
        pk=acts[0].pk,
        who=acts[0].who,
        before=_counts(entry.event for entry in entries),
        thing=None,
        after="",
        when=acts[0].when,
        reason=reasons.pop() if len(reasons) == 1 else "",
        until=acts[-1].when,
        parts=tuple(acts),
    )


def _counts(events: Iterable[str]) -> str:
    """ "accepted 41 rules and corrected 3": a noun that was said is not said again."""
    counts: dict[str, int] = {}
    for event in events:
        counts[event] = counts.get(event, 0) + 1
    parts, said = [], ""
    for event, count in counts.items():
        verb, one, many = FOLDED[event]
        parts.append(f"{verb} {count:,}" if many == said else f"{verb} {counted(count, one, many)}")
        said = many
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"

"""Reads of a contract's history: a page of its story, or its latest acts. The number of queries does not grow with either."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from audit.models import AuditEntry
from config.cursors import is_uuid
from config.door import as_product
from contracts.models import PilotContract
from contracts.story.chapters import BEGINNINGS, Heading, headings
from contracts.story.entries import Entry, Origin
from contracts.story.sentences import Kind, events_of
from contracts.story.telling import Act, Chapter, acts_of, chapters_of
from contracts.story.things import PilotsPages, Places, Things
from contracts.story.viewpoints import Viewpoint

PAGE_SIZE = 200
# Of so many entries the latest acts are folded.
LATEST_ENTRIES = 100
PEOPLE_SHOWN = 200
# How an address names a program, or the product itself, which have no account.
BY = "by:"
_COLUMNS = ("pk", "event", "actor", "actor_label", "timestamp", "reason", "changes", "additional_data")
_OBJECT = ("object_pk", "object_repr")
_ORIGIN = ("remote_addr", "user_agent", "cid", "actor_email")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who did something, as an address names him."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a history is narrowed to; "" is everything."""

    kind: str = ""
    person: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Chosen":
        kind, person = query.get("kind", ""), query.get("person", "")
        return cls(kind if kind in Kind.values else "", person if person.startswith(BY) or is_uuid(person) else "")

    @property
    def is_narrowed(self) -> bool:
        return bool(self.kind or self.person)

    def query(self, **more: object) -> str:
        parts = {"kind": self.kind, "person": self.person, **more}
        return urlencode({name: value for name, value in parts.items() if value})

    def narrow(self, entries: QuerySet[AuditEntry], viewpoint: Viewpoint) -> QuerySet[AuditEntry]:
        """Whose an entry is that is told without its actor, no choice of a person finds out."""
        if self.kind:
            entries = entries.filter(event__in=events_of(self.kind))
        if self.person:
            label = self.person.removeprefix(BY).replace("\0", "")
            without_account = Q(actor__isnull=True, actor_label=label)
            actor = without_account if self.person.startswith(BY) else Q(actor=self.person)
            entries = entries.filter(viewpoint.named & actor)
        return entries


@dataclass(frozen=True, slots=True)
class Story:
    """One page of a contract's story, the earliest first. `next_query` is empty on the last page."""

    chapters: list[Chapter]
    contents: list[Heading]
    people: list[Person]
    kinds: list[tuple[str, str]]
    chosen: Chosen
    is_first: bool
    next_query: str
    names_people: bool


@as_product("the trail is told as far as the viewpoint goes, which knows the viewer")
def story_page(viewpoint: Viewpoint, query: Mapping[str, str], places: Places) -> Story:
    """The page that `query` asks for: `after` the entry of that id, or from `chapter` on."""
    chosen, contents = Chosen.from_query(query), _contents(viewpoint.contract)
    told = viewpoint.told()
    narrowed = chosen.narrow(told, viewpoint)
    begin = _begin(told, contents, query)
    rows = list(_rows(viewpoint, narrowed.filter(begin).order_by("timestamp", "id"))[: PAGE_SIZE + 1])
    entries = [_entry(viewpoint, row) for row in rows[:PAGE_SIZE]]
    return Story(
        chapters=chapters_of(entries, contents, Things.of(entries, viewpoint.viewer, places)),
        contents=contents,
        people=_people(viewpoint, told),
        kinds=_kinds(viewpoint),
        chosen=chosen,
        is_first=not begin,
        next_query=chosen.query(after=entries[-1].pk) if len(rows) > PAGE_SIZE else "",
        names_people=viewpoint.takes_part,
    )


@as_product("the trail is told as far as the viewpoint goes, which knows the viewer")
def latest_acts(viewpoint: Viewpoint, most: int) -> list[Act]:
    """The last acts, the newest first, without what they link to."""
    latest = list(_rows(viewpoint, viewpoint.told().order_by("-timestamp", "-id"))[:LATEST_ENTRIES])
    entries = [_entry(viewpoint, row) for row in reversed(latest)]
    return list(reversed(list(acts_of(entries, Things(PilotsPages())))))[:most]


def _rows(viewpoint: Viewpoint, entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry, dict[str, Any]]:
    """Plain values: addresses are not even read for those who may not see them."""
    origin = _ORIGIN if viewpoint.sees_requests else ()
    return entries.values(*_COLUMNS, *_OBJECT, *origin)


def _entry(viewpoint: Viewpoint, row: Mapping[str, Any]) -> Entry:
    """The row as the viewer is told of it."""
    event, is_named = row["event"], viewpoint.is_named(row["event"])
    is_reason_told = viewpoint.is_reason_told(event)
    return Entry(
        pk=row["pk"],
        event=event,
        who=row["actor_label"] if is_named else "",
        when=row["timestamp"],
        reason=row["reason"] if is_reason_told else "",
        changes=(row["changes"] or {}) if viewpoint.takes_part else {},
        details=(row["additional_data"] or {}) if viewpoint.takes_part else {},
        contract_id=str(viewpoint.contract.pk),
        object_pk=row["object_pk"],
        object_name=row["object_repr"],
        origin=_origin(row) if viewpoint.sees_requests and is_named else None,
    )


def _origin(row: Mapping[str, Any]) -> Origin | None:
    """None for what came of no request: a task, a command."""
    if not (row["remote_addr"] or row["cid"]):
        return None
    return Origin(
        address=row["remote_addr"] or "",
        user_agent=row["user_agent"],
        request_id=row["cid"] or "",
        account=row["actor_email"] or "",
    )


def _contents(contract: PilotContract) -> list[Heading]:
    """Everybody who sees a contract is told of its steps."""
    steps = Viewpoint.own_entries(contract).filter(event__in=BEGINNINGS).order_by("timestamp", "id")
    return headings(list(steps.values_list("event", "timestamp", "id")))


def _begin(told: QuerySet[AuditEntry], contents: list[Heading], query: Mapping[str, str]) -> Q:
    """What follows the place that the address names; all where it names none."""
    after, chapter = _number(query.get("after", "")), _number(query.get("chapter", ""))
    if after is not None:
        when = told.filter(pk=after).values_list("timestamp", flat=True).first()
        if when is not None:
            return Q(timestamp__gt=when) | Q(timestamp=when, pk__gt=after)
    if chapter is not None and 1 < chapter <= len(contents):
        when, first = contents[chapter - 1].begins
        return Q(timestamp__gt=when) | Q(timestamp=when, pk__gte=first)
    return Q()


def _people(viewpoint: Viewpoint, told: QuerySet[AuditEntry]) -> list[Person]:
    """Those who did what is told with their names, by name, each once under the name he has in the trail."""
    if not viewpoint.takes_part:
        return []
    rows = told.filter(viewpoint.named).order_by("actor_label").values_list("actor", "actor_label").distinct()
    people: dict[str, Person] = {}
    for actor, label in rows[:PEOPLE_SHOWN]:
        value = str(actor) if actor else f"{BY}{label}"
        people.setdefault(value, Person(value, label))
    return list(people.values())


def _kinds(viewpoint: Viewpoint) -> list[tuple[str, str]]:
    if not viewpoint.takes_part:
        return []
    return [(kind.value, kind.label) for kind in Kind if kind != Kind.USE or viewpoint.is_administrator]


def _number(text: str) -> int | None:
    """A key that the database can hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None  # noqa: PLR2004 - of 64 bits

"""What a line of the tables says: one request, and how it is answered to each role."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from tests.api.routes import METHODS, Route
from tests.api.world import CLIENTS, PEOPLE, ROLES, STRANGERS, World

ADMINISTRATOR = frozenset({"administrator"})
REVIEWERS = frozenset({"approver", "recusing approver"})
HOME_PILOTS = frozenset({"uploader", "colleague"})
ALL_PILOTS = HOME_PILOTS | {"pilot elsewhere"}
PROGRAMS = frozenset(CLIENTS)
EVERYBODY = frozenset({*PEOPLE, *CLIENTS})
READING_PROGRAMS = frozenset({"client", "rules client", "client elsewhere"})
# Programs that may not read rules at all.
UNSCOPED = PROGRAMS - READING_PROGRAMS
HOME_READERS = frozenset({"client", "rules client"})

# Who sees which contract.
SEES: dict[str, frozenset[str]] = {
    "draft": frozenset({"uploader"}) | ADMINISTRATOR,
    "in review": frozenset({"uploader"}) | REVIEWERS | ADMINISTRATOR,
    "own in review": REVIEWERS | ADMINISTRATOR,
    "ready": REVIEWERS | ADMINISTRATOR,
    "approved": REVIEWERS | ADMINISTRATOR,
    "withdrawn": frozenset({"uploader"}) | REVIEWERS | ADMINISTRATOR,
    "active": HOME_PILOTS | REVIEWERS | ADMINISTRATOR | HOME_READERS,
    "retired": HOME_PILOTS | REVIEWERS | ADMINISTRATOR | HOME_READERS,
    "active elsewhere": ADMINISTRATOR | {"pilot elsewhere", "approver elsewhere", "client elsewhere"},
}

# What is sent, or what makes it of the world.
Body = Callable[[World], Any] | dict[str, Any]
# Of each parameter a value that names nothing.
UNKNOWN = {"code": "NIL", "pilot_id": "P-NOBODY", "rule_id": UUID(int=117)}


def answers(otherwise: int, by_status: Mapping[int, Collection[str]], *, strangers: int = 401) -> dict[str, int]:
    """A status for every role: `strangers` for whom no token lets in, `otherwise` for whoever is not named."""
    told = {role: strangers if role in STRANGERS else otherwise for role in ROLES}
    for status, roles in by_status.items():
        assert set(roles) <= set(ROLES), roles
        told |= dict.fromkeys(roles, status)
    return told


def of_readers(may: Collection[str], status: int = 200) -> dict[str, int]:
    """What programs read with `rules:read`: not found for whoever may not know of it."""
    return answers(404, {403: UNSCOPED, status: may})


def of_people(sees: Collection[str], by_status: Mapping[int, Collection[str]]) -> dict[str, int]:
    """What people do alone: refused to those who see the thing and may not, not found for whom it is not there."""
    return answers(404, {403: PROGRAMS | frozenset(sees), **by_status})


@dataclass(frozen=True)
class Line:
    """One request on one thing. `at` names the things of the address, `told` the status for each role.

    `writes` is whether the allowed ones change a row: all but reading ones do unless it is said. The refusal of `noted` roles
    is written down for those who guard the product, with `guards_own` that of whoever tries to decide on what is his own.
    Those who `knows` may know of the first thing of the address, if not of what they ask of it.
    """

    name: str
    method: str
    told: Mapping[str, int]
    at: Mapping[str, str] = field(default_factory=dict)
    body: Body | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    format: str = "json"
    writes: bool = True
    noted: Collection[str] = ()
    guards_own: bool = False
    knows: Collection[str] = ()

    def __post_init__(self) -> None:
        assert self.method in METHODS
        assert set(self.told) == set(ROLES)
        object.__setattr__(self, "writes", self.writes and self.method != "get")

    @property
    def route(self) -> Route:
        return self.name, self.method

    def __str__(self) -> str:
        return " ".join([self.name, self.method, *self.at.values(), *self.query.values()])

    def address(self, world: World, *, of_nothing: bool = False) -> str:
        """Of the things that it names, or `of_nothing`: of one that does not exist in place of the first."""
        values = {name: _value(world, thing) for name, thing in self.at.items()}
        if of_nothing:
            first = next(iter(values))
            values[first] = UNKNOWN.get(first, UUID(int=117))
        return reverse(self.name, kwargs=values)

    def sent(self, world: World, role: str, *, to_nothing: bool = False) -> Any:
        """The answer."""
        address, client = self.address(world, of_nothing=to_nothing), world.calling(role)
        if self.query:
            address = f"{address}?{urlencode(self.query)}"
        if self.method == "get":
            return client.get(address)
        if self.body is None:
            return getattr(client, self.method)(address)
        body = self.body(world) if callable(self.body) else self.body
        return getattr(client, self.method)(address, body, format=self.format)


def _value(world: World, thing: str) -> Any:
    found = world.things.get(thing, thing)
    return getattr(found, "pk", found)


def content(response: Any) -> bytes:
    """All bytes of an answer, those of a file too."""
    return b"".join(response.streaming_content) if response.streaming else response.content

"""What a line of the admin's tables says: an address, and how it answers each whom the admin lets in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from tests.api.world import World

Told = tuple[int, int, int, int]  # as `scene.INSIDE`

NOBODY: Told = (403, 403, 403, 403)
ADMINISTRATOR: Told = (403, 403, 403, 200)
EVERYBODY: Told = (200, 200, 200, 200)


@dataclass(frozen=True)
class Line:
    """One request on one thing. `at` names the things of the address; a rule is that of the contract.

    `body` is what is sent, or what makes it of the world. Whoever is outside is sent to sign in, unless `outside` says how else
    he is answered or led. 0 in `told`: not asked here.
    """

    name: str
    method: str
    told: Told
    at: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] | Callable[[World], Mapping[str, Any]] = field(default_factory=dict)
    query: str = ""
    outside: int = 302
    outside_to: str = "login"

    def __str__(self) -> str:
        return " ".join([self.name, self.method, *map(str, self.at.values())])

    def address(self, world: World) -> str:
        """Of the things that it names."""
        values = {name: self._value(world, name, value) for name, value in self.at.items()}
        return reverse(f"admin:{self.name}", kwargs=values) + self.query

    def _value(self, world: World, name: str, value: Any) -> Any:
        if name == "rule_id":
            return world.things[self.at["contract_id"]].rules.order_by("position")[0].pk
        found = world.things.get(value, value) if name.endswith("_id") else value
        return getattr(found, "pk", found)


@dataclass(frozen=True)
class Pages:
    """The five pages of a model in the admin: who looks at the list and at `thing`, who adds, changes and deletes.

    Writing is what is posted; `change` and `deleted` are what is answered then. `history` is as `look` unless it is said.
    """

    label: str
    thing: str
    listed: Told = ADMINISTRATOR
    look: Told = ADMINISTRATOR
    add: Told = NOBODY
    change: Told = NOBODY
    history: Told | None = None
    delete: Told = NOBODY
    deleted: Told = NOBODY

    def lines(self) -> list[Line]:
        """Each page, asked and posted to."""
        base, at = self.label.replace(".", "_"), {"object_id": self.thing}
        return [
            Line(f"{base}_changelist", "get", self.listed),
            Line(
                f"{base}_changelist", "post", self.listed, body={"action": "delete_selected", "_selected_action": "1"}
            ),
            Line(f"{base}_add", "get", self.add),
            Line(f"{base}_add", "post", self.add),
            Line(f"{base}_change", "get", self.look, at),
            Line(f"{base}_change", "post", self.change, at),
            Line(f"{base}_history", "get", self.history or self.look, at),
            Line(f"{base}_delete", "get", self.delete, at),
            Line(f"{base}_delete", "post", self.deleted, at, body={"post": "yes"}),
        ]

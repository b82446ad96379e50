"""The rules that bind a pilot or an airline's pilots on a day, parsed once for as long as they stay the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from accounts.models import Airline
from contracts.predicates import PilotFacts, judged_rules
from contracts.publication.entity_tags import entity_tag
from contracts.publication.lookup import PublishedContract, in_force, published_texts
from contracts.publication.memory import Memory
from contracts.validation.answers import Binding, JudgedRules
from pilots.models import Pilot

# Part of every tag: raised when the same rules would be judged or packed otherwise than before.
SHAPE = "1"
Bodies = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class BindingRules:
    """What is in force, without the rules themselves. `contracts` begins with the principal one."""

    airline: Airline
    contract: PublishedContract | None
    supplements: tuple[PublishedContract, ...]
    regulations_hash: str

    @property
    def contracts(self) -> list[PublishedContract]:
        """All whose rules bind, in their order."""
        return [*([self.contract] if self.contract else []), *self.supplements]

    @property
    def tag(self) -> str:
        """The entity tag of these rules: the same for every pilot whom they bind."""
        parts = [f"{part.contract_id} {part.contract_type} {part.content_hash}" for part in self.contracts]
        return entity_tag([SHAPE, self.airline.code, *parts, self.regulations_hash])

    @property
    def contract_version(self) -> str | None:
        """The principal contract's."""
        version = None if self.contract is None else orjson.loads(self.contract.header)["contract_version"]
        return None if version is None else str(version)


_bodies: Memory[Bodies] = Memory(32)
_judged: Memory[JudgedRules] = Memory(64)


def forget() -> None:
    """What this process remembers of rules."""
    _bodies.forget()
    _judged.forget()


def binding_rules(airline: Airline, *, day: date, pilot: Pilot | None = None) -> BindingRules:
    """What is in force at the airline on `day`, or binds the pilot; one query."""
    contract, supplements, regulations_hash = in_force(airline.pk, day=day, pilot_id=pilot.pk if pilot else None)
    return BindingRules(airline, contract, supplements, regulations_hash)


def bodies_of(found: BindingRules) -> Bodies | None:
    """The rules as the API gives them, contracts' before the law's; None when they were published anew since.

    No query where this process has read them before, one where not.
    """
    known = _bodies.get(found.tag)
    if known is not None:
        return known
    texts = published_texts(found.contracts)
    expected: dict[Any, str] = {part.contract_id: part.content_hash for part in found.contracts}
    if found.regulations_hash:
        expected[None] = found.regulations_hash
    if {key: content_hash for key, (content_hash, _) in texts.items()} != expected:
        return None
    return _bodies.keep(found.tag, [rule for key in expected for rule in orjson.loads(texts[key][1])])


def pilot_binding(pilot: Pilot, *, day: date) -> Binding:
    """What the pilot is judged by. Two queries, one where this process knows the rules; more only if they are published
    anew between them.
    """
    while True:
        found = binding_rules(pilot.airline, day=day, pilot=pilot)
        bodies = bodies_of(found)
        if bodies is not None:
            break
    return Binding(
        pilot_id=pilot.pilot_id,
        airline=pilot.airline.code,
        contract_version=found.contract_version,
        etag=found.tag,
        judged=judged_of(found.tag, bodies),
        facts=PilotFacts(seat=pilot.seat, base=pilot.base or None, equipment=frozenset(pilot.equipment)),
    )


def judged_of(tag: str, bodies: Bodies) -> JudgedRules:
    """What the rules of that tag test."""
    return _judged.known(tag, lambda: JudgedRules(judged_rules(bodies)))

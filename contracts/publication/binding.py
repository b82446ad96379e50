"""The rules that bind a pilot or an airline's pilots on a day, parsed once for as long as they stay the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from accounts.models import Airline
from contracts.predicates import PilotFacts, judged_rules
from contracts.publication.counting import Measure, uses
from contracts.publication.entity_tags import entity_tag
from contracts.publication.in_force import ContractInForce, InForce, Wording, in_force_at, wordings
from contracts.publication.memory import Memory
from contracts.validation.answers import Binding, JudgedRules
from pilots.models import Pilot

# Part of every tag: raised when the same rules would be judged or packed otherwise than before.
SHAPE = "1"
Bodies = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class BindingRules:
    """What is in force, without the rules themselves; `said` has them already where a view was behind.

    `hashes` are those of the contracts, the principal one first, and of the law.
    """

    airline: Airline
    in_force: InForce
    hashes: tuple[str, ...]
    said: Sequence[Wording] | None

    @property
    def contract(self) -> ContractInForce | None:
        """The principal one."""
        return self.in_force.contract

    @property
    def header(self) -> dict[str, Any] | None:
        """The principal contract's prepared members; None without one."""
        if self.contract is None:
            return None
        header = self.said[0].header if self.said is not None else self.contract.header
        return dict(orjson.loads(header or "{}"))

    @property
    def tag(self) -> str:
        """The entity tag of these rules: the same for every pilot whom they bind."""
        *said, law = self.hashes
        contracts = zip(self.in_force.contracts, said, strict=True)
        parts = [f"{part.contract_id} {part.contract_type} {content_hash}" for part, content_hash in contracts]
        return entity_tag([SHAPE, self.airline.code, *parts, law])

    @property
    def contract_version(self) -> str | None:
        """The principal contract's."""
        header = self.header
        return None if header is None else str(header["contract_version"])


_bodies: Memory[Bodies] = Memory(32)
_judged: Memory[JudgedRules] = Memory(64)


def forget() -> None:
    """What this process remembers of rules."""
    _bodies.forget()
    _judged.forget()


def binding_rules(airline: Airline, *, day: date, pilot: Pilot | None = None) -> BindingRules:
    """What is in force at the airline on `day`, or binds the pilot; one query, more while a view is behind."""
    while True:
        found = in_force_at(airline_id=airline.pk, day=day, pilot_id=pilot.pk if pilot else None)
        said = wordings(found) if found.hashes is None else None
        hashes = [wording.content_hash for wording in said] if said is not None else found.hashes
        if hashes is not None:
            return BindingRules(airline, found, tuple(hashes), said)


def bodies_of(found: BindingRules) -> Bodies | None:
    """The rules as the API gives them, contracts' before the law's; None when they were published anew since.

    No query where this process or Redis has them, one where not.
    """
    known = _bodies.get(found.tag)
    if known is not None:
        return known
    said = found.said if found.said is not None else wordings(found.in_force)
    if said is None:
        return None
    return _bodies.keep(found.tag, [rule for wording in said for rule in orjson.loads(wording.text.rules)])


def pilot_binding(pilot: Pilot, *, day: date) -> Binding:
    """What the pilot is judged by, counted as a use of his contracts. Two queries, one where this process knows the rules;
    more only if they are published anew between them.
    """
    while True:
        found = binding_rules(pilot.airline, day=day, pilot=pilot)
        bodies = bodies_of(found)
        if bodies is not None:
            break
    uses.add(Measure.VALIDATIONS, [part.contract_id for part in found.in_force.contracts], day)
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

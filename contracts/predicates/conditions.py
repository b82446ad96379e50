"""When a rule applies: to whom, and under which words. What the words mean only people know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Reach(StrEnum):
    """Whether a rule applies in a case. Where that is not known, a kept limit is kept and a broken one unknown."""

    APPLIES = "applies"
    DOES_NOT = "does_not"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class PilotFacts:
    """What is known of the pilot; None or empty where it is not."""

    seat: str | None = None
    base: str | None = None
    equipment: frozenset[str] = frozenset()


_ALL_OPERATIONS = frozenset({"domestic", "international"})


@dataclass(frozen=True, slots=True)
class Conditions:
    """`audience` is the rule's `applies_to`; `words` are conditions and exceptions in the contract's own words."""

    audience: tuple[tuple[str, frozenset[str]], ...] = ()
    words: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the rule applies to everybody, always."""
        return not self.audience and not self.words

    def reach(self, facts: PilotFacts) -> Reach:
        """Whether the rule applies to the pilot."""
        reaches = {_reach_of(name, named, facts) for name, named in self.audience}
        if Reach.DOES_NOT in reaches:
            return Reach.DOES_NOT
        return Reach.NOT_KNOWN if self.words or Reach.NOT_KNOWN in reaches else Reach.APPLIES

    def told(self) -> str:
        """As in "it applies to status reserve; it has an exception: except in an emergency"."""
        groups = [f"it applies to {name} {', '.join(sorted(named))}" for name, named in self.audience]
        return "; ".join([*groups, *self.words])


def conditions_of(applies_to: Mapping[str, Any], words: Sequence[str]) -> Conditions:
    """Of a rule's members; an audience that leaves nobody out is none."""
    audience = []
    for name, value in sorted(applies_to.items()):
        named = frozenset(str(one) for one in (value if isinstance(value, list) else [value]))
        if named and not _is_everybody(name, named):
            audience.append((name, named))
    return Conditions(tuple(audience), tuple(words))


def _is_everybody(name: str, named: frozenset[str]) -> bool:
    return (name == "seat" and named >= {"captain", "first_officer"}) or (
        name == "operation" and named >= _ALL_OPERATIONS
    )


def _reach_of(name: str, named: frozenset[str], facts: PilotFacts) -> Reach:
    """Seats and bases are codes, and tell who is left out; of fleets, whose names vary, only the same name is sure."""
    if name in {"seat", "base"}:
        own = facts.seat if name == "seat" else facts.base
        if own is None:
            return Reach.NOT_KNOWN
        return Reach.APPLIES if own in named else Reach.DOES_NOT
    if name == "fleet" and facts.equipment and facts.equipment <= named:
        return Reach.APPLIES
    return Reach.NOT_KNOWN

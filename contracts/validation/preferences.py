"""A pilot's preferences, in VectorBid's PreferenceSchema: what of them can be checked, and what is only passed over."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracts.predicates import PilotFacts
from regulations.far117.faults import FaultCode
from regulations.far117.members import (
    MemberFault,
    Members,
    array,
    boolean,
    day,
    known_station,
    mapping,
    text,
)
from regulations.far117.stations import Station

_PREFERENCES = frozenset(
    {
        "pilot_id",
        "airline",
        "base",
        "seat",
        "equip",
        "hard_constraints",
        "soft_prefs",
        "weights_version",
        "confidence",
        "source",
    }
)
_HARD = frozenset({"days_off", "no_red_eyes", "max_duty_hours_per_day", "legalities"})
_SEATS = {"CA": "captain", "FO": "first_officer", "captain": "captain", "first_officer": "first_officer"}
KNOWN_LEGALITIES = frozenset({"FAR117"})
_MINUTES_PER_HOUR = 60
_MOST_HOURS = 24 * 31


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the pilot wants kept; `days_off` are local days, `soft` the names of wishes that nothing here weighs."""

    pilot_id: str | None = None
    airline: str | None = None
    base: Station | None = None
    seat: str | None = None
    equipment: frozenset[str] = frozenset()
    days_off: tuple[int, ...] = ()
    no_red_eyes: bool = False
    duty_minutes: int | None = None
    legalities: tuple[str, ...] = ()
    soft: tuple[str, ...] = ()

    def facts(self, known: PilotFacts) -> PilotFacts:
        """What they say of the pilot, else what is known of him."""
        return PilotFacts(
            seat=self.seat or known.seat,
            base=self.base.code if self.base else known.base,
            equipment=self.equipment or known.equipment,
        )


def read_preferences(members: Members) -> Preferences:
    """The preferences; each fault is noted."""
    members.only(_PREFERENCES)
    soft = members.optional("soft_prefs", mapping) or {}
    return Preferences(
        pilot_id=members.optional("pilot_id", text),
        airline=members.optional("airline", text),
        base=members.optional("base", known_station),
        seat=members.optional("seat", _seat),
        equipment=frozenset(members.optional("equip", _texts) or ()),
        soft=tuple(sorted(str(name) for name, wish in soft.items() if wish is not None)),
        **_hard(members.object("hard_constraints")),
    )


def _hard(hard: Members | None) -> dict[str, Any]:
    if hard is None:
        return {}
    hard.only(_HARD)
    return {
        "days_off": tuple(hard.optional("days_off", _days) or ()),
        "no_red_eyes": hard.optional("no_red_eyes", boolean) or False,
        "duty_minutes": hard.optional("max_duty_hours_per_day", _hours),
        "legalities": tuple(hard.optional("legalities", _texts) or ()),
    }


def _seat(value: Any) -> str:
    seat = _SEATS.get(text(value))
    if seat is None:
        raise MemberFault(FaultCode.INVALID, "One of CA, FO is expected.")
    return seat


def _texts(value: Any) -> Sequence[str]:
    return [text(one) for one in array(value)]


def _days(value: Any) -> Sequence[int]:
    return [day(one) for one in array(value)]


def _hours(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MemberFault(FaultCode.WRONG_TYPE, "A number of hours is expected.")
    if not 0 < value <= _MOST_HOURS:
        raise MemberFault(FaultCode.OUT_OF_RANGE, f"Hours above 0, at most {_MOST_HOURS}, are expected.")
    return int(value * _MINUTES_PER_HOUR)

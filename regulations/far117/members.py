"""Taking the members out of a JSON object: each value is read strictly, each fault is noted where it stands."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from regulations.far117.clock import SECONDS_PER_MINUTE
from regulations.far117.faults import DocumentFault, FaultCode
from regulations.far117.stations import Station, station

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

# Before 1980 some zones did not keep whole minutes; after 2199 nobody knows any zone.
FIRST_YEAR, LAST_YEAR = 1980, 2199
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_INSTANT = re.compile(_DATE + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?\Z")
_DAY = re.compile(_DATE + r"\Z")


class MemberFault(Exception):
    """A value that cannot be what its member should be."""

    def __init__(self, code: FaultCode, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class Faults:
    """The faults found so far: one a place, the first that was found there."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: dict[str, DocumentFault] = {}

    def __len__(self) -> int:
        return len(self._found)

    def add(self, pointer: str, code: FaultCode, detail: str) -> None:
        self._found.setdefault(pointer, DocumentFault(pointer=pointer, code=code, detail=detail))

    def all(self) -> tuple[DocumentFault, ...]:
        """In the order of finding."""
        return tuple(self._found.values())


class Members:
    """One JSON object. What cannot be read is noted in `faults` and read as None."""

    __slots__ = ("_values", "faults", "pointer")

    def __init__(self, values: Mapping[str, Any], *, pointer: str, faults: Faults) -> None:
        self._values = values
        self.faults = faults
        self.pointer = pointer

    def __contains__(self, name: str) -> bool:
        """Whether the member is there and not null."""
        return self._values.get(name) is not None

    def only(self, known: frozenset[str]) -> None:
        """Note every other member as unknown."""
        if not self._values.keys() <= known:
            for name in self._values:
                if name not in known:
                    self.fault(name, FaultCode.UNKNOWN_FIELD, "Unknown field.")

    def fault(self, name: str, code: FaultCode, detail: str) -> None:
        """Note a fault of a member; of the object as a whole where `name` is empty."""
        self.faults.add(f"{self.pointer}/{escaped(name)}" if name else self.pointer, code, detail)

    def required(self, name: str, read: Callable[[Any], T]) -> T | None:
        """The member's value, None where it is missing or faulty."""
        if name not in self._values:
            self.fault(name, FaultCode.REQUIRED, "This field is required.")
            return None
        return self._read(name, read)

    def optional(self, name: str, read: Callable[[Any], T]) -> T | None:
        """The member's value, None where it is missing, null or faulty."""
        return None if self._values.get(name) is None else self._read(name, read)

    def _read(self, name: str, read: Callable[[Any], T]) -> T | None:
        try:
            return read(self._values[name])
        except MemberFault as fault:
            self.fault(name, fault.code, fault.detail)
            return None

    def object(self, name: str) -> "Members | None":
        """An optional member that is an object itself."""
        values = self.optional(name, mapping)
        return None if values is None else Members(values, pointer=f"{self.pointer}/{name}", faults=self.faults)

    def objects(self, name: str, values: Sequence[Any]) -> "Iterator[Members | None]":
        """The elements of the list `name` that are objects themselves; None for each that is not."""
        for index, value in enumerate(values):
            pointer = f"{self.pointer}/{name}/{index}"
            if isinstance(value, Mapping):
                yield Members(value, pointer=pointer, faults=self.faults)
            else:
                self.faults.add(pointer, FaultCode.WRONG_TYPE, "An object is expected.")
                yield None


def escaped(name: str) -> str:
    """A member's name in a JSON Pointer (RFC 6901)."""
    return str(name).replace("~", "~0").replace("/", "~1")


def mapping(value: Any) -> Mapping[str, Any]:
    """An object."""
    if not isinstance(value, Mapping):
        raise MemberFault(FaultCode.WRONG_TYPE, "An object is expected.")
    return value


def array(value: Any) -> Sequence[Any]:
    """A list."""
    if not isinstance(value, list | tuple):
        raise MemberFault(FaultCode.WRONG_TYPE, "A list is expected.")
    return value


def text(value: Any) -> str:
    """A string."""
    if not isinstance(value, str):
        raise MemberFault(FaultCode.WRONG_TYPE, "A string is expected.")
    return value


def text_or_number(value: Any) -> str | int:
    """A string or a whole number: ids and flight numbers."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise MemberFault(FaultCode.WRONG_TYPE, "A string or a whole number is expected.")
    return value


def boolean(value: Any) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise MemberFault(FaultCode.WRONG_TYPE, "true or false is expected.")
    return value


def whole_number(value: Any) -> int:
    """A whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise MemberFault(FaultCode.WRONG_TYPE, "A whole number is expected.")
    return value


def minutes(value: Any) -> int:
    """Whole minutes, none or more."""
    amount = whole_number(value)
    if amount < 0:
        raise MemberFault(FaultCode.OUT_OF_RANGE, "Minutes cannot be negative.")
    return amount


def one_of(allowed: Sequence[int], value: Any) -> int:
    """One of the whole numbers."""
    number = whole_number(value)
    if number not in allowed:
        raise MemberFault(FaultCode.INVALID, f"One of {', '.join(map(str, allowed))} is expected.")
    return number


def word_of(words: type[E], value: Any) -> E:
    """One of the words."""
    try:
        return words(text(value))
    except ValueError:
        raise MemberFault(FaultCode.INVALID, f"One of {', '.join(words)} is expected.") from None


def known_station(value: Any) -> Station:
    """An IATA or ICAO code."""
    found = station(text(value))
    if found is None:
        raise MemberFault(
            FaultCode.UNKNOWN_STATION,
            "No station has this code: three letters (IATA) or four characters (ICAO), in capitals.",
        )
    return found


def instant(value: Any) -> int:
    """ISO 8601 with an offset or `Z`, whole minutes; as minutes since 1970-01-01T00:00Z."""
    match = _INSTANT.match(text(value))
    if match is None:
        raise MemberFault(FaultCode.INVALID, "An instant is expected, such as 2026-02-02T07:00-05:00.")
    if match[3] is None:
        raise MemberFault(FaultCode.NAIVE_INSTANT, "The instant lacks its offset from UTC, such as -05:00 or Z.")
    try:
        moment = datetime.fromisoformat(value)
        seconds = moment.timestamp()
    except (ValueError, OverflowError):
        raise MemberFault(FaultCode.INVALID, "There is no such date or time.") from None
    if seconds % SECONDS_PER_MINUTE:
        raise MemberFault(FaultCode.SUB_MINUTE, "Instants are whole minutes.")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise MemberFault(FaultCode.OUT_OF_RANGE, f"Years from {FIRST_YEAR} to {LAST_YEAR} can be judged.")
    return int(seconds) // SECONDS_PER_MINUTE


def day(value: Any) -> int:
    """A date, `YYYY-MM-DD`; as its ordinal."""
    if not _DAY.match(text(value)):
        raise MemberFault(FaultCode.INVALID, "A date is expected, such as 2026-02-01.")
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise MemberFault(FaultCode.INVALID, "There is no such date.") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise MemberFault(FaultCode.OUT_OF_RANGE, f"Years from {FIRST_YEAR} to {LAST_YEAR} can be judged.")
    return found.toordinal()

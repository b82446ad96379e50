"""What a cell of a CSV roster says, as the schedule document has it. Times without an offset are on a station's clock."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from regulations.far117.clock import MINUTES_PER_HOUR
from regulations.far117.members import FIRST_YEAR, LAST_YEAR
from regulations.far117.stations import Station

_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{1,2}):([0-9]{2})(:[0-9]{2})?\s*(Z|[+-][0-9]{2}:?[0-9]{2})?\Z"
)
_LENGTH = re.compile(r"([0-9]+)(?::([0-5][0-9]))?\Z")
_WHOLE = re.compile(r"[0-9]{1,9}\Z")
NO_OFFSET = timedelta()
YES, NO = frozenset({"yes", "true"}), frozenset({"no", "false"})

Cell = Callable[[str], object]


class CellError(ValueError):
    """The cell cannot be read; the message says what it should be."""


class ClockUnknownError(ValueError):
    """A time without an offset, at a station that is not known. The station has the fault, not the time."""


def as_written(cell: str) -> str:
    """Codes, names and dates: the document's reader judges them."""
    return cell


def word(cell: str) -> str:
    """A word of the format, in whatever case."""
    return cell.lower()


def code(cell: str) -> str:
    """A station's code, in whatever case."""
    return cell.upper()


def whole_number(cell: str) -> int:
    """Such as the number of pilots."""
    if not _WHOLE.match(cell):
        raise CellError("Write a whole number.")
    return int(cell)


def minutes(cell: str) -> int:
    """ "510" and "8:30" are 510 minutes."""
    match = _LENGTH.match(cell)
    if match is None or len(match[1]) > len("000000"):
        raise CellError("Write minutes, such as 510, or hours and minutes, such as 8:30.")
    return int(match[1]) if match[2] is None else int(match[1]) * MINUTES_PER_HOUR + int(match[2])


def yes_or_no(cell: str) -> bool:
    """yes, no, true, false."""
    if cell.lower() in YES | NO:
        return cell.lower() in YES
    raise CellError("Write yes or no.")


def time_at(place: Station | None) -> Callable[[str], str]:
    """Reads a time that is on that station's clock unless it has its own offset; None where the station is unknown.

    A time that the clock shows twice or never is refused: to take either would be a guess.
    """

    def read(cell: str) -> str:
        match = _TIME.match(cell)
        if match is None:
            raise CellError(
                "Write the time as 2026-02-02 07:00, with an offset such as -05:00 or Z if it is not local."
            )
        day, hour, minute, seconds, offset = match.groups()
        text = f"{day}T{int(hour):02d}:{minute}{seconds if seconds and seconds != ':00' else ''}"
        if offset is not None:
            return text + (offset if len(offset) != len("+0000") else f"{offset[:3]}:{offset[3:]}")
        return _with_offset(text, place)

    return read


def _with_offset(text: str, place: Station | None) -> str:
    try:
        naive = datetime.fromisoformat(text)
    except ValueError:
        raise CellError("There is no such date or time.") from None
    if not FIRST_YEAR <= naive.year <= LAST_YEAR:
        raise CellError(f"Years from {FIRST_YEAR} to {LAST_YEAR} can be judged.")
    if place is None:
        raise ClockUnknownError
    first, second = (naive.replace(tzinfo=ZoneInfo(place.zone), fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.isoformat()
    where, offsets = f"That night the clock at {place.code}", (first.isoformat()[-6:], second.isoformat()[-6:])
    if (first.utcoffset() or NO_OFFSET) > (second.utcoffset() or NO_OFFSET):
        raise CellError(f"{where} shows this time twice: add the offset, {offsets[0]} or {offsets[1]}.")
    raise CellError(f"{where} went forward over this time: it never showed it.")

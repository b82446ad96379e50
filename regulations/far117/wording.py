"""Words that several explanations share."""

from regulations.far117.clock import LocalClock, duration_text
from regulations.far117.periods import Period


def start_text(period: Period) -> str:
    """ "report 06:10 at IAH"; with the clock that enters the tables, where it is another."""
    clock, station = period.theater.clock, period.theater.station
    what = "report" if period.start == period.item.report else "start"
    text = f"{what} {station.clock.text(period.start)} at {station.code}"
    if clock.text(period.start) != station.clock.text(period.start):
        text += f", {clock.text(period.start)} on the clock of {clock.zone}"
    return text


def crew_text(period: Period) -> str:
    """ "2 segments", or "3 pilots, class 1 rest facility"; says where 30 minutes are off."""
    if period.augmented:
        text = f"{period.item.pilots} pilots, class {period.item.rest_facility} rest facility"
    else:
        text = count_text(max(len(period.operated), 1), "segment")
    return text if period.theater.acclimated else f"{text}, 30 min less: not acclimated"


def limit_text(period: Period) -> str:
    """ "Table B, report 06:10 at IAH, 2 segments"."""
    return f"Table {'C' if period.augmented else 'B'}, {start_text(period)}, {crew_text(period)}"


def count_text(count: int, noun: str) -> str:
    """ "1 segment", "2 segments"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def moment_text(instant: int, clock: LocalClock) -> str:
    """ "2026-02-03 06:10 (America/Chicago)"."""
    return f"{clock.date_text(instant)} {clock.text(instant)} ({clock.zone})"


def span_text(start: int, end: int, clock: LocalClock) -> str:
    """A stretch of time with its length."""
    return f"{duration_text(end - start)} from {moment_text(start, clock)}"

"""What a judgement rests on that the document did not say."""

from collections.abc import Iterator

from regulations.far117.schedule import FlightDutyPeriod, Schedule, ShortCall, TheaterClock
from regulations.far117.tables import MINIMUM_CREW
from regulations.far117.theater import start_station


def assumptions(schedule: Schedule) -> list[str]:
    """Sentences, in a fixed order."""
    return [*_beginning(schedule), *_history(schedule), *_rests(schedule)]


def _beginning(schedule: Schedule) -> Iterator[str]:
    if "acclimated_at" not in schedule.given:
        yield f"Before the first item the pilot is acclimated to the theater of {schedule.acclimated_at.code}, his home base."
    if "position" not in schedule.given and start_station(schedule.items[0]) is None:
        yield f"The first item begins at {schedule.position.code}, his home base, as it names no station."
    if schedule.theater_clock is TheaterClock.ANCHOR:
        yield "While he is acclimated, the tables are entered by the clock of the station that he is acclimated to."
    else:
        yield "While he is acclimated, the tables are entered by the clock of the station of report."


def _history(schedule: Schedule) -> Iterator[str]:
    if not schedule.history:
        yield "Before the first item there was neither flight time nor FDP, and all of that time was free."
        return
    yield (
        "Before the first item there was only what the history says. A day of it counts whole in every window of hours "
        "that it touches; other days were free."
    )


def _rests(schedule: Schedule) -> Iterator[str]:
    yield "Time without an item is rest, free of all duty; what the items say happened so."
    duties = [item for item in schedule.items if isinstance(item, FlightDutyPeriod)]
    if any(
        item.sleep_opportunity_minutes is None
        for item in schedule.items
        if isinstance(item, FlightDutyPeriod | ShortCall)
    ):
        yield "A rest gives eight uninterrupted hours of sleep opportunity where nothing else is said."
    if any(item.pilots == MINIMUM_CREW for item in duties):
        yield "Two pilots are the minimum crew of the aircraft."
    if any(item.extension is not None for item in duties):
        yield (
            "Each extension is for unforeseen operational circumstances, and the pilot in command concurs "
            "(117.19(a)(1), (b)(1))."
        )

"""What a rest inside an FDP must be to count as split duty (117.15) or against consecutive nights (117.27)."""

from dataclasses import dataclass

from regulations.far117.clock import LocalClock, clock_text, duration_text
from regulations.far117.figures import Figures
from regulations.far117.schedule import FlightDutyPeriod, Segment, SplitRest
from regulations.far117.stations import Station
from regulations.far117.tables import MINIMUM_CREW


@dataclass(frozen=True, slots=True)
class SplitDuty:
    """A rest inside an FDP. `failed` says what keeps it from being taken off; `counts_at_night` is 117.27's view."""

    rest: SplitRest
    failed: tuple[str, ...]
    counts_at_night: bool

    @property
    def granted_minutes(self) -> int:
        """What is not FDP of it."""
        return 0 if self.failed else self.rest.minutes


def assess_split_rest(
    duty: FlightDutyPeriod, *, fdp_start: int, fdp_end: int, arrived_at: Station, law: Figures
) -> SplitDuty | None:
    """The rest inside the period, against 117.15; None where there is none.

    Args:
        arrived_at: where the pilot was at the start of the period.
    """
    rest = duty.split_rest
    if rest is None:
        return None
    operated = [segment for segment in duty.segments if not segment.deadhead]
    place = _place_of_rest(duty.segments, rest, arrived_at)
    earliest, latest = clock_text(law.split_earliest_minute), clock_text(law.split_latest_minute)
    combined = duration_text(law.split_combined_minutes)
    shared = {
        "the rest is in a suitable accommodation": rest.suitable_accommodation,
        f"the rest lies between {earliest} and {latest} at its place": _at_night(rest, place.clock, law),
        "the rest was scheduled before the flight duty period began": rest.scheduled_minutes is not None,
        "the rest is as long as scheduled": rest.scheduled_minutes is None or rest.minutes >= rest.scheduled_minutes,
        "the first segment was flown before the rest": bool(operated) and rest.start >= operated[0].in_,
        "the rest is during the flight duty period": rest.end <= fdp_end,
    }
    alone = {
        "the crew has two pilots": duty.pilots == MINIMUM_CREW,
        f"the rest is at least {duration_text(law.split_minutes)}": rest.minutes >= law.split_minutes,
        f"flight duty period and rest together are at most {combined}": fdp_end - fdp_start
        <= law.split_combined_minutes,
    }
    return SplitDuty(
        rest=rest,
        failed=tuple(condition for condition, holds in {**shared, **alone}.items() if not holds),
        counts_at_night=all(shared.values()) and rest.minutes >= law.night_rest_minutes,
    )


def _place_of_rest(segments: tuple[Segment, ...], rest: SplitRest, arrived_at: Station) -> Station:
    """The station last arrived at."""
    arrivals = [segment.destination for segment in segments if segment.in_ <= rest.start]
    return arrivals[-1] if arrivals else arrived_at


def _at_night(rest: SplitRest, clock: LocalClock, law: Figures) -> bool:
    """Both ends within one 22:00-05:00 on that clock."""
    today = clock.day(rest.start)
    return any(
        clock.instant(day, law.split_earliest_minute) <= rest.start
        and rest.end <= clock.instant(day + 1, law.split_latest_minute)
        for day in (today - 1, today)
    )

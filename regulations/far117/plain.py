"""Schedules of which every check is sure to say nothing, seen at a glance: most trips of a bid package, by the thousand."""

import itertools
from collections.abc import Sequence

from regulations.far117.figures import Figures
from regulations.far117.limits import duty_period_limit, flight_time_limit
from regulations.far117.schedule import FlightDutyPeriod, Schedule, TheaterClock
from regulations.far117.stations import degrees_apart
from regulations.far117.tables import MINIMUM_CREW


def is_plainly_legal(schedule: Schedule, law: Figures) -> bool:
    """Whether the schedule is legal and nothing is to be said of it, by tests stricter and simpler than the checks are.

    False says nothing: then the checks decide. True only for FDPs of two pilots, flown as planned in the theater that he is
    acclimated to, so few that no cumulative limit, no fourth night and no weekly rest comes into question.
    """
    items = schedule.items
    periods = [item for item in items if isinstance(item, FlightDutyPeriod) and _is_ordinary(item)]
    if len(periods) < len(items) or schedule.history:
        return False
    if not (
        _stays_near(schedule, periods, law) and _rests_between(periods, law) and _few_nights(schedule, periods, law)
    ):
        return False
    flights = [sum(leg.in_ - leg.out for leg in period.segments if not leg.deadhead) for period in periods]
    lengths = [period.segments[-1].in_ - period.report for period in periods]
    if sum(flights) > min(law.flight_672h_minutes, law.flight_365d_minutes):
        return False
    if sum(lengths) > min(law.fdp_168h_minutes, law.fdp_672h_minutes):
        return False
    return all(
        _is_within_tables(period, flight, length, schedule)
        for period, flight, length in zip(periods, flights, lengths, strict=True)
    )


def _is_ordinary(item: FlightDutyPeriod) -> bool:
    """Two pilots, no reserve, split rest, extension or report; it ends with a flight, not with a deadhead."""
    special = (
        item.rap_start,
        item.notified_at,
        item.scheduled_end,
        item.split_rest,
        item.extension,
        item.sleep_opportunity_minutes,
    )
    return (
        item.pilots == MINIMUM_CREW
        and not item.airport_reserve
        and not item.flight_time_exceedance
        and all(member is None for member in special)
        and bool(item.segments)
        and not item.segments[-1].deadhead
    )


def _stays_near(schedule: Schedule, periods: Sequence[FlightDutyPeriod], law: Figures) -> bool:
    """Whether he never leaves the theater of his home base, so that its clock enters the tables throughout."""
    base = schedule.home_base
    if schedule.acclimated_at is not base or schedule.theater_clock is not TheaterClock.ANCHOR:
        return False
    seen = {schedule.position.code: schedule.position}
    for period in periods:
        for leg in period.segments:
            seen[leg.origin.code] = leg.origin
            seen[leg.destination.code] = leg.destination
    return all(degrees_apart(base, station) <= law.theater_degrees for station in seen.values())


def _rests_between(periods: Sequence[FlightDutyPeriod], law: Figures) -> bool:
    """Whether each rest is long enough, and the free time before the first period is the weekly rest of the last."""
    if any(after.start - before.end < law.rest_minutes for before, after in itertools.pairwise(periods)):
        return False
    return periods[-1].start - periods[0].start <= law.weekly_rest_window_minutes - law.weekly_rest_minutes


def _few_nights(schedule: Schedule, periods: Sequence[FlightDutyPeriod], law: Figures) -> bool:
    """Whether no more periods meet the window of circadian low than may in a row, in a row or not."""
    if len(periods) <= law.nights_without_rest:
        return True
    clock, hours = schedule.home_base.clock, (law.wocl_start_minute, law.wocl_end_minute)
    met = sum(
        clock.daily_span_met(period.report, period.segments[-1].in_, from_minute=hours[0], to_minute=hours[1])
        for period in periods
    )
    return met <= law.nights_without_rest


def _is_within_tables(period: FlightDutyPeriod, flight: int, length: int, schedule: Schedule) -> bool:
    minute = schedule.home_base.clock.minute(period.report)
    segments = sum(not leg.deadhead for leg in period.segments)
    _, flight_limit = flight_time_limit(pilots=MINIMUM_CREW, start_minute=minute)
    _, length_limit = duty_period_limit(
        start_minute=minute, segments=segments, pilots=MINIMUM_CREW, rest_facility=None, acclimated=True
    )
    return flight <= flight_limit and length <= length_limit

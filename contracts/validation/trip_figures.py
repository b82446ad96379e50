"""The figures of metrics that each trip has by itself, as the vocabulary defines them. A figure that cannot be known is None."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contracts.validation.line import Duty, Leg, Trip
from regulations.far117.stations import Station


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure at one place of the input: minutes for times, else a count. Of a floor only that it is not less is known.

    `why` says what is missing where `value` is None.
    """

    value: int | None
    pointer: str
    why: str = ""
    is_floor: bool = False


TripFigures = Callable[[Trip, Station | None], Iterator[Figure]]
_NO_TIMES = "Report or release is not given."
_NO_LEGS = "The segments are not given."
_NO_BLOCK = "A block time is not given."


def _between(start: int | None, end: int | None, pointer: str, why: str) -> Figure:
    return Figure(None, pointer, why) if start is None or end is None else Figure(end - start, pointer)


def duty_period(trip: Trip, base: Station | None) -> Iterator[Figure]:
    for duty in trip.duties:
        yield Figure(duty.minutes, duty.pointer, "" if duty.minutes is not None else _NO_TIMES)


def flight_duty_period(trip: Trip, base: Station | None) -> Iterator[Figure]:
    for duty in trip.duties:
        operated = duty.operated
        if operated is None:
            yield Figure(None, duty.pointer, _NO_LEGS)
        elif operated:
            why = "Report or the last block-in is not given."
            yield _between(duty.report, operated[-1].in_, duty.pointer, why)


def flight_time_per_duty_period(trip: Trip, base: Station | None) -> Iterator[Figure]:
    for duty in trip.duties:
        yield flight_time(duty)


def flight_time(duty: Duty) -> Figure:
    """Block time of one duty period; a floor where only some block times are given."""
    operated = duty.operated
    if operated is None:
        return Figure(None, duty.pointer, _NO_LEGS)
    blocks = [leg.in_ - leg.out for leg in operated if leg.in_ is not None and leg.out is not None]
    whole = len(blocks) == len(operated)
    return Figure(sum(blocks), duty.pointer, "" if whole else _NO_BLOCK, is_floor=not whole)


def segments_per_duty_period(trip: Trip, base: Station | None) -> Iterator[Figure]:
    for duty in trip.duties:
        operated = duty.operated
        known = operated is not None
        yield Figure(len(operated) if operated is not None else None, duty.pointer, "" if known else _NO_LEGS)


def _by_ends(
    trip: Trip, measured: Callable[[Duty, tuple[Leg, ...]], tuple[int | None, int | None]], why: str
) -> Iterator[Figure]:
    for duty in trip.duties:
        if duty.legs is None:
            yield Figure(None, duty.pointer, _NO_LEGS)
        elif duty.legs:
            yield _between(*measured(duty, duty.legs), duty.pointer, why)


def report_before_departure(trip: Trip, base: Station | None) -> Iterator[Figure]:
    return _by_ends(trip, lambda duty, legs: (duty.report, legs[0].out), "Report or the first block-out is not given.")


def release_after_arrival(trip: Trip, base: Station | None) -> Iterator[Figure]:
    return _by_ends(trip, lambda duty, legs: (legs[-1].in_, duty.release), "Release or the last block-in is not given.")


def ground_time_between_segments(trip: Trip, base: Station | None) -> Iterator[Figure]:
    for duty in trip.duties:
        if duty.legs is None:
            yield Figure(None, duty.pointer, _NO_LEGS)
            continue
        for before, after in itertools.pairwise(duty.legs):
            yield _between(before.in_, after.out, after.pointer, _NO_BLOCK)


def rest_between_duty_periods(trip: Trip, base: Station | None) -> Iterator[Figure]:
    for before, after in itertools.pairwise(trip.duties):
        yield _between(before.release, after.report, after.pointer, _NO_TIMES)


def layover_length(trip: Trip, base: Station | None) -> Iterator[Figure]:
    where = base
    for before, after in itertools.pairwise(trip.duties):
        where = _position_after(before, where)
        if where is None or base is None:
            yield Figure(None, after.pointer, "Where the rest is, or the base, is not given.")
        elif where.place != base.place:
            yield _between(before.release, after.report, after.pointer, _NO_TIMES)


def _position_after(duty: Duty, before: Station | None) -> Station | None:
    """Where the pilot is: a duty period without segments leaves him where he was."""
    if duty.legs is None:
        return None
    return duty.legs[-1].destination if duty.legs else before


def pairing_length(trip: Trip, base: Station | None) -> Iterator[Figure]:
    if trip.start is None or trip.end is None or base is None:
        yield Figure(None, trip.pointer, "The first report, the last release or the base is not given.")
    else:
        yield Figure(last_day(base, trip.end) - base.clock.day(trip.start) + 1, trip.pointer)


def last_day(base: Station, end: int) -> int:
    """The local day on which something ends: midnight belongs to the day before."""
    return base.clock.day(end - 1)


def time_away_from_base(trip: Trip, base: Station | None) -> Iterator[Figure]:
    yield _between(trip.start, trip.end, trip.pointer, "The first report or the last release is not given.")


def duty_periods_per_pairing(trip: Trip, base: Station | None) -> Iterator[Figure]:
    yield Figure(len(trip.duties), trip.pointer)


def deadhead_length(trip: Trip, base: Station | None) -> Iterator[Figure]:
    for duty in trip.duties:
        if duty.legs is None:
            yield Figure(None, duty.pointer, _NO_LEGS)
        for leg in duty.legs or ():
            if leg.is_deadhead:
                yield _between(leg.out, leg.in_, leg.pointer, _NO_BLOCK)


OF_A_TRIP: dict[str, TripFigures] = {
    "duty_period": duty_period,
    "flight_duty_period": flight_duty_period,
    "flight_time_per_duty_period": flight_time_per_duty_period,
    "landings_per_duty_period": segments_per_duty_period,
    "segments_per_duty_period": segments_per_duty_period,
    "report_before_departure": report_before_departure,
    "release_after_arrival": release_after_arrival,
    "ground_time_between_segments": ground_time_between_segments,
    "rest_between_duty_periods": rest_between_duty_periods,
    "layover_length": layover_length,
    "pairing_length": pairing_length,
    "time_away_from_base": time_away_from_base,
    "duty_periods_per_pairing": duty_periods_per_pairing,
    "deadhead_length": deadhead_length,
}

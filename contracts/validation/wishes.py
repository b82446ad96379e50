"""The pilot's own hard constraints on his trips, and what of his preferences is not judged here."""

from collections.abc import Iterator
from datetime import date

from contracts.predicates import JudgedRule, Limit
from contracts.predicates.limits import Standing
from contracts.predicates.measures import MEASURES
from contracts.validation.findings import Breach, Source, Unknown
from contracts.validation.hints import amount, hint, message
from contracts.validation.judging import Judgement, breach_of
from contracts.validation.line import Leg, Line, Trip
from contracts.validation.preferences import KNOWN_LEGALITIES, Preferences
from contracts.validation.trip_figures import last_day
from contracts.vocabulary import Operator, Unit
from regulations.far117.stations import Station

_POINTER = "/preferences"
_HARD = f"{_POINTER}/hard_constraints"
_DAYS_OFF = "PREFERENCE_DAYS_OFF"
_RED_EYES = "PREFERENCE_NO_RED_EYES"
_DUTY = "PREFERENCE_MAX_DUTY_HOURS_PER_DAY"
_NOTHING_GIVEN = "Neither pairings nor a schedule are given."
# A red-eye is in the air at this minute of the day on the clock of either of its stations.
RED_EYE_MINUTE = 3 * 60
_MINUTES_PER_HOUR = 60
_Found = Iterator[Breach | Unknown]


def judge_wishes(preferences: Preferences, lines: list[Line]) -> Iterator[Breach | Unknown]:
    """What the trips break of the preferences, and what of them cannot be told."""
    if lines:
        for line in lines:
            for trip in line.trips:
                yield from _on_trip(preferences, trip, line.base)
    else:
        given = {_DAYS_OFF: preferences.days_off, _RED_EYES: preferences.no_red_eyes, _DUTY: preferences.duty_minutes}
        yield from (_unknown(rule_id, _HARD, _NOTHING_GIVEN) for rule_id, value in given.items() if value)
    for name in sorted(set(preferences.legalities) - KNOWN_LEGALITIES):
        yield _unknown("PREFERENCE_LEGALITIES", f"{_HARD}/legalities", f"Of {name} nothing is known here.")
    for name in preferences.soft:
        yield _unknown(
            f"PREFERENCE_{name.upper()}", f"{_POINTER}/soft_prefs", "Wishes are weighed by the bidder.", is_hard=False
        )


def judge_accepted_duty(preferences: Preferences, rules: tuple[JudgedRule, ...], judgement: Judgement) -> None:
    """Without trips: whether the longest duty that the pilot would accept is one that the contract allows."""
    if preferences.duty_minutes is None:
        return
    for rule in rules:
        limit = rule.limit
        if limit is None or limit.measure.metric != "duty_period" or limit.high is None or not rule.conditions.is_open:
            continue
        if limit.standing(preferences.duty_minutes) is Standing.BROKEN:
            pointer = f"{_HARD}/max_duty_hours_per_day"
            judgement.breaches.append(breach_of(rule, limit, preferences.duty_minutes, pointer))


def _on_trip(preferences: Preferences, trip: Trip, base: Station | None) -> _Found:
    if preferences.days_off:
        yield from _days_off(preferences, trip, base)
    for duty in trip.duties:
        if preferences.duty_minutes is not None:
            yield from _duty(preferences.duty_minutes, duty.minutes, duty.pointer)
        if preferences.no_red_eyes:
            if duty.legs is None:
                yield _unknown(_RED_EYES, duty.pointer, "The segments are not given.")
            for leg in duty.legs or ():
                yield from _red_eye(leg)


def _days_off(preferences: Preferences, trip: Trip, base: Station | None) -> _Found:
    if trip.start is None or trip.end is None or base is None:
        yield _unknown(_DAYS_OFF, trip.pointer, "The first report, the last release or the base is not given.")
        return
    worked = range(base.clock.day(trip.start), last_day(base, trip.end) + 1)
    wanted = sorted(day for day in set(preferences.days_off) if day in worked)
    if wanted:
        days = ", ".join(date.fromordinal(day).isoformat() for day in wanted)
        yield _breach(
            _DAYS_OFF,
            trip.pointer,
            f"The trip is on {len(wanted)} of the days that you want off: {days}.",
            (0, len(wanted), "days"),
            "Take a trip on none of these days: 0 would pass.",
        )


def _duty(most: int, minutes: int | None, pointer: str) -> _Found:
    if minutes is None:
        yield _unknown(_DUTY, pointer, "Report or release is not given.")
        return
    limit = Limit(MEASURES["duty_period"], Operator.AT_MOST, Unit.HOURS.value, _MINUTES_PER_HOUR, high=most)
    if limit.standing(minutes) is Standing.BROKEN:
        figures = (limit.stated(most), limit.stated(minutes), limit.unit)
        yield _breach(_DUTY, pointer, message(limit, minutes), figures, hint(limit, minutes))


def _red_eye(leg: Leg) -> _Found:
    if leg.out is None or leg.in_ is None or leg.origin is None or leg.destination is None:
        yield _unknown(_RED_EYES, leg.pointer, "A block time or station is not given.")
    elif any(_in_the_air_at_three(leg.out, leg.in_, station) for station in (leg.origin, leg.destination)):
        words = f"The segment is in the air at 03:00, a red-eye of {amount(leg.in_ - leg.out)}."
        yield _breach(
            _RED_EYES, leg.pointer, words, (0, 1, "segments"), "Take a trip without it: 0 red-eyes would pass."
        )


def _in_the_air_at_three(out: int, in_: int, station: Station) -> bool:
    clock = station.clock
    return clock.daily_span_met(out, in_, from_minute=RED_EYE_MINUTE, to_minute=RED_EYE_MINUTE + 1)


def _breach(
    rule_id: str, pointer: str, words: str, figures: tuple[int | float, int | float, str], fix_hint: str
) -> Breach:
    limit, actual, unit = figures
    return Breach(
        rule_id,
        Source.PREFERENCE,
        is_hard=True,
        pointer=pointer,
        message=words,
        citation="preferences",
        limit=limit,
        actual=actual,
        unit=unit,
        fix_hint=fix_hint,
    )


def _unknown(rule_id: str, pointer: str, reason: str, *, is_hard: bool = True) -> Unknown:
    return Unknown(rule_id, Source.PREFERENCE, is_hard, pointer, reason)

"""What is measured for each metric that follows from a schedule: of what, in what, and which end of it limits usually guard."""

from dataclasses import dataclass
from enum import StrEnum

from contracts.vocabulary import Unit, metric_named

MINUTES_PER_HOUR = 60


class Level(StrEnum):
    """What a figure is of: each trip by itself, or the whole line of trips."""

    TRIP = "trip"
    LINE = "line"


class End(StrEnum):
    """Which of several figures is meant: of many duty periods the longest, of many rests the shortest."""

    MOST = "most"
    LEAST = "least"


@dataclass(frozen=True, slots=True)
class Measure:
    """How one metric is counted. Times are whole minutes, all else whole numbers of the metric's own unit.

    `guarded` is the end that carries the metric's bare name in rule packs. `may_lack` where a trip or line can do
    without any, `is_single` where a trip has exactly one.
    """

    metric: str
    level: Level
    guarded: End
    may_lack: bool = False
    is_windowed: bool = False
    is_single: bool = False

    @property
    def unit(self) -> Unit:
        """The metric's usual unit, in which rule packs give its figures."""
        return metric_named(self.metric).unit

    @property
    def is_time(self) -> bool:
        """Whether figures are minutes."""
        return self.unit in {Unit.HOURS, Unit.MINUTES}


_TRIP, _LINE, _MOST, _LEAST = Level.TRIP, Level.LINE, End.MOST, End.LEAST
MEASURES: dict[str, Measure] = {
    measure.metric: measure
    for measure in (
        Measure("duty_period", _TRIP, _MOST),
        Measure("flight_duty_period", _TRIP, _MOST, may_lack=True),
        Measure("duty_in_window", _LINE, _MOST, is_windowed=True),
        Measure("flight_time_per_duty_period", _TRIP, _MOST),
        Measure("flight_time_in_window", _LINE, _MOST, is_windowed=True),
        Measure("landings_per_duty_period", _TRIP, _MOST),
        Measure("segments_per_duty_period", _TRIP, _MOST),
        Measure("report_before_departure", _TRIP, _LEAST, may_lack=True),
        Measure("release_after_arrival", _TRIP, _LEAST, may_lack=True),
        Measure("ground_time_between_segments", _TRIP, _LEAST, may_lack=True),
        Measure("rest_between_duty_periods", _TRIP, _LEAST, may_lack=True),
        Measure("rest_in_window", _LINE, _LEAST, is_windowed=True),
        Measure("layover_length", _TRIP, _LEAST, may_lack=True),
        Measure("days_off_per_month", _LINE, _LEAST),
        Measure("days_off_in_window", _LINE, _LEAST, is_windowed=True),
        Measure("consecutive_days_off", _LINE, _LEAST, may_lack=True),
        Measure("consecutive_workdays", _LINE, _MOST, may_lack=True),
        Measure("workdays_per_month", _LINE, _MOST),
        Measure("pairing_length", _TRIP, _MOST, is_single=True),
        Measure("time_away_from_base", _TRIP, _MOST, is_single=True),
        Measure("duty_periods_per_pairing", _TRIP, _MOST, is_single=True),
        Measure("reserve_availability_period", _LINE, _MOST, may_lack=True),
        Measure("reserve_days_per_month", _LINE, _MOST),
        Measure("deadhead_length", _TRIP, _MOST, may_lack=True),
    )
}
# Of a count a run of consecutive ones is another thing; the others are unbroken by their nature.
RUNS_ARE_ANOTHER_THING = frozenset(
    {"days_off_per_month", "days_off_in_window", "workdays_per_month", "reserve_days_per_month"}
)
# Units that convert exactly into minutes, and into days.
_MINUTES_IN = {Unit.MINUTES: 1, Unit.HOURS: MINUTES_PER_HOUR}
_DAYS_IN = {Unit.DAYS: 1, Unit.WEEKS: 7}


def factor_of(unit: str, measure: Measure) -> int | None:
    """How many of what the measure counts make one of `unit`; None where it does not convert exactly."""
    if unit not in set(Unit):
        return None
    if measure.is_time:
        return _MINUTES_IN.get(Unit(unit))
    if measure.unit is Unit.DAYS:
        return _DAYS_IN.get(Unit(unit))
    return 1 if unit in {measure.unit, Unit.COUNT} else None


def usual(measure: Measure, figure: int) -> int | float:
    """A figure in the metric's usual unit, as rule packs have it: 510 minutes of duty are 8.5."""
    if measure.unit is not Unit.HOURS:
        return figure
    hours = figure / MINUTES_PER_HOUR
    return int(hours) if hours.is_integer() else hours

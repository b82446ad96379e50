"""The units of a rule's value."""

from enum import StrEnum


class Dimension(StrEnum):
    """What kind of thing a unit measures; only units of one dimension can be compared."""

    TIME = "time"
    CREDIT = "credit"
    SHARE = "share"
    MONEY = "money"
    RATIO = "ratio"
    DISTANCE = "distance"
    AREA = "area"
    WEIGHT = "weight"
    COUNT = "count"
    CLOCK = "clock"


class Unit(StrEnum):
    """The closed list; a counted thing that has no unit of its own is COUNT, and its noun stands in the parameters."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    LOCAL_TIME = "local time"
    PAY_CREDIT_HOURS = "PCH"
    CREDIT_HOURS = "credit hours"
    PERCENT = "percent"
    DOLLARS = "USD"
    PCH_PER_HOUR = "PCH per hour"
    PCH_PER_DUTY_HOUR = "PCH per duty hour"
    DUTY_HOURS_PER_PCH = "hours duty per PCH"
    TAFD_HOURS_PER_PCH = "hours TAFD per PCH"
    HOURS_PER_PCH = "hours per PCH"
    HOURS_PER_HOUR = "hours per hour"
    DAYS_PER_HOUR = "days per hour"
    HOURS_PER_DAY = "hours per day"
    RATIO = "ratio"
    MILES = "miles"
    FEET = "feet"
    SQUARE_FEET = "square feet"
    POUNDS = "pounds"
    KILOGRAMS = "kilograms"
    BAGS = "bags"
    BIDS = "bids"
    COPIES = "copies"
    DUTY_PERIODS = "duty periods"
    EVENTS = "events"
    LANDINGS = "landings"
    LINES = "lines"
    MEALS = "meals"
    NIGHTS = "nights"
    PAIRINGS = "pairings"
    PASSES = "passes"
    PERIODS = "periods"
    PILOTS = "pilots"
    REPRESENTATIVES = "representatives"
    ROOMS = "rooms"
    SEGMENTS = "segments"
    TIMES = "times"
    TRIPS = "trips"
    COUNT = "count"


_DIMENSIONS: dict[Unit, Dimension] = {
    Unit.MINUTES: Dimension.TIME,
    Unit.HOURS: Dimension.TIME,
    Unit.DAYS: Dimension.TIME,
    Unit.WEEKS: Dimension.TIME,
    Unit.MONTHS: Dimension.TIME,
    Unit.YEARS: Dimension.TIME,
    Unit.LOCAL_TIME: Dimension.CLOCK,
    Unit.PAY_CREDIT_HOURS: Dimension.CREDIT,
    Unit.CREDIT_HOURS: Dimension.CREDIT,
    Unit.PERCENT: Dimension.SHARE,
    Unit.DOLLARS: Dimension.MONEY,
    Unit.PCH_PER_HOUR: Dimension.RATIO,
    Unit.PCH_PER_DUTY_HOUR: Dimension.RATIO,
    Unit.DUTY_HOURS_PER_PCH: Dimension.RATIO,
    Unit.TAFD_HOURS_PER_PCH: Dimension.RATIO,
    Unit.HOURS_PER_PCH: Dimension.RATIO,
    Unit.HOURS_PER_HOUR: Dimension.RATIO,
    Unit.DAYS_PER_HOUR: Dimension.RATIO,
    Unit.HOURS_PER_DAY: Dimension.RATIO,
    Unit.RATIO: Dimension.RATIO,
    Unit.MILES: Dimension.DISTANCE,
    Unit.FEET: Dimension.DISTANCE,
    Unit.SQUARE_FEET: Dimension.AREA,
    Unit.POUNDS: Dimension.WEIGHT,
    Unit.KILOGRAMS: Dimension.WEIGHT,
}


def dimension_of(unit: Unit) -> Dimension:
    """What `unit` measures; whatever is not listed counts things."""
    return _DIMENSIONS.get(unit, Dimension.COUNT)

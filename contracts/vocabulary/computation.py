"""How each metric follows from a schedule, or why it does not: what whoever judges schedules computes; the rest is unknown.

A schedule is duty periods with report and release, each with its segments' out and in; pairings are such duty periods from
one report at base to the release there. Where a figure is missing that a metric needs, the metric is unknown.
"""

from contracts.vocabulary.categories import Category
from contracts.vocabulary.metrics import Metric

FROM_SCHEDULE: dict[str, str] = {
    "duty_period": "release − report of each duty period",
    "flight_duty_period": "in of the last segment that is no deadhead − report, of each duty period with flying",
    "duty_in_window": "largest sum of release − report within any window as long as the period",
    "flight_time_per_duty_period": "sum of in − out over a duty period's segments, deadheads left out",
    "flight_time_in_window": "largest sum of in − out, deadheads left out, within any window as long as the period",
    "landings_per_duty_period": "a duty period's segments, deadheads left out",
    "segments_per_duty_period": "a duty period's segments, deadheads left out",
    "report_before_departure": "out of the first segment − report, of each duty period",
    "release_after_arrival": "release − in of the last segment, of each duty period",
    "ground_time_between_segments": "out − in of the segment before, within a duty period",
    "rest_between_duty_periods": "report − release of the duty period before",
    "rest_in_window": "longest time without duty within each window as long as the period, the shortest of these",
    "layover_length": "report − release of the duty period before, away from base, within a pairing",
    "days_off_per_month": "calendar days at base without any duty, in each month that the schedule covers whole",
    "days_off_in_window": "calendar days at base without any duty, in each window as long as the period",
    "consecutive_days_off": "length of each run of calendar days at base without any duty",
    "consecutive_workdays": "length of each run of calendar days at base with duty",
    "workdays_per_month": "calendar days at base with duty, in each month that the schedule covers whole",
    "pairing_length": "calendar days at base from a pairing's first report to its last release, both counted",
    "time_away_from_base": "a pairing's last release − its first report",
    "duty_periods_per_pairing": "a pairing's duty periods",
    "reserve_availability_period": "end − begin of each reserve period",
    "reserve_days_per_month": "calendar days at base with a reserve period, in each month that the schedule covers whole",
    "deadhead_length": "in − out of each deadhead segment",
}

_OF_METRICS: dict[str, str] = {
    "line_credit": "credit follows from the pay rules, not from times alone",
    "reserve_response_time": "a schedule does not tell when somebody was called and when he answered",
    "reserve_report_time": "a schedule does not tell when somebody was called",
    "surface_deadhead_length": "travel by road or rail is no segment of a schedule",
    "baggage_paid": "bags are in no schedule",
    "crew_meal_threshold": "meals are in no schedule",
}
_MONEY = "pay and credit are in no schedule"
_CAREER = "an event of a pilot's career, in no schedule"
_TIME_LIMIT = "the time of a procedure, in no schedule"
_OF_CATEGORIES: dict[Category, str] = {
    Category.PAY_RATE: _MONEY,
    Category.PAY_GUARANTEE: _MONEY,
    Category.PAY_RIG: _MONEY,
    Category.PREMIUM_PAY: _MONEY,
    Category.RESERVE_PAY: _MONEY,
    Category.TRAINING_PAY: _MONEY,
    Category.DEADHEAD_PAY: _MONEY,
    Category.EXPENSES: "expenses are in no schedule",
    Category.LODGING: "lodging and transport are in no schedule",
    Category.MOVING: "moves are in no schedule",
    Category.UNIFORMS: "uniforms are in no schedule",
    Category.VACATION: "a schedule does not tell vacation from other days off, nor what was earned",
    Category.SICK_LEAVE: "a schedule does not tell sickness, nor what was earned",
    Category.LEAVE_OF_ABSENCE: "leaves are in no schedule",
    Category.TRAINING: "a schedule does not tell training from other duty",
    Category.PROBATION: _CAREER,
    Category.FURLOUGH: _CAREER,
    Category.VACANCIES: _CAREER,
    Category.SENIORITY: _TIME_LIMIT,
    Category.GRIEVANCE: _TIME_LIMIT,
    Category.DISCIPLINE: _TIME_LIMIT,
    Category.RETIREMENT: "benefits are in no schedule",
    Category.INSURANCE: "benefits are in no schedule",
    Category.GENERAL: "what is measured stands in the rule's words alone",
}


def why_not(metric: Metric) -> str:
    """Why a metric that is not `from_schedule` cannot be computed.

    Raises:
        KeyError: for a metric that nobody has given a reason.
    """
    return _OF_METRICS.get(metric.name) or _OF_CATEGORIES[metric.category]

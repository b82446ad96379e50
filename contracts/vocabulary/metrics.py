"""The closed list of things a rule can limit, each with its unit and meaning.

A metric marked `from_schedule` can be computed from pairings or a roster, as `computation.py` says, so validation can judge
it; any other metric is for people to read and validation answers "unknown". Where no metric fits, extraction says so with one of the
general ones (`duration`, `amount_of_money`, ... `other`) instead of guessing.
"""

from dataclasses import dataclass

from contracts.vocabulary.categories import Category
from contracts.vocabulary.units import Unit


@dataclass(frozen=True, slots=True)
class Metric:
    """One measurable thing. `unit` is the usual one; a contract may state another of the same dimension."""

    name: str
    unit: Unit
    category: Category
    meaning: str
    from_schedule: bool = False

    @property
    def label(self) -> str:
        """The words a person reads, as in "Monthly pay guarantee"."""
        text = self.name.replace("_", " ")
        return text[:1].upper() + text[1:]


_C = Category
_U = Unit

_WORKING_TIME = (
    Metric("duty_period", _U.HOURS, _C.DUTY, "Length of one duty period, report to release", from_schedule=True),
    Metric("flight_duty_period", _U.HOURS, _C.DUTY, "Length of one flight duty period", from_schedule=True),
    Metric("duty_in_window", _U.HOURS, _C.DUTY, "Sum of duty within a rolling window", from_schedule=True),
    Metric(
        "flight_time_per_duty_period", _U.HOURS, _C.FLIGHT_TIME, "Block time in one duty period", from_schedule=True
    ),
    Metric("flight_time_in_window", _U.HOURS, _C.FLIGHT_TIME, "Sum of block time within a window", from_schedule=True),
    Metric("landings_per_duty_period", _U.LANDINGS, _C.DUTY, "Landings in one duty period", from_schedule=True),
    Metric("segments_per_duty_period", _U.SEGMENTS, _C.DUTY, "Segments flown in one duty period", from_schedule=True),
    Metric("report_before_departure", _U.MINUTES, _C.DUTY, "Time from report to departure", from_schedule=True),
    Metric("release_after_arrival", _U.MINUTES, _C.DUTY, "Time from block-in to release", from_schedule=True),
    Metric("ground_time_between_segments", _U.HOURS, _C.SCHEDULING, "Ground time between segments", from_schedule=True),
    Metric("rest_between_duty_periods", _U.HOURS, _C.REST, "Rest from release to next report", from_schedule=True),
    Metric("rest_in_window", _U.HOURS, _C.REST, "Longest unbroken rest within a window", from_schedule=True),
    Metric("layover_length", _U.HOURS, _C.REST, "Time between duty periods away from base", from_schedule=True),
    Metric("days_off_per_month", _U.DAYS, _C.DAYS_OFF, "Days free of duty in a month", from_schedule=True),
    Metric("days_off_in_window", _U.DAYS, _C.DAYS_OFF, "Days free of duty within a window", from_schedule=True),
    Metric("consecutive_days_off", _U.DAYS, _C.DAYS_OFF, "Length of a block of days off", from_schedule=True),
    Metric("consecutive_workdays", _U.DAYS, _C.SCHEDULING, "Days of duty in a row", from_schedule=True),
    Metric("workdays_per_month", _U.DAYS, _C.SCHEDULING, "Days with duty in a month", from_schedule=True),
    Metric("pairing_length", _U.DAYS, _C.SCHEDULING, "Calendar days of one pairing", from_schedule=True),
    Metric("time_away_from_base", _U.HOURS, _C.SCHEDULING, "Report at base to release at base", from_schedule=True),
    Metric(
        "duty_periods_per_pairing", _U.DUTY_PERIODS, _C.SCHEDULING, "Duty periods in one pairing", from_schedule=True
    ),
    Metric("line_credit", _U.CREDIT_HOURS, _C.SCHEDULING, "Credit of one monthly line"),
)

_RESERVE = (
    Metric("reserve_availability_period", _U.HOURS, _C.RESERVE, "Length of one reserve period", from_schedule=True),
    Metric("reserve_days_per_month", _U.DAYS, _C.RESERVE, "Reserve days in a month", from_schedule=True),
    Metric("reserve_response_time", _U.MINUTES, _C.RESERVE, "Time to answer a call while on reserve"),
    Metric("reserve_report_time", _U.HOURS, _C.RESERVE, "Time from call to report while on reserve"),
    Metric("reserve_pay_guarantee", _U.CREDIT_HOURS, _C.RESERVE_PAY, "Least credit of a reserve pilot"),
    Metric("reserve_credit", _U.CREDIT_HOURS, _C.RESERVE_PAY, "Credit for a reserve assignment"),
)

_PAY = (
    Metric("monthly_pay_guarantee", _U.CREDIT_HOURS, _C.PAY_GUARANTEE, "Least credit paid for a month"),
    Metric("daily_pay_guarantee", _U.CREDIT_HOURS, _C.PAY_GUARANTEE, "Least credit paid for a workday"),
    Metric("duty_rig", _U.PCH_PER_DUTY_HOUR, _C.PAY_RIG, "Credit for each hour on duty"),
    Metric("trip_rig", _U.TAFD_HOURS_PER_PCH, _C.PAY_RIG, "Hours away from domicile that earn one credit hour"),
    Metric("minimum_credit", _U.CREDIT_HOURS, _C.PAY_RIG, "Least credit for an assignment or duty period"),
    Metric("hourly_pay_rate", _U.DOLLARS, _C.PAY_RATE, "Pay for one credit hour"),
    Metric("annual_rate_increase", _U.PERCENT, _C.PAY_RATE, "Rise of the hourly rates"),
    Metric("premium_pay_rate", _U.PERCENT, _C.PREMIUM_PAY, "Share of the hourly rate paid for special work"),
    Metric("premium_credit", _U.CREDIT_HOURS, _C.PREMIUM_PAY, "Credit added for special work"),
    Metric("override_pay", _U.DOLLARS, _C.PREMIUM_PAY, "Money added to the hourly rate"),
    Metric("deadhead_credit_rate", _U.PERCENT, _C.DEADHEAD_PAY, "Share of deadhead time that is credited"),
    Metric("training_credit", _U.CREDIT_HOURS, _C.TRAINING_PAY, "Credit for training"),
    Metric("training_pay_rate", _U.PERCENT, _C.TRAINING_PAY, "Share of the hourly rate paid for training"),
    Metric("vacation_credit", _U.CREDIT_HOURS, _C.VACATION, "Credit for a day of vacation"),
    Metric("sick_leave_credit", _U.CREDIT_HOURS, _C.SICK_LEAVE, "Credit for a day of sick leave"),
    Metric("payroll_deadline", _U.DAYS, _C.PAY_RATE, "Time within which pay is settled"),
)

_EXPENSES = (
    Metric("per_diem", _U.DOLLARS, _C.EXPENSES, "Meal allowance away from base"),
    Metric("per_diem_increase", _U.DOLLARS, _C.EXPENSES, "Rise of the meal allowance"),
    Metric("crew_meal_threshold", _U.HOURS, _C.EXPENSES, "Time from which a crew meal is due"),
    Metric("reimbursement_limit", _U.DOLLARS, _C.EXPENSES, "Money paid back for an expense"),
    Metric("reimbursement_deadline", _U.DAYS, _C.EXPENSES, "Time within which expenses are filed or paid"),
    Metric("transport_wait", _U.MINUTES, _C.LODGING, "Wait for transport to or from lodging"),
    Metric("lodging_distance", _U.MINUTES, _C.LODGING, "Travel between airport and lodging"),
    Metric("lodging_threshold", _U.HOURS, _C.LODGING, "Ground time from which a room is due"),
    Metric("moving_allowance", _U.DOLLARS, _C.MOVING, "Money paid for a move"),
    Metric("uniform_allowance", _U.DOLLARS, _C.UNIFORMS, "Money paid for uniforms"),
    Metric("baggage_paid", _U.BAGS, _C.DEADHEAD, "Bags paid for by the company"),
    Metric(
        "deadhead_length", _U.HOURS, _C.DEADHEAD, "Length of a deadhead, with what follows from it", from_schedule=True
    ),
    Metric("surface_deadhead_length", _U.MINUTES, _C.DEADHEAD, "Length of travel by road or rail"),
)

_ABSENCE = (
    Metric("vacation_days", _U.DAYS, _C.VACATION, "Days of vacation or paid time off earned"),
    Metric("vacation_bank", _U.DAYS, _C.VACATION, "Days of vacation kept in the bank"),
    Metric("vacation_bid_length", _U.DAYS, _C.VACATION, "Days in one vacation bid"),
    Metric("vacation_days_offered", _U.PERCENT, _C.VACATION, "Vacation days offered against days needed"),
    Metric("sick_leave_days", _U.DAYS, _C.SICK_LEAVE, "Sick days earned"),
    Metric("sick_leave_bank", _U.DAYS, _C.SICK_LEAVE, "Sick days kept in the bank"),
    Metric("leave_length", _U.DAYS, _C.LEAVE_OF_ABSENCE, "Length of a leave of absence"),
)

_CAREER = (
    Metric("training_days", _U.DAYS, _C.TRAINING, "Days of training"),
    Metric("training_session_length", _U.HOURS, _C.TRAINING, "Length of one training session"),
    Metric("probation_length", _U.MONTHS, _C.PROBATION, "Length of probation"),
    Metric("furlough_notice", _U.DAYS, _C.FURLOUGH, "Notice before a furlough"),
    Metric("recall_response", _U.DAYS, _C.FURLOUGH, "Time to answer a recall"),
    Metric("vacancy_bid_period", _U.DAYS, _C.VACANCIES, "Time a vacancy stays open to bids"),
    Metric("position_commitment", _U.MONTHS, _C.VACANCIES, "Time bound to a position"),
    Metric("grievance_deadline", _U.DAYS, _C.GRIEVANCE, "Time within which a grievance step is taken"),
    Metric("discipline_deadline", _U.DAYS, _C.DISCIPLINE, "Time within which a step of discipline is taken"),
    Metric("seniority_list_deadline", _U.DAYS, _C.SENIORITY, "Time to post or protest the seniority list"),
    Metric("retirement_contribution", _U.PERCENT, _C.RETIREMENT, "Company's contribution to retirement"),
    Metric("insurance_premium_share", _U.PERCENT, _C.INSURANCE, "Share of a premium"),
    Metric("insurance_benefit", _U.DOLLARS, _C.INSURANCE, "Money insured"),
)

_GENERAL = (
    Metric("notice_period", _U.DAYS, _C.GENERAL, "Time between telling and doing"),
    Metric("deadline", _U.DAYS, _C.GENERAL, "Time within which something is done"),
    Metric("time_of_day", _U.LOCAL_TIME, _C.GENERAL, "Clock time in the place named by the rule"),
    Metric("duration", _U.HOURS, _C.GENERAL, "A length of time with no metric of its own"),
    Metric("credit", _U.CREDIT_HOURS, _C.GENERAL, "Credit with no metric of its own"),
    Metric("share", _U.PERCENT, _C.GENERAL, "A share with no metric of its own"),
    Metric("amount_of_money", _U.DOLLARS, _C.GENERAL, "Money with no metric of its own"),
    Metric("ratio", _U.RATIO, _C.GENERAL, "A ratio with no metric of its own"),
    Metric("number_of_things", _U.COUNT, _C.GENERAL, "A count with no metric of its own"),
    Metric("other", _U.COUNT, _C.GENERAL, "None of the metrics in this list"),
)

METRICS: dict[str, Metric] = {
    metric.name: metric
    for group in (_WORKING_TIME, _RESERVE, _PAY, _EXPENSES, _ABSENCE, _CAREER, _GENERAL)
    for metric in group
}


def metric_named(name: str) -> Metric:
    """The metric of that name.

    Raises:
        KeyError: there is none in the closed list.
    """
    return METRICS[name]

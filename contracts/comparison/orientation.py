"""What more of a metric means for the pilot. Every metric of the vocabulary stands in exactly one of the three sets."""

from enum import StrEnum

# Work, and waiting for what is due.
LESS_IS_BETTER = frozenset(
    {
        "duty_period",
        "flight_duty_period",
        "duty_in_window",
        "flight_time_per_duty_period",
        "flight_time_in_window",
        "landings_per_duty_period",
        "segments_per_duty_period",
        "consecutive_workdays",
        "workdays_per_month",
        "time_away_from_base",
        "reserve_availability_period",
        "reserve_days_per_month",
        "trip_rig",
        "payroll_deadline",
        "crew_meal_threshold",
        "transport_wait",
        "lodging_distance",
        "lodging_threshold",
        "deadhead_length",
        "surface_deadhead_length",
        "training_session_length",
        "probation_length",
        "position_commitment",
    }
)
# Rest, time off, time to answer, money and credit.
MORE_IS_BETTER = frozenset(
    {
        "rest_between_duty_periods",
        "rest_in_window",
        "days_off_per_month",
        "days_off_in_window",
        "consecutive_days_off",
        "reserve_response_time",
        "reserve_report_time",
        "reserve_pay_guarantee",
        "reserve_credit",
        "monthly_pay_guarantee",
        "daily_pay_guarantee",
        "duty_rig",
        "minimum_credit",
        "hourly_pay_rate",
        "annual_rate_increase",
        "premium_pay_rate",
        "premium_credit",
        "override_pay",
        "deadhead_credit_rate",
        "training_credit",
        "training_pay_rate",
        "vacation_credit",
        "sick_leave_credit",
        "per_diem",
        "per_diem_increase",
        "reimbursement_limit",
        "moving_allowance",
        "uniform_allowance",
        "baggage_paid",
        "vacation_days",
        "vacation_bank",
        "vacation_days_offered",
        "sick_leave_days",
        "sick_leave_bank",
        "leave_length",
        "furlough_notice",
        "recall_response",
        "retirement_contribution",
        "insurance_benefit",
    }
)
# Whom more of it serves, only the rule's wording tells.
DEPENDS_ON_THE_RULE = frozenset(
    {
        "report_before_departure",
        "release_after_arrival",
        "ground_time_between_segments",
        "layover_length",
        "pairing_length",
        "duty_periods_per_pairing",
        "line_credit",
        "reimbursement_deadline",
        "vacation_bid_length",
        "training_days",
        "vacancy_bid_period",
        "grievance_deadline",
        "discipline_deadline",
        "seniority_list_deadline",
        "insurance_premium_share",
        "notice_period",
        "deadline",
        "time_of_day",
        "duration",
        "credit",
        "share",
        "amount_of_money",
        "ratio",
        "number_of_things",
        "other",
    }
)


class Favours(StrEnum):
    """Whom a changed limit serves."""

    PILOT = "pilot"
    AIRLINE = "airline"


def favours(metric: str, *, moved_up: bool | None) -> Favours | None:
    """Whom it serves that the limit on `metric` moved up, or down; None where that is not known or it moved neither way."""
    if moved_up is None or metric not in LESS_IS_BETTER | MORE_IS_BETTER:
        return None
    return Favours.PILOT if moved_up == (metric in MORE_IS_BETTER) else Favours.AIRLINE

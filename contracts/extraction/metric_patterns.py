"""The wordings by which each metric of the vocabulary is recognised."""

import re
from dataclasses import dataclass

from contracts.vocabulary import METRICS, Dimension, Metric, Operator

_TIME = frozenset({Dimension.TIME})
_CREDIT = frozenset({Dimension.CREDIT})
_CREDIT_OR_TIME = frozenset({Dimension.CREDIT, Dimension.TIME})
_SHARE = frozenset({Dimension.SHARE})
_MONEY = frozenset({Dimension.MONEY})
_RATIO = frozenset({Dimension.RATIO})
_COUNT = frozenset({Dimension.COUNT})


@dataclass(frozen=True, slots=True)
class MetricPattern:
    """A metric is meant where `own` stands in the limit's words, `context` (if any) there or in the headings."""

    metric: Metric
    dimensions: frozenset[Dimension]
    own: re.Pattern[str]
    context: re.Pattern[str] | None = None


def _pattern(name: str, dimensions: frozenset[Dimension], own: str, context: str | None = None) -> MetricPattern:
    return MetricPattern(
        METRICS[name],
        dimensions,
        re.compile(own, re.IGNORECASE),
        re.compile(context, re.IGNORECASE) if context is not None else None,
    )


# Tried in this order: the first that fits is taken.
PATTERNS: tuple[MetricPattern, ...] = (
    _pattern("trip_rig", _RATIO, r"\bTAFD\b|time away|trip rig"),
    _pattern("duty_rig", _RATIO, r"\bduty\b"),
    _pattern("training_credit", _CREDIT | _RATIO, r"training|classroom|simulator|\bbrief|ground school|home study"),
    _pattern("vacation_days", _RATIO, r"\bPTO\b|vacation"),
    _pattern("sick_leave_days", _RATIO, r"\bsick\b"),
    _pattern("reserve_pay_guarantee", _CREDIT, r"reserve[^.]{0,40}guarantee|guarantee[^.]{0,40}reserve"),
    _pattern(
        "reserve_pay_guarantee",
        _TIME,
        r"reserve[^.]{0,40}guarantee[^.]{0,60}hours|guarantee[^.]{0,40}reserve[^.]{0,60}hours",
    ),
    _pattern("monthly_pay_guarantee", _TIME, r"(?:monthly|minimum|line)[^.]{0,20}guarantee[^.]{0,80}hours"),
    _pattern("daily_pay_guarantee", _CREDIT, r"daily (?:pay )?guarantee|\bDPG\b|guarantee[^.]{0,40}per (?:work)?day"),
    _pattern(
        "monthly_pay_guarantee",
        _CREDIT,
        r"(?:monthly|minimum|line) (?:pay |monthly )?guarantee|\bMPG\b|\bMMG\b|guarantee[^.]{0,40}month|"
        r"(?:paid|guaranteed)[^.]{0,60}\b(?:in|for|per) (?:each|every|a|the) (?:bid period|month)",
    ),
    _pattern("reserve_credit", _CREDIT, r"\breserve\b|\bR-\d\b|\bRAP\b"),
    _pattern("vacation_credit", _CREDIT, r"vacation|\bPTO\b"),
    _pattern("sick_leave_credit", _CREDIT, r"\bsick\b"),
    _pattern("premium_credit", _CREDIT, r"premium|in addition to|junior|holiday"),
    _pattern(
        "line_credit",
        _CREDIT_OR_TIME,
        r"\blines?\b(?! ?holder)[^.]{0,60}(?:credit|value|hours)|(?:credit|value) of (?:a|the|any|each) line|line construction",
    ),
    _pattern("minimum_credit", _CREDIT, r"credited|paid|minimum|no less"),
    _pattern("deadhead_credit_rate", _SHARE, r"deadhead"),
    _pattern("annual_rate_increase", _SHARE, r"(?:rates?|pay)\b[^.]{0,60}increase|increase[^.]{0,60}(?:rates?|pay)\b"),
    _pattern("training_pay_rate", _SHARE, r"training|home study|module"),
    _pattern("retirement_contribution", _SHARE, r"401|retirement|contribut"),
    _pattern(
        "premium_pay_rate",
        _SHARE,
        r"(?:of|times) (?:his|the|their|her|a)?[\w \u2019']{0,40}(?:rate|pay)\b|premium (?:pay|rate)|overtime|"
        r"\b(?:double|triple)[ -]time\b|\btime and (?:one|a)[ -]half\b",
    ),
    _pattern(
        "insurance_premium_share",
        _SHARE,
        r"\bpremiums?\b[^.]{0,40}(?:insurance|medical|dental|plan|coverage)|insurance|medical plan|dental|"
        r"of the (?:cost|premiums?)\b",
    ),
    _pattern("premium_pay_rate", _SHARE, r"premium"),
    _pattern(
        "vacation_days_offered",
        _SHARE,
        r"total number (?:of )?days|vacation[^.]{0,40}(?:offered|available)",
        r"vacation",
    ),
    _pattern("per_diem_increase", _MONEY, r"per diem[^.]{0,80}increase|increase[^.]{0,80}per diem"),
    _pattern("per_diem", _MONEY, r"per diem|meal allowance|meal money"),
    _pattern("moving_allowance", _MONEY, r"\bmov(?:e|ing)\b|relocation"),
    _pattern("uniform_allowance", _MONEY, r"uniform"),
    _pattern("insurance_benefit", _MONEY, r"insurance|coverage|death benefit"),
    _pattern("hourly_pay_rate", _MONEY, r"hourly (?:pay )?rates?|rates? of pay|pay rate"),
    _pattern("override_pay", _MONEY, r"override|premium|per (?:block |flight |credit )?hour"),
    _pattern("reimbursement_limit", _MONEY, r"reimburs|expense|allowance|receipts?"),
    _pattern("baggage_paid", _COUNT, r"\bbags?\b|baggage"),
    _pattern("landings_per_duty_period", _COUNT, r"landings?"),
    _pattern("segments_per_duty_period", _COUNT, r"segments?|\blegs\b", r"duty|FDP"),
    _pattern("duty_periods_per_pairing", _COUNT, r"duty periods?", r"pairing|trip"),
    _pattern("flight_duty_period", _TIME, r"flight duty period|\bFDPs?\b"),
    _pattern("reserve_report_time", _TIME, r"report[^.]{0,60}", r"short call|long call|reserve"),
    _pattern(
        "reserve_response_time",
        _TIME,
        r"respond|return (?:the|a) (?:call|page)|contact|acknowledge|call-?out",
        r"\breserve\b",
    ),
    _pattern(
        "reserve_availability_period", _TIME, r"reserve availability|\bRAPs?\b|reserve periods?|availability period"
    ),
    _pattern("reserve_days_per_month", _TIME, r"reserve (?:days|duty days)|days of reserve"),
    _pattern(
        "report_before_departure",
        _TIME,
        r"report[^.]{0,80}(?:before|prior to)[^.]{0,40}depart|(?:before|prior "
        r"to)[^.]{0,30}depart[^.]{0,60}report|report time",
    ),
    _pattern(
        "release_after_arrival",
        _TIME,
        r"releas[^.]{0,80}(?:after|following)[^.]{0,40}(?:arriv|block)|release time",
    ),
    _pattern(
        "consecutive_days_off",
        _TIME,
        r"consecutive (?:calendar )?days? (?:off|free)|days off[^.]{0,30}consecutive|"
        r"days off[^.]{0,40}blocks? of",
    ),
    _pattern(
        "days_off_per_month",
        _TIME,
        r"days? (?:off|free)[^.]{0,60}(?:month|bid period)|(?:month|bid period)[^.]{0,80}days? (?:off|free)",
    ),
    _pattern(
        "days_off_in_window", _TIME, r"days? (?:off|free (?:of|from))|free (?:from|of) (?:all )?duty[^.]{0,40}days"
    ),
    _pattern(
        "rest_in_window",
        _TIME,
        r"\brest\b|free (?:from|of) (?:all )?duty",
        r"\b168\b|\b(?:seven|7)(?: \(7\))?(?: \w+)? days?\b",
    ),
    _pattern(
        "lodging_threshold",
        _TIME,
        r"\broom\b[^.]{0,80}(?:more than|longer than|or more)|(?:more than|longer than)[^.]{0,80}\broom\b",
    ),
    _pattern("layover_length", _TIME, r"layover"),
    _pattern("rest_between_duty_periods", _TIME, r"\brest\b|free (?:from|of) (?:all )?duty|between duty periods"),
    _pattern(
        "consecutive_workdays",
        _TIME,
        r"consecutive (?:work ?days|days of (?:duty|work)|duty days|days)[^.]{0,40}(?:duty|work)|"
        r"work[^.]{0,60}consecutive (?:calendar )?days",
    ),
    _pattern(
        "flight_time_in_window",
        _TIME,
        r"\bfly\b|flown|flight time|block (?:time|hours)|hours of flying",
        r"\b(?:consecutive|rolling|months?|years?|weeks?|days|bid periods?)\b",
    ),
    _pattern("flight_time_per_duty_period", _TIME, r"flight time|block (?:time|hours)"),
    _pattern(
        "duty_in_window",
        _TIME,
        r"(?<!of )(?<!from )(?<!all )\bduty\b[^.]{0,80}(?:consecutive|rolling|per week|per month)|"
        r"(?:consecutive|rolling)[^.]{0,60}(?<!of )(?<!from )(?<!all )\bduty\b",
    ),
    _pattern(
        "ground_time_between_segments",
        _TIME,
        r"between (?:flight )?segments|sit time|ground time|time on the ground|connection|breaks? of\b",
        r"segments?|ground|sit|flight",
    ),
    _pattern("surface_deadhead_length", _TIME, r"surface", r"deadhead|transportation"),
    _pattern("crew_meal_threshold", _TIME, r"\bmeals?\b"),
    _pattern("transport_wait", _TIME, r"transportation|shuttle|van\b", r"hotel|lodging|transport"),
    _pattern(
        "lodging_distance", _TIME, r"\bdriv(?:e|ing)\b|travel time|\bwalk(?:ing)?\b|from the airport", r"lodging|hotel"
    ),
    _pattern("lodging_threshold", _TIME, r"hotel room|lodging"),
    _pattern("deadhead_length", _TIME, r"deadhead"),
    _pattern("time_away_from_base", _TIME, r"away from (?:base|domicile)|\bTAFB\b|\bTAFD\b"),
    _pattern("pairing_length", _TIME, r"pairings?\b", r"day|length"),
    _pattern("duty_period", _TIME, r"(?<!flight )\bduty (?:period|day|time)|(?<!injury )\bon duty\b|hours of duty"),
    _pattern(
        "vacation_bid_length", _TIME, r"\bbid\b[^.]{0,60}consecutive|consecutive[^.]{0,60}\bbid\b", r"vacation|\bPTO\b"
    ),
    _pattern(
        "vacation_bank", _TIME, r"(?:vacation|\bPTO\b)[^.]{0,60}bank|bank[^.]{0,60}(?:vacation|\bPTO\b)|carry ?over"
    ),
    _pattern(
        "sick_leave_bank",
        _TIME,
        r"(?:bank|balance|accumulat\w+|carry)[^.]{0,60}(?:up to|exceed|maximum|more than)|(?:up to|exceed|"
        r"maximum|more than)[^.]{0,80}(?:bank|balance|accumulat)",
        r"sick",
    ),
    _pattern("sick_leave_days", _TIME, r"\bsick\b|accru", r"\bsick\b"),
    _pattern("vacation_days", _TIME, r"vacation|\bPTO\b|paid time off|accru"),
    _pattern("recall_response", _TIME, r"recall"),
    _pattern("furlough_notice", _TIME, r"furlough"),
    _pattern("probation_length", _TIME, r"probation"),
    _pattern("grievance_deadline", _TIME, r"grievance|arbitrat|system board|appeal", r"grievance|arbitrat|board"),
    _pattern("discipline_deadline", _TIME, r"disciplin|investigat|hearing|discharge"),
    _pattern("seniority_list_deadline", _TIME, r"seniority list"),
    _pattern("vacancy_bid_period", _TIME, r"vacanc|\bbids?\b", r"vacanc|displacement"),
    _pattern("position_commitment", _TIME, r"equipment lock|freeze|locked|seat lock|commitment"),
    _pattern("leave_length", _TIME, r"\bleaves?\b(?! at| of at)|bereavement|jury duty"),
    _pattern("payroll_deadline", _TIME, r"paycheck|payroll|pay error|paid in full|pay date"),
    _pattern("reimbursement_deadline", _TIME, r"reimburse|expense report|receipts?"),
    _pattern("training_session_length", _TIME, r"simulator|session|briefing", r"training|simulator"),
    _pattern("training_days", _TIME, r"training"),
    _pattern("notice_period", _TIME, r"notice|notif|advise|in advance|prior to|\bahead\b"),
)

FALLBACKS: dict[Dimension, Metric] = {
    Dimension.TIME: METRICS["duration"],
    Dimension.CREDIT: METRICS["credit"],
    Dimension.SHARE: METRICS["share"],
    Dimension.MONEY: METRICS["amount_of_money"],
    Dimension.RATIO: METRICS["ratio"],
    Dimension.COUNT: METRICS["number_of_things"],
    Dimension.CLOCK: METRICS["time_of_day"],
    Dimension.DISTANCE: METRICS["other"],
    Dimension.AREA: METRICS["other"],
    Dimension.WEIGHT: METRICS["other"],
}
DEADLINES = {
    "payroll_deadline",
    "reimbursement_deadline",
    "transport_wait",
    "reserve_response_time",
    "reserve_report_time",
    "recall_response",
    "grievance_deadline",
    "discipline_deadline",
    "seniority_list_deadline",
    "vacancy_bid_period",
}

_FLOORS = (
    "rest_between_duty_periods",
    "rest_in_window",
    "days_off_per_month",
    "days_off_in_window",
    "furlough_notice",
)
_CEILINGS = (
    *("duty_period", "flight_duty_period", "duty_in_window", "flight_time_in_window", "flight_time_per_duty_period"),
    *("reserve_report_time", "reserve_response_time", "recall_response"),
)
DIRECTIONS: dict[str, Operator] = dict.fromkeys(_FLOORS, Operator.AT_LEAST) | dict.fromkeys(_CEILINGS, Operator.AT_MOST)
"""What a figure is that no words compare: a rest is no less than it, a duty period no more. Other metrics are exact."""

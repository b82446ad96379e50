"""Which of Part 117's limits bear on which metric, from the regulations' catalogue and tables. No number of the law is here.

Every metric of the vocabulary stands in exactly one place: compared (`COMPARED`), near to a limit of the law and yet not the
same thing (`RELATED`), not regulated by Part 117 (`UNREGULATED`), or too general to say (`UNNAMED`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from regulations.far117.catalogue import Predicate, Rule
from regulations.far117.loading import catalogue
from regulations.far117.tables import AUGMENTED_CREWS, MINIMUM_CREW, LimitTable
from regulations.far117.vocabulary import PredicateOperator


@dataclass(frozen=True, slots=True)
class LawSpan:
    """Minutes of the day, both inclusive, of the FDP's start on the acclimated clock, with the least and the most limit then."""

    from_minute: int
    to_minute: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class LawLimit:
    """One limit of the law for one crew: at most or at least `least` to `most`, in minutes, or in segments.

    `crews` are numbers of pilots, empty where the crew does not matter. `spans` are the rows of the `table`, where there is
    one. `window` is the period in minutes over which the law counts. `not_acclimated`, in minutes, is added where the pilot
    is not acclimated.
    """

    rule: Rule
    is_most: bool
    least: int
    most: int
    crews: tuple[int, ...] = ()
    spans: tuple[LawSpan, ...] = ()
    window: int | None = None
    not_acclimated: int = 0

    @property
    def table(self) -> str:
        """ "A", "B", "C", or ""."""
        return str(self.rule.parameters.get("table", ""))

    @property
    def is_count(self) -> bool:
        """Whether the figures count segments, not minutes."""
        return self.rule.predicate is not None and self.rule.predicate.metric == "segments_per_duty_period"


MINUTES = {"hours": 60, "days": 24 * 60}
# How a metric of ours is called in the catalogue's predicates; the two tables' metrics have none there.
_PREDICATES = {
    "flight_time_in_window": "flight_time_in_window",
    "rest_between_duty_periods": "rest_between_duty_periods",
    # The time between duty periods away from base is a rest between duty periods.
    "layover_length": "rest_between_duty_periods",
    "rest_in_window": "rest_in_window",
    "reserve_availability_period": "reserve_availability_period",
    "segments_per_duty_period": "segments_per_duty_period",
}
COMPARED = frozenset({"flight_duty_period", "flight_time_per_duty_period", *_PREDICATES})
# Rules of the law that a person should look at beside a limit on the metric, and why they are not compared with it.
RELATED: dict[str, tuple[tuple[str, ...], str]] = {
    "duty_period": (
        ("FAR117_FDP_UNAUGMENTED", "FAR117_FDP_AUGMENTED"),
        "Part 117 limits the flight duty period within a duty period, not the duty period itself",
    ),
    "duty_in_window": (
        ("FAR117_FDP_168H", "FAR117_FDP_672H"),
        "Part 117 adds up flight duty periods, not duty",
    ),
    "landings_per_duty_period": (("FAR117_AUGMENTED_SEGMENTS",), "Part 117 counts segments, not landings"),
    "days_off_in_window": (
        ("FAR117_REST_30_IN_168",),
        "Part 117 asks for consecutive hours free from duty, not for calendar days",
    ),
    "days_off_per_month": (
        ("FAR117_REST_30_IN_168",),
        "Part 117 asks for consecutive hours free from duty in each week, not for days in a month",
    ),
    "consecutive_days_off": (
        ("FAR117_REST_30_IN_168",),
        "Part 117 asks for consecutive hours free from duty, not for calendar days",
    ),
    "consecutive_workdays": (
        ("FAR117_REST_30_IN_168",),
        "Part 117 counts no days of work; the hours free from duty that it asks for break their row",
    ),
    "time_away_from_base": (
        ("FAR117_REST_56H",),
        "Part 117 sets no limit on it, but asks for a longer rest after long trips over many longitudes",
    ),
    "deadhead_length": (
        ("FAR117_REST_DEADHEAD",),
        "Part 117 sets no limit on it, but asks for a longer rest after a long deadhead",
    ),
    "notice_period": (
        ("FAR117_LONG_CALL_WOCL_NOTICE",),
        "Part 117 asks for notice only of flights into the window of circadian low, from long-call reserve",
    ),
}
# A length of time, a deadline or a number that the vocabulary has no name for may be anything.
UNNAMED = frozenset({"duration", "deadline", "time_of_day", "number_of_things", "other"})
# Neither pay, benefits, bidding nor career is the subject of Part 117; nor are these parts of a schedule.
UNREGULATED = frozenset(
    {
        "report_before_departure",
        "release_after_arrival",
        "ground_time_between_segments",
        "workdays_per_month",
        "pairing_length",
        "duty_periods_per_pairing",
        "line_credit",
        "reserve_days_per_month",
        "reserve_response_time",
        "reserve_report_time",
        "reserve_pay_guarantee",
        "reserve_credit",
        "monthly_pay_guarantee",
        "daily_pay_guarantee",
        "duty_rig",
        "trip_rig",
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
        "payroll_deadline",
        "per_diem",
        "per_diem_increase",
        "crew_meal_threshold",
        "reimbursement_limit",
        "reimbursement_deadline",
        "transport_wait",
        "lodging_distance",
        "lodging_threshold",
        "moving_allowance",
        "uniform_allowance",
        "baggage_paid",
        "surface_deadhead_length",
        "vacation_days",
        "vacation_bank",
        "vacation_bid_length",
        "vacation_days_offered",
        "sick_leave_days",
        "sick_leave_bank",
        "leave_length",
        "training_days",
        "training_session_length",
        "probation_length",
        "furlough_notice",
        "recall_response",
        "vacancy_bid_period",
        "position_commitment",
        "grievance_deadline",
        "discipline_deadline",
        "seniority_list_deadline",
        "retirement_contribution",
        "insurance_premium_share",
        "insurance_benefit",
        "credit",
        "share",
        "amount_of_money",
        "ratio",
    }
)


@cache
def law_limits(metric: str) -> Sequence[LawLimit]:
    """What the law says on a metric of `COMPARED`: one limit for each crew, or one for each window, or one. Read once
    a process.

    Raises:
        KeyError: for any other metric.
    """
    if metric == "flight_duty_period":
        return list(_duty_period_limits())
    if metric == "flight_time_per_duty_period":
        return list(_flight_time_limits())
    return [
        _from_predicate(rule, rule.predicate)
        for rule in catalogue().rules
        if rule.predicate is not None and rule.predicate.metric == _PREDICATES[metric]
    ]


def related_rules(metric: str) -> tuple[Sequence[Rule], str]:
    """The rules near to a metric of `RELATED`, and why they are not compared. Raises KeyError for others."""
    ids, why = RELATED[metric]
    return [catalogue().rule(rule_id) for rule_id in ids], why


def _duty_period_limits() -> Iterator[LawLimit]:
    tables = catalogue().tables
    yield _from_table(tables.b, MINIMUM_CREW, range(len(tables.b.columns)))
    for pilots in AUGMENTED_CREWS:
        columns = [number for number, column in enumerate(tables.c.columns) if column.key.endswith(f"pilots_{pilots}")]
        yield _from_table(tables.c, pilots, columns)


def _flight_time_limits() -> Iterator[LawLimit]:
    yield _from_table(catalogue().tables.a, MINIMUM_CREW, [0])
    for rule in catalogue().rules:
        if rule.predicate is not None and rule.predicate.metric == "flight_time_per_duty_period":
            yield _from_predicate(rule, rule.predicate)


def _from_table(table: LimitTable, pilots: int, columns: Sequence[int]) -> LawLimit:
    rule = catalogue().rule(table.rule_id)
    spans = []
    for row in table.rows:
        limits = [row.limits[column] for column in columns]
        spans.append(LawSpan(row.from_minute, row.to_minute, min(limits), max(limits)))
    return LawLimit(
        rule=rule,
        is_most=True,
        least=min(span.least for span in spans),
        most=max(span.most for span in spans),
        crews=(pilots,),
        spans=tuple(spans),
        not_acclimated=int(rule.parameters.get("not_acclimated_minutes", 0)),
    )


def _from_predicate(rule: Rule, predicate: Predicate) -> LawLimit:
    crews = rule.applies_to.get("pilots", [])
    return LawLimit(
        rule=rule,
        is_most=predicate.operator is PredicateOperator.AT_MOST,
        least=predicate.value,
        most=predicate.value,
        crews=tuple(crews) if isinstance(crews, list) else (),
        window=_window(predicate.period),
    )


def _window(period: str | None) -> int | None:
    if period is None:
        return None
    number, unit = period.split()
    return int(number) * MINUTES[unit]

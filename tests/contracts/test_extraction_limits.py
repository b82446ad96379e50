"""What the extractor reads out of a sentence: operator, value, unit, period, hardness."""

from decimal import Decimal

import pytest

from tests.contracts.extraction_pages import only_proposal, proposals_of

LIMITS = [
    ("A Pilot shall not be scheduled for more than fourteen (14) hours on duty.", "<=", "14", "hours"),
    ("No Pilot shall be required to fly more than eight (8) hours in a duty period.", "<=", "8", "hours"),
    ("A Pilot shall receive no fewer than twelve (12) days off in each month.", ">=", "12", "days"),
    ("Rest shall be at least 10:30 between duty periods.", ">=", "10.5", "hours"),
    ("The maximum scheduled duty period shall be 13 hours.", "<=", "13", "hours"),
    ("A trip may not exceed five calendar days.", "<=", "5", "days"),
    ("The Company shall answer within ten (10) days.", "<=", "10", "days"),
    ("The Company shall pay for up to three (3) bags.", "<=", "3", "bags"),
    ("A Pilot shall be credited with a minimum of 4:15 for each duty period.", ">=", "4.25", "credit hours"),
    ("A Pilot shall be paid one hundred thirty percent (130%) of his hourly rate.", "==", "130", "percent"),
    ("A Pilot must bid three (3) or more days.", ">=", "3", "days"),
    ("A Pilot shall be credited with one-eighth (1/8) PCH.", "==", "0.125", "PCH"),
    ("The guarantee of a Pilot shall be seventy -two (72) PCH.", ">=", "72", "PCH"),
    ("A Pilot shall be paid the greater of 3.5 PCH or the value of the trip.", ">=", "3.5", "PCH"),
    ("A Pilot shall be paid 2 PCH or the scheduled value, whichever is greater.", ">=", "2", "PCH"),
    ("Per diem shall be two dollars and forty-five cents ($2.45) per hour.", "==", "2.45", "USD"),
    ("The Company shall pay $1,250.50 for a move.", "==", "1250.5", "USD"),
    ("A layover shall not be rest unless it is nine (9) hours or longer.", ">=", "9", "hours"),
    ("If a segment is longer than five (5) hours, the Company shall board a meal.", ">", "5", "hours"),
    ("If a break is less than 45 minutes, the Pilot shall stay aboard.", "<", "45", "minutes"),
    ("Report shall be no later than ninety (90) minutes before departure.", ">=", "90", "minutes"),
    ("One (1) PCH shall be credited for every two (2) hours on duty.", "==", "0.5", "PCH per duty hour"),
    ("One (1) PCH shall be credited for every 4.75 hours of TAFD.", "==", "4.75", "hours TAFD per PCH"),
    ("Pilots shall not be scheduled to report before 0530 local time.", ">=", "5.5", "local time"),
    ("A Pilot shall have at least one period of 32 hours free from duty.", ">=", "32", "hours"),
]


@pytest.mark.parametrize(("sentence", "operator", "value", "unit"), LIMITS)
def test_limit_is_read_from_a_sentence(sentence: str, operator: str, value: str, unit: str) -> None:
    proposal = only_proposal(sentence)

    predicate = proposal.predicate

    assert predicate is not None
    assert (predicate.operator, predicate.value, predicate.unit) == (operator, Decimal(value), unit)


@pytest.mark.parametrize(
    ("sentence", "period"),
    [
        ("A Pilot shall receive at least eleven (11) days off per month.", "month"),
        ("A Pilot shall not fly more than 900 hours in any 365 consecutive days.", "365 consecutive days"),
        ("A Pilot shall not be on duty more than 60 hours in a rolling seven (7) day period.", "rolling 7 days"),
        ("A Pilot shall be paid 5 PCH for each Workday.", "workday"),
        ("The maximum duty period shall be 13 hours.", None),
    ],
)
def test_period_is_read_with_the_limit(sentence: str, period: str | None) -> None:
    proposal = only_proposal(sentence)

    predicate = proposal.predicate

    assert predicate is not None
    assert predicate.period == period


@pytest.mark.parametrize(
    ("sentence", "is_hard"),
    [
        ("The Company shall schedule at least two (2) days off.", True),
        ("The Company will make every effort to schedule at least two (2) days off.", False),
        ("The Company should answer within five (5) days.", False),
        ("The Company shall provide at least one (1) hour of rest, when feasible.", False),
        ("A Pilot may not carry over more than ten (10) days.", True),
    ],
)
def test_soft_wording_makes_a_soft_rule(sentence: str, is_hard: bool) -> None:  # noqa: FBT001 - a column of the table
    proposal = only_proposal(sentence)

    weight = proposal.weight

    assert proposal.is_hard_constraint is is_hard
    assert weight == (1.0 if is_hard else 0.5)


@pytest.mark.parametrize(
    "sentence",
    [
        "Pay shall be as provided in Section 14, subsection 3.B.2 and Appendix 4.",
        "This Agreement shall be effective January 1, 2027 and amendable on December 31, 2031.",
        "A Pilot shall complete FAA Form 8500-9 as provided in 14 CFR 117.25.",
        "A Pilot shall fly the B737-800 or the A320.",
        "The first (1st) and second (2nd) Pilots shall choose one (1) of the following two (2) options.",
        "EXAMPLE: A Pilot shall be paid five (5) PCH and shall lose two (2) PCH.",
        "Seats shall be on the aisle (e.g., when a flight is six (6) hours or more).",
        "A Pilot shall keep his passport valid at all times.",
    ],
)
def test_figures_that_limit_nothing_are_not_proposed(sentence: str) -> None:
    text = f"SECTION 12\nWORKING CONDITIONS\n\nA. {sentence}"

    proposals = proposals_of(text)

    assert proposals == ()


def test_each_limit_of_a_sentence_is_a_proposal_with_its_own_words() -> None:
    text = "SECTION 5\nHOURS\n\nA. A trip may not contain more than four (4) duty periods, nor exceed 6 calendar days."

    first, second = proposals_of(text)

    assert first.predicate is not None
    assert second.predicate is not None
    assert (first.predicate.value, second.predicate.value) == (Decimal(4), Decimal(6))
    assert (first.predicate.operator, second.predicate.operator) == ("<=", "<=")
    assert first.evidence.char_end <= second.evidence.char_start


def test_range_has_both_ends() -> None:
    proposal = only_proposal("The value of a line shall be between 70 and 85 credit hours.")

    predicate = proposal.predicate

    assert predicate is not None
    assert (predicate.operator, predicate.value) == ("between", Decimal(70))
    assert proposal.parameters["upper_value"] == "85"


def test_condition_of_a_limit_is_no_limit_of_its_own() -> None:
    proposal = only_proposal("If a Pilot waits more than thirty (30) minutes, he shall be paid $40.00.")

    predicate = proposal.predicate

    assert predicate is not None
    assert (predicate.value, predicate.unit) == (Decimal(40), "USD")
    assert "thirty (30) minutes" in proposal.parameters["condition"]


def test_items_of_a_list_take_their_verb_and_comparison_from_the_words_that_introduce_it() -> None:
    text = (
        "SECTION 9\nHOURS OF SERVICE\n\nA. A Pilot shall not be scheduled for more than:\n\n"
        "1. thirty (30) hours of flight time in any seven (7) consecutive days;\n\n"
        "2. ninety (90) hours of flight time in any month."
    )

    proposals = proposals_of(text)

    read = [(p.citation, p.predicate.operator, p.predicate.value) for p in proposals if p.predicate is not None]
    assert read == [("Section 9.A.1", "<=", Decimal(30)), ("Section 9.A.2", "<=", Decimal(90))]


def test_rows_of_a_table_are_read_by_the_column_that_matters() -> None:
    text = (
        "SECTION 7\nVACATION\n\nA. A Pilot shall accrue vacation days as follows:\n\n"
        "Longevity Step    Monthly Rate (days)    Annual Total (days)\n"
        "One (1)      0.75       9\n"
        "Two (2) or more      1.25       15\n"
    )

    proposals = proposals_of(text)

    read = [(p.predicate.value, p.predicate.unit, p.predicate.period) for p in proposals if p.predicate is not None]
    assert read == [(Decimal(9), "days", "year"), (Decimal(15), "days", "year")]
    assert [p.parameters["row"] for p in proposals] == ["One (1)", "Two (2) or more"]


@pytest.mark.parametrize(
    ("sentence", "metric", "category"),
    [
        ("The monthly pay guarantee shall be 70 PCH.", "monthly_pay_guarantee", "pay_guarantee"),
        ("A Pilot shall be paid 150% of his hourly rate for overtime.", "premium_pay_rate", "premium_pay"),
        ("Rest between duty periods shall be at least ten hours.", "rest_between_duty_periods", "rest"),
        ("A grievance must be filed within thirty (30) days.", "grievance_deadline", "grievance"),
        ("A short call reserve shall report within two hours of a call.", "reserve_report_time", "reserve"),
    ],
)
def test_metric_and_category_are_of_the_closed_vocabulary(sentence: str, metric: str, category: str) -> None:
    proposal = only_proposal(sentence)

    predicate = proposal.predicate

    assert predicate is not None
    assert (predicate.metric, proposal.category) == (metric, category)


def test_words_that_contradict_their_digits_lower_the_confidence() -> None:
    agreeing = only_proposal("The Company shall answer within ten (10) days.")
    contradicting = only_proposal("The Company shall answer within ten (12) days.")

    difference = agreeing.confidence - contradicting.confidence

    assert difference > 0.1
    assert "words_and_digits_disagree" in contradicting.parameters["features"]

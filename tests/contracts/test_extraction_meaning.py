"""What a limit is about and whom it binds: never more than its own clause says."""

from decimal import Decimal

import pytest

from contracts.extraction import Proposal
from contracts.vocabulary import METRICS
from tests.contracts.extraction_pages import only_proposal, proposals_of

REST_HEADING = "SECTION 12\nREST\n\nA. "
LODGING_HEADING = "SECTION 5\nLODGING AND LAYOVERS\n\nA. "


def metric_of(proposal: Proposal) -> str:
    """The name of the metric of a proposal that has one."""
    assert proposal.predicate is not None
    return proposal.predicate.metric


@pytest.mark.parametrize(
    ("sentence", "metric"),
    [
        ("A Pilot shall have no fewer than ten (10) hours of rest before an FDP.", "rest_between_duty_periods"),
        (
            "A crew shall not be scheduled for more than eight (8) hours of flight time in an FDP.",
            "flight_time_per_duty_period",
        ),
        ("Between two RAPs a Pilot shall have at least eleven (11) hours of rest.", "rest_between_duty_periods"),
        ("A Duty Period that contains only Deadhead shall not exceed sixteen (16) hours.", "duty_period"),
        ("Report shall be at least sixty (60) minutes before departure.", "report_before_departure"),
        ("A Pilot shall have at least 32 hours free of duty in any 168 consecutive hours.", "rest_in_window"),
        ("A Pilot shall not fly more than 95 hours in any Bid Period.", "flight_time_in_window"),
    ],
)
def test_metric_is_the_one_named_nearest_to_the_value(sentence: str, metric: str) -> None:
    proposal = only_proposal(sentence)

    found = metric_of(proposal)

    assert found == metric


@pytest.mark.parametrize(
    ("heading", "sentence"),
    [
        (REST_HEADING, "The later flight shall be scheduled to arrive at least ninety (90) minutes before report."),
        (REST_HEADING, "A room shall be asked for at least twenty-four (24) hours ahead."),
        (REST_HEADING, "The room shall be within a walk of five (5) minutes from the crew room."),
        (REST_HEADING, "The rest of a Pilot shall be increased by one (1) hour."),
        (REST_HEADING, "A Pilot on jury duty shall be paid for up to twenty (20) days."),
        (REST_HEADING, "The excess shall not be more than two (2) hours."),
        (LODGING_HEADING, "The layover hotel shall be no more than twenty (20) minutes\u2019 drive from the airport."),
        (REST_HEADING, "A Sick Day of at least four (4) hours shall be charged for each Duty Period missed."),
        (REST_HEADING, "A Pilot shall be credited with no less than 3:45 for each Duty Period."),
    ],
)
def test_metric_of_a_schedule_is_not_guessed(heading: str, sentence: str) -> None:
    proposal = only_proposal(sentence, heading)

    metric = METRICS[metric_of(proposal)]

    assert not metric.from_schedule


def test_durations_in_a_list_of_credits_are_credit() -> None:
    text = "SECTION 3\nPAY\n\nA. A Trip shall be credited with the greatest of:\n\n1. No fewer than 3:45 for each Duty Period."

    (proposal,) = proposals_of(text)

    assert proposal.predicate is not None
    assert (metric_of(proposal), proposal.predicate.unit) == ("minimum_credit", "credit hours")


def test_title_of_a_letter_does_not_say_whom_its_clauses_bind() -> None:
    text = (
        "LETTER OF AGREEMENT 1\nOvernight Lines and Reserve Pilots\n\nA. Rest\n\n"
        "1. Rest shall be at least fourteen (14) hours.\n\nB. Reserve Pilots\n\n1. Rest shall be at least 12 hours."
    )

    found = [proposal.applies_to for proposal in proposals_of(text)]

    assert found == [{}, {"status": ["reserve"]}]


def test_forbidden_range_has_no_predicate_and_is_called_a_prohibition() -> None:
    proposal = only_proposal("No Deadhead shall be scheduled to depart between 0100 and 0500 LDT.")

    known = proposal.parameters

    assert proposal.predicate is None
    assert (known["negated"], known["lower_value"], known["upper_value"]) == (True, "1", "5")
    assert "prohibition" in proposal.description


def test_permitted_range_keeps_its_predicate() -> None:
    proposal = only_proposal("A Pilot shall answer one contact between 0800 and 1100 LDT.")

    predicate = proposal.predicate

    assert predicate is not None
    assert (predicate.operator, predicate.value, proposal.parameters.get("negated")) == ("between", Decimal(8), None)


@pytest.mark.parametrize(
    "condition",
    [
        "When a Pilot is provided at least ten (10) days of notice.",
        "If a Pilot is provided with more than twelve (12) hours of rest.",
        "If the layover is more than twelve (12) hours.",
    ],
)
def test_condition_without_a_main_clause_proposes_nothing(condition: str) -> None:
    text = f"SECTION 12\nREST\n\nA. {condition}"

    found = proposals_of(text)

    assert found == ()


def test_provided_as_a_verb_does_not_part_a_condition_from_its_main_clause() -> None:
    proposal = only_proposal("If a Pilot is provided at least ten (10) days of notice, he shall move.")

    known = proposal.parameters

    assert known["is_threshold"] is True


@pytest.mark.parametrize(
    ("sentence", "is_hard"),
    [
        ("If a segment is longer than five (5) hours, the Company shall board a meal.", False),
        ("At least sixty percent (60%) of the Lines shall be Regular Lines.", True),
    ],
)
def test_threshold_is_no_hard_limit_and_a_subject_is(sentence: str, is_hard: bool) -> None:  # noqa: FBT001 - a column
    proposal = only_proposal(sentence)

    hard = proposal.is_hard_constraint

    assert hard is is_hard


@pytest.mark.parametrize(
    ("sentence", "applies"),
    [
        ("The Company may build up to nine (9) lines in each month at PDX.", {"base": ["PDX"]}),
        ("A Pilot based in ANC shall be paid ten percent (10%) more.", {"base": ["ANC"]}),
        ("A Pilot shall be paid 5 PCH for a day in December.", {"month": ["december"]}),
        ("A Captain on the B737-800 shall be paid 5 PCH.", {"seat": ["captain"], "fleet": ["B737-800"]}),
        ("A Reserve Pilot shall have at least 12 days off from RAP to RAP.", {"status": ["reserve"]}),
        ("Pay shall increase by three percent (3%) on the first of December 2028.", {}),
    ],
)
def test_whom_and_what_a_limit_singles_out_is_read(sentence: str, applies: dict[str, list[str]]) -> None:
    proposal = only_proposal(sentence)

    found = proposal.applies_to

    assert found == applies


def test_each_of_two_bases_has_its_own_limit() -> None:
    first, second = proposals_of("The Company may build up to nine (9) lines at SEA, and up to four (4) at PDX.")

    found = [first.applies_to, second.applies_to]

    assert found == [{"base": ["SEA"]}, {"base": ["PDX"]}]


def test_figures_from_which_a_limit_holds_are_kept_with_it() -> None:
    proposal = only_proposal(
        "A Pilot who deadheads for more than five (5) hours shall have at least ten (10) hours of rest."
    )

    found = proposal.parameters["thresholds"]

    assert found == ["more than 5 hours"]

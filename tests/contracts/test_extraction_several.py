"""Sentences with several limits, or with a limit in words that set no number beside a unit: one proposal each, none lost."""

import pytest

from tests.contracts.extraction_pages import proposals_of

SENTENCES: list[tuple[str, list[str]]] = [
    # What the second number counts is said with the first.
    (
        "The Company may build up to sixteen (16) Lines in each month at SEA, and up to seven (7) at PDX.",
        ["<= 16 lines", "<= 7 lines"],
    ),
    (
        "A Line shall contain at least fourteen (14) Days Off, of which no fewer than four (4) are consecutive.",
        [">= 14 days", ">= 4 days"],
    ),
    (
        "A Captain shall have at least 900 hours in type, and a First Officer at least 90.",
        [">= 900 hours", ">= 90 hours"],
    ),
    ("Rest shall be eleven (11) hours, reducible to nine (9).", [">= 11 hours", ">= 9 hours"]),
    (
        "No Pilot shall be on reserve for more than 13 hours, nor on duty for more than 15.",
        ["<= 13 hours", "<= 15 hours"],
    ),
    (
        "A Line shall be worth no fewer than 72 and no more than 86 Credit Hours.",
        [">= 72 credit hours", "<= 86 credit hours"],
    ),
    # The comparison goes on to the second value.
    (
        "Flying shall not exceed 95 hours in a calendar month or 950 hours in a calendar year.",
        ["<= 95 hours", "<= 950 hours"],
    ),
    (
        "A Pilot shall report one hour before departure for domestic flights and one hour and thirty minutes before it for others.",
        ["== 1 hours", "== 1.5 hours"],
    ),
    # Shares in words.
    ("A Pilot who flies on a Day Off shall be paid time and one-half.", ["== 150 percent"]),
    ("A Pilot shall be paid double time for a holiday.", ["== 200 percent"]),
    ("Pay shall be one and one-half (1 1/2) times the Pilot's hourly rate.", ["== 150 percent"]),
    ("A Pilot shall be credited with one-half (1/2) of the scheduled flight time.", ["== 50 percent"]),
    # Notice is a floor, time to act a ceiling.
    ("The Company shall give sixty (60) days' written notice.", [">= 60 days"]),
    ("The Company shall furnish the Association fifteen (15) days prior written notice.", [">= 15 days"]),
    ("A Pilot shall have ten (10) days to respond.", ["<= 10 days"]),
    ("The callout time of a Pilot shall be 2:30.", ["<= 2.5 hours"]),
    # An interval is a limit where nothing else is.
    ("The parties shall meet at least once every four (4) months.", ["<= 4 months"]),
    ("The committee shall review the reports every forty-five (45) days.", ["<= 45 days"]),
    # Times of day that look like years or like plain numbers.
    ("A Pilot shall report at or after 1915 LDT.", [">= 19.25 local time"]),
    ("A room shall be cancelled by 1600 LDT.", ["<= 16 local time"]),
    ("Bids shall close at 1200 local time.", ["== 12 local time"]),
    ("A period of duty shall begin between 2200 and 0600.", ["between 22 local time"]),
    # A heading with a colon binds without a verb.
    ("Duty rig: one (1) PCH for every two (2) hours of duty.", ["== 0.5 PCH per duty hour"]),
    # A tolerance is none.
    ("The average of the lines shall be 78 hours, plus or minus three (3) hours.", ["== 78 hours"]),
]


@pytest.mark.parametrize(("sentence", "limits"), SENTENCES)
def test_every_limit_of_a_sentence_is_proposed_once(sentence: str, limits: list[str]) -> None:
    proposals = proposals_of(sentence)

    found = [proposal.predicate for proposal in proposals]

    assert [f"{said.operator} {said.value.normalize():f} {said.unit}" for said in found if said is not None] == limits


@pytest.mark.parametrize(
    "sentence",
    [
        "The parties shall confer on flights of 2030 and 2031.",
        "The Company shall see to it that the policy of 1998 is kept.",
        "Once a Pilot shall have bid, the bid is final.",
        "Three times the Pilot shall ask, and shall be told.",
    ],
)
def test_numbers_that_limit_nothing_are_left(sentence: str) -> None:
    proposals = proposals_of(sentence)

    assert list(proposals) == []

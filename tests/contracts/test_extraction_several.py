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
    # What a sentence says before its "may not" and behind it.
    (
        "Layovers are built to no fewer than twelve (12) hours, and may not be reduced below ten (10) hours.",
        [">= 12 hours", ">= 10 hours"],
    ),
    (
        "A Pilot who is called on a Day Off is paid at 200% for it, with a minimum of 5 CH.",
        ["== 200 percent", ">= 5 credit hours"],
    ),
    (
        "An override of $6.25 per hour for Captains, and $4.25 per hour for First Officers, shall be added.",
        ["== 6.25 USD", "== 4.25 USD"],
    ),
    # What is given, said behind the figure.
    ("Bereavement leave of four (4) days with pay is granted on a death.", ["== 4 days"]),
    ("No session, exclusive of briefing, shall last longer than four (4) hours.", ["<= 4 hours"]),
    ("A ticket shall be for business class if the flight is greater than eight (8) hours.", ["> 8 hours"]),
    ("A room is due whenever a Pilot waits four (4) hours or more.", [">= 4 hours"]),
    # Digits as scans give them.
    ("Leave may be granted for up to ninety (9O) days.", ["<= 90 days"]),
    ("Rest shall be at least sixteen (1 6) hours.", [">= 16 hours"]),
    # Rest is no less than what is said, duty no more.
    ("The rest between duty periods shall be fourteen (14) hours.", [">= 14 hours"]),
    ("The duty period shall be thirteen (13) hours.", ["<= 13 hours"]),
    # A tolerance is none.
    ("The average of the lines shall be 78 hours, plus or minus three (3) hours.", ["== 78 credit hours"]),
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


TABLE = """SECTION 5
HOURS OF SERVICE

A. Duty

1. Scheduled Flight Duty Periods shall not exceed the values of the following table:

   Report            1 - 2 segments     3 or more
   0500 - 0659           12.0            11.5
   0700 - 1259           13:30           12.5

2. Per diem

(a) Domestic per diem           $2.35 per hour
(b) International per diem      $3.10 per hour
"""


def test_every_cell_of_a_small_table_is_a_limit_with_the_words_above_it() -> None:
    proposals = proposals_of(TABLE)

    found = [(said.predicate, said.parameters["row"], said.citation) for said in proposals]

    assert [
        (f"{said.metric} {said.operator} {said.value:f} {said.unit}", row, place) for said, row, place in found if said
    ] == [
        ("flight_duty_period <= 12 hours", "0500 - 0659, 1 - 2 segments", "Section 5.A.1"),
        ("flight_duty_period <= 11.5 hours", "0500 - 0659, 3 or more", "Section 5.A.1"),
        ("flight_duty_period <= 13.5 hours", "0700 - 1259, 1 - 2 segments", "Section 5.A.1"),
        ("flight_duty_period <= 12.5 hours", "0700 - 1259, 3 or more", "Section 5.A.1"),
        ("per_diem == 2.35 USD", "Domestic per diem", "Section 5.A.2.(a)"),
        ("per_diem == 3.1 USD", "International per diem", "Section 5.A.2.(b)"),
    ]


LISTS = [
    (
        "No Pilot shall be scheduled to exceed the following Duty Periods:\n\na. two pilots: 14 hours;\n\nb. three pilots: 18 hours.",
        [("<= 14 hours", "Section 5.A.a"), ("<= 18 hours", "Section 5.A.b")],
    ),
    (
        "The Pilot must\n\na. return the call within fifteen (15) minutes, and\n\nb. be able to report within two (2) hours.",
        [("<= 15 minutes", "Section 5.A.a"), ("<= 2 hours", "Section 5.A.b")],
    ),
    (
        "1. Report.\n\na. Pilots shall report one hour before departure at the base and\n\nb. forty (40) minutes before it elsewhere.",
        [("== 1 hours", "Section 5.A.1.a"), ("== 40 minutes", "Section 5.A.1.b")],
    ),
]


@pytest.mark.parametrize(("text", "limits"), LISTS)
def test_items_go_on_with_the_sentence_before_them(text: str, limits: list[tuple[str, str]]) -> None:
    proposals = proposals_of(f"SECTION 5\nDUTY\n\nA. {text}\n")

    found = [(said.predicate, said.citation) for said in proposals]

    assert [(f"{said.operator} {said.value:f} {said.unit}", place) for said, place in found if said] == limits


@pytest.mark.parametrize(
    ("line", "citation"),
    [
        ("7-B-3-c. A Pilot shall have at least ten days off.", "Section 7.B.3.c"),
        ("25. C. 2. b. A Pilot shall have at least ten days off.", "Section 25.C.2.b"),
        ("4.2.1 (a) A Pilot shall have at least ten days off.", "Section 4.2.1.(a)"),
        ("A. 1. (a) A Pilot shall have at least ten days off.", "Section 9.A.1.(a)"),
        ("12.B.4.a.(1) A Pilot shall have at least ten days off.", "Section 12.B.4.a.(1)"),
    ],
)
def test_numbering_of_other_carriers_is_cited_by_its_whole_path(line: str, citation: str) -> None:
    proposals = proposals_of(f"SECTION 9\nDAYS OFF\n\n{line}\n")

    assert [said.citation for said in proposals] == [citation]

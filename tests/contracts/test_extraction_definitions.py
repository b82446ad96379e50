"""The terms that a document defines: what is one, where it stands, and how far it reaches."""

import pytest

from contracts.extraction import Definition, DefinitionKind, Scope, extract_proposals
from contracts.extraction.terms import names_used
from tests.contracts.extraction_pages import pages_of


def defined(text: str) -> dict[str, Definition]:
    """The definitions of a text by their first name."""
    return {definition.term: definition for definition in extract_proposals(pages_of(text)).definitions}


@pytest.mark.parametrize(
    "written",
    [
        "Credited Years: {}\n\nB. Check Captain: a Pilot who checks others.\n\nC. Trip: one or more duty periods.",
        "Credited Years - {}\n\nB. Check Captain - a Pilot who checks others.\n\nC. Trip - one or more duty periods.",
        "Credited Years. {}\n\nB. Check Captain. A Pilot who checks others.\n\nC. Trip. One or more duty periods.",
        "Credited Years\n{}\n\nB. Check Captain\nA Pilot who checks others.\n\nC. Trip\nOne or more duty periods.",
        "“Credited Years” means {}\n\nB. “Check Captain” means a Pilot who checks others.\n\nC. “Trip” is a duty.",
        "Credited Years means {}\n\nB. Check Captain means a Pilot who checks others.\n\nC. Trip shall mean any duty.",
    ],
)
def test_a_definitions_section_is_collected_however_it_is_laid_out(written: str) -> None:
    text = "SECTION 2\nDEFINITIONS\n\nA. " + written.format("The years that count\ntoward pay.")

    found = defined(text)

    assert list(found) == ["Credited Years", "Check Captain", "Trip"]
    assert found["Credited Years"].citation == "Section 2.A"
    assert found["Credited Years"].wording.endswith("he years that count toward pay.")
    assert {definition.scope for definition in found.values()} == {Scope.AGREEMENT}


def test_a_glossary_in_two_columns_is_told_by_its_order() -> None:
    entries = ["Airport Call  A duty at the airport.", "Base  Where a Pilot lives.", "Crew  Those on board."]
    entries += [
        "Day Off\n(DO)  A day without duty,\nfree of all calls.",
        "Extra Leg  A leg more.",
        "Fleet  All aircraft.",
    ]

    found = defined("\n\n" + "\n\n".join(entries))

    assert list(found) == ["Airport Call", "Base", "Crew", "Day Off", "Extra Leg", "Fleet"]
    assert found["Day Off"].aliases == ("DO",)
    assert found["Day Off"].wording == "Day Off (DO) A day without duty, free of all calls."


def test_several_names_share_one_definition() -> None:
    text = "SECTION 2\nDEFINITIONS\n\n1. “Flight Duty Period” or “FDP” means a span.\n\n2. “Long Rest” (“LR”) means a night."

    found = defined(text)

    assert found["Flight Duty Period"].aliases == ("FDP",)
    assert found["Long Rest"].aliases == ("LR",)


def test_a_definition_takes_the_items_below_it_along_and_they_define_nothing_themselves() -> None:
    text = (
        "SECTION 2\nDEFINITIONS\n\nA. Day: a calendar day:\n1. Domestic: from midnight.\n2. Foreign: as posted.\n\n"
        "B. Trip: a row of duties.\n\nC. Year: a calendar year."
    )

    found = defined(text)

    assert list(found) == ["Day", "Trip", "Year"]
    assert found["Day"].wording == "Day: a calendar day: Domestic: from midnight. Foreign: as posted."


@pytest.mark.parametrize(
    ("sentence", "term", "scope"),
    [
        ("For the purposes of this Section, “long trip” means a trip of four days.", "long trip", "Section 4"),
        ("For purposes of this paragraph, a “day” is any part of a calendar day.", "day", "Section 4.A"),
        ("As used in this Section 4, Home Rest means the rest at home.", "Home Rest", "Section 4"),
        ("For the purposes of this Agreement, “moving day” shall mean a day of moving.", "moving day", ""),
        ("The term “Split Trip” refers to a trip in two parts.", "Split Trip", ""),
        ("A Split Trip is defined as one trip in two parts.", "Split Trip", ""),
        ("“Near”, of an airport, means within an hour.", "Near", ""),
    ],
)
def test_a_sentence_that_defines_is_collected_with_its_reach(sentence: str, term: str, scope: str) -> None:
    text = f"SECTION 4\nREST\n\nA. Pilots rest. {sentence} They are paid."

    (definition,) = defined(text).values()

    assert (definition.term, definition.scope_citation) == (term, scope)
    assert definition.evidence.quote == sentence


@pytest.mark.parametrize(
    ("passage", "name", "wording"),
    [
        ("Blue Sky Air, Inc. (the “Company”)", "Company", 'Blue Sky Air, Inc. (the "Company")'),
        ("Sky Pilots Union (hereinafter “Union”)", "Union", 'Sky Pilots Union (hereinafter "Union")'),
        (
            "Sky Pilots Union, hereinafter referred to as the Union,",
            "Union",
            "Sky Pilots Union, hereinafter referred to as the Union",
        ),
        ("a Pilot\u2019s Monthly Pay Guarantee (“MPG”)", "MPG", 'Monthly Pay Guarantee ("MPG")'),
        ("all Reserve Availability Periods (RAP)", "RAP", "Reserve Availability Periods (RAP)"),
        (
            "the Pilot System Seniority List (“Seniority List”)",
            "Seniority List",
            'Pilot System Seniority List ("Seniority List")',
        ),
    ],
)
def test_a_short_name_stands_for_the_words_before_it(passage: str, name: str, wording: str) -> None:
    (definition,) = defined(f"SECTION 1\nSCOPE\n\nA. This is about {passage} and no other.").values()

    assert (definition.term, definition.kind, definition.wording) == (name, DefinitionKind.SHORT_NAME, wording)


def test_a_short_name_of_a_defined_term_joins_it_and_one_given_again_comes_once() -> None:
    text = (
        "SECTION 2\nDEFINITIONS\n\nA. “Reserve Period” means a time of call.\n\nSECTION 3\nPAY\n\nA. Reserve Periods (RP) and "
        "Pay Hours (PH) count.\n\nB. Pay Hours (PH) are paid."
    )

    found = defined(text)

    assert list(found) == ["Reserve Period", "PH"]
    assert found["Reserve Period"].aliases == ("RP",)


@pytest.mark.parametrize(
    "sentence",
    [
        "By all means the Company may buy a means of transport.",
        "This means that all is fine, and which means the most.",
        "The Company may pay “signing” or “retention” bonuses.",
        "A period “within” a number of days ends at midnight.",
        "Seattle (SEA), sixty-five (65) hours and fifty percent (50%) of it (see “Captain” above).",
        "For the purposes of this Section, all flights count.",
        "Rest: the Pilot gets ten hours.",
        "Note: see below.",
    ],
)
def test_what_only_looks_like_a_definition_is_none(sentence: str) -> None:
    assert defined(f"SECTION 4\nREST\n\nA. {sentence}\n\nB. A Pilot rests.") == {}


def test_definitions_that_name_one_another_are_collected_like_any() -> None:
    text = "SECTION 2\nDEFINITIONS\n\n1. “Month” means a Bid Period.\n\n2. “Bid Period” means a Month.\n\n3. “Rest” means Rest."

    found = defined(text)

    assert [definition.wording for definition in found.values()] == [
        '"Month" means a Bid Period.',
        '"Bid Period" means a Month.',
        '"Rest" means Rest.',
    ]


def test_a_damaged_definition_is_readable_and_quoted_as_it_stands() -> None:
    text = (
        "SECTION 2\nDEFINITIONS\n\nA. “Duty Period” means the period of duty that a Pi lot has; a Pilot\u2019s peri-\nod of duty "
        "ends when the Pilot is released."
    )

    (definition,) = defined(text).values()

    assert "a Pilot has; a Pilot's period of duty" in definition.wording
    assert "Pi lot has; a Pilot\u2019s peri-\nod" in definition.evidence.quote


def test_a_definition_over_a_page_break_is_quoted_from_the_page_it_begins_on() -> None:
    text = "SECTION 2\nDEFINITIONS\n\nA. “Long Day” means a day that begins\n\fearly and ends late.\n\nB. “Trip” means a tour."

    definition = defined(text)["Long Day"]

    assert definition.wording == '"Long Day" means a day that begins early and ends late.'
    assert (definition.evidence.page, definition.evidence.quote) == (1, "“Long Day” means a day that begins")


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("No Flight Duty Period shall exceed it.", ["Flight Duty Period"]),
        ("After two Duty Periods a Pilot has Rest.", ["Duty Period", "Rest"]),
        ("The rest of the duty period", ["Duty Period"]),
        ("an FDP, two FDPs, one fdp, a RESTED pilot", ["FDP"]),
        ("", []),
    ],
)
def test_the_terms_that_a_wording_uses_are_found_the_longest_first(text: str, used: list[str]) -> None:
    assert names_used(["Duty Period", "Flight Duty Period", "FDP", "Rest", ""], text) == used

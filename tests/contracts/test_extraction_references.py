"""References: what is named, what it points to, and what is kept where it points nowhere."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import contracts
from contracts.documents.pages import PAGE_SEPARATOR, Page
from contracts.documents.pdf import read_pdf_pages
from contracts.extraction import Extraction, Reference, Resolution, extract_proposals
from contracts.extraction.law import law_rule_id
from regulations.far117.loading import catalogue
from tests.contracts.extraction_pages import pages_of

DOCUMENTS = sorted((Path(contracts.__file__).parent / "demo" / "documents").glob("*.pdf"))
AGREEMENT = """SECTION 3
PAY

A. One.

B. Two.
1. First.
a. Small.
(1) Inner.
(2) More.
b. Big.
2. Second.

C. {}

APPENDIX A

1. Rates.
\fSECTION 4
REST

A. See this.

B. That.
\fLETTER OF AGREEMENT 15

1. First.

2. Second.
"""


def references(text: str) -> list[Reference]:
    return list(extract_proposals(pages_of(text)).references)


def targets_from(sentence: str) -> list[tuple[str, str]]:
    """What a sentence in Section 3.C names: (target, resolution)."""
    found = references(AGREEMENT.format(sentence))
    return [(one.target, one.resolution.value) for one in found if one.citation == "Section 3.C"]


@pytest.mark.parametrize(
    ("sentence", "target"),
    [
        ("As provided in Section 3.B.1.a.(2), he rests.", "Section 3.B.1.a.(2)"),
        ("as provided in Section 3 B 1 a (2) of this Agreement", "Section 3.B.1.a.(2)"),
        ("as provided in Section 3-B-1-a", "Section 3.B.1.a"),
        ("as provided in subsection 3.B.1(a)(1)", "Section 3.B.1.a.(1)"),
        ("as provided in Section\n3.B.", "Section 3.B"),
        ("subject to Section 4 (Rest), he flies", "Section 4"),
        ("subject to Section 4. A Pilot flies.", "Section 4"),
        ("subject to Article 4", "Section 4"),
        ("paragraph B.2 above", "Section 3.B.2"),
        ("subsection B.1.b", "Section 3.B.1.b"),
        ("Section 3, paragraph B.2", "Section 3.B.2"),
        ("paragraph B of Section 4", "Section 4.B"),
        ("this Section", "Section 3"),
        ("this paragraph", "Section 3.C"),
        ("Section 3.C itself", "Section 3.C"),
        ("at the rate of Appendix A", "Section 3, Appendix A"),
        ("Appendix A of this Section 3 (Pay)", "Section 3, Appendix A"),
        ("Section 3 (Pay), Appendix A", "Section 3, Appendix A"),
        ("LOA 15", "LOA 15"),
        ("Letter of Agreement No. 15", "LOA 15"),
        ("LOA 15, paragraph 2", "LOA 15 ¶2"),
        ("paragraph 2 of LOA 15", "LOA 15 ¶2"),
    ],
)
def test_a_reference_is_resolved_to_the_full_path_of_what_it_names(sentence: str, target: str) -> None:
    assert targets_from(sentence) == [(target, "found")]


@pytest.mark.parametrize(
    ("sentence", "target", "resolution"),
    [
        ("Section 3.Z.9", "Section 3.Z.9", "not_found"),
        ("Section 22", "Section 22", "not_found"),
        ("paragraph 7.b", "paragraph 7.b", "not_found"),
        ("Section 4, Appendix C", "Section 4, Appendix C", "not_found"),
        ("LOA 99", "LOA 99", "outside"),
        ("Section 6 of the Railway Labor Act", "Section 6 of the Railway Labor Act", "outside"),
        ("Section 401(k) of the Internal Revenue Code", "Section 401(k) of the Internal Revenue Code", "outside"),
        ("14 CFR Part 121", "14 CFR Part 121", "outside"),
        ("29 CFR § 825.100(a)", "29 CFR 825.100(a)", "outside"),
        ("45 U.S.C. § 151", "45 USC 151", "outside"),
        ("14 CFR 117.99", "14 CFR 117.99", "outside"),
    ],
)
def test_what_is_not_in_the_document_is_kept_and_named(sentence: str, target: str, resolution: str) -> None:
    assert targets_from(f"As {sentence} says.") == [(target, resolution)]


@pytest.mark.parametrize(
    ("written", "target", "section"),
    [
        ("14 CFR 117.25(b)", "14 CFR 117.25(b)", "117.25"),
        ("14 C.F.R. § 117.23(b)(1)", "14 CFR 117.23(b)(1)", "117.23"),
        ("FAR 117.11", "14 CFR 117.11", "117.11"),
        ("§ 117.25(b)", "14 CFR 117.25(b)", "117.25"),
        ("Section 117.21", "14 CFR 117.21", "117.21"),
        ("FAR Part 117", "14 CFR Part 117", ""),
        ("Federal Aviation Regulations (“FAR”) Part 117", "14 CFR Part 117", ""),
    ],
)
def test_a_reference_to_the_law_names_its_section(written: str, target: str, section: str) -> None:
    (found,) = references(AGREEMENT.format(f"as {written} says"))

    assert (found.target, found.resolution, found.law_section) == (target, Resolution.LAW, section)


def test_the_elements_of_lists_and_ranges_are_references_of_their_own() -> None:
    sentence = (
        "Sections 4.A and 4.B, subsections 3.B.1.a., 3.B.1.b., or 3.B.2; Sections 3 through 4; paragraphs A, B and C."
    )

    found = targets_from(sentence)

    assert [target.removeprefix("Section ") for target, _ in found] == [
        *("4.A", "4.B"),
        *("3.B.1.a", "3.B.1.b", "3.B.2"),
        *("3", "4"),
        *("3.A", "3.B", "3.C"),
    ]
    assert {resolution for _, resolution in found} == {"found"}


def test_a_range_names_what_lies_between_its_ends() -> None:
    found = references(AGREEMENT.format("See paragraphs A through C."))

    assert [one.target for one in found] == ["Section 3.A", "Section 3.B", "Section 3.C"]
    assert [one.evidence.quote for one in found] == ["paragraphs A", "paragraphs A through C", "C"]


@pytest.mark.parametrize(
    "sentence",
    [
        "In the section that he reads, and in sections of it.",
        "Items are listed. One section 3 days long.",
        "An intersection 3.B and a letter of his.",
        "The paragraph a Pilot reads.",
    ],
)
def test_words_that_name_no_place_are_no_references(sentence: str) -> None:
    assert targets_from(sentence) == []


def test_a_letter_refers_to_the_agreement_outside_and_to_itself_inside() -> None:
    text = (
        "LETTER OF AGREEMENT 2\nCOMMUTERS\n\nA. Purpose.\n\nB. Under Section A of this Letter, in place of Section 3.E.1 of the "
        "Agreement."
    )

    found = [(one.target, one.resolution) for one in references(text)]

    assert found == [
        ("LOA 2.A", Resolution.FOUND),
        ("LOA 2", Resolution.FOUND),
        ("Section 3.E.1", Resolution.OUTSIDE),
    ]


def test_a_section_of_an_article_is_counted_from_the_article_around() -> None:
    text = (
        "ARTICLE 5\nREST\n\nSection 1. Rest follows Section 2, and Article 6, Section 1.\n\nSection 2. Rest is long, as in Section 1 "
        "of Article 6.\n\nARTICLE 6\nDUTY\n\nSection 1. Duty follows this Article. It follows this Section.\n"
    )

    found = [(one.citation, one.target) for one in references(text) if one.resolution is Resolution.FOUND]

    assert found == [
        ("Section 5.1", "Section 5.2"),
        ("Section 5.1", "Section 6.1"),
        ("Section 5.2", "Section 6.1"),
        ("Section 6.1", "Section 6"),
        ("Section 6.1", "Section 6.1"),
    ]


def test_letters_of_different_kinds_are_told_apart() -> None:
    text = (
        "LETTER OF AGREEMENT 3\n\n1. See MOU 4 and LOA 4.\n\nMEMORANDUM OF UNDERSTANDING 4\n\n1. See LOA 3 and MOU 3.\n"
    )

    found = [(one.citation, one.target, one.resolution.value) for one in references(text)]

    assert found == [
        ("LOA 3 ¶1", "MOU 4", "found"),
        ("LOA 3 ¶1", "LOA 4", "outside"),
        ("MOU 4 ¶1", "LOA 3", "found"),
        ("MOU 4 ¶1", "MOU 3", "outside"),
    ]


@pytest.mark.parametrize(
    ("target", "rule_id"),
    [
        ("14 CFR 117.25(b)", "FAR117_REST_30_IN_168"),
        ("14 CFR 117.25(b)(1)", "FAR117_REST_30_IN_168"),
        ("14 CFR 117.11(a)(1)", "FAR117_FLIGHT_TIME_UNAUGMENTED"),
        ("14 CFR 117.1", "FAR117_APPLICABILITY"),
        ("14 CFR 117.25", ""),
        ("14 CFR Part 117", ""),
    ],
)
def test_the_rule_of_law_is_the_nearest_that_is_one(target: str, rule_id: str) -> None:
    assert law_rule_id(target) == rule_id
    assert not rule_id or rule_id in catalogue().by_id


def assert_quotes_stand_where_they_say(pages: list[Page], extraction: Extraction) -> None:
    whole = PAGE_SEPARATOR.join(page.text for page in pages)
    places = [definition.evidence for definition in extraction.definitions]
    places += [reference.evidence for reference in extraction.references]
    for evidence in places:
        page = pages[evidence.page - 1]
        start, end = evidence.char_start - page.char_start, evidence.char_end - page.char_start
        assert 0 <= start < end <= len(page.text)
        assert page.text[start:end] == whole[evidence.char_start : evidence.char_end] == evidence.quote
        assert evidence.quote.strip()
    for reference in extraction.references:
        assert reference.sentence_start <= reference.evidence.char_start < reference.sentence_end
        assert (reference.target_page is None) is (reference.resolution is not Resolution.FOUND)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_every_quote_of_a_demo_document_stands_where_it_says(document: Path) -> None:
    pages = list(read_pdf_pages(document))

    extraction = extract_proposals(pages)

    assert extraction.definitions
    assert extraction.references
    assert_quotes_stand_where_they_say(pages, extraction)
    assert Resolution.NOT_FOUND not in {reference.resolution for reference in extraction.references}


PIECES = st.sampled_from(
    [
        *(
            "SECTION 2\nDEFINITIONS\n\n",
            "SECTION 3\nPAY\n\n",
            "LETTER OF AGREEMENT 4\n",
            "APPENDIX A\n",
            "\n\n",
            "\n",
            "\f",
            " ",
        ),
        *(
            "A. ",
            "B. ",
            "1. ",
            "2. ",
            "a. ",
            "(1) ",
            "“Duty Period”",
            "“FDP”",
            " or ",
            " means ",
            "a span. ",
            "(“DP”) ",
            "(RAP) ",
        ),
        *(
            "Reserve Availability Period ",
            "(the “Company”) ",
            "Section ",
            "Sections ",
            "3.A",
            "3.A.1",
            " and ",
            " through ",
            ", ",
        ),
        *(
            "paragraph ",
            "this Section ",
            "14 CFR ",
            "117.25(b)",
            "§ ",
            "FAR ",
            "LOA 4",
            "Appendix A",
            " above",
            "Pi lot ",
            "peri-\nod ",
        ),
        *(
            "Term: text. ",
            "Term - text. ",
            "Term  Text. ",
            "Term. Text. ",
            "ﬁ½…",
            "\u00ad",
            "\u200b",
            "é",
            "of the Railway Labor Act. ",
        ),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_every_quote_of_a_made_text_stands_where_it_says(text: str) -> None:
    pages = pages_of(text)

    extraction = extract_proposals(pages)

    assert_quotes_stand_where_they_say(pages, extraction)


@pytest.mark.parametrize(
    "piece",
    [
        '"',
        "(",
        '("',
        "Section ",
        "A ",
        "“A” or ",
        "Section 3" + " " * 500,
        "paragraphs 1, 2, ",
        "means ",
        "\n",
        "14 CFR ",
    ],
)
def test_a_text_of_one_piece_over_and_over_is_read_to_its_end(piece: str) -> None:
    pages = pages_of("SECTION 2\nDEFINITIONS\n\nA. " + piece * (40_000 // len(piece)))

    extraction = extract_proposals(pages)

    assert_quotes_stand_where_they_say(pages, extraction)

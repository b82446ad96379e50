"""Citations, tables of contents, furniture and places."""

from contracts.extraction import extract_proposals
from tests.contracts.extraction_pages import pages_of, proposals_of

LIMIT = "A Pilot shall have at least {} hours of rest."


def citations(text: str) -> list[str]:
    """The citations of all that is proposed from a text."""
    return [proposal.citation for proposal in proposals_of(text)]


def test_citation_is_the_full_path_of_the_item() -> None:
    text = "\n\n".join(
        [
            "SECTION 4\n     REST",
            "A. GENERAL",
            "1. Rest at base",
            f"a. {LIMIT.format(10)}",
            "b. Away from base:",
            f"(1) {LIMIT.format(11)}",
            f"(2) {LIMIT.format(12)}",
            f"2. {LIMIT.format(13)}",
            f"B. {LIMIT.format(14)}",
        ]
    )

    found = citations(text)

    assert found == [
        "Section 4.A.1.a",
        "Section 4.A.1.b.(1)",
        "Section 4.A.1.b.(2)",
        "Section 4.A.2",
        "Section 4.B",
    ]


def test_heading_with_a_path_and_an_item_with_its_whole_path_are_understood() -> None:
    text = f"Section 12.B Rest\n\n1. {LIMIT.format(9)}\n\n14.C.2 {LIMIT.format(8)}"

    found = citations(text)

    assert found == ["Section 12.B.1", "Section 14.C.2"]


def test_paragraphs_of_a_letter_of_agreement_are_cited_as_such() -> None:
    text = f"LETTER OF AGREEMENT 15\n\n1. Purpose.\n\n2. {LIMIT.format(9)}"

    found = citations(text)

    assert found == ["LOA 15 ¶2"]


def test_appendix_belongs_to_its_section() -> None:
    text = f"SECTION 3\nPAY\n\nA. {LIMIT.format(9)}\n\nAPPENDIX B\n\n1. {LIMIT.format(8)}"

    found = citations(text)

    assert found == ["Section 3.A", "Section 3, Appendix B, 1"]


def test_reference_at_the_head_of_a_line_opens_no_section() -> None:
    text = f"SECTION 3\nREST\n\nA. Duty is limited, as provided in\nSection 14 (Scheduling). {LIMIT.format(9)}"

    found = citations(text)

    assert found == ["Section 3.A"]


def test_section_is_inferred_from_references_where_the_text_begins_in_its_middle() -> None:
    text = f"c. {LIMIT.format(9)}\n\n2. As provided in subsection 6.B.1.a. {LIMIT.format(8)}\n\nC. {LIMIT.format(7)}"

    found = citations(text)

    assert found == ["Section 6.B.1.c", "Section 6.B.2", "Section 6.C"]


def test_table_of_contents_gives_no_proposals() -> None:
    contents = "\n".join(
        f"{letter}. At least {n} hours of rest shall be given ........ {n}" for n, letter in enumerate("ABCDEF", 8)
    )
    text = f"TABLE OF CONTENTS\n\nSECTION 4 REST\n{contents}\n\fSECTION 4\nREST\n\nA. {LIMIT.format(9)}"

    found = proposals_of(text)

    assert [(proposal.citation, proposal.evidence.page) for proposal in found] == [("Section 4.A", 2)]


def test_quote_stays_on_the_page_that_holds_the_value_and_leaves_furniture_out() -> None:
    body = [
        "The duty of a Pilot is set",
        "by this Section and by no other. Each Pilot shall have",
        "at least nine (9) hours of rest.",
        "Thank you.",
    ]
    text = "\f".join(f"CASCADIA AIR PILOT AGREEMENT\n{line}\nPage {n} of 40" for n, line in enumerate(body, 7))

    (proposal,) = proposals_of(f"{text}")

    assert proposal.evidence.page == 3
    assert proposal.evidence.quote == "at least nine (9) hours of rest."
    assert proposal.rule_text == "Each Pilot shall have at least nine (9) hours of rest."


def test_quote_is_the_documents_own_text_while_the_rule_is_readable() -> None:
    text = "SECTION 2\nREST\n\nA. A Pi lot shall have at least sixty -five (6 5) hours of rest. The Pilot and a Pilot agree."

    (proposal,) = proposals_of(text)

    assert proposal.evidence.quote == "A Pi lot shall have at least sixty -five (6 5) hours of rest."
    assert proposal.rule_text == "A Pilot shall have at least sixty-five (65) hours of rest."


def test_box_is_the_union_of_the_boxes_of_the_quoted_words() -> None:
    text = "SECTION 2\nREST\n\nA. A Pilot shall have at least ten hours of rest."

    (proposal,) = proposals_of(text)

    start, end = proposal.evidence.char_start, proposal.evidence.char_end
    assert proposal.evidence.box == (float(start), 10.0, float(end), 20.0)


def test_every_quote_stands_where_it_says_and_every_id_is_used_once() -> None:
    text = "\f".join(
        f"SECTION {n}\nREST\n\nA. {LIMIT.format(n)} {LIMIT.format(n + 1)}\n\n1. A Pilot shall be paid {n} PCH per day."
        for n in range(1, 30)
    )

    found = proposals_of(text)

    assert len(found) == 87
    assert all(text[p.evidence.char_start : p.evidence.char_end] == p.evidence.quote for p in found)
    assert len({p.rule_id for p in found}) == len(found)


def test_same_pages_give_the_same_answer() -> None:
    text = f"SECTION 4\nREST\n\nA. {LIMIT.format(9)} {LIMIT.format(8)}"

    first, second = extract_proposals(pages_of(text)), extract_proposals(pages_of(text))

    assert first == second


def test_ids_survive_a_new_paragraph_elsewhere_and_a_new_value() -> None:
    before = f"SECTION 4\nREST\n\nA. {LIMIT.format(9)}\n\nSECTION 5\nPAY\n\nA. A Pilot shall be paid 70 PCH per month."
    after = before.replace("SECTION 5", f"B. {LIMIT.format(12)}\n\nSECTION 5").replace("70 PCH", "75 PCH")

    old, new = {p.rule_id for p in proposals_of(before)}, {p.rule_id for p in proposals_of(after)}

    assert old <= new
    assert len(new) == len(old) + 1


def test_progress_rises_to_all_pages() -> None:
    text = "\f".join(f"SECTION {n}\nREST\n\nA. {LIMIT.format(n)}" for n in range(1, 6))
    seen: list[int] = []

    extract_proposals(pages_of(text), on_progress=seen.append)

    assert seen == sorted(seen)
    assert seen[-1] == 5

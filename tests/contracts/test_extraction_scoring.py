"""Scores of the extractor against labels: each figure by hand, and the command that prints them."""

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from contracts.documents.pages import Page
from contracts.extraction import Proposal
from contracts.extraction.confidence import WEIGHTS, WORDS, reasons
from contracts.extraction.proposals import Evidence, Predicate
from contracts.extraction.scoring import (
    Label,
    LabelError,
    expected_calibration_error,
    match_label,
    read_labels,
    right_fields,
    score,
)
from contracts.vocabulary import Category, Operator

TEXT = """SECTION 3
COMPENSATION

A. Guarantees

1. A Pilot shall be paid no fewer than seventy-two (72) Credit Hours in each Bid Period.

2. A Reserve Pilot shall have at least twelve (12) Days Off in each Bid Period.
"""


def proposal(
    start: int,
    end: int,
    *,
    value: str = "72",
    operator: Operator = Operator.AT_LEAST,
    unit: str = "credit hours",
    confidence: float = 0.9,
    **parameters: Any,
) -> Proposal:
    return Proposal(
        rule_id=f"R{start}-{end}-{value}",
        category=Category.PAY_GUARANTEE,
        title="",
        description="",
        rule_text="",
        citation="Section 3.A.1",
        is_hard_constraint=True,
        weight=1,
        applies_to={},
        parameters=parameters,
        predicate=Predicate("monthly_pay_guarantee", operator, Decimal(value), unit, None),
        confidence=confidence,
        evidence=Evidence(1, (0, 0, 1, 1), "", start, end),
    )


def label(start: int = 10, end: int = 20, **said: Any) -> Label:
    entry = {
        "value": 72,
        "operator": ">=",
        "unit": "credit hours",
        "category": "pay_guarantee",
        "metric": "monthly_pay_guarantee",
        **said,
    }
    return Label("L", start, end, "3.A.1", entry)


ALL_RIGHT = {"value", "operator", "unit", "citation", "category", "metric", "hardness"}


@pytest.mark.parametrize(
    ("proposed", "said", "wrong"),
    [
        (proposal(10, 20), label(), set()),
        (proposal(10, 20), label(value=72.001), set()),
        (proposal(10, 20), label(value=73), {"value"}),
        (proposal(10, 20, value="0.5"), label(value=0.51), {"value"}),
        (proposal(10, 20), label(operator="<="), {"operator"}),
        (proposal(10, 20), label(unit="PCH"), {"unit"}),
        (proposal(10, 20, unit="percent"), label(unit="percent of hourly rate"), set()),
        (proposal(10, 20, unit="days"), label(unit="consecutive day"), set()),
        (proposal(10, 20, unit="PCH"), label(unit="PCH per duty hour"), {"unit"}),
        (proposal(10, 20, unit="PCH per duty hour"), label(unit="PCH per duty hour"), set()),
        (proposal(10, 20, unit="USD"), label(unit="USD per day"), set()),
        (proposal(10, 20), label(hardness="soft"), {"hardness"}),
        (proposal(10, 20), label(category="rest", metric="rest_in_window"), {"category", "metric"}),
        (proposal(10, 20, value="16", unit="local time"), label(value="16:00", unit="local time"), set()),
        (proposal(10, 20, value="16.5", unit="local time"), label(value="16:00", unit="local time"), {"value"}),
        (proposal(10, 20, upper_value="84"), label(value="72 to 84"), set()),
        (proposal(10, 20, upper_value="85"), label(value="72 to 84"), {"value"}),
        (proposal(10, 20), label(value="72 to 84"), {"value"}),
        (proposal(10, 20), label(value="a lot"), {"value"}),
    ],
)
def test_fields_are_compared_one_by_one(proposed: Proposal, said: Label, wrong: set[str]) -> None:
    assert ALL_RIGHT - right_fields(proposed, said) == wrong


def test_the_proposal_that_shares_most_is_meant_and_of_equals_the_one_that_is_right() -> None:
    near, all_of_it = proposal(15, 40, value="1"), proposal(5, 25, value="2")
    equal = proposal(5, 25, value="72")

    assert match_label([near, all_of_it], label()).proposal is all_of_it
    assert match_label([near, all_of_it, equal], label()).proposal is equal
    assert match_label([proposal(0, 10), proposal(20, 30)], label()).proposal is None


def test_a_score_counts_what_was_found_and_what_of_it_is_right() -> None:
    proposals = [proposal(10, 20), proposal(30, 40, value="9", confidence=0.7), proposal(90, 95)]
    labels = [label(), label(30, 40), label(50, 60)]

    scored = score(proposals, labels, pages=2)

    assert (scored.labels, scored.found, scored.proposals, scored.pages) == (3, 2, 3, 2)
    assert scored.recall == pytest.approx(2 / 3)
    assert scored.proposals_a_page == 1.5
    assert scored.fields["value"] == 0.5
    assert scored.fields["unit"] == 1
    assert scored.calibration_error == pytest.approx((0.1 + 0.7) / 2)
    assert [match.is_right for match in scored.matches] == [True, False, False]


def test_nothing_found_leaves_nothing_to_say_of_fields() -> None:
    scored = score([], [label()], pages=1)

    assert (scored.recall, scored.fields, scored.calibration_error) == (0, {}, None)


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        ([(0.9, True)] * 9 + [(0.9, False)], 0),
        ([(0.9, True)] * 10, 0.1),
        ([(0.95, True), (0.85, False)], 0.45),
        ([(1.0, True), (0.91, True)], 0.045),
        ([(0.5, True), (0.5, False), (0.1, True)], 0.3),
    ],
)
def test_calibration_error_is_the_mean_distance_of_confidence_and_share_right(
    judged: list[tuple[float, bool]], expected: float
) -> None:
    assert expected_calibration_error(judged) == pytest.approx(expected)


PAGES = [Page(number=1, char_start=0, width=612, height=792, text="An agree-\nment of 5 days.", words=())]


def test_a_snippet_is_found_across_line_ends_and_hyphens() -> None:
    entry = {"id": "A", "section": "1", "value": 5, "operator": "==", "unit": "days", "page": 1}

    [found] = read_labels([entry | {"snippet": "agreement of 5"}], PAGES)

    assert PAGES[0].text[found.char_start : found.char_end] == "agree-\nment of 5"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"snippet": "not there"}, "A: its snippet is not on page 1"),
        ({"page": 9, "snippet": "agreement"}, "A has neither offsets nor a page"),
        ({}, "A has neither offsets nor a page"),
    ],
)
def test_a_label_without_a_place_is_refused(change: dict[str, Any], fault: str) -> None:
    entry = {"id": "A", "section": "1", "value": 5, "operator": "==", "unit": "days", "page": 1}

    with pytest.raises(LabelError, match=fault):
        read_labels([entry | change], PAGES)


def test_a_label_that_lacks_members_names_them() -> None:
    with pytest.raises(LabelError, match="B lacks section, unit"):
        read_labels([{"id": "B", "value": 1, "operator": "=="}], PAGES)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    document, labels = tmp_path / "agreement.txt", tmp_path / "labels.yaml"
    document.write_text(TEXT)
    labels.write_text(
        """labels:
- {id: A, section: 3.A.1, value: 72, operator: ">=", unit: credit hours, page: 1, snippet: "no fewer than seventy-two (72)"}
- {id: B, section: 3.A.2, value: 11, operator: ">=", unit: days, page: 1, snippet: "at least twelve (12)"}
- {id: C, section: 1, value: 1, operator: ">=", unit: days, page: 1, snippet: "x", document: other.txt}
"""
    )
    return document, labels


def printed(*arguments: str) -> str:
    out = StringIO()
    call_command("score_extraction", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_the_figures(files: tuple[Path, Path]) -> None:
    text = printed(*map(str, files), "--misses")

    assert "recall             1.00  2 of 2 labels" in text
    assert "value              0.50  of those found" in text
    assert "citation           1.00  of those found" in text
    assert "proposals a page   2.0  2 on 1 pages" in text
    assert "calibration error" in text
    assert "B 3.A.2: >= 11 days; proposed >= 12 days" in text
    assert "A 3.A.1" not in text


def test_the_command_prints_json(files: tuple[Path, Path]) -> None:
    figures = json.loads(printed(*map(str, files), "--json"))

    assert (figures["labels"], figures["found"], figures["accuracy"]["value"]) == (2, 2, 0.5)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("labels: [", "is no YAML"),
        ("[]", "has no list `labels`"),
        ("labels: [1]", "has no list `labels`"),
        ("labels: []", "has no label for agreement.txt"),
        ("labels: [{id: A}]", "A lacks section, value, operator, unit"),
    ],
)
def test_labels_that_cannot_be_used_are_told(files: tuple[Path, Path], content: str, fault: str) -> None:
    files[1].write_text(content)

    with pytest.raises(CommandError, match=fault):
        printed(*map(str, files))


def test_files_that_are_not_there_are_told(files: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        printed(str(tmp_path / "none.pdf"), str(files[1]))
    with pytest.raises(CommandError, match="cannot be read"):
        printed(str(files[0]), str(tmp_path / "none.yaml"))


def test_every_feature_has_words_and_the_weightiest_come_first() -> None:
    assert WORDS.keys() | {"base"} == WEIGHTS.keys()
    assert reasons(["from_table", "is_condition", "binding_verb", "comparing_words", "of another version"]) == (
        [WORDS["comparing_words"], WORDS["binding_verb"]],
        [WORDS["is_condition"], WORDS["from_table"]],
    )

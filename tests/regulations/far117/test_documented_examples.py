"""Every worked example of `docs/far117/` is what the engine answers."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from regulations.far117 import DocumentRefused, evaluate_document
from regulations.far117.loading import catalogue
from tests.regulations.far117.documented import (
    PAGES,
    WITHOUT_EXAMPLES,
    Example,
    PrintedRow,
    examples,
    pages,
    printed_rows,
)

JUDGED = [example for example in examples() if not example.refused]
REFUSED = [example for example in examples() if example.refused]
INSTANT_MEMBERS = frozenset({"fdp_start", "fdp_end", "latest_fdp_end", "latest_fdp_end_extended"})
EXPECTATIONS = frozenset({"verdict", "findings", "info", "numbers"})


def name_of(example: Example) -> str:
    return f"{example.page.removesuffix('.md')}-{example.id}"


def findings_of(answer: Mapping[str, Any], *statuses: str) -> list[tuple[int, str, str]]:
    """Item, rule and status of the findings of those statuses, in the answer's order."""
    return [
        (finding["item"], finding["rule_id"], finding["status"])
        for finding in answer["findings"]
        if finding["status"] in statuses
    ]


def expected_findings(listed: list[Mapping[str, Any]]) -> list[tuple[int, str, str]]:
    return sorted((finding["item"], finding["rule_id"], finding["status"]) for finding in listed)


def comparable(member: str, value: Any) -> Any:
    """Instants as instants, whatever their offset; everything else as it is."""
    return datetime.fromisoformat(value) if member in INSTANT_MEMBERS and value is not None else value


def differences(row: Mapping[str, Any], expected: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Members of `row` that are not as expected, each with what it is and what it should be. `peaks` may be partial."""
    found: dict[str, tuple[Any, Any]] = {}
    for member, value in expected.items():
        actual = row[member]
        if isinstance(value, Mapping):
            found.update({f"{member}/{name}": pair for name, pair in differences(actual, value).items()})
        elif comparable(member, actual) != comparable(member, value):
            found[member] = (actual, value)
    return found


@pytest.mark.parametrize("example", JUDGED, ids=name_of)
def test_the_engine_answers_as_the_page_says(example: Example) -> None:
    expect = example.expect
    assert {"verdict", "findings"} <= set(expect) <= EXPECTATIONS

    answer = evaluate_document(example.schedule)

    assert findings_of(answer, "violation", "report", "unknown") == expected_findings(expect["findings"])
    assert answer["verdict"] == expect["verdict"]
    split_duty = [finding for finding in findings_of(answer, "info") if finding[1] == "FAR117_SPLIT_DUTY"]
    assert split_duty == expected_findings(expect.get("info", []))
    for numbers in expect.get("numbers", []):
        assert differences(answer["items"][numbers["item"]], numbers) == {}


@pytest.mark.parametrize("example", REFUSED, ids=name_of)
def test_the_engine_refuses_where_the_page_says(example: Example) -> None:
    assert set(example.expect) == {"error_pointers"}

    with pytest.raises(DocumentRefused) as refused:
        evaluate_document(example.schedule)

    assert {fault.pointer for fault in refused.value.faults} == set(example.expect["error_pointers"])


@pytest.mark.parametrize("printed", printed_rows(), ids=lambda printed: f"{printed.example_id}-{printed.item}")
def test_printed_rows_are_rows_of_the_answer(printed: PrintedRow) -> None:
    example = next(example for example in examples() if example.id == printed.example_id)
    assert example.page == printed.page

    row = evaluate_document(example.schedule)["items"][printed.item]

    assert {member: row[member] for member in printed.members} == printed.members


def test_ids_are_unique_over_all_pages() -> None:
    counted = Counter(example.id for example in examples())

    assert [example_id for example_id, count in counted.items() if count > 1] == []


def test_every_page_shows_its_subject_by_examples() -> None:
    with_examples = {example.page for example in examples()}

    assert set(pages()) - WITHOUT_EXAMPLES - with_examples == set()


def test_the_index_names_every_page_and_every_link_leads_somewhere() -> None:
    named = set(re.findall(r"\]\(([a-z0-9-]+\.md)\)", (PAGES / "README.md").read_text(encoding="utf-8")))

    linked = {
        target
        for name in pages()
        for target in re.findall(r"\]\(([a-z0-9-]+\.md)(?:#[a-z0-9-]+)?\)", (PAGES / name).read_text(encoding="utf-8"))
    }

    assert set(pages()) - {"README.md"} - named == set()
    assert linked <= set(pages())


def test_every_computed_rule_is_met_by_an_example() -> None:
    computed = {rule.rule_id for rule in catalogue().rules if rule.computed}

    met = {
        finding["rule_id"]
        for example in JUDGED
        for finding in [*example.expect["findings"], *example.expect.get("info", [])]
    }

    assert computed - met == set()
    assert met - computed == set()


def test_every_rule_that_the_pages_name_exists() -> None:
    known = {rule.rule_id for rule in catalogue().rules}

    named = {
        rule_id
        for name in pages()
        for rule_id in re.findall(r"FAR117_[A-Z0-9_]+", (PAGES / name).read_text(encoding="utf-8"))
    }

    assert named - known == set()

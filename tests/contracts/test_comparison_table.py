"""A comparison as CSV: a row for each difference, and no formula."""

import csv
from io import StringIO

import pytest

from contracts.comparison.against_law import compare_with_law
from contracts.comparison.differences import compare
from contracts.comparison.table import CHANGE_COLUMNS, changes_csv, law_csv
from tests.contracts.compared import limit, prose, rule


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))


def test_each_difference_has_a_row_and_lines_end_as_the_standard_says() -> None:
    before = [rule("A"), prose("B", 'He said "no", twice.')]
    after = [rule("A", value=13, title="Duty period at most 13 hours")]

    text = changes_csv(compare(before, after).changes)

    rows = read(text)
    assert tuple(rows[0]) == CHANGE_COLUMNS
    assert [(row["change"], row["field"], row["before"], row["after"]) for row in rows] == [
        ("changed", "title", "Duty period at most 14 hours", "Duty period at most 13 hours"),
        ("changed", "limit", "at most 14 hours", "at most 13 hours"),
        ("removed", "wording", 'He said "no", twice.', ""),
    ]
    assert {row["limit_change"] for row in rows[:2]} == {"tighter"}
    assert text.count("\r\n") == text.count("\n") == 4


@pytest.mark.parametrize("beginning", ["=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1"])
def test_nothing_is_run_by_a_spreadsheet(beginning: str) -> None:
    rows = read(changes_csv(compare([], [prose("A", f"{beginning} hours")]).changes))
    beside_law = read(law_csv(compare_with_law([prose("A", f"{beginning} hours")])))

    assert rows[0]["after"] == beside_law[0]["wording"] == f"'{beginning} hours"


def test_beside_the_law_each_rule_has_a_row() -> None:
    [row] = read(law_csv(compare_with_law([limit(">=", 12, metric="rest_between_duty_periods")])))

    assert (row["verdict"], row["limit"]) == ("contract_binds", "at least 12 hours")
    assert row["law_citations"] == "14 CFR 117.25(e)"


def test_codes_are_told_as_words() -> None:
    before = rule("A", applies_to={"seat": ["captain"]}, parameters={"consecutive": True}, is_hard_constraint=False)

    rows = read(changes_csv(compare([before], [rule("A", metric="flight_duty_period")]).changes))

    assert {(row["field"], row["before"], row["after"]) for row in rows} == {
        ("limit", "duty period: at most 14 hours", "flight duty period: at most 14 hours"),
        ("is_hard_constraint", "soft limit", "hard limit"),
        ("applies_to", "seat: captain", "everybody"),
        ("parameters", "consecutive: yes", "none"),
    }

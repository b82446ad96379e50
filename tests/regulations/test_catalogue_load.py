"""Loading the law into the database."""

import io
from dataclasses import replace
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.core.management import call_command
from django.db import connection

from regulations.far117.loading import catalogue
from regulations.far117.tables import LimitTables, TableRow
from regulations.models import RegulatoryRule, RegulatoryTableRow
from regulations.selectors import printed_tables
from regulations.services import LoadCounts, catalogue_load


def rows_as_stored() -> list[tuple[object, ...]]:
    """All of both tables, `updated_at` and all."""
    return [*RegulatoryRule.objects.values_list(), *RegulatoryTableRow.objects.values_list()]


def test_the_first_load_writes_everything(db: None) -> None:
    counts = catalogue_load()

    assert counts == LoadCounts(rules_inserted=43, table_rows_inserted=3 + 10 * 7 + 5 * 6)
    assert counts.changed


def test_a_second_load_changes_nothing_not_even_updated_at(law: None) -> None:
    before = rows_as_stored()

    counts = catalogue_load()

    assert not counts.changed
    assert rows_as_stored() == before


def test_what_is_stored_is_what_the_data_say(law: None) -> None:
    rule = RegulatoryRule.objects.get(rule_id="FAR117_FDP_168H")

    assert (rule.metric, rule.operator, rule.value, rule.unit, rule.period) == (
        "flight_duty_period_in_window",
        "<=",
        Decimal(3600),
        "minutes",
        "168 hours",
    )
    assert rule.parameters == {"hours": 60, "window_hours": 168}
    assert (rule.section, rule.citation, rule.computed) == ("117.23", "14 CFR 117.23(c)(1)", True)
    assert str(rule.effective_date) == "2014-01-04"


def test_the_tables_in_the_database_are_those_that_limits_come_from(law: None) -> None:
    printed = printed_tables()

    for table, in_data in zip(printed, catalogue().tables.all(), strict=True):
        assert [(line.from_minute, line.limits) for line in table.lines] == [
            (row.from_minute, row.limits) for row in in_data.rows
        ]


def test_a_row_that_somebody_changed_is_put_right(law: None) -> None:
    RegulatoryRule.objects.filter(rule_id="FAR117_REST_10H").update(value=1, title="Less rest")
    untouched = RegulatoryRule.objects.get(rule_id="FAR117_FDP_168H")

    counts = catalogue_load()

    assert counts == LoadCounts(rules_updated=1)
    assert RegulatoryRule.objects.get(rule_id="FAR117_REST_10H").value == 600
    assert RegulatoryRule.objects.get(rule_id="FAR117_FDP_168H").updated_at == untouched.updated_at


def test_a_rule_that_leaves_the_data_becomes_inactive_and_comes_back(law: None) -> None:
    shorter = replace(catalogue(), rules=catalogue().rules[:-1])

    left = catalogue_load(law=shorter)
    came_back = catalogue_load()

    assert left == LoadCounts(rules_deactivated=1)
    assert came_back == LoadCounts(rules_updated=1)
    assert RegulatoryRule.objects.in_force().count() == 43


def test_an_inactive_rule_stays_as_it_is(law: None) -> None:
    shorter = replace(catalogue(), rules=catalogue().rules[:-1])
    catalogue_load(law=shorter)

    again = catalogue_load(law=shorter)

    assert not again.changed


def test_a_table_that_changes_is_exchanged_line_by_line(law: None) -> None:
    tables = catalogue().tables
    earlier = replace(
        tables.a, rows=(TableRow(0, 299, (480,)), TableRow(300, 1139, (540,)), TableRow(1140, 1439, (480,)))
    )
    amended = replace(catalogue(), tables=LimitTables(a=earlier, b=tables.b, c=tables.c))

    counts = catalogue_load(law=amended)

    assert counts == LoadCounts(table_rows_inserted=2, table_rows_deleted=2)
    assert printed_tables()[0].lines[1].span == "05:00-18:59"


@pytest.mark.django_db(transaction=True)
def test_two_loads_at_once_end_as_one() -> None:
    start = Barrier(2)
    done: list[LoadCounts] = []

    def load() -> None:
        try:
            start.wait()
            done.append(catalogue_load())
        finally:
            connection.close()

    threads = [Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(counts.rules_inserted for counts in done) == [0, 43]
    assert RegulatoryRule.objects.count() == 43


def test_the_command_says_what_it_changed(db: None) -> None:
    first, second = io.StringIO(), io.StringIO()

    call_command("load_regulations", stdout=first)
    call_command("load_regulations", stdout=second)

    assert first.getvalue() == "14 CFR Part 117: 43 rules inserted, 103 table rows inserted.\n"
    assert second.getvalue() == "14 CFR Part 117: nothing to change.\n"

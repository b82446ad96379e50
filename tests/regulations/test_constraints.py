"""What the database itself refuses, and its triggers and indexes."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from regulations.models import RegulatoryRule, RegulatoryTableRow

CELL = {
    "table_letter": "A",
    "column_key": "minimum_crew",
    "column_position": 0,
    "from_minute": 0,
    "to_minute": 299,
    "limit_minutes": 480,
}


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"rule_id": "FDP_168H"}, "regulatory_rules_id_form"),
        ({"rule_id": "FAR117_FDP_672H"}, "regulatory_rules_rule_id"),
        ({"section": "121.1"}, "regulatory_rules_section_form"),
        ({"category": "weather"}, "regulatory_rules_category_known"),
        ({"position": 0}, "regulatory_rules_position_positive"),
        ({"metric": None}, "regulatory_rules_predicate_whole"),
        ({"operator": None}, "regulatory_rules_predicate_whole"),
        ({"value": None}, "regulatory_rules_predicate_whole"),
        ({"unit": None}, "regulatory_rules_predicate_whole"),
        ({"operator": "<"}, "regulatory_rules_predicate_whole"),
        ({"unit": "hours"}, "regulatory_rules_predicate_whole"),
        ({"value": -1}, "regulatory_rules_predicate_whole"),
        ({"metric": None, "operator": None, "value": None, "unit": None}, "regulatory_rules_predicate_whole"),
    ],
)
def test_a_bad_rule_is_refused(law: None, change: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        RegulatoryRule.objects.filter(rule_id="FAR117_FDP_168H").update(**change)

    assert RegulatoryRule.objects.get(rule_id="FAR117_FDP_168H").value == 3600


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"table_letter": "D"}, "regulatory_table_rows_"),
        ({"column_key": "segments_1"}, "regulatory_table_rows_column_known"),
        ({"table_letter": "B", "column_key": "segments_8"}, "regulatory_table_rows_column_known"),
        ({"table_letter": "C", "column_key": "class_1_pilots_2"}, "regulatory_table_rows_column_known"),
        ({"to_minute": 1440}, "regulatory_table_rows_minutes"),
        ({"from_minute": 300}, "regulatory_table_rows_minutes"),
        ({"from_minute": -1}, "regulatory_table_rows_"),
        ({"limit_minutes": 0}, "regulatory_table_rows_limit_range"),
        ({"limit_minutes": 1441}, "regulatory_table_rows_limit_range"),
    ],
)
def test_a_bad_cell_is_refused(db: None, change: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        RegulatoryTableRow.objects.create(**{**CELL, **change})

    assert not RegulatoryTableRow.objects.exists()


@pytest.mark.parametrize("span", [(0, 299), (299, 400), (100, 120), (0, 1439)])
def test_cells_of_one_column_never_overlap(db: None, span: tuple[int, int]) -> None:
    RegulatoryTableRow.objects.create(**CELL)

    with pytest.raises(IntegrityError, match=r"no_overlap|_once"), transaction.atomic():
        RegulatoryTableRow.objects.create(**{**CELL, "from_minute": span[0], "to_minute": span[1]})

    assert RegulatoryTableRow.objects.count() == 1


def test_the_next_minute_and_another_column_are_free(db: None) -> None:
    RegulatoryTableRow.objects.create(**CELL)

    RegulatoryTableRow.objects.create(**{**CELL, "from_minute": 300, "to_minute": 1439})
    RegulatoryTableRow.objects.create(**{**CELL, "table_letter": "B", "column_key": "segments_1"})

    assert RegulatoryTableRow.objects.count() == 3


def test_updated_at_follows_raw_sql(law: None) -> None:
    before = RegulatoryRule.objects.get(rule_id="FAR117_FDP_168H").updated_at

    with connection.cursor() as cursor:
        cursor.execute("UPDATE regulatory_rules SET title = 'x' WHERE rule_id = 'FAR117_FDP_168H'")

    assert RegulatoryRule.objects.get(rule_id="FAR117_FDP_168H").updated_at > before


def test_the_search_can_use_its_index(law: None) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        plan = RegulatoryRule.objects.matching("theater").order_by().explain()

    assert "lawsearchentry_vector" in plan

"""What the materialized views publish, and in which words."""

import hashlib
from datetime import date
from decimal import Decimal

import orjson
import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import Airline
from contracts.lifecycle import Status
from contracts.models import PilotContract, RuleDecision
from contracts.publication.entity_tags import entity_tag, is_known
from contracts.publication.rules import rule_body
from contracts.services.publication import publication_refresh
from contracts.tasks import publication_refresh_task
from regulations.services import catalogue_load
from tests.factories import ContractFactory, RuleFactory, walk
from tests.owner import owning

pytestmark = pytest.mark.django_db


def published() -> dict[str, dict[str, object]]:
    """The rows of `published_contracts` by contract id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM published_contracts")
        names = [column.name for column in cursor.description]
        return {str(row[0]): dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


@pytest.mark.parametrize("state", Status.values)
def test_only_what_was_activated_and_not_retired_is_published(state: str) -> None:
    contract = ContractFactory.create(state=Status(state), rules=1)

    publication_refresh()

    assert (str(contract.pk) in published()) == (state in {"active", "superseded"})


def test_a_published_contract_holds_its_binding_rules_in_the_documents_order(airline: Airline) -> None:
    contract = ContractFactory.create(airline=airline)
    for position, decision in ((3, "accepted"), (1, "corrected"), (2, "rejected")):
        RuleFactory.create(contract=contract, position=position, decision=RuleDecision(decision))
    walk(contract, Status.ACTIVE)

    publication_refresh()

    row = published()[str(contract.pk)]
    rules = orjson.loads(str(row["rules"]))
    expected = [contract.rules.get(position=1).rule_id, contract.rules.get(position=3).rule_id]
    assert [rule["rule_id"] for rule in rules] == expected
    assert row["rule_count"] == 2
    assert orjson.loads(str(row["header"])) == {
        "id": str(contract.pk),
        "contract_version": contract.contract_version,
        "title": contract.title,
        "effective_date": "2026-01-01",
        "expiration_date": None,
    }
    assert row["content_hash"] == hashlib.sha256(f"{row['header']}{row['rules']}".encode()).hexdigest()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"metric": None, "operator": None, "value": None, "unit": None, "period": None},
        {"page": None, "box": None, "quote": "", "char_start": None, "char_end": None},
        {"value": Decimal("7.2500"), "weight": Decimal("0.5"), "is_hard_constraint": False, "period": None},
        {"value": Decimal(0), "parsing_confidence": None, "weight": 0},
        {"rule_text": 'He said "no";\n\ttwice — “quoted” \\ é 💺', "applies_to": {"seat": ["captain"], "n": {"a": 1}}},
        {"box": [72.25, 100.0, 300.125, 1e-7], "value": Decimal("123456789.1")},
    ],
)
def test_the_views_and_python_write_the_same_rule(fields: dict[str, object]) -> None:
    contract = ContractFactory.create(expiration_date=date(2030, 12, 31))
    rule = RuleFactory.create(contract=contract, accepted=True, **fields)
    walk(contract, Status.ACTIVE)

    publication_refresh()

    rule.refresh_from_db()
    written = orjson.loads(str(published()[str(contract.pk)]["rules"]))
    assert written == [orjson.loads(orjson.dumps(rule_body(rule)))]
    assert list(written[0]) == list(rule_body(rule))


def test_a_contract_without_rules_is_published_with_an_empty_list() -> None:
    contract = ContractFactory.create(active=True)

    publication_refresh()

    assert published()[str(contract.pk)]["rules"] == "[]"


def test_the_law_is_published_in_its_order_in_the_shape_of_a_rule() -> None:
    catalogue_load()

    publication_refresh()

    with connection.cursor() as cursor:
        cursor.execute("SELECT rules, rule_count, content_hash FROM published_regulations")
        ((text, count, content_hash),) = cursor.fetchall()
    rules = orjson.loads(text)
    assert len(rules) == count > 0
    assert {rule["source"] for rule in rules} == {"far117"}
    assert content_hash == hashlib.sha256(text.encode()).hexdigest()
    weekly = next(rule for rule in rules if rule["rule_id"] == "FAR117_FDP_168H")
    assert weekly["predicate"]["value"] == 3600
    assert isinstance(weekly["predicate"]["value"], int)
    assert weekly["evidence"] is None
    assert weekly["expiration_date"] is None


def test_a_refresh_publishes_a_retirement(airline: Airline) -> None:
    contract = ContractFactory.create(airline=airline, active=True, rules=1)
    publication_refresh()
    before = str(contract.pk) in published()

    PilotContract.objects.filter(pk=contract.pk).update(status=Status.RETIRED)
    publication_refresh_task()

    assert before
    assert published() == {}


def test_what_is_published_is_named_once_and_can_be_refreshed_while_read() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT matviewname FROM pg_matviews WHERE schemaname = 'public'")
        views = {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT tablename FROM pg_indexes"
            " WHERE indexdef LIKE 'CREATE UNIQUE%%' AND tablename IN (SELECT matviewname FROM pg_matviews)"
        )
        unique = {name for (name,) in cursor.fetchall()}

    assert views == {
        "published_contracts_stored",
        "published_regulations_stored",
        "extraction_accuracy_stored",
        "extraction_calibration_stored",
    }
    assert unique == views


def test_nobody_writes_into_what_is_published() -> None:
    for table, refusal in (
        ("published_contracts", "cannot delete from view"),
        ("published_contracts_stored", "cannot change materialized view"),
    ):
        with (
            pytest.raises(DatabaseError, match=refusal),
            transaction.atomic(),
            owning(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"DELETE FROM {table}")


def test_what_is_published_is_read_by_whom_it_is_meant_for(airline: Airline) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM published_contracts_stored")


@pytest.mark.parametrize(
    ("header", "known"),
    [
        (None, False),
        ("", False),
        ("*", True),
        (" * ", True),
        ('"abc"', True),
        ('W/"abc"', True),
        ('"x", W/"abc" , "y"', True),
        ('"x,abc"', False),
        ("abc", False),
        ('"ABC"', False),
    ],
)
def test_if_none_match_is_compared_weakly_over_a_list(header: str | None, known: bool) -> None:  # noqa: FBT001 - a column
    assert is_known(header, '"abc"') is known


def test_entity_tags_tell_parts_apart() -> None:
    tags = {entity_tag(parts) for parts in (["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""])}

    assert len(tags) == 4
    assert all(tag.startswith('"') and tag.endswith('"') for tag in tags)

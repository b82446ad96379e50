"""What the materialized views count, against an example worked out by hand."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from kombu.exceptions import OperationalError as BrokerUnavailable

from accounts.models import Airline, User
from config import celery_app
from contracts.models import ContractRule, ExtractionAccuracy, ExtractionCalibration, ExtractionRun, RuleOrigin
from contracts.services import measures, rules
from contracts.tasks import measures_refresh_task
from tests.contracts.measured import VERSION, proposal, worked_example
from tests.factories import AirlineFactory, ContractFactory, RuleFactory, UserFactory, grant_review

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("category", "field", "counts", "precision", "share_right"),
    [
        ("duty", "rule", (7, 2, 4, 1), "0.8571", "0.3333"),
        ("duty", "title", (7, 5, 1, 1), "0.8571", "0.8333"),
        ("duty", "category", (7, 5, 1, 1), "0.8571", "0.8333"),
        ("duty", "citation", (7, 6, 0, 1), "0.8571", "1"),
        ("duty", "metric", (7, 6, 0, 1), "0.8571", "1"),
        ("duty", "operator", (7, 6, 0, 1), "0.8571", "1"),
        ("duty", "value", (7, 4, 2, 1), "0.8571", "0.6667"),
        ("duty", "unit", (7, 5, 1, 1), "0.8571", "0.8333"),
        ("duty", "period", (7, 6, 0, 1), "0.8571", "1"),
        ("duty", "is_hard_constraint", (7, 6, 0, 1), "0.8571", "1"),
        ("duty", "applies_to", (7, 6, 0, 1), "0.8571", "1"),
        ("rest", "rule", (1, 0, 0, 1), "0", None),
        ("rest", "value", (1, 0, 0, 1), "0", None),
    ],
)
def test_each_field_is_counted_under_the_category_that_was_proposed(
    airline: Airline,
    approver: User,
    category: str,
    field: str,
    counts: tuple[int, int, int, int],
    precision: str,
    share_right: str | None,
) -> None:
    worked_example(airline, approver)

    measures_refresh_task()

    row = ExtractionAccuracy.objects.get(
        airline_id=airline.pk, category=category, extractor_version=VERSION, field=field
    )
    assert (row.decided, row.accepted, row.corrected, row.rejected) == counts
    assert row.precision == Decimal(precision)
    assert row.share_right == (Decimal(share_right) if share_right else None)


def test_calibration_counts_proposals_by_the_tenth_of_their_confidence(airline: Airline, approver: User) -> None:
    worked_example(airline, approver)

    measures.measures_refresh()

    rows = ExtractionCalibration.objects.filter(airline_id=airline.pk).order_by("tenth")
    assert [(row.tenth, row.proposals, row.right, row.mean_confidence, row.share_right) for row in rows] == [
        (3, 1, 1, Decimal("0.31"), Decimal(1)),
        (5, 2, 1, Decimal("0.55"), Decimal("0.5")),
        (9, 4, 2, Decimal("0.955"), Decimal("0.5")),
    ]


def test_airlines_and_versions_are_counted_apart(airline: Airline, approver: User) -> None:
    for where, version in ((airline, "a-1"), (airline, "a-2"), (AirlineFactory.create(), "a-1")):
        contract = ContractFactory.create(airline=where)
        RuleFactory.create(contract=contract, extractor_version=version, accepted=True)

    measures.measures_refresh()

    rows = ExtractionAccuracy.objects.filter(field="rule")
    assert sorted(rows.values_list("extractor_version", "decided")) == [("a-1", 1), ("a-1", 1), ("a-2", 1)]
    assert rows.filter(airline_id=airline.pk).count() == 2


def test_a_reviewers_own_rule_has_no_extractor(airline: Airline, approver: User) -> None:
    contract = worked_example(airline, approver)

    own = contract.rules.get(origin=RuleOrigin.REVIEWER)

    assert own.extractor_version == ""
    with pytest.raises(IntegrityError, match="contract_rules_extractor_of_proposals"), transaction.atomic():
        ContractRule.objects.filter(pk=own.pk).update(extractor_version=VERSION)


def test_decisions_ask_for_one_refresh_until_it_begins(
    airline: Airline, approver: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    contract = ContractFactory.create(airline=airline, in_review=True)
    waiting = [proposal(contract) for _ in range(3)]
    sent: list[str] = []
    monkeypatch.setattr(celery_app, "send_task", lambda name, **_: sent.append(name))

    def decide(rule: ContractRule) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            rules.rule_accept(actor=approver, rule_id=rule.pk)

    decide(waiting[0])
    decide(waiting[1])
    gathered = list(sent)
    measures.measures_refresh()
    decide(waiting[2])

    assert gathered == [measures.REFRESH_TASK]
    assert sent == [measures.REFRESH_TASK] * 2


def test_without_a_broker_decisions_are_taken_all_the_same(
    airline: Airline, approver: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    rule = proposal(ContractFactory.create(airline=airline, in_review=True))

    def refuse(name: str, **_: object) -> None:
        raise BrokerUnavailable

    monkeypatch.setattr(celery_app, "send_task", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        rules.rule_accept(actor=approver, rule_id=rule.pk)

    rule.refresh_from_db()
    assert rule.decision == "accepted"
    # Nothing was queued, so the next decision asks again.
    assert cache.get(measures.ASKED_KEY) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("migrations")
def test_a_refresh_does_not_wait_for_readers_nor_they_for_it() -> None:
    """Real connections: the reader's transaction stays open while another connection refreshes."""
    airline = AirlineFactory.create()
    approver = UserFactory.create(approver=True)
    grant_review(approver, airline)
    measures.measures_refresh()

    def refresh() -> None:
        try:
            measures.measures_refresh()
        finally:
            connection.close()

    RuleFactory.create(contract=ContractFactory.create(airline=airline), extractor_version=VERSION, accepted=True)
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        before = list(ExtractionAccuracy.objects.filter(airline_id=airline.pk))
        pool.submit(refresh).result(timeout=30)
        after = list(ExtractionAccuracy.objects.filter(airline_id=airline.pk, field="rule"))

    assert before == []
    assert [row.decided for row in after] == [1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("migrations")
def test_rules_of_before_get_the_version_of_their_contracts_latest_good_reading(migrated_again: None) -> None:
    contract = ContractFactory.create(active=True, rules=1)
    own = RuleFactory.create(contract=ContractFactory.create(), origin=RuleOrigin.REVIEWER)
    rule = contract.rules.get()
    for version, status in (("old", "succeeded"), ("good", "succeeded"), ("failed", "failed")):
        fault = {"fault_code": "unfinished"} if status == "failed" else {}
        later = {"finished_at": None} if status == "failed" else {"finished_at": f"2030-01-0{len(version)}T00:00Z"}
        ExtractionRun.objects.create(contract=contract, status=status, extractor_version=version, **fault, **later)
    ExtractionRun.objects.filter(contract=own.contract).update(extractor_version="other")
    migration = MigrationLoader(connection).get_migration("contracts", "0003_rules_know_their_extractor")
    before = next(name for app, name in migration.dependencies if app == "contracts")

    call_command("migrate", "contracts", before, verbosity=0)
    call_command("migrate", verbosity=0)

    changed_at = rule.updated_at
    rule.refresh_from_db()
    own.refresh_from_db()
    assert (rule.extractor_version, own.extractor_version) == ("good", "")
    assert rule.updated_at == changed_at

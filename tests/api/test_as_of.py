"""`as_of`, in the past and to come: the agreement of a day, its pack and its rules, for each way in which one follows another."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Airline, ServiceClient, User
from contracts.lifecycle import Status
from contracts.models import PilotContract
from contracts.publication import binding, packs
from contracts.services.activation import contract_undo_activation
from contracts.services.lifecycle import contract_activate
from contracts.services.publication import publication_refresh
from regulations.services import catalogue_load
from tests.accounts.callers import calling_as
from tests.factories import ContractFactory, RuleFactory, reviewer_of, walk

pytestmark = pytest.mark.django_db

TODAY = timezone.now().date()
FIRST, SECOND, YESTERDAY, IN_A_MONTH = (
    date(2026, 1, 1),
    date(2026, 6, 1),
    TODAY - timedelta(days=2),
    TODAY + timedelta(days=30),
)


@pytest.fixture(autouse=True)
def _nothing_remembered(db: None) -> None:
    catalogue_load()
    binding.forget()
    packs.forget()


def agreement(airline: Airline, version: str, since: date, **terms: Any) -> PilotContract:
    """Approved, with one rule named like its version, whose words a search finds."""
    contract = ContractFactory.create(airline=airline, contract_version=version, effective_date=since, **terms)
    RuleFactory.create(contract=contract, accepted=True, title=f"Duty of {version}", rule_id=f"rule-{version}")
    walk(contract, Status.APPROVED)
    contract.refresh_from_db()
    return contract


def activated(airline: Airline, contract: PilotContract) -> User:
    """Put in force by the service, so that what it follows is superseded; and by whom."""
    approver = reviewer_of(airline)
    contract_activate(actor=approver, contract_id=contract.pk)
    publication_refresh()
    return approver


def in_force(caller: ServiceClient, day: date | None) -> tuple[str | None, str | None, list[str]]:
    """The version of the agreement, that of the pack, and the rules that the search finds: None and none where there are none."""
    client, asked = calling_as(caller), {"as_of": day.isoformat()} if day else {}
    contract = client.get("/api/v1/airlines/TST/contracts/active/", asked)
    pack = client.get("/api/v1/airlines/TST/rule-pack/", asked)
    found = client.get("/api/v1/rules/", {**asked, "airline": "TST"})
    assert found.status_code == 200
    assert {contract.status_code, pack.status_code} <= {200, 404}
    return (
        contract.json().get("contract_version"),
        pack.json()["version"] if pack.status_code == 200 else None,
        [rule["rule_id"] for rule in found.json()["results"]],
    )


def said(version: str | None) -> tuple[str | None, str | None, list[str]]:
    return version, version, [f"rule-{version}"] if version else []


def test_one_agreement_holds_from_its_first_day_to_its_last(airline: Airline, service_client: ServiceClient) -> None:
    activated(airline, agreement(airline, "one", FIRST, expiration_date=IN_A_MONTH))

    days = [None, FIRST, TODAY, IN_A_MONTH, FIRST - timedelta(days=1), IN_A_MONTH + timedelta(days=1)]

    assert [in_force(service_client, day) for day in days] == [said("one")] * 4 + [said(None)] * 2


def test_what_was_superseded_still_holds_the_days_before(airline: Airline, service_client: ServiceClient) -> None:
    activated(airline, agreement(airline, "one", FIRST))
    activated(airline, agreement(airline, "two", SECOND))

    days = [FIRST, SECOND - timedelta(days=1), SECOND, None, IN_A_MONTH]

    assert [in_force(service_client, day) for day in days] == [said("one")] * 2 + [said("two")] * 3


def test_what_is_active_and_begins_later_is_told_for_its_days_alone(
    airline: Airline, service_client: ServiceClient
) -> None:
    activated(airline, agreement(airline, "one", FIRST))
    activated(airline, agreement(airline, "two", IN_A_MONTH))

    days = [FIRST, None, IN_A_MONTH - timedelta(days=1), IN_A_MONTH, IN_A_MONTH + timedelta(days=365)]

    assert [in_force(service_client, day) for day in days] == [said("one")] * 3 + [said("two")] * 2


def test_an_activation_that_was_undone_never_was(airline: Airline, service_client: ServiceClient) -> None:
    activated(airline, agreement(airline, "one", FIRST))
    second = agreement(airline, "two", YESTERDAY)
    approver = activated(airline, second)
    before = in_force(service_client, None)

    contract_undo_activation(actor=approver, contract_id=second.pk, reason="Too early.")
    publication_refresh()

    days = [FIRST, YESTERDAY, None, IN_A_MONTH]
    assert before == said("two")
    assert [in_force(service_client, day) for day in days] == [said("one")] * 4


def test_approved_ones_are_in_force_on_no_day(airline: Airline, service_client: ServiceClient) -> None:
    agreement(airline, "one", FIRST)

    assert [in_force(service_client, day) for day in (FIRST, None, IN_A_MONTH)] == [said(None)] * 3


@pytest.mark.parametrize("day", ["2026-02-30", "yesterday", "2026-01-01T00:00:00Z", "0000-00-00", "\0"])
@pytest.mark.parametrize("address", ["airlines/TST/contracts/active/", "airlines/TST/rule-pack/", "rules/"])
def test_what_is_no_day_is_refused(service_client: ServiceClient, address: str, day: str) -> None:
    answer = calling_as(service_client).get(f"/api/v1/{address}", {"as_of": day})

    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/as_of"]

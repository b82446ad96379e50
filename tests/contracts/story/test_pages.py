"""The pages that tell a contract's story."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Airline, User
from audit.events import AuditEvent
from audit.services import entry_record
from contracts.lifecycle import Status
from contracts.models import PilotContract
from contracts.services.comments import comment_add
from contracts.services.lifecycle import (
    contract_submit,
)
from contracts.story.chapters import headings
from tests.contracts.story.scene import MORNING, desk, page
from tests.factories import (
    ContractFactory,
    RuleFactory,
    reviewer_of,
)

pytestmark = pytest.mark.django_db
PAGE_QUERIES = 10
DESK_QUERIES = 12


@pytest.mark.parametrize(
    "query", ["?after=999999999999999999", "?after=x", "?chapter=99", "?person=by:%00", "?kind=%00"]
)
def test_addresses_that_mean_nothing_do_no_harm(client: Client, active: PilotContract, bob: User, query: str) -> None:
    assert "History" in page(client, bob, active, query)


def test_what_people_wrote_is_text(client: Client, draft: PilotContract, bob: User) -> None:
    contract_submit(actor=bob, contract_id=draft.pk)
    comment_add(actor=bob, contract_id=draft.pk, body="<script>alert(1)</script>")

    text = page(client, bob, draft)

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_reviews_are_numbered_and_reopened_ones_say_so() -> None:
    events = [
        AuditEvent.CONTRACT_UPLOADED,
        AuditEvent.CONTRACT_SUBMITTED,
        AuditEvent.CONTRACT_APPROVED,
        AuditEvent.CONTRACT_REOPENED,
    ]

    found = headings([(event, MORNING + timedelta(days=day), day) for day, event in enumerate(events)])

    assert [heading.title for heading in found] == ["Draft", "First review", "Approved", "Second review, reopened"]
    assert found[0].ends == MORNING + timedelta(days=1)
    assert found[-1].ends is None


def test_what_was_loaded_without_entries_has_no_chapters(client: Client, airline: Airline, ann: User) -> None:
    contract = ContractFactory.create(airline=airline, in_review=True)

    assert headings([]) == []
    assert "History" in desk(client, ann, contract)


def test_the_desk_links_to_rules_at_the_desk(client: Client, active: PilotContract, ann: User) -> None:
    text = desk(client, ann, active)

    assert re.search(rf"/admin/contracts/pilotcontract/{active.pk}/review/\?rule=", text)
    assert "One by one" in text


@pytest.mark.parametrize("count", [1, 40])
def test_a_page_costs_the_same_however_much_it_tells(
    client: Client,
    active: PilotContract,
    bob: User,
    ann: User,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        rule = RuleFactory.create(contract=ContractFactory.create())
        details = {"rule": str(rule.pk), "citation": rule.citation, "comment": str(rule.pk)}
        entry_record(event=AuditEvent.RULE_ACCEPTED, actor=reviewer_of(active.airline), target=active, details=details)
        revision = ContractFactory.create(airline=active.airline, in_review=True, contract_version=f"copy {number}")
        entry_record(event=AuditEvent.CONTRACT_REVISED, actor=ann, target=active, details={"revises": str(revision.pk)})
    page(client, bob, active)
    desk(client, ann, active)

    client.force_login(bob)
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(reverse("contracts:history", args=[active.pk]))
    client.force_login(ann)
    with django_assert_num_queries(DESK_QUERIES):
        client.get(reverse("admin:contracts_pilotcontract_history", args=[active.pk]))


def test_the_list_of_contracts_leads_to_the_history(client: Client, active: PilotContract, ann: User) -> None:
    client.force_login(ann)

    text = client.get(reverse("admin:contracts_pilotcontract_changelist")).content.decode()

    assert reverse("admin:contracts_pilotcontract_history", args=[active.pk]) in text


def test_the_contracts_page_shows_the_latest_acts_and_leads_to_the_rest(
    client: Client, active: PilotContract, bob: User
) -> None:
    client.force_login(bob)

    text = client.get(reverse("contracts:detail", args=[active.pk])).content.decode()

    assert "activated it" in text
    assert "Page 2 is missing." in text
    assert reverse("contracts:history", args=[active.pk]) in text
    assert active.status == Status.ACTIVE

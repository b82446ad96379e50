"""Who sees what at the desk, and that whoever may not decide changes nothing."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Airline, User
from audit.events import SecurityEventKind
from audit.models import AuditEntry, SecurityEvent
from contracts.admin.desk import review_address
from contracts.lifecycle import Status
from contracts.models import PilotContract, RuleDecision
from tests.factories import ContractFactory, UserFactory, grant_review


@pytest.fixture
def contract(airline: Airline) -> PilotContract:
    return ContractFactory.create(airline=airline, in_review=True, proposals=1)


@pytest.fixture
def stranger(db: None) -> User:
    """An approver of another airline."""
    user = UserFactory.create(approver=True)
    other = ContractFactory.create(in_review=True)
    grant_review(user, other.airline)
    return user


# These are refused for what is not filled in before anybody asks who fills it in.
WITH_FORMS = {"correct", "place", "split", "desk add", "desk merge"}


def every_post(client: Client, contract: PilotContract) -> dict[str, int]:
    """Every write of the desk, tried once: its name and the answer's status."""
    contract.refresh_from_db()
    rule = contract.rules.get()
    answers = {
        decision: client.post(
            reverse("admin:contracts_rule_decide", args=[contract.pk, rule.pk, decision]),
            {"version": rule.version, "title": "Changed", "reason": "x", "place": "1 0 0 600 700"},
        ).status_code
        for decision in ("accept", "reject", "correct", "reopen", "place", "split")
    }
    mark = f"{rule.pk}:{rule.version}"
    for deed in ("add", "merge", "accept", "reject", "undo"):
        address = reverse("admin:contracts_deed", args=[contract.pk, deed])
        answers[f"desk {deed}"] = client.post(address, {"marked": mark, "into": mark}).status_code
    for action in ("request_changes", "reject", "approve", "activate", "undo_activation", "reopen", "retire"):
        address = reverse("admin:contracts_act", args=[contract.pk, action])
        answers[f"contract {action}"] = client.post(address, {"version": contract.version, "reason": "x"}).status_code
    return answers


def assert_untouched(contract: PilotContract) -> None:
    before = contract.version
    contract.refresh_from_db()
    assert (contract.status, contract.version) == (Status.IN_REVIEW, before)
    assert contract.rules.get().decision == RuleDecision.PROPOSED
    assert not AuditEntry.objects.filter(object_pk=str(contract.pk)).exists()


def test_what_one_handed_in_one_may_read_but_not_decide(client: Client, approver: User, airline: Airline) -> None:
    contract = ContractFactory.create(airline=airline, uploaded_by=approver, in_review=True, proposals=1)
    client.force_login(approver)

    page = client.get(review_address(contract)).content.decode()
    answers = every_post(client, contract)

    assert "nobody approves what he handed in" in page
    assert "data-desk-decision" not in page
    assert "desk-step-form" not in page
    assert {status for name, status in answers.items() if name not in WITH_FORMS} == {403}
    assert {answers[name] for name in WITH_FORMS} <= {403, 422}
    assert_untouched(contract)


def test_trying_to_approve_ones_own_contract_leaves_a_security_event(
    client: Client, approver: User, airline: Airline
) -> None:
    contract = ContractFactory.create(airline=airline, uploaded_by=approver, in_review=True, proposals=1)
    client.force_login(approver)

    answer = client.post(reverse("admin:contracts_act", args=[contract.pk, "approve"]), {"version": contract.version})

    event = SecurityEvent.objects.get(kind=SecurityEventKind.OWN_APPROVAL_REFUSED)
    assert answer.status_code == 403
    assert (event.user, event.details["target"]) == (approver, str(contract.pk))


def test_an_approver_of_another_airline_finds_nothing(client: Client, stranger: User, contract: PilotContract) -> None:
    client.force_login(stranger)

    page = client.get(review_address(contract))
    picture = client.get(reverse("admin:contracts_page_picture", args=[contract.pk, 1]))
    words = client.get(reverse("admin:contracts_page_words", args=[contract.pk, 1]))
    presence = client.get(reverse("admin:contracts_presence", args=[contract.pk, contract.rules.get().pk]))
    answers = every_post(client, contract)
    listed = client.get(reverse("admin:contracts_pilotcontract_changelist")).content.decode()

    assert {answer.status_code for answer in (page, picture, words, presence)} == {404}
    assert set(answers.values()) == {404}
    assert contract.title not in listed
    assert_untouched(contract)


def test_an_administrator_reads_and_decides_nothing(
    client: Client, administrator: User, contract: PilotContract
) -> None:
    client.force_login(administrator)

    page = client.get(review_address(contract)).content.decode()
    answers = every_post(client, contract)

    assert "Administrators read." in page
    assert {status for name, status in answers.items() if name not in WITH_FORMS} == {403}
    assert_untouched(contract)


def test_a_pilot_does_not_get_into_the_desk(client: Client, pilot_user: User, contract: PilotContract) -> None:
    client.force_login(pilot_user)

    pages = [
        client.get(address)
        for address in (
            reverse("admin:index"),
            review_address(contract),
            reverse("admin:contracts_page_picture", args=[contract.pk, 1]),
            reverse("admin:contracts_page_words", args=[contract.pk, 1]),
            reverse("admin:contracts_presence", args=[contract.pk, contract.rules.get().pk]),
        )
    ]
    answers = every_post(client, contract)

    assert all(page.status_code == 302 and "/admin/login/" in page["Location"] for page in pages)
    assert set(answers.values()) == {302}
    assert_untouched(contract)


@pytest.mark.parametrize("state", ["draft", "approved", "active", "rejected"])
def test_rules_are_decided_only_while_the_contract_is_in_review(
    client: Client, approver: User, airline: Airline, state: str
) -> None:
    traits: dict[str, Any] = {} if state == "draft" else {state: True}
    contract = ContractFactory.create(airline=airline, rules=1, **traits)
    rule = contract.rules.get()
    client.force_login(approver)

    answer = client.post(
        reverse("admin:contracts_rule_decide", args=[contract.pk, rule.pk, "reject"]), {"version": rule.version}
    )

    assert answer.status_code == (404 if state == "draft" else 409)
    assert contract.rules.get().decision == RuleDecision.ACCEPTED


def test_a_rule_is_found_only_under_its_own_contract(client: Client, approver: User, airline: Airline) -> None:
    mine = ContractFactory.create(airline=airline, in_review=True, proposals=1)
    foreign = ContractFactory.create(in_review=True, proposals=1)
    rule = foreign.rules.get()
    client.force_login(approver)

    answer = client.post(
        reverse("admin:contracts_rule_decide", args=[mine.pk, rule.pk, "accept"]), {"version": rule.version}
    )

    assert answer.status_code == 404
    assert foreign.rules.get().decision == RuleDecision.PROPOSED


def test_the_sidebar_shows_only_what_the_person_may_see(client: Client, approver: User, administrator: User) -> None:
    client.force_login(approver)
    approvers = client.get(reverse("admin:index")).content.decode()
    client.force_login(administrator)
    administrators = client.get(reverse("admin:index")).content.decode()

    for name in ("accounts_user", "audit_auditentry"):
        address = reverse(f"admin:{name}_changelist")
        assert address not in approvers
        assert address in administrators

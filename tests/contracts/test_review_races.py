"""Two people at once, over real connections: one wins, the other is told."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction

from accounts.models import Airline, User
from audit.models import AuditEntry
from config.errors import ProductError
from contracts.lifecycle import Status
from contracts.models import ContractDecision, PilotContract
from contracts.review_selectors import standing_approvals
from contracts.selectors import revision_hash
from contracts.services import claims, lifecycle, rules
from tests.factories import ContractFactory, review_steps, reviewer_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("migrations")]


def together(*acts: Callable[[], object]) -> list[str]:
    """Run all at once, each on a connection of its own. Returns "done" or the refusal's code for each."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        gate.wait(timeout=20)
        try:
            act()
        except ProductError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def people(airline: Airline) -> tuple[User, User]:
    return reviewer_of(airline), reviewer_of(airline)


def approves(person: User, contract: PilotContract) -> Callable[[], object]:
    return lambda: lifecycle.contract_approve(actor=person, contract_id=contract.pk)


def events(contract: PilotContract) -> list[str]:
    return list(AuditEntry.objects.filter(object_pk=str(contract.pk)).order_by("pk").values_list("event", flat=True))


def test_two_approvals_at_once(airline: Airline, people: tuple[User, User]) -> None:
    contract = ContractFactory.create(in_review=True, airline=airline, rules=1)

    results = together(*(approves(person, contract) for person in people))

    assert sorted(results) == ["done", "wrong_state"]
    assert ContractDecision.objects.filter(contract=contract).count() == 1
    assert events(contract) == ["contract.approved"]


def test_two_approvals_of_one_step_that_needs_two(airline: Airline, people: tuple[User, User]) -> None:
    review_steps(airline, ("Both", list(people), 2))
    contract = ContractFactory.create(in_review=True, airline=airline, rules=1)

    results = together(*(approves(person, contract) for person in people))

    assert results == ["done", "done"]
    assert PilotContract.objects.get(pk=contract.pk).status == Status.APPROVED
    assert events(contract) == ["contract.step_approved", "contract.approved"]


def test_the_same_person_twice_at_once(airline: Airline, people: tuple[User, User]) -> None:
    review_steps(airline, ("Both", list(people), 2))
    contract = ContractFactory.create(in_review=True, airline=airline, rules=1)

    results = together(approves(people[0], contract), approves(people[0], contract))

    assert sorted(results) == ["already_approved", "done"]
    assert standing_approvals(contract).count() == 1


def test_an_approval_against_an_edit(airline: Airline, people: tuple[User, User]) -> None:
    """Either the edit is part of what is approved, or it comes too late."""
    contract = ContractFactory.create(in_review=True, airline=airline, rules=1)
    rule = contract.rules.get()

    approved, edited = together(
        approves(people[0], contract),
        lambda: rules.rule_correct(actor=people[1], rule_id=rule.pk, changes={"value": Decimal(9)}),
    )

    contract.refresh_from_db()
    rule.refresh_from_db()
    assert (approved, edited) in {("done", "done"), ("done", "wrong_state")}
    assert contract.approved_revision == revision_hash(contract)
    assert (rule.value == 9) == (edited == "done")


def test_an_approval_of_one_step_against_an_edit_leaves_no_approval_of_what_is_no_more(
    airline: Airline, people: tuple[User, User]
) -> None:
    review_steps(airline, ("Both", list(people), 2))
    contract = ContractFactory.create(in_review=True, airline=airline, rules=1)
    rule = contract.rules.get()

    together(
        approves(people[0], contract),
        lambda: rules.rule_correct(actor=people[1], rule_id=rule.pk, changes={"value": Decimal(9)}),
    )

    assert all(approval.revision == revision_hash(contract) for approval in standing_approvals(contract))


def test_an_approval_in_sql_against_an_edit_in_sql(airline: Airline, people: tuple[User, User]) -> None:
    """The guards lock the contract's row: no approved contract differs from its revision, whichever comes first."""
    contract = ContractFactory.create(in_review=True, airline=airline, rules=1)
    approval = approves(people[0], contract)

    def edit() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE contract_rules SET value = 9 WHERE contract_id = %s", [contract.pk])

    gate = threading.Barrier(2)

    def raw() -> str:
        gate.wait(timeout=20)
        try:
            edit()
        except Exception as refusal:  # noqa: BLE001 - its words are looked at below
            return str(refusal)
        finally:
            connection.close()
        return "done"

    def ordinary() -> str:
        gate.wait(timeout=20)
        try:
            approval()
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        edited, approved = (found.result() for found in (pool.submit(raw), pool.submit(ordinary)))

    contract.refresh_from_db()
    assert approved == "done"
    assert edited == "done" or "closed" in edited
    assert contract.approved_revision == revision_hash(contract)


def test_an_approval_against_a_withdrawal(airline: Airline, people: tuple[User, User]) -> None:
    contract = ContractFactory.create(in_review=True, airline=airline, rules=1)

    results = together(
        approves(people[0], contract),
        lambda: lifecycle.contract_withdraw(actor=contract.uploaded_by, contract_id=contract.pk),
    )

    contract.refresh_from_db()
    assert sorted(results) == ["done", "wrong_state"]
    assert contract.status == (Status.APPROVED if results[0] == "done" else Status.WITHDRAWN)
    assert len(events(contract)) == 1


def test_activating_twice_at_once(airline: Airline, people: tuple[User, User]) -> None:
    old = ContractFactory.create(active=True, airline=airline, rules=1, effective_date=date(2024, 1, 1))
    contract = ContractFactory.create(approved=True, airline=airline, rules=1)

    results = together(
        *(
            (lambda person=person: lifecycle.contract_activate(actor=person, contract_id=contract.pk))
            for person in people
        )
    )

    assert sorted(results) == ["done", "wrong_state"]
    assert events(contract) == ["contract.activated"]
    assert events(old).count("contract.superseded") == 1


def test_claiming_twice_at_once(airline: Airline, people: tuple[User, User]) -> None:
    contract = ContractFactory.create(in_review=True, airline=airline, rules=1)

    results = together(
        *((lambda person=person: claims.claim_take(actor=person, contract_id=contract.pk)) for person in people)
    )

    assert sorted(results) == ["done", "reason_required"]
    assert events(contract) == ["contract.claimed"]


def test_submitting_while_the_steps_are_changed(airline: Airline, people: tuple[User, User]) -> None:
    """The submission takes the steps of before or of after, never half of them."""
    from contracts.services.review_settings import step_save
    from tests.factories import UserFactory

    administrator = UserFactory.create(administrator=True)
    contract = ContractFactory.create(airline=airline, rules=1)

    results = together(
        lambda: lifecycle.contract_submit(actor=contract.uploaded_by, contract_id=contract.pk),
        lambda: step_save(
            actor=administrator, airline=airline, fields={"position": 1, "name": "Legal", "approvals_needed": 2}
        ),
    )

    assert results == ["done", "done"]
    assert PilotContract.objects.get(pk=contract.pk).status == Status.IN_REVIEW

"""What a contract said when it was handed in or decided on stays as it was."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import Airline, User
from contracts.comparing import revision_choices, rules_now, side_for
from contracts.comparison.differences import compare
from contracts.comparison.rules import digest_of
from contracts.lifecycle import Status
from contracts.models import ContractRevision, Occasion, PilotContract, RevisionOccasion
from contracts.services.lifecycle import (
    contract_approve,
    contract_reject,
    contract_reopen,
    contract_request_changes,
    contract_submit,
)
from contracts.services.rules import rule_accept, rule_correct
from tests.factories import ContractFactory, RuleFactory
from tests.owner import owning

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract(airline: Airline, pilot_user: User) -> PilotContract:
    """A draft with two proposals."""
    made: PilotContract = ContractFactory.create(airline=airline, uploaded_by=pilot_user, proposals=2)
    return made


def occasions(contract: PilotContract) -> list[str]:
    kept = RevisionOccasion.objects.filter(revision__contract=contract).order_by("created_at")
    return list(kept.values_list("kind", flat=True))


def test_what_was_submitted_can_be_compared_with_what_was_approved(
    contract: PilotContract, pilot_user: User, approver: User
) -> None:
    contract_submit(actor=pilot_user, contract_id=contract.pk)
    first, second = contract.rules.order_by("position")
    rule_accept(actor=approver, rule_id=first.pk)
    rule_correct(actor=approver, rule_id=second.pk, changes={"value": 13})
    contract_approve(actor=approver, contract_id=contract.pk)

    approved, submitted = [
        side_for(approver, contract, choice.digest) for choice in revision_choices(approver, contract)
    ]

    assert occasions(contract) == [Occasion.SUBMITTED, Occasion.APPROVED]
    changes = compare(submitted.rules, approved.rules).changes
    assert [(change.kind.value, change.fields) for change in changes] == [("unchanged", ()), ("changed", ("value",))]
    assert [[rule.is_decided for rule in side.rules] for side in (submitted, approved)] == [[False] * 2, [True] * 2]
    assert approved.digest == side_for(approver, contract).digest


def test_each_step_of_a_review_is_kept_and_the_same_content_once(
    contract: PilotContract, pilot_user: User, approver: User
) -> None:
    contract_submit(actor=pilot_user, contract_id=contract.pk)
    contract_request_changes(actor=approver, contract_id=contract.pk, reason="A page is missing.")
    contract_submit(actor=pilot_user, contract_id=contract.pk)
    contract_reject(actor=approver, contract_id=contract.pk, reason="Still missing.")

    assert occasions(contract) == ["submitted", "changes_requested", "submitted", "rejected"]
    [kept] = ContractRevision.objects.filter(contract=contract)
    assert (kept.digest, kept.rule_count) == (digest_of(kept.content), 2)
    assert [choice.occasion for choice in revision_choices(approver, contract)] == ["as rejected"]


def test_an_approval_that_was_taken_back_can_still_be_read(
    contract: PilotContract, pilot_user: User, approver: User
) -> None:
    contract_submit(actor=pilot_user, contract_id=contract.pk)
    for rule in contract.rules.all():
        rule_accept(actor=approver, rule_id=rule.pk)
    contract_approve(actor=approver, contract_id=contract.pk)
    contract_reopen(actor=approver, contract_id=contract.pk, reason="A figure is wrong.")
    rule_correct(actor=approver, rule_id=rule.pk, changes={"value": 13})

    approved = side_for(approver, contract, revision_choices(approver, contract)[0].digest)

    assert [rule.value for rule in approved.rules] == [14, 14]
    assert [rule.value for rule in rules_now(contract)] == [14, 13]


def test_a_refused_step_keeps_nothing(contract: PilotContract, approver: User) -> None:
    with pytest.raises(Exception, match="may not"):
        contract_submit(actor=approver, contract_id=contract.pk)

    assert not ContractRevision.objects.exists()


def ran(statement: str) -> None:
    """With nothing deferred, so that TRUNCATE is not refused for that."""
    with owning(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)


@pytest.mark.parametrize("table", ["contract_revisions", "contract_revision_occasions"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET created_at = now()", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_keeps_them_as_they_are(
    contract: PilotContract, pilot_user: User, table: str, statement: str
) -> None:
    contract_submit(actor=pilot_user, contract_id=contract.pk)

    with pytest.raises(DatabaseError, match="are kept as they are"), transaction.atomic():
        ran(statement.format(table))

    assert RevisionOccasion.objects.count() == 1


def test_a_revision_under_a_wrong_name_is_refused(contract: PilotContract) -> None:
    with pytest.raises(IntegrityError, match="contract_revisions_digest_true"), transaction.atomic():
        ContractRevision.objects.create(contract=contract, digest="0" * 64, content="{}", rule_count=0)


def test_rejected_proposals_are_no_part_of_what_a_contract_says(airline: Airline) -> None:
    contract = ContractFactory.create(airline=airline, state=Status.DRAFT)
    RuleFactory.create(contract=contract, rejected=True)
    kept = RuleFactory.create(contract=contract, accepted=True)

    assert [rule.rule_id for rule in rules_now(contract)] == [kept.rule_id]

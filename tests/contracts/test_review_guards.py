"""What the database refuses of reviews, in plain SQL as the application's own role."""

from decimal import Decimal
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import Airline, User
from contracts.lifecycle import Status
from contracts.models import ContractDecision, ContractRule, PilotContract, ReviewRound
from contracts.models.review_triggers import RULE_CONTENT, TERMS
from contracts.review_selectors import review_progress, standing_approvals
from contracts.selectors import revision_hash
from contracts.services import lifecycle, rules
from contracts.services.rounds import round_open
from tests.factories import ContractFactory, delegate, review_steps, reviewer_of
from tests.owner import owning

pytestmark = pytest.mark.django_db

APPROVE = (
    "INSERT INTO contract_decisions (contract_id, kind, decided_by_id, on_behalf_of_id, step_id, revision, reason) "
    "VALUES (%s, 'approved', %s, %s, %s, %s, '')"
)
MOVE = (
    "UPDATE pilot_contracts SET status = 'approved', approved_by_id = %s, approved_at = now(), approved_revision = %s "
    "WHERE id = %s"
)


def run(sql: str, parameters: list[Any]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def refused(sql: str, parameters: list[Any]) -> str:
    with pytest.raises(IntegrityError) as refusal:
        run(sql, parameters)
    return str(refusal.value).splitlines()[0]


def steps_of(contract: PilotContract) -> list[UUID]:
    return [part.step.pk for part in review_progress(contract)]


def approval(contract: PilotContract, person: User, step: int = 0, **other: Any) -> list[Any]:
    """The values of an approval of the revision as it is."""
    behalf: User | None = other.get("on_behalf_of")
    revision = other.get("revision") or revision_hash(contract)
    return [contract.pk, person.pk, behalf.pk if behalf else None, steps_of(contract)[step], revision]


@pytest.fixture
def people(airline: Airline) -> list[User]:
    return [reviewer_of(airline) for _ in range(3)]


@pytest.fixture
def contract(airline: Airline, people: list[User]) -> PilotContract:
    """In review: one of the first two, then the third."""
    review_steps(airline, ("Legal", people[:2], 1), ("Chief pilot", people[2:], 1))
    return ContractFactory.create(in_review=True, airline=airline, rules=2)


def test_an_approval_is_of_the_contract_as_it_is(contract: PilotContract, people: list[User]) -> None:
    assert "not of the contract as it is" in refused(APPROVE, approval(contract, people[0], revision="0" * 64))


def test_an_approval_is_for_the_step_whose_turn_it_is(contract: PilotContract, people: list[User]) -> None:
    assert "turn" in refused(APPROVE, approval(contract, people[2], step=1))
    values = approval(contract, people[0])
    assert "turn" in refused(APPROVE, [*values[:3], None, values[4]])


def test_an_approval_is_by_the_steps_group(contract: PilotContract, people: list[User]) -> None:
    assert "another group" in refused(APPROVE, approval(contract, people[2]))


def test_nobody_approves_twice_nor_for_somebody_who_has(contract: PilotContract, people: list[User]) -> None:
    run(APPROVE, approval(contract, people[0]))
    delegate(people[2], people[0])
    delegate(people[0], people[1])

    assert "approved already" in refused(APPROVE, approval(contract, people[0], step=1, on_behalf_of=people[2]))
    assert "another group" in refused(APPROVE, approval(contract, people[0], step=1))
    assert standing_approvals(contract).count() == 1


def test_nobody_decides_for_somebody_who_did_not_ask_him(contract: PilotContract, people: list[User]) -> None:
    assert "not delegated" in refused(APPROVE, approval(contract, people[2], on_behalf_of=people[0]))


def test_the_uploaders_stand_in_decides_nothing(airline: Airline, approver: User) -> None:
    uploader = reviewer_of(airline)
    contract = ContractFactory.create(in_review=True, airline=airline, uploaded_by=uploader, rules=1)
    delegate(uploader, approver)

    assert "uploaded or submitted" in refused(APPROVE, approval(contract, approver))
    assert "uploaded or submitted" in refused(APPROVE, approval(contract, approver, on_behalf_of=uploader))


def test_one_of_two_steps_approves_nothing(contract: PilotContract, people: list[User]) -> None:
    run(APPROVE, approval(contract, people[0]))

    message = refused(MOVE, [people[0].pk, revision_hash(contract), contract.pk])

    assert "an approval by somebody other" in message
    run(APPROVE, approval(contract, people[2], step=1))
    run(MOVE, [people[2].pk, revision_hash(contract), contract.pk])
    assert PilotContract.objects.get(pk=contract.pk).status == Status.APPROVED


def test_an_edit_in_sql_voids_the_approvals(contract: PilotContract, people: list[User]) -> None:
    for person, step in ((people[0], 0), (people[2], 1)):
        run(APPROVE, approval(contract, person, step=step))

    run("UPDATE contract_rules SET value = value - 1 WHERE contract_id = %s", [contract.pk])

    assert not standing_approvals(contract).exists()
    assert "missing" in refused(MOVE, [people[2].pk, revision_hash(contract), contract.pk])


CHANGED: dict[str, Any] = {
    "is_hard_constraint": False,
    "weight": Decimal("0.5"),
    "applies_to": {"seat": "captain"},
    "parameters": {"upper": 3},
    "value": Decimal(3),
    "position": 9000,
    "page": 2,
    "box": [1.0, 2.0, 3.0, 4.0],
    "further_places": [{"page": 2, "box": [1.0, 2.0, 3.0, 4.0], "quote": "and more", "char_start": 90, "char_end": 98}],
    "category": "rest",
    "operator": ">=",
}


@pytest.mark.parametrize("field", RULE_CONTENT)
def test_each_field_of_a_rule_is_part_of_the_revision(field: str, contract: PilotContract, people: list[User]) -> None:
    before = revision_hash(contract)
    run(APPROVE, approval(contract, people[0]))
    rule = contract.rules.order_by("position").first()
    assert rule is not None

    ContractRule.objects.filter(pk=rule.pk).update(**{field: CHANGED.get(field, "something else")})

    assert revision_hash(contract) != before
    assert not standing_approvals(contract).exists()


def test_approvals_from_before_there_were_further_places_stand(contract: PilotContract) -> None:
    migration = import_module("contracts.migrations.0017_approvals_are_bound_to_all_places")
    now = revision_hash(contract)

    with owning(), connection.cursor() as cursor:
        cursor.execute(migration.REVISION % "")
    before = revision_hash(contract)

    assert now == before


def test_every_field_of_a_rule_is_content_or_named_here() -> None:
    beside = {
        "id",
        "created_at",
        "updated_at",
        "contract",
        "origin",
        "wording_digest",
        "extractor_version",
        "parsing_confidence",
        "char_start",
        "char_end",
        "decision",
        "decision_reason",
        "decided_by",
        "decided_at",
        "added_by",
        "merged_into",
        "version",
    }

    assert {field.name for field in ContractRule._meta.concrete_fields} == {*RULE_CONTENT, *beside}


@pytest.mark.parametrize("field", TERMS)
def test_the_contracts_details_are_part_of_the_revision(
    field: str, contract: PilotContract, people: list[User]
) -> None:
    before = revision_hash(contract)
    run(APPROVE, approval(contract, people[0]))
    changed = {"contract_type": "loa", "effective_date": "2026-02-02", "expiration_date": "2029-01-01"}

    PilotContract.objects.filter(pk=contract.pk).update(**{field: changed.get(field, "something else")})

    assert revision_hash(contract) != before
    assert not standing_approvals(contract).exists()


def test_the_details_of_an_approved_contract_stand(airline: Airline) -> None:
    contract = ContractFactory.create(approved=True, airline=airline, rules=1)

    message = refused("UPDATE pilot_contracts SET effective_date = '2030-01-01' WHERE id = %s", [contract.pk])

    assert "stand" in message


def test_a_second_pair_of_eyes_is_wanted_by_the_database_too(airline: Airline, approver: User) -> None:
    Airline.objects.filter(pk=airline.pk).update(second_pair_of_eyes=True)
    contract = ContractFactory.create(in_review=True, airline=airline, proposals=1)
    rules.rule_correct(actor=approver, rule_id=contract.rules.get().pk, changes={"value": Decimal(3)})

    assert "does not approve it" in refused(APPROVE, approval(contract, approver))


@pytest.mark.parametrize("table", ["review_rounds", "review_round_steps"])
def test_a_running_review_is_changed_by_nobody(table: str, contract: PilotContract) -> None:
    column = {"review_rounds": "second_pair_of_eyes = NOT second_pair_of_eyes"}.get(table, "approvals_needed = 1")
    for statement in (f"UPDATE {table} SET {column}", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError):
            run(statement, [])


def test_a_running_review_gains_and_changes_no_step(contract: PilotContract) -> None:
    insert = "INSERT INTO review_round_steps (round_id, position, name) VALUES (%s, 9, 'Late')"
    assert "has begun" in refused(insert, [contract.review_round_id])
    other = ContractFactory.create(in_review=True, rules=1)
    move = "UPDATE pilot_contracts SET review_round_id = %s WHERE id = %s"
    assert "keeps its round" in refused(move, [other.review_round_id, contract.pk])


def test_no_review_begins_by_an_easier_way_than_the_airlines(airline: Airline, people: list[User]) -> None:
    review_steps(airline, ("Legal", people, 2))
    contract = ContractFactory.create(airline=airline, rules=1)
    submit = "UPDATE pilot_contracts SET status = 'in_review', submitted_by_id = uploaded_by_id, review_round_id = %s WHERE id = %s"
    easy = ReviewRound.objects.create(contract=contract, number=1, second_pair_of_eyes=False)
    run("INSERT INTO review_round_steps (round_id, position, name) VALUES (%s, 1, 'Easy')", [easy.pk])

    assert "not those of the airline" in refused(submit, [easy.pk, contract.pk])
    assert "round of its own" in refused(submit, [None, contract.pk])
    right = round_open(contract=contract)
    run(submit, [right.pk, contract.pk])
    assert PilotContract.objects.get(pk=contract.pk).status == Status.IN_REVIEW


def test_an_old_round_does_not_serve_again(airline: Airline, approver: User) -> None:
    contract = ContractFactory.create(in_review=True, airline=airline, rules=1)
    lifecycle.contract_request_changes(actor=approver, contract_id=contract.pk, reason="More.")

    message = refused("UPDATE pilot_contracts SET status = 'in_review' WHERE id = %s", [contract.pk])

    assert "round of its own" in message


def test_decisions_are_made_in_review_alone(airline: Airline, approver: User) -> None:
    contract = ContractFactory.create(approved=True, airline=airline, rules=1)

    assert "not in review" in refused(APPROVE, approval(contract, approver))


def test_a_voided_approval_does_not_stand_again(contract: PilotContract, people: list[User]) -> None:
    run(APPROVE, approval(contract, people[0]))
    run("UPDATE contract_decisions SET voided_at = now() WHERE contract_id = %s", [contract.pk])

    message = refused("UPDATE contract_decisions SET voided_at = NULL WHERE contract_id = %s", [contract.pk])

    assert "does not change" in message
    assert ContractDecision.objects.get(contract=contract).voided_at is not None


def test_who_added_a_rule_is_not_rewritten(airline: Airline, approver: User) -> None:
    contract = ContractFactory.create(in_review=True, airline=airline)
    fields = {"rule_id": "9.A", "category": "duty", "title": "T", "rule_text": "W", "citation": "9.A"}
    rules.rule_add(actor=approver, contract_id=contract.pk, fields=fields)

    message = refused("UPDATE contract_rules SET added_by_id = NULL WHERE contract_id = %s", [contract.pk])

    assert "who added" in message


def test_a_claim_is_never_the_uploaders_nor_outside_review(contract: PilotContract, approver: User) -> None:
    claim = "UPDATE pilot_contracts SET claimed_by_id = %s, claim_expires_at = now() WHERE id = %s"
    draft = ContractFactory.create()

    assert "not_claimed_by_uploader" in refused(claim, [contract.uploaded_by_id, contract.pk])
    assert "claimed_in_review" in refused(claim, [approver.pk, draft.pk])

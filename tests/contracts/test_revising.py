"""Improvements applied: a revision is opened, reviewed by somebody else, and put in force in the contract's place."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from accounts.models import Airline
from audit.models import AuditEntry
from config.errors import NotAllowed, ProductError, WrongState
from contracts.lifecycle import Status
from contracts.models import (
    ContractImprovement,
    ContractRule,
    ImprovementStatus,
    PilotContract,
    PilotContractAssignment,
    RuleCorrection,
    RuleDecision,
)
from contracts.selectors import contract_in_force, latest_run
from contracts.services import lifecycle
from contracts.services.improvements import improvement_apply, improvement_decline
from contracts.services.measures import measures_refresh
from contracts.services.revising import version_of
from tests.contracts.community import ADDED, Place, approver_of, correction, place, proposed
from tests.factories import ContractFactory, PilotFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def where(airline: Airline) -> Place:
    return place(airline, contract_version="2026")


def activated(where: Place, revision: PilotContract) -> PilotContract:
    lifecycle.contract_approve(actor=where.second, contract_id=revision.pk)
    return lifecycle.contract_activate(actor=where.second, contract_id=revision.pk)


def contents(contract: PilotContract) -> list[tuple[object, ...]]:
    names = ("rule_id", "position", "title", "value", "decision", "decided_by_id", "page", "box", "quote", "char_start")
    return list(ContractRule.objects.filter(contract=contract).order_by("rule_id").values_list(*names))


def test_a_correction_is_applied_in_a_revision_that_is_in_review_at_once(where: Place) -> None:
    improvement = correction(where)

    applied = improvement_apply(actor=where.approver, improvement_id=improvement.pk)

    revision = applied.revision
    assert (revision.revises_id, revision.revision_number, revision.contract_version) == (
        where.contract.pk,
        2,
        "2026 r2",
    )
    assert (revision.status, revision.uploaded_by, revision.submitted_by) == (
        Status.IN_REVIEW,
        where.approver,
        where.approver,
    )
    assert revision.document_sha256 == where.contract.document_sha256
    assert revision.pages.count() == where.contract.pages.count() == 2
    corrected = revision.rules.get(rule_id=where.rule.rule_id)
    assert (corrected.value, corrected.decision) == (Decimal(13), RuleDecision.CORRECTED)
    assert corrected.decided_by == where.approver
    assert (corrected.quote, corrected.box) == (where.rule.quote, where.rule.box)
    others = [row for row in contents(revision) if row[0] != corrected.rule_id]
    assert others == [row for row in contents(where.contract) if row[0] != corrected.rule_id]
    assert (applied.improvement.status, applied.improvement.applied_in, applied.is_new) == ("applied", revision, True)


def test_the_correction_names_the_pilot_and_who_applied_it(where: Place) -> None:
    applied = improvement_apply(actor=where.approver, improvement_id=correction(where).pk)

    kept = RuleCorrection.objects.get()
    assert (kept.rule.contract, kept.field, kept.before, kept.after) == (
        applied.revision,
        "value",
        "14.0000",
        "13.0000",
    )
    assert (kept.corrected_by, kept.proposed_by) == (where.approver, where.pilot)
    assert kept.reason == "Page 1 says thirteen."


def test_what_happened_is_written_down(where: Place) -> None:
    applied = improvement_apply(actor=where.approver, improvement_id=correction(where).pk)

    about_revision = AuditEntry.objects.filter(object_pk=str(applied.revision.pk)).order_by("pk")
    about_improvement = AuditEntry.objects.filter(object_pk=str(applied.improvement.pk)).order_by("pk")
    assert [entry.event for entry in about_revision] == ["contract.revised", "rule.corrected", "contract.submitted"]
    assert [entry.event for entry in about_improvement] == ["improvement.proposed", "improvement.applied"]
    assert about_improvement[1].additional_data["revision"] == str(applied.revision.pk)


def test_a_rule_is_added_and_another_removed(where: Place) -> None:
    removed = where.rule.rule_id
    improvement_apply(actor=where.approver, improvement_id=proposed(where, "add_rule", **ADDED).pk)

    applied = improvement_apply(actor=where.approver, improvement_id=proposed(where, "remove_rule").pk)

    added = applied.revision.rules.get(title=ADDED["title"])
    assert (added.decision, added.origin, added.value) == ("accepted", "reviewer", Decimal(11))
    assert (added.period, added.page) == (None, None)
    assert added.position > max(where.contract.rules.values_list("position", flat=True))
    assert applied.revision.rules.get(rule_id=removed).decision == RuleDecision.REJECTED
    kept = RuleCorrection.objects.order_by("created_at").values_list("field", "before", "after", "proposed_by")
    assert list(kept) == [
        ("decision", None, "accepted", where.pilot.pk),
        ("decision", "accepted", "rejected", where.pilot.pk),
    ]
    assert not applied.is_new


def test_details_are_corrected(where: Place) -> None:
    improvement = proposed(
        where, "metadata", title="Agreement of 2027", contract_version="2027", expiration_date="2030-12-31"
    )

    revision = improvement_apply(actor=where.approver, improvement_id=improvement.pk).revision

    assert (revision.title, revision.contract_version) == ("Agreement of 2027", "2027 r2")
    assert revision.expiration_date == date(2030, 12, 31)
    entry = AuditEntry.objects.get(object_pk=str(revision.pk), event="contract.updated")
    assert entry.changes["title"] == [where.contract.title, "Agreement of 2027"]


def test_who_applied_never_approves_and_somebody_else_does(where: Place) -> None:
    revision = improvement_apply(actor=where.approver, improvement_id=correction(where).pk).revision

    with pytest.raises(NotAllowed) as refusal:
        lifecycle.contract_approve(actor=where.approver, contract_id=revision.pk)
    approved = lifecycle.contract_approve(actor=where.second, contract_id=revision.pk)

    assert refusal.value.code == "own_contract"
    assert approved.approved_by == where.second


def test_the_database_itself_lets_nobody_approve_what_he_applied(where: Place) -> None:
    revision = improvement_apply(actor=where.approver, improvement_id=correction(where).pk).revision

    with pytest.raises(IntegrityError, match="uploaded or submitted"), transaction.atomic():
        revision.decisions.create(kind="approved", decided_by=where.approver, revision="a" * 64)


def test_only_who_opened_the_revision_adds_to_it_so_that_the_other_can_approve(where: Place) -> None:
    first, second = correction(where), proposed(where, "remove_rule")
    revision = improvement_apply(actor=where.approver, improvement_id=first.pk).revision

    with pytest.raises(WrongState) as refusal:
        improvement_apply(actor=where.second, improvement_id=second.pk)

    second.refresh_from_db()
    assert refusal.value.code == "revision_open"
    assert (second.status, second.applied_in) == ("open", None)
    assert contents(revision)[0][4] != RuleDecision.REJECTED
    assert lifecycle.contract_approve(actor=where.second, contract_id=revision.pk).status == Status.APPROVED


def test_nothing_is_added_to_an_approved_revision(where: Place) -> None:
    first, second = correction(where), proposed(where, "add_rule", **ADDED)
    revision = improvement_apply(actor=where.approver, improvement_id=first.pk).revision
    lifecycle.contract_approve(actor=where.second, contract_id=revision.pk)

    with pytest.raises(WrongState) as refusal:
        improvement_apply(actor=where.approver, improvement_id=second.pk)

    assert refusal.value.code == "revision_open"
    assert not revision.rules.filter(title=ADDED["title"]).exists()


def test_whoever_looked_at_the_revision_before_an_addition_does_not_approve_it_unseen(where: Place) -> None:
    first, second = correction(where), proposed(where, "add_rule", **ADDED)
    revision = improvement_apply(actor=where.approver, improvement_id=first.pk).revision
    seen = revision.version
    improvement_apply(actor=where.approver, improvement_id=second.pk)

    with pytest.raises(WrongState) as refusal:
        lifecycle.contract_approve(actor=where.second, contract_id=revision.pk, version=seen)

    assert refusal.value.code == "stale_version"


def test_activation_supersedes_the_base_and_its_pilots_follow(where: Place) -> None:
    bound = PilotFactory.create(airline=where.airline)
    PilotContractAssignment.objects.create(pilot=bound, contract=where.contract)
    revision = improvement_apply(actor=where.approver, improvement_id=correction(where).pk).revision

    activated(where, revision)

    where.contract.refresh_from_db()
    assert where.contract.status == Status.SUPERSEDED
    assert where.contract.effective_date == revision.effective_date
    assert contract_in_force(where.airline) == revision
    assert PilotContractAssignment.objects.get(pilot=bound, ended_at=None).contract == revision


def test_what_was_open_at_the_base_follows_the_revision_and_can_be_applied_there(where: Place) -> None:
    first, waiting = correction(where), proposed(where, "remove_rule")
    rule_id = where.rule.rule_id
    waiting_addition = proposed(where, "add_rule", **ADDED)
    revision = improvement_apply(actor=where.approver, improvement_id=waiting_addition.pk).revision

    activated(where, revision)
    again = improvement_apply(actor=where.second, improvement_id=first.pk)

    waiting.refresh_from_db()
    assert (waiting.contract, waiting.status) == (revision, "open")
    assert waiting.rule is not None
    assert (waiting.rule.rule_id, waiting.rule.contract) == (rule_id, revision)
    assert (again.revision.contract_version, again.revision.revises) == ("2026 r3", revision)
    assert latest_run(again.revision) == latest_run(where.contract)


def test_a_rejected_revision_gives_its_improvements_back(where: Place) -> None:
    improvement = correction(where)
    revision = improvement_apply(actor=where.approver, improvement_id=improvement.pk).revision

    lifecycle.contract_reject(actor=where.second, contract_id=revision.pk, reason="It says fourteen.")
    improvement.refresh_from_db()
    again = improvement_apply(actor=where.second, improvement_id=improvement.pk)

    assert (improvement.status, improvement.decided_by, improvement.applied_in) == ("open", None, None)
    assert again.is_new
    assert again.revision.contract_version == "2026 r2"
    events = AuditEntry.objects.filter(object_pk=str(improvement.pk)).order_by("pk").values_list("event", flat=True)
    assert list(events) == [
        "improvement.proposed",
        "improvement.applied",
        "improvement.returned",
        "improvement.applied",
    ]


def test_a_withdrawn_revision_gives_its_improvements_back(where: Place) -> None:
    improvement = correction(where)
    revision = improvement_apply(actor=where.approver, improvement_id=improvement.pk).revision

    lifecycle.contract_withdraw(actor=where.approver, contract_id=revision.pk)

    improvement.refresh_from_db()
    assert improvement.status == ImprovementStatus.OPEN


def test_a_revision_of_what_is_no_longer_active_puts_nothing_out_of_force(where: Place) -> None:
    """Its base was followed by the next agreement while it was in review."""
    revision = improvement_apply(actor=where.approver, improvement_id=correction(where).pk).revision
    lifecycle.contract_approve(actor=where.second, contract_id=revision.pk)
    following = ContractFactory.create(
        approved=True, airline=where.airline, rules=1, effective_date=where.airline.today() - timedelta(days=1)
    )
    lifecycle.contract_activate(actor=where.second, contract_id=following.pk)

    with pytest.raises(WrongState, match="no longer active"):
        lifecycle.contract_activate(actor=where.second, contract_id=revision.pk)

    following.refresh_from_db()
    assert following.status == Status.ACTIVE


def test_what_changed_since_the_proposal_is_not_overwritten(where: Place) -> None:
    first, second = correction(where), correction(where, value="12")
    revision = improvement_apply(actor=where.approver, improvement_id=first.pk).revision

    with pytest.raises(WrongState) as refusal:
        improvement_apply(actor=where.approver, improvement_id=second.pk)

    assert refusal.value.code == "stale_version"
    assert revision.rules.get(rule_id=where.rule.rule_id).value == 13


def test_only_active_contracts_are_revised(where: Place) -> None:
    improvement = correction(where)
    lifecycle.contract_retire(actor=where.approver, contract_id=where.contract.pk, reason="Void.")

    with pytest.raises(WrongState):
        improvement_apply(actor=where.approver, improvement_id=improvement.pk)

    assert improvement_decline(actor=where.approver, improvement_id=improvement.pk, reason="Void.").status == "declined"
    assert not PilotContract.objects.filter(revises=where.contract).exists()


def _a_copy(base: PilotContract, **changes: object) -> PilotContract:
    kept = ("airline", "contract_type", "title", "effective_date", "document_sha256", "document_name")
    values = {name: getattr(base, name) for name in (*kept, "document_media_type", "document_bytes", "page_count")}
    values |= {"contract_version": "other", "uploaded_by": base.uploaded_by, **changes}
    return PilotContract.objects.create(**values)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("pilot_contracts_document_once", _a_copy),
        ("pilot_contracts_version_once", lambda base: _a_copy(base, contract_version="2026", document_sha256="a" * 64)),
        (
            "pilot_contracts_version_once",
            lambda base: _a_copy(base, revises=base, revision_number=2, contract_version="2026"),
        ),
        ("a revision has", lambda base: _a_copy(base, revises=base, revision_number=2, document_sha256="b" * 64)),
        ("a revision has", lambda base: _a_copy(base, revises=base, revision_number=3)),
        ("pilot_contracts_revision_numbered", lambda base: _a_copy(base, revision_number=2, document_sha256="c" * 64)),
    ],
)
def test_the_database_lets_revisions_share_a_document_and_nothing_else(
    where: Place, name: str, make: Callable[[PilotContract], PilotContract]
) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make(where.contract)


def test_a_contract_has_one_open_revision(where: Place) -> None:
    _a_copy(where.contract, revises=where.contract, revision_number=2)

    with pytest.raises(IntegrityError, match="pilot_contracts_revised_once"), transaction.atomic():
        _a_copy(where.contract, revises=where.contract, revision_number=2, contract_version="another")


def test_what_a_revision_revises_does_not_change(where: Place) -> None:
    revision = improvement_apply(actor=where.approver, improvement_id=correction(where).pk).revision

    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        PilotContract.objects.filter(pk=revision.pk).update(revises=None, revision_number=1)


def test_the_database_ties_an_applied_improvement_to_the_uploader_of_its_revision(where: Place) -> None:
    improvement = correction(where)
    improvement_apply(actor=where.approver, improvement_id=improvement.pk)

    with pytest.raises(IntegrityError, match="by its uploader"), transaction.atomic():
        ContractImprovement.objects.filter(pk=improvement.pk).update(decided_by=where.second)


def test_the_extractor_is_not_measured_by_revisions(where: Place) -> None:
    def decided() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM extraction_outcomes")
            return int(cursor.fetchone()[0])

    before = decided()
    improvement_apply(actor=where.approver, improvement_id=correction(where).pk)
    measures_refresh()

    assert decided() == before == 2


@pytest.mark.parametrize(
    ("version", "number", "expected"),
    [
        ("2026", 2, "2026 r2"),
        ("2026 r2", 3, "2026 r3"),
        ("LOA 3", 10, "LOA 3 r10"),
        ("x" * 64, 2, f"{'x' * 61} r2"),
        ("2026", 1, "2026"),
    ],
)
def test_versions_of_revisions(version: str, number: int, expected: str) -> None:
    assert version_of(version, number) == expected


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("migrations")
@pytest.mark.parametrize("same_person", [True, False])
def test_an_improvement_applied_twice_at_once_is_applied_once(same_person: bool) -> None:  # noqa: FBT001 - a case of the table
    """Real connections: both wait at one gate and go together."""
    where = place(ContractFactory.create().airline)
    improvement = correction(where)
    gate = threading.Barrier(2)

    def apply(person: object) -> str:
        gate.wait(timeout=20)
        try:
            improvement_apply(actor=person, improvement_id=improvement.pk)  # type: ignore[arg-type] # a User
        except (ProductError, OperationalError) as refusal:
            return getattr(refusal, "code", type(refusal).__name__)
        finally:
            connection.close()
        return "applied"

    with ThreadPoolExecutor(2) as pool:
        people = [where.approver, where.approver if same_person else approver_of(where.airline)]
        results = list(pool.map(apply, people))

    assert sorted(results) == ["already_done", "applied"]
    assert PilotContract.objects.filter(revises=where.contract).count() == 1
    assert RuleCorrection.objects.count() == 1

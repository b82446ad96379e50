"""A contract with a story: Bob uploaded it, Ann reviewed and activated it."""

import pytest

from accounts.models import Airline, User
from audit.events import AuditEvent
from audit.services import entry_record
from contracts.models import ContractRule, PilotContract
from contracts.services.lifecycle import (
    contract_activate,
    contract_approve,
    contract_request_changes,
    contract_submit,
)
from contracts.services.rules import rule_correct, rule_reject, rules_accept
from tests.factories import (
    ContractFactory,
    PilotFactory,
    UserFactory,
    reviewer_of,
)


@pytest.fixture
def ann(airline: Airline) -> User:
    return reviewer_of(airline, full_name="Ann Lee")


@pytest.fixture
def bob(airline: Airline) -> User:
    return PilotFactory.create(airline=airline, user=UserFactory.create(full_name="Bob Uploader")).user


@pytest.fixture
def draft(airline: Airline, bob: User) -> PilotContract:
    contract: PilotContract = ContractFactory.create(airline=airline, uploaded_by=bob, proposals=4)
    entry_record(
        event=AuditEvent.CONTRACT_UPLOADED,
        actor=bob,
        target=contract,
        after={"status": "draft"},
        details={"pages": 2},
    )
    return contract


@pytest.fixture
def active(draft: PilotContract, ann: User) -> PilotContract:
    """Submitted, sent back, submitted again, approved and activated; Ann's acts on rules in between."""
    contract_submit(actor=draft.uploaded_by, contract_id=draft.pk)
    contract_request_changes(actor=ann, contract_id=draft.pk, reason="Page 2 is missing.")
    contract_submit(actor=draft.uploaded_by, contract_id=draft.pk)
    first, second, *rest = ContractRule.objects.filter(contract=draft).order_by("position")
    rule_correct(actor=ann, rule_id=first.pk, changes={"value": "13"}, reason="It says thirteen.")
    rule_reject(actor=ann, rule_id=second.pk, reason="A heading.")
    rules_accept(actor=ann, contract_id=draft.pk, rule_ids=[rule.pk for rule in rest])
    contract_approve(actor=ann, contract_id=draft.pk)
    contract_activate(actor=ann, contract_id=draft.pk)
    draft.refresh_from_db()
    return draft

"""Contracts that are in review or approved when the steps of reviews arrive."""

import pytest
from django.core.management import call_command

from contracts.lifecycle import Status
from contracts.models import PilotContract
from contracts.review_selectors import review_progress
from contracts.services import lifecycle
from tests.factories import ContractFactory, reviewer_of

BEFORE = "0009_model_runs_know_their_pages"


@pytest.mark.xdist_group("migrations")
def test_what_was_in_review_goes_on_and_what_was_approved_is_approved_again(migrated_again: None) -> None:
    reviewed = ContractFactory.create(in_review=True, rules=1)
    approved = ContractFactory.create(approved=True, rules=1, airline=reviewed.airline)
    reviewer = reviewer_of(reviewed.airline)

    call_command("migrate", "contracts", BEFORE, verbosity=0)
    # All the way: the services below are of today.
    call_command("migrate", "contracts", verbosity=0)

    moved = lifecycle.contract_approve(actor=reviewer, contract_id=reviewed.pk)
    lifecycle.contract_reopen(actor=reviewer, contract_id=approved.pk, reason="Computed otherwise before.")
    again = lifecycle.contract_approve(actor=reviewer, contract_id=approved.pk)
    assert (moved.status, again.status) == (Status.APPROVED, Status.APPROVED)
    stored = PilotContract.objects.get(pk=approved.pk)
    assert [part.step.name for part in review_progress(stored)] == ["Approval"]
    assert stored.review_round is not None
    assert stored.review_round.due_at is not None

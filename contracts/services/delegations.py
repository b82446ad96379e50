"""Standing in for an approver who is away."""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.factors.policies import require_fresh
from accounts.models import User
from accounts.policies import reviewable_airlines
from audit.events import AuditEvent
from audit.services import entry_record
from config.errors import NotAllowed, NotFoundForActor, RuleBroken, WrongState
from contracts.models import ReviewDelegation
from contracts.policies import may_delegate_for, may_end_delegation
from contracts.review_selectors import delegation_day


def delegation_create(
    *, actor: User, delegator: User, delegate: User, starts_on: date, ends_on: date
) -> ReviewDelegation:
    """Name who stands in for `delegator` from day to day, both included (UTC).

    Raises:
        NotAllowed: unless `actor` is the delegator or an administrator, who has proved himself lately.
        RuleBroken: when the delegate does not review each of the delegator's airlines himself, or the days are past or taken.
        ValidationError: Django's, by field.
    """
    if not may_delegate_for(actor, delegator):
        raise NotAllowed("Approvers name who stands in for themselves; administrators do it for others.")
    require_fresh(actor)
    if ends_on < delegation_day():
        raise RuleBroken("These days are past: choose a last day that is still to come.")
    airlines = reviewable_airlines(delegator)
    missing = airlines.exclude(pk__in=reviewable_airlines(delegate).values("pk"))
    if codes := list(missing.order_by("code").values_list("code", flat=True)):
        raise RuleBroken(f"{delegate} has no grant for {', '.join(codes)}: choose somebody who reviews there too.")
    if not airlines.exists():
        raise RuleBroken(f"{delegator} reviews no airline's contracts: there is nothing to stand in for.")
    delegation = ReviewDelegation(delegator=delegator, delegate=delegate, starts_on=starts_on, ends_on=ends_on)
    try:
        with transaction.atomic():
            delegation.full_clean()
            delegation.save(force_insert=True)
            _record(actor, delegation, AuditEvent.DELEGATION_CREATED)
    except IntegrityError as error:
        raise RuleBroken("Another delegation holds on some of these days. End it first.") from error
    return delegation


def delegation_end(*, actor: User, delegation_id: UUID) -> ReviewDelegation:
    """End it now. What was decided under it stands.

    Raises:
        NotFoundForActor: when there is none.
        NotAllowed: see `policies.may_end_delegation`.
        WrongState: when it has ended already.
    """
    with transaction.atomic():
        delegation = ReviewDelegation.objects.select_for_update(of=("self",)).filter(pk=delegation_id).first()
        if delegation is None:
            raise NotFoundForActor("There is no such delegation.")
        if not may_end_delegation(actor, delegation):
            raise NotAllowed("A delegation is ended by who gave it, by who holds it, or by an administrator.")
        if delegation.ended_at is not None or delegation.ends_on < delegation_day():
            raise WrongState("This delegation has ended already.")
        delegation.ended_at = timezone.now()
        delegation.save(update_fields=["ended_at"])
        _record(actor, delegation, AuditEvent.DELEGATION_ENDED)
        return delegation


def _record(actor: User, delegation: ReviewDelegation, event: AuditEvent) -> None:
    entry_record(
        event=event,
        actor=actor,
        target=delegation,
        details={
            "delegator": str(delegation.delegator_id),
            "delegate": str(delegation.delegate_id),
            "starts_on": str(delegation.starts_on),
            "ends_on": str(delegation.ends_on),
        },
    )

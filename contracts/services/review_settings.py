"""How airlines review: groups of approvers, and the steps that a review goes through. Administrators' writes."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import transaction

from accounts.factors.policies import require_fresh
from accounts.models import Airline, User
from accounts.policies import reviewers_of
from audit.events import AuditEvent
from audit.services import entry_record
from config.errors import NotAllowed, NotFoundForActor, RuleBroken
from contracts.models import ReviewGroup, ReviewStep
from contracts.policies import may_configure_reviews

STEP_FIELDS = ("position", "name", "group", "approvals_needed")


def group_save(
    *, actor: User, airline: Airline, name: str, members: Collection[User], group_id: UUID | None = None
) -> ReviewGroup:
    """Create a group, or rename it and set who is in it.

    Raises:
        NotAllowed: unless `actor` is an administrator who has proved himself lately.
        RuleBroken: for members who do not review the airline's contracts, or too few for a step of the group.
        NotFoundForActor: when there is no such group.
        ValidationError: Django's, by field.
    """
    _require_administrator(actor)
    reviewers = set(reviewers_of(airline).values_list("pk", flat=True))
    if strangers := sorted(str(person) for person in members if person.pk not in reviewers):
        raise RuleBroken(f"No grant to review contracts of {airline.code}: {', '.join(strangers)}.")
    with transaction.atomic():
        _locked(airline)
        group = _group(group_id) if group_id else ReviewGroup(airline=airline)
        before = {} if group_id is None else _described(group)
        group.name = name
        group.full_clean()
        group.save()
        _require_enough(group, len(members))
        group.members.set(members)
        entry_record(
            event=AuditEvent.REVIEW_GROUP_UPDATED if group_id else AuditEvent.REVIEW_GROUP_CREATED,
            actor=actor,
            target=group,
            before=before,
            after=_described(group),
        )
        return group


def step_save(
    *, actor: User, airline: Airline, fields: Mapping[str, object], step_id: UUID | None = None
) -> ReviewStep:
    """Add a step to the airline's reviews, or change it. Reviews that run go on as they began.

    Raises:
        NotAllowed: unless `actor` is an administrator who has proved himself lately.
        RuleBroken: for another airline's group, or one with fewer members than the step needs approvals.
        NotFoundForActor: when there is no such step.
        ValidationError: Django's, by field.
    """
    _require_administrator(actor)
    if unknown := set(fields) - set(STEP_FIELDS):
        raise ValueError(f"not set here: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        _locked(airline)
        before = _steps(airline)
        step = _step(airline, step_id) if step_id else ReviewStep(airline=airline)
        for field, value in fields.items():
            setattr(step, field, value)
        step.full_clean()
        if step.group is not None and step.group.airline_id != airline.pk:
            raise RuleBroken("This group is another airline's. Choose one of the step's own airline.")
        step.save()
        if step.group is not None:
            _require_enough(step.group, step.group.members.count())
        _record_steps(actor, airline, before)
        return step


def step_remove(*, actor: User, step_id: UUID) -> None:
    """Take a step out of the airline's reviews. Raises as `step_save`."""
    _require_administrator(actor)
    with transaction.atomic():
        found = ReviewStep.objects.select_related("airline").filter(pk=step_id).first()
        if found is None:
            raise NotFoundForActor("There is no such step.")
        airline = _locked(found.airline)
        before = _steps(airline)
        found.delete()
        _record_steps(actor, airline, before)


def _require_administrator(actor: User) -> None:
    if not may_configure_reviews(actor):
        raise NotAllowed("Groups and steps of reviews are administrators' work.")
    require_fresh(actor)


def _locked(airline: Airline) -> Airline:
    """The airline's row: submissions read its steps under the same lock."""
    return Airline.objects.select_for_update(no_key=True).get(pk=airline.pk)


def _group(group_id: UUID) -> ReviewGroup:
    group = ReviewGroup.objects.select_for_update(of=("self",)).select_related("airline").filter(pk=group_id).first()
    if group is None:
        raise NotFoundForActor("There is no such group.")
    return group


def _step(airline: Airline, step_id: UUID) -> ReviewStep:
    step = ReviewStep.objects.select_related("group").filter(pk=step_id, airline=airline).first()
    if step is None:
        raise NotFoundForActor("There is no such step.")
    return step


def _require_enough(group: ReviewGroup, members: int) -> None:
    for step in group.steps.all():
        if step.approvals_needed > members:
            raise RuleBroken(
                f"“{step.name}” needs {step.approvals_needed} approvals and the group {group.name} has {members} "
                f"member{'' if members == 1 else 's'}: nothing could ever be approved."
            )


def _described(group: ReviewGroup) -> dict[str, object]:
    return {"name": group.name, "members": sorted(str(person.pk) for person in group.members.all())}


def _steps(airline: Airline) -> list[dict[str, object]]:
    steps = ReviewStep.objects.filter(airline=airline).order_by("position")
    return [
        {
            "position": step.position,
            "name": step.name,
            "group": str(step.group_id) if step.group_id else None,
            "approvals_needed": step.approvals_needed,
        }
        for step in steps
    ]


def _record_steps(actor: User, airline: Airline, before: list[dict[str, object]]) -> None:
    entry_record(
        event=AuditEvent.REVIEW_STEPS_UPDATED,
        actor=actor,
        target=airline,
        before={"steps": before},
        after={"steps": _steps(airline)},
    )

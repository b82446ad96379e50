"""Who may do what with contracts: asked by services, pages, admin and API alike, so that they can never disagree."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.db.models import Exists, Q, QuerySet

from accounts.models import Airline, Role, ServiceClient, User
from accounts.policies import Visitor, is_administrator, may_review_airline, reviewable_airlines, reviewers_of
from config.errors import ErrorCode, NotAllowed, WrongState
from contracts.lifecycle import TRANSITIONS, Action, Party, Status
from contracts.models import PilotContract, ReviewDelegation, ReviewRoundStep
from contracts.review_selectors import (
    StepProgress,
    claim_holder_id,
    delegations_now,
    delegators_of,
    review_progress,
)
from contracts.selectors import is_undo_over


def uploadable_airlines(user: Visitor) -> QuerySet[Airline]:
    """Pilots upload for their own airline, reviewers for those granted to them, administrators for all: those that are active."""
    if not isinstance(user, User) or not user.is_active:
        return Airline.objects.none()
    active = Airline.objects.filter(is_active=True)
    if is_administrator(user):
        return active
    allowed = Q(pk__in=reviewable_airlines(user))
    if user.role == Role.PILOT:
        allowed |= Q(pilots__user=user)
    return active.filter(allowed).distinct()


def may_upload(user: Visitor, airline: Airline) -> bool:
    """Whether the airline is one of `uploadable_airlines`."""
    return uploadable_airlines(user).filter(pk=airline.pk).exists()


def rules_read_airlines(caller: Visitor | ServiceClient) -> QuerySet[Airline]:
    """The airlines whose every published contract `caller` may see: `PilotContract.objects.visible_to` seen from the airline."""
    if isinstance(caller, ServiceClient):
        return caller.airlines.filter(is_active=True)
    if not isinstance(caller, User) or not caller.is_active:
        return Airline.objects.none()
    if is_administrator(caller):
        return Airline.objects.all()
    flies_for = Airline.objects.filter(pilots__user=caller, is_active=True)
    return Airline.objects.filter(Q(pk__in=flies_for.values("pk")) | Q(pk__in=reviewable_airlines(caller).values("pk")))


def measured_airlines(user: Visitor) -> QuerySet[Airline]:
    """The airlines whose extraction figures `user` reads: reviewers those granted to them, administrators all."""
    return Airline.objects.all() if is_administrator(user) else reviewable_airlines(user)


def may_see_requests(user: Visitor, contract: PilotContract) -> bool:
    """Whether a contract's history tells `user` from which address and in which request something was done.

    Administrators and reviewers of the airline look into what went wrong; a reviewer does not where the contract is his own.
    """
    return is_administrator(user) or (not is_own(user, contract) and may_review_airline(user, contract.airline))


def may_see_workload(user: Visitor) -> bool:
    """Who works on how much is shown to those who give anybody's review to anybody: administrators."""
    return is_administrator(user)


def may_export_evidence(user: Visitor) -> bool:
    """A contract's evidence names people with their addresses: it is administrators' to export."""
    return is_administrator(user)


def may_administer_credentials(user: Visitor) -> bool:
    """Airlines' keys to language models, and whatever address they go to, are administrators' work."""
    return is_administrator(user)


def may_manage_credential_of(user: Visitor, owner: User | Airline) -> bool:
    """A person's key is his own to store and to revoke; administrators may, and for airlines they alone."""
    is_his_own = isinstance(user, User) and user.is_active and isinstance(owner, User) and user.pk == owner.pk
    return is_his_own or may_administer_credentials(user)


def is_own(user: Visitor, contract: PilotContract) -> bool:
    """Whether `user` uploaded or submitted the contract: what he may then never decide on."""
    return user.pk is not None and user.pk in {contract.uploaded_by_id, contract.submitted_by_id}


def stands_in_for_owner(user: Visitor, contract: PilotContract) -> bool:
    """Whether `user` stands in today for who uploaded or submitted the contract: he is barred as that person is."""
    if not isinstance(user, User):
        return False
    if user.known_delegators is not None:
        return not user.known_delegators.isdisjoint({contract.uploaded_by_id, contract.submitted_by_id})
    return _held_from_owner(user, contract).exists()


def _held_from_owner(user: User, contract: PilotContract) -> QuerySet[ReviewDelegation]:
    owners = [contract.uploaded_by_id, contract.submitted_by_id]
    return delegations_now().filter(delegate=user, delegator__in=owners)


def may_review(user: Visitor, contract: PilotContract) -> bool:
    """Whether `user` may decide on the contract and its rules, whatever its state."""
    if not isinstance(user, User) or is_own(user, contract):
        return False
    if user.known_delegators is not None:
        return may_review_airline(user, contract.airline) and not stands_in_for_owner(user, contract)
    granted = reviewable_airlines(user).filter(pk=contract.airline_id)
    return granted.exclude(Exists(_held_from_owner(user, contract))).exists()


def is_claimed_by_other(user: Visitor, contract: PilotContract) -> bool:
    """Whether somebody else has claimed the contract's review, and is none for whom `user` stands in."""
    holder = claim_holder_id(contract)
    if holder is None or holder == user.pk:
        return False
    return not (isinstance(user, User) and holder in delegators_of(user))


def is_party(user: Visitor, contract: PilotContract, party: Party) -> bool:
    """Whether `user` is who takes that party's actions. Nobody is the product."""
    if party == Party.UPLOADER:
        return user.pk is not None and user.pk == contract.uploaded_by_id
    return party == Party.REVIEWER and may_review(user, contract)


def possible_actions(
    user: Visitor, contract: PilotContract, progress: Sequence[StepProgress] | None = None
) -> list[Action]:
    """What `user` may do with the contract now, in the table's order. Buttons, checks and the inbox read this.

    A page that has asked for the review's progress already gives it.
    """
    open_now = [transition for transition in TRANSITIONS.values() if contract.status in transition.sources]
    parties = {party for party in {transition.party for transition in open_now} if is_party(user, contract, party)}
    if contract.status == Status.IN_REVIEW and Party.REVIEWER in parties and is_claimed_by_other(user, contract):
        parties.discard(Party.REVIEWER)
    actions = [transition.action for transition in open_now if transition.party in parties]
    if Action.APPROVE in actions and isinstance(user, User):
        try:
            approval_for(user, contract, progress)
        except (NotAllowed, WrongState):
            actions.remove(Action.APPROVE)
    if Action.UNDO_ACTIVATION in actions and is_undo_over(contract):
        actions.remove(Action.UNDO_ACTIVATION)
    return actions


def require_action(user: User, contract: PilotContract, action: Action) -> None:
    """Pass or raise. Whether it is his turn to approve, `approval_for` says.

    Raises:
        NotAllowed: when `user` is not who takes this action; with code `own_contract` when it is his own.
        WrongState: when the contract's state has no such way, or somebody else has claimed it (`claimed`).
    """
    transition = TRANSITIONS[action]
    if not is_party(user, contract, transition.party):
        if transition.party == Party.REVIEWER:
            _refuse_own(user, contract)
        raise NotAllowed(f"You may not {action.label.lower()} this contract.")
    if contract.status not in transition.sources:
        raise WrongState(
            f"This contract is {contract.get_status_display()}: it cannot be moved by “{action.label}” now."
        )
    if transition.party == Party.REVIEWER:
        _refuse_claimed(user, contract)
    if action == Action.UNDO_ACTIVATION and is_undo_over(contract):
        hours = contract.airline.activation_undo_hours
        raise WrongState(
            f"An activation can be undone within {hours} hour{'' if hours == 1 else 's'} at this airline, and they are over. "
            "Retire the contract, or activate one that follows it."
        )


def require_plan_cancelling(user: User, contract: PilotContract) -> None:
    """Pass for whoever may review the contract, whatever its state; else raise NotAllowed, also with code `own_contract`."""
    if not may_review(user, contract):
        _refuse_own(user, contract)
        raise NotAllowed("You may not change when this contract is activated.")


def may_decide_on_rules(user: Visitor, contract: PilotContract) -> bool:
    """Whether `user` may accept, correct and reject the contract's rules now."""
    is_open = contract.status == Status.IN_REVIEW and may_review(user, contract)
    return is_open and not is_claimed_by_other(user, contract)


def require_rule_decision(user: User, contract: PilotContract) -> None:
    """Pass when `user` may accept, correct and reject the contract's rules now.

    Raises:
        NotAllowed, WrongState: as `require_action`; WrongState too unless the contract is in review.
    """
    if not may_review(user, contract):
        _refuse_own(user, contract)
        raise NotAllowed("You may not decide on this contract's rules.")
    if contract.status != Status.IN_REVIEW:
        raise WrongState(
            f"This contract is {contract.get_status_display()}: its rules are decided while it is in review."
        )
    _refuse_claimed(user, contract)


def _refuse_own(user: User, contract: PilotContract) -> None:
    """Raises NotAllowed with code `own_contract` when he handed it in, or stands in for who did."""
    if is_own(user, contract):
        raise NotAllowed(
            "Nobody decides on a contract that he uploaded or submitted, nor on its rules.",
            code=ErrorCode.OWN_CONTRACT,
        )
    if may_review_airline(user, contract.airline) and stands_in_for_owner(user, contract):
        raise NotAllowed(
            "You stand in for the person who uploaded or submitted this contract, so another reviewer decides on it.",
            code=ErrorCode.OWN_CONTRACT,
        )


def _refuse_claimed(user: User, contract: PilotContract) -> None:
    if contract.status == Status.IN_REVIEW and is_claimed_by_other(user, contract):
        raise WrongState(
            f"{contract.claimed_by} has claimed this contract's review. Take it over first, then decide.",
            code=ErrorCode.CLAIMED,
        )


# Approving


@dataclass(frozen=True, slots=True)
class Approval:
    """What an approval would be: for which step, on whose behalf, and whether it is the last that the review needs."""

    step: ReviewRoundStep
    on_behalf_of: UUID | None
    is_last: bool


def approval_for(user: User, contract: PilotContract, progress: Sequence[StepProgress] | None = None) -> Approval:
    """The approval that `user`, a reviewer of the contract in review, may give now: for the step whose turn it is.

    `progress` is the review's, where it was asked for already.

    Raises:
        WrongState: `already_approved`, when he or somebody for whom he would stand in has approved this revision.
        NotAllowed: `other_group`, when the step is another group's; `own_edits`, when the airline wants a second pair of
            eyes and an edit of his is part of the revision.
    """
    progress = review_progress(contract) if progress is None else progress
    current = next((part for part in progress if part.is_current), None)
    if current is None:
        raise WrongState("This contract waits for no approval.")
    on_behalf_of = _behalf(user, contract, current)
    people = {user.pk, *([on_behalf_of] if on_behalf_of else [])}
    for part in progress:
        if any(people & {given.decided_by_id, given.on_behalf_of_id} for given in part.approvals):
            raise WrongState(
                f"You have approved this revision. “{current.step.name}” waits for somebody else.",
                code=ErrorCode.ALREADY_APPROVED,
            )
    if people & current.editors:
        raise NotAllowed(
            "The airline wants a second pair of eyes: whoever corrected or added a rule does not approve it. "
            "Another reviewer approves this revision.",
            code=ErrorCode.OWN_EDITS,
        )
    is_last = sum(part.missing for part in progress) == 1
    return Approval(current.step, on_behalf_of, is_last)


def _behalf(user: User, contract: PilotContract, part: StepProgress) -> UUID | None:
    """For whom `user` would approve: nobody but himself where he is in the step's group.

    Raises NotAllowed when neither he nor anybody for whom he stands in is.
    """
    step = part.step
    if step.group_id is None or user.pk in part.members:
        return None
    owners = {contract.uploaded_by_id, contract.submitted_by_id}
    for delegator in delegators_of(user):
        if delegator in part.members and delegator not in owners and _still_reviews(delegator, contract):
            return delegator
    raise NotAllowed(
        f"“{step.name}” is approved by the group {step.group.name if step.group else ''}, and you are not in it.",
        code=ErrorCode.OTHER_GROUP,
    )


def _still_reviews(delegator: UUID, contract: PilotContract) -> bool:
    return reviewers_of(contract.airline).filter(pk=delegator).exists()


# Claims, comments, standing in, configuration


class ClaimAction(models.TextChoices):
    """What one does with the claim on a contract's review. The label is what a button says."""

    CLAIM = "claim", "Claim the review"
    TAKE_OVER = "take_over", "Take over"
    RELEASE = "release", "Release"
    REASSIGN = "reassign", "Give it to somebody else"


def claim_actions(user: Visitor, contract: PilotContract) -> list[ClaimAction]:
    """What `user` may do with the claim now: reviewers claim and take over, holders release, they and administrators reassign."""
    if contract.status != Status.IN_REVIEW or not isinstance(user, User):
        return []
    holder, actions = claim_holder_id(contract), []
    if holder == user.pk:
        actions = [ClaimAction.RELEASE, ClaimAction.REASSIGN]
    elif is_administrator(user):
        actions = [ClaimAction.REASSIGN] if holder is None else [ClaimAction.RELEASE, ClaimAction.REASSIGN]
    elif may_review(user, contract):
        actions = [ClaimAction.CLAIM if holder is None else ClaimAction.TAKE_OVER]
    return actions


def require_claim_action(user: User, contract: PilotContract, action: ClaimAction) -> None:
    """Pass as `claim_actions`, or raise.

    Raises:
        NotAllowed: also with code `own_contract`.
        WrongState: unless the contract is in review, and for a claim that is somebody else's already or nobody's.
    """
    is_party = may_review(user, contract)
    if not is_party and not (is_administrator(user) and action in {ClaimAction.RELEASE, ClaimAction.REASSIGN}):
        _refuse_own(user, contract)
        raise NotAllowed("You may not claim this contract's review.")
    if action not in claim_actions(user, contract):
        holder = claim_holder_id(contract)
        if contract.status != Status.IN_REVIEW:
            said = f"This contract is {contract.get_status_display()}: its review is claimed while it is in review."
        elif holder is None:
            said = "Nobody has claimed this contract's review."
        else:
            said = f"{contract.claimed_by} has claimed this contract's review."
        raise WrongState(said, code=ErrorCode.CLAIMED if holder else None)


COMMENTED_IN = frozenset({Status.IN_REVIEW, Status.CHANGES_REQUESTED, Status.APPROVED})


def may_comment(user: Visitor, contract: PilotContract) -> bool:
    """The uploader and the airline's reviewers write to each other while the review is not over."""
    is_uploader = user.pk is not None and user.pk == contract.uploaded_by_id
    return contract.status in COMMENTED_IN and (is_uploader or may_review(user, contract))


def require_comment(user: User, contract: PilotContract) -> None:
    """Pass as `may_comment`, or raise.

    Raises:
        NotAllowed: unless `user` uploaded the contract or reviews it.
        WrongState: before the review and after it.
    """
    if user.pk != contract.uploaded_by_id and not may_review(user, contract):
        raise NotAllowed("The uploader and the airline's reviewers write here.")
    if contract.status not in COMMENTED_IN:
        raise WrongState(f"This contract is {contract.get_status_display()}: comments belong to its review.")


def may_configure_reviews(user: Visitor) -> bool:
    """Groups and steps of airlines' reviews are administrators' work."""
    return is_administrator(user)


def may_delegate_for(user: Visitor, delegator: User) -> bool:
    """An approver names who stands in for himself; an administrator does it for anybody."""
    is_himself = isinstance(user, User) and user.is_active and user.pk == delegator.pk and user.role == Role.APPROVER
    return is_himself or is_administrator(user)


def may_end_delegation(user: Visitor, delegation: ReviewDelegation) -> bool:
    """Who gave it, who holds it and does not want it, and administrators."""
    is_holder = isinstance(user, User) and user.is_active and user.pk == delegation.delegate_id
    return is_holder or may_delegate_for(user, delegation.delegator)

"""Who may rate, vote, flag, moderate, propose and decide: asked by services, pages, admin and API alike."""

from accounts.models import Airline, ServiceClient, User
from accounts.policies import Visitor, is_administrator, may_review_airline
from config.errors import ErrorCode, NotAllowed, WrongState
from contracts.lifecycle import PUBLISHED, Status
from contracts.models import ContractImprovement, ContractReview, ImprovementStatus, PilotContract
from contracts.policies import is_own
from pilots.models import Pilot

# What is out of force is kept for reference: its record is rated, and no longer improved.
IMPROVABLE = frozenset({Status.ACTIVE})


def flies_for(user: "Visitor | ServiceClient", airline: Airline) -> bool:
    """Whether `user` has a pilot's record at the airline."""
    return isinstance(user, User) and user.is_active and Pilot.objects.filter(user=user, airline=airline).exists()


# Ratings


def may_rate(user: "Visitor | ServiceClient", contract: PilotContract) -> bool:
    """Pilots of the airline rate what is published, save what they uploaded or submitted themselves."""
    return contract.status in PUBLISHED and not is_own_record(user, contract) and flies_for(user, contract.airline)


def is_own_record(user: "Visitor | ServiceClient", contract: PilotContract) -> bool:
    """Whether `user` uploaded or submitted the contract."""
    return isinstance(user, User) and is_own(user, contract)


def require_rating(user: User, contract: PilotContract) -> None:
    """Pass as `may_rate`, or raise.

    Raises:
        NotAllowed: for others than pilots of the airline; with code `own_contract` for the uploader.
        WrongState: unless the contract is published.
    """
    if is_own_record(user, contract):
        raise NotAllowed("Nobody rates a contract that he uploaded or submitted.", code=ErrorCode.OWN_CONTRACT)
    if not flies_for(user, contract.airline):
        raise NotAllowed("Contracts are rated by the pilots of their airline.")
    if contract.status not in PUBLISHED:
        raise WrongState(f"This contract is {contract.get_status_display()}: it is rated once it is in force.")


def require_own_rating(user: User, review: ContractReview) -> None:
    """Raises NotAllowed for another's rating, and as `require_rating`."""
    if review.author_id != user.pk:
        raise NotAllowed("A rating is changed by who wrote it.")
    require_rating(user, review.contract)


def require_vote(user: User, review: ContractReview) -> None:
    """Who may rate the contract may say of others' ratings that they are helpful.

    Raises:
        NotAllowed: also for one's own rating.
        WrongState: as `require_rating`.
    """
    if review.author_id == user.pk:
        raise NotAllowed("Whether your own rating is helpful is for others to say.")
    require_rating(user, review.contract)


def require_flag(user: User, review: ContractReview) -> None:
    """Every person who sees another's rating may flag it. Raises NotAllowed for one's own, and for strangers."""
    if review.author_id == user.pk:
        raise NotAllowed("You cannot flag your own rating; you can change it.")
    if not PilotContract.objects.visible_to(user).filter(pk=review.contract_id).exists():
        raise NotAllowed("You may not flag ratings of this contract.")


def may_moderate(user: "Visitor | ServiceClient") -> bool:
    """Hiding ratings, showing them again and settling flags are administrators' work."""
    return isinstance(user, User) and is_administrator(user)


def require_moderation(user: User) -> None:
    """Raises NotAllowed as `may_moderate`."""
    if not may_moderate(user):
        raise NotAllowed("Ratings are moderated by administrators.")


# Improvements


def may_propose(user: "Visitor | ServiceClient", contract: PilotContract) -> bool:
    """Pilots of the airline propose improvements of what is active, the uploader too: somebody else decides."""
    return contract.status in IMPROVABLE and flies_for(user, contract.airline)


def require_proposal(user: User, contract: PilotContract) -> None:
    """Pass as `may_propose`, or raise.

    Raises:
        NotAllowed: for others than pilots of the airline.
        WrongState: unless the contract is active.
    """
    if not flies_for(user, contract.airline):
        raise NotAllowed("Improvements are proposed by the pilots of the airline.")
    if contract.status not in IMPROVABLE:
        raise WrongState(f"This contract is {contract.get_status_display()}: only active ones are improved.")


def require_withdrawal(user: User, improvement: ContractImprovement) -> None:
    """Raises NotAllowed for another's improvement, WrongState for one that is no longer open."""
    if improvement.author_id != user.pk:
        raise NotAllowed("An improvement is withdrawn by who proposed it.")
    _require_open(improvement)


def may_decide(user: "Visitor | ServiceClient", improvement: ContractImprovement) -> bool:
    """Approvers of the airline decide now: what is open, and nothing of their own."""
    return (
        isinstance(user, User)
        and improvement.status == ImprovementStatus.OPEN
        and improvement.author_id != user.pk
        and may_review_airline(user, improvement.contract.airline)
    )


def require_decision(user: User, improvement: ContractImprovement) -> None:
    """Pass as `may_decide`, or raise.

    Raises:
        NotAllowed: for others than approvers of the airline, and for one's own proposal.
        WrongState: when it was decided or withdrawn already.
    """
    if not may_review_airline(user, improvement.contract.airline):
        raise NotAllowed("Approvers of the airline decide on improvements.")
    if improvement.author_id == user.pk:
        raise NotAllowed("Nobody decides on an improvement that he proposed.")
    _require_open(improvement)


def _require_open(improvement: ContractImprovement) -> None:
    if improvement.status != ImprovementStatus.OPEN:
        raise WrongState(
            f"This improvement is {improvement.get_status_display()} already: somebody decided on it before you.",
            code=ErrorCode.ALREADY_DONE,
        )


def require_revisable(user: User, contract: PilotContract, revision: PilotContract | None) -> None:
    """Pass when `user` may put an improvement into the open `revision`, or open one where there is none.

    One person fills a revision: he counts as its uploader and never approves it, so that everybody else still can.

    Raises:
        WrongState: unless the contract is active; with code `revision_open` for another's revision or an approved one.
    """
    if contract.status not in IMPROVABLE:
        raise WrongState(
            f"This contract is {contract.get_status_display()}: nothing is applied to it any more. Decline the improvement."
        )
    if revision is None:
        return
    if revision.uploaded_by_id != user.pk:
        raise WrongState(
            f"{revision.uploaded_by} has opened revision {revision.contract_version} of this contract. He adds to it, so that "
            "you may approve it; or apply yours once it is decided.",
            code=ErrorCode.REVISION_OPEN,
        )
    if revision.status not in {Status.IN_REVIEW, Status.CHANGES_REQUESTED}:
        raise WrongState(
            f"Revision {revision.contract_version} is {revision.get_status_display()}. Apply this one once it is active.",
            code=ErrorCode.REVISION_OPEN,
        )

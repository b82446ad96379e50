"""Who may do what with contracts: asked by services, pages, admin and API alike, so that they can never disagree."""

from django.db.models import Q, QuerySet

from accounts.models import Airline, Role, User
from accounts.policies import Visitor, is_administrator, may_review_airline, reviewable_airlines
from config.errors import ErrorCode, NotAllowed, WrongState
from contracts.lifecycle import RULES_OPEN, TRANSITIONS, Action, Party, Status
from contracts.models import ExtractionRun, PilotContract, RunStatus
from contracts.selectors import latest_run, own_credentials


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


def measured_airlines(user: Visitor) -> QuerySet[Airline]:
    """The airlines whose extraction figures `user` reads: reviewers those granted to them, administrators all."""
    return Airline.objects.all() if is_administrator(user) else reviewable_airlines(user)


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


def may_review(user: Visitor, contract: PilotContract) -> bool:
    """Whether `user` may decide on the contract and its rules, whatever its state."""
    return may_review_airline(user, contract.airline) and not is_own(user, contract)


def _is_party(user: Visitor, contract: PilotContract, party: Party) -> bool:
    if party == Party.UPLOADER:
        return user.pk is not None and user.pk == contract.uploaded_by_id
    return party == Party.REVIEWER and may_review(user, contract)


def possible_actions(user: Visitor, contract: PilotContract) -> list[Action]:
    """What `user` may do with the contract now, in the table's order. Buttons, checks and the inbox read this."""
    open_now = [transition for transition in TRANSITIONS.values() if contract.status in transition.sources]
    parties = {party for party in {transition.party for transition in open_now} if _is_party(user, contract, party)}
    return [transition.action for transition in open_now if transition.party in parties]


def require_action(user: User, contract: PilotContract, action: Action) -> None:
    """Pass or raise.

    Raises:
        NotAllowed: when `user` is not who takes this action; with code `own_contract` when it is his own.
        WrongState: when the contract's state has no such way.
    """
    transition = TRANSITIONS[action]
    if not _is_party(user, contract, transition.party):
        if transition.party == Party.REVIEWER and is_own(user, contract):
            raise NotAllowed("Nobody decides on a contract that he uploaded or submitted.", code=ErrorCode.OWN_CONTRACT)
        raise NotAllowed(f"You may not {action.label.lower()} this contract.")
    if contract.status not in transition.sources:
        raise WrongState(
            f"This contract is {contract.get_status_display()}: it cannot be moved by “{action.label}” now."
        )


def require_rule_decision(user: User, contract: PilotContract) -> None:
    """Pass when `user` may accept, correct and reject the contract's rules now.

    Raises:
        NotAllowed: as `require_action`.
        WrongState: unless the contract is in review.
    """
    if not may_review(user, contract):
        if is_own(user, contract):
            raise NotAllowed(
                "Nobody decides on rules of a contract that he uploaded or submitted.", code=ErrorCode.OWN_CONTRACT
            )
        raise NotAllowed("You may not decide on this contract's rules.")
    if contract.status != Status.IN_REVIEW:
        raise WrongState(
            f"This contract is {contract.get_status_display()}: its rules are decided while it is in review."
        )


def _may_have_it_read(user: Visitor, contract: PilotContract) -> bool:
    return _is_party(user, contract, Party.UPLOADER) or may_review(user, contract)


def _waits_for_another_reading(contract: PilotContract, run: ExtractionRun | None) -> bool:
    return run is not None and run.status == RunStatus.FAILED and contract.status in RULES_OPEN


def may_request_reading(user: Visitor, contract: PilotContract, run: ExtractionRun | None) -> bool:
    """Whether `user` may have the document read again now: its uploader or a reviewer, once `run`, the latest, failed."""
    return _waits_for_another_reading(contract, run) and _may_have_it_read(user, contract)


def require_reading(user: User, contract: PilotContract) -> None:
    """Pass as `may_request_reading`, or raise.

    Raises:
        NotAllowed: when `user` is neither the uploader nor a reviewer.
        WrongState: unless the latest reading failed and the contract's rules are open.
    """
    if not _may_have_it_read(user, contract):
        raise NotAllowed("The uploader or a reviewer asks for a reading again.")
    if not _waits_for_another_reading(contract, latest_run(contract)):
        raise WrongState("A document is read again only when its reading failed and its rules can still change.")


# While a reviewer decides, no reading replaces proposals under his hands.
_OWN_TO_READ = frozenset({Status.DRAFT, Status.CHANGES_REQUESTED})


def may_request_model_reading(user: Visitor, contract: PilotContract, run: ExtractionRun | None) -> bool:
    """Whether `user` may have his contract read again with his own language model; `run` is the latest reading."""
    return (
        isinstance(user, User)
        and _is_party(user, contract, Party.UPLOADER)
        and contract.status in _OWN_TO_READ
        and run is not None
        and run.status == RunStatus.SUCCEEDED
        and own_credentials(user).exists()
    )


def require_model_reading(user: User, contract: PilotContract) -> None:
    """Pass as `may_request_model_reading`, or raise.

    Raises:
        NotAllowed: when `user` did not upload it.
        WrongState: when it is with reviewers or beyond, when it is being read, and when he has stored no key.
    """
    if not _is_party(user, contract, Party.UPLOADER):
        raise NotAllowed("Only the uploader has a contract read with his own language model.")
    if may_request_model_reading(user, contract, latest_run(contract)):
        return
    if contract.status not in _OWN_TO_READ:
        raise WrongState(
            "A language model reads a contract only before it is submitted, or when changes are asked for."
        )
    if not own_credentials(user).exists():
        raise WrongState("Store a key to a language model first, on the page of your own key.")
    raise WrongState("The document is being read, or could not be. Wait for the end of that.")

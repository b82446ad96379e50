"""Who may have a document read again, and when."""

from accounts.models import User
from accounts.policies import Visitor
from config.errors import NotAllowed, WrongState
from contracts.lifecycle import RULES_OPEN, Party, Status
from contracts.models import ExtractionRun, PilotContract, RunStatus
from contracts.policies import is_party, may_review
from contracts.selectors import latest_run, own_credentials

# While a reviewer decides, no reading replaces proposals under his hands.
_OWN_TO_READ = frozenset({Status.DRAFT, Status.CHANGES_REQUESTED})


def _may_have_it_read(user: Visitor, contract: PilotContract) -> bool:
    return is_party(user, contract, Party.UPLOADER) or may_review(user, contract)


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


def may_request_model_reading(user: Visitor, contract: PilotContract, run: ExtractionRun | None) -> bool:
    """Whether `user` may have his contract read again with his own language model; `run` is the latest reading."""
    return (
        isinstance(user, User)
        and is_party(user, contract, Party.UPLOADER)
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
    if not is_party(user, contract, Party.UPLOADER):
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

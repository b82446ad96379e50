"""The states of a contract and the ways between them: one table, that services obey and the database's trigger is written from."""

from dataclasses import dataclass

from django.db import models

from audit.events import AuditEvent


class Status(models.TextChoices):
    DRAFT = "draft", "draft"
    IN_REVIEW = "in_review", "in review"
    CHANGES_REQUESTED = "changes_requested", "changes requested"
    APPROVED = "approved", "approved"
    ACTIVE = "active", "active"
    SUPERSEDED = "superseded", "superseded"
    RETIRED = "retired", "retired"
    REJECTED = "rejected", "rejected"
    WITHDRAWN = "withdrawn", "withdrawn"


class Action(models.TextChoices):
    """What moves a contract. The label is what a button says."""

    SUBMIT = "submit", "Submit for review"
    WITHDRAW = "withdraw", "Withdraw"
    REQUEST_CHANGES = "request_changes", "Request changes"
    REJECT = "reject", "Reject"
    APPROVE = "approve", "Approve"
    REOPEN = "reopen", "Reopen review"
    ACTIVATE = "activate", "Activate"
    UNDO_ACTIVATION = "undo_activation", "Undo activation"
    SUPERSEDE = "supersede", "Supersede"
    RESTORE = "restore", "Restore"
    RETIRE = "retire", "Retire"


class Party(models.TextChoices):
    """Who takes an action. The product supersedes: when a later contract is activated or the last day has passed.

    It restores what an activation superseded when that is undone.
    """

    UPLOADER = "uploader", "uploader"
    REVIEWER = "reviewer", "reviewer"
    PRODUCT = "product", "product"


@dataclass(frozen=True, slots=True)
class Transition:
    """One action: from which states, to which, by whom, and whether it needs a reason."""

    action: Action
    sources: frozenset[Status]
    target: Status
    party: Party
    event: AuditEvent
    needs_reason: bool = False


_WITH_UPLOADER = frozenset({Status.DRAFT, Status.CHANGES_REQUESTED})
_IN_REVIEW = frozenset({Status.IN_REVIEW})

TRANSITIONS: dict[Action, Transition] = {
    transition.action: transition
    for transition in (
        Transition(Action.SUBMIT, _WITH_UPLOADER, Status.IN_REVIEW, Party.UPLOADER, AuditEvent.CONTRACT_SUBMITTED),
        Transition(
            Action.WITHDRAW,
            _WITH_UPLOADER | _IN_REVIEW,
            Status.WITHDRAWN,
            Party.UPLOADER,
            AuditEvent.CONTRACT_WITHDRAWN,
        ),
        Transition(
            Action.REQUEST_CHANGES,
            _IN_REVIEW,
            Status.CHANGES_REQUESTED,
            Party.REVIEWER,
            AuditEvent.CONTRACT_CHANGES_REQUESTED,
            needs_reason=True,
        ),
        Transition(
            Action.REJECT, _IN_REVIEW, Status.REJECTED, Party.REVIEWER, AuditEvent.CONTRACT_REJECTED, needs_reason=True
        ),
        Transition(Action.APPROVE, _IN_REVIEW, Status.APPROVED, Party.REVIEWER, AuditEvent.CONTRACT_APPROVED),
        Transition(
            Action.REOPEN,
            frozenset({Status.APPROVED}),
            Status.IN_REVIEW,
            Party.REVIEWER,
            AuditEvent.CONTRACT_REOPENED,
            needs_reason=True,
        ),
        Transition(
            Action.ACTIVATE, frozenset({Status.APPROVED}), Status.ACTIVE, Party.REVIEWER, AuditEvent.CONTRACT_ACTIVATED
        ),
        Transition(
            Action.UNDO_ACTIVATION,
            frozenset({Status.ACTIVE}),
            Status.APPROVED,
            Party.REVIEWER,
            AuditEvent.CONTRACT_ACTIVATION_UNDONE,
            needs_reason=True,
        ),
        Transition(
            Action.SUPERSEDE,
            frozenset({Status.ACTIVE}),
            Status.SUPERSEDED,
            Party.PRODUCT,
            AuditEvent.CONTRACT_SUPERSEDED,
        ),
        Transition(
            Action.RESTORE,
            frozenset({Status.SUPERSEDED}),
            Status.ACTIVE,
            Party.PRODUCT,
            AuditEvent.CONTRACT_RESTORED,
        ),
        Transition(
            Action.RETIRE,
            frozenset({Status.ACTIVE, Status.SUPERSEDED}),
            Status.RETIRED,
            Party.REVIEWER,
            AuditEvent.CONTRACT_RETIRED,
            needs_reason=True,
        ),
    )
}

# States in which reviewers may decide on rules; in all others but a draft's the rules stand as they are.
RULES_OPEN = frozenset({Status.DRAFT, Status.IN_REVIEW, Status.CHANGES_REQUESTED})
# States that pilots of the airline may see.
PUBLISHED = frozenset({Status.ACTIVE, Status.SUPERSEDED, Status.RETIRED})
# States that leave a document and a version number free to be uploaded again.
ABANDONED = frozenset({Status.REJECTED, Status.WITHDRAWN})
# States that an approval stands behind.
APPROVED_STATES = frozenset({Status.APPROVED, Status.ACTIVE, Status.SUPERSEDED, Status.RETIRED})


def edges() -> list[tuple[str, str]]:
    """Every allowed (from, to), sorted: what the database's trigger lets pass."""
    return sorted(
        {
            (source.value, transition.target.value)
            for transition in TRANSITIONS.values()
            for source in transition.sources
        }
    )

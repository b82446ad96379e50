"""What people can be told, whom each kind is for, and how it is mailed to those who have not chosen."""

from dataclasses import dataclass

from django.db import models


class NotificationKind(models.TextChoices):
    """A closed list. The label ends the sentence “You are told when …”."""

    CONTRACT_SUBMITTED = "contract_submitted", "a contract waits for your review"
    CLAIM_REASSIGNED = "claim_reassigned", "a review is handed to you"
    REVIEW_DUE_SOON = "review_due_soon", "a review is due within a day, or within two hours"
    REVIEW_OVERDUE = "review_overdue", "a review is overdue"
    REVIEW_ESCALATED = "review_escalated", "an overdue review is passed on to you"
    CONTRACT_EXPIRING = "contract_expiring", "a contract's last day is near"
    IMPROVEMENT_PROPOSED = "improvement_proposed", "a pilot proposes an improvement"
    REVIEW_FLAGGED = "review_flagged", "a rating is reported"
    WEBHOOK_DISABLED = "webhook_disabled", "a program's webhook is disabled because it fails"
    COMMENT_ADDED = "comment_added", "somebody comments in a review that you take part in"
    READING_FINISHED = "reading_finished", "your document has been read"
    READING_FAILED = "reading_failed", "your document could not be read"
    CONTRACT_CHANGES_REQUESTED = "contract_changes_requested", "changes to your contract are requested"
    CONTRACT_REJECTED = "contract_rejected", "your contract is rejected"
    CONTRACT_APPROVED = "contract_approved", "your contract is approved"
    CONTRACT_REOPENED = "contract_reopened", "the review of your contract is reopened"
    CONTRACT_SUPERSEDED = "contract_superseded", "your contract is superseded"
    ACTIVATION_PLANNED = "activation_planned", "an activation is planned, moved or called off"
    ACTIVATION_FAILED = "activation_failed", "a planned activation does not take place"
    ACTIVATION_UNDONE = "activation_undone", "the activation of a contract that concerns you is undone"
    CONTRACT_ACTIVATED = "contract_activated", "a contract that concerns you comes into force"
    CONTRACT_RETIRED = "contract_retired", "a contract that concerns you is retired"
    IMPROVEMENT_APPLIED = "improvement_applied", "an improvement that you proposed is applied"
    IMPROVEMENT_DECLINED = "improvement_declined", "an improvement that you proposed is declined"
    SECURITY_ALERT = "security_alert", "a security event is critical"
    SECURITY_WARNINGS = "security_warnings", "there were security warnings in the past hour"


class MailChoice(models.TextChoices):
    """When a kind is mailed. In the app everything is told."""

    AT_ONCE = "at_once", "at once"
    DAILY = "daily", "once a day"
    NEVER = "never", "never"


@dataclass(frozen=True, slots=True)
class KindGroup:
    """Kinds that stand together where people choose. Those `for_staff`, or `for_administrators`, are never told to anybody else."""

    heading: str
    kinds: tuple[NotificationKind, ...]
    for_staff: bool = False
    for_administrators: bool = False


K = NotificationKind
GROUPS = (
    KindGroup(
        "Reviewing",
        (
            K.CONTRACT_SUBMITTED,
            K.CLAIM_REASSIGNED,
            K.REVIEW_DUE_SOON,
            K.REVIEW_OVERDUE,
            K.REVIEW_ESCALATED,
            K.IMPROVEMENT_PROPOSED,
            K.REVIEW_FLAGGED,
        ),
        for_staff=True,
    ),
    KindGroup("Programs", (K.WEBHOOK_DISABLED,), for_staff=True),
    KindGroup(
        "What you uploaded",
        (
            K.READING_FINISHED,
            K.READING_FAILED,
            K.CONTRACT_CHANGES_REQUESTED,
            K.CONTRACT_REJECTED,
            K.CONTRACT_APPROVED,
            K.CONTRACT_REOPENED,
            K.CONTRACT_SUPERSEDED,
            K.COMMENT_ADDED,
        ),
    ),
    KindGroup(
        "Your airline's contracts",
        (
            K.ACTIVATION_PLANNED,
            K.ACTIVATION_FAILED,
            K.CONTRACT_ACTIVATED,
            K.ACTIVATION_UNDONE,
            K.CONTRACT_RETIRED,
            K.CONTRACT_EXPIRING,
            K.IMPROVEMENT_APPLIED,
            K.IMPROVEMENT_DECLINED,
        ),
    ),
    KindGroup("Security", (K.SECURITY_ALERT, K.SECURITY_WARNINGS), for_administrators=True),
)

# Everything else is mailed at once. A reading ends within a minute, before the eyes of whoever waits for it.
_OTHERWISE = {
    K.READING_FINISHED: MailChoice.NEVER,
    K.CONTRACT_SUPERSEDED: MailChoice.DAILY,
    K.IMPROVEMENT_PROPOSED: MailChoice.DAILY,
    K.IMPROVEMENT_APPLIED: MailChoice.DAILY,
    K.IMPROVEMENT_DECLINED: MailChoice.DAILY,
}


def default_mail(kind: str) -> MailChoice:
    """When `kind` is mailed to somebody who has chosen nothing."""
    return _OTHERWISE.get(NotificationKind(kind), MailChoice.AT_ONCE)

"""What is said of each kind of event that may concern a contract. An event without a sentence fails a test.

A sentence goes on after the actor's name; `{thing}` stands for what it links to.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models

from audit.events import AuditEvent
from contracts.lifecycle import Status
from contracts.story.entries import Entry


class Kind(models.TextChoices):
    """What a reader may narrow a history to."""

    STEPS = "steps", "Steps on its way"
    READINGS = "readings", "Readings"
    RULES = "rules", "Decisions on rules"
    REVIEW = "review", "Claims, approvals, comments"
    DETAILS = "details", "Changed details"
    PILOTS = "pilots", "Ratings and improvements"
    USE = "use", "Downloads, keys and assignments"


Words = str | Callable[[Entry], str]


@dataclass(frozen=True, slots=True)
class Wording:
    """`active` goes on after who did it; `passive` is the whole sentence for those who are not told who."""

    kind: Kind
    active: Words
    passive: str = ""

    def words(self, entry: Entry) -> str:
        return self.active if isinstance(self.active, str) else self.active(entry)


def counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _uploaded(entry: Entry) -> str:
    pages = entry.details.get("pages")
    return "uploaded the document" + (f", {counted(pages, 'page', 'pages')}" if isinstance(pages, int) else "")


def _submitted(entry: Entry) -> str:
    again = entry.before("status") == Status.CHANGES_REQUESTED
    return "submitted it again" if again else "submitted it for review"


def _on_behalf(entry: Entry) -> str:
    return f", on behalf of {entry.details['on_behalf_of']}" if entry.details.get("on_behalf_of") else ""


def _step_approved(entry: Entry) -> str:
    step = entry.details.get("step", "")
    return f"approved it for the step “{step}”{_on_behalf(entry)}; further approvals are needed"


def _approved(entry: Entry) -> str:
    step = entry.details.get("step")
    return "approved it" + (f" with the step “{step}”" if step else "") + _on_behalf(entry)


def _voided(entry: Entry) -> str:
    count = entry.details.get("approvals")
    return f"made {counted(count if isinstance(count, int) else 1, 'approval', 'approvals')} given before void"


def _claimed(entry: Entry) -> str:
    holder = entry.before("claimed_by")
    return f"took the review over from {holder}" if holder else "claimed the review"


def _reassigned(entry: Entry) -> str:
    return f"gave the review to {entry.after('claimed_by') or 'somebody else'}"


def _commented(entry: Entry) -> str:
    return "commented on {thing}" if entry.details.get("rule") else "commented"


def _revised(entry: Entry) -> str:
    return "opened it as a revision of {thing}" if entry.is_of_contract else "opened a revision of it, {thing}"


def _rated(entry: Entry) -> str:
    return f"rated the record: accuracy {entry.after('accuracy')} of 5, completeness {entry.after('completeness')} of 5"


def _read(entry: Entry) -> str:
    found = entry.details.get("proposals")
    return "read the document" + (f" and proposed {counted(found, 'rule', 'rules')}" if isinstance(found, int) else "")


def _not_read(entry: Entry) -> str:
    code = entry.details.get("code")
    return "could not read the document" + (f" ({str(code).replace('_', ' ')})" if code else "")


def _rule(verb: str) -> Callable[[Entry], str]:
    """A decision on a rule, with where it came from."""
    return lambda entry: f"{verb} {{thing}}" + (", as a pilot proposed" if entry.details.get("improvement") else "")


def _merged(entry: Entry) -> str:
    others = entry.details.get("merged")
    count = len(others) if isinstance(others, list) else 1
    return f"merged {counted(count, 'other rule', 'other rules')} into {{thing}}"


def _undone(entry: Entry) -> str:
    count = entry.details.get("rules")
    more = count - 1 if isinstance(count, int) else 0
    return "undid what was done last to {thing}" + (f" and {counted(more, 'other', 'others')}" if more > 0 else "")


def _assigned(entry: Entry) -> str:
    is_bound = entry.after("contract") == entry.contract_id
    return "bound a pilot to it, {thing}" if is_bound else "released a pilot from it, {thing}"


def _planned(verb: str) -> Callable[[Entry], str]:
    """What became of a planned activation, with the instant it is about."""
    return lambda entry: verb + (f" for {entry.details['planned_for']}" if entry.details.get("planned_for") else "")


SENTENCES: dict[str, Wording] = {
    AuditEvent.CONTRACT_UPLOADED: Wording(Kind.STEPS, _uploaded, "It was uploaded."),
    AuditEvent.CONTRACT_REVISED: Wording(Kind.STEPS, _revised, "It was opened as a revision."),
    AuditEvent.CONTRACT_SUBMITTED: Wording(Kind.STEPS, _submitted, "It was submitted for review."),
    AuditEvent.CONTRACT_WITHDRAWN: Wording(Kind.STEPS, "withdrew it", "It was withdrawn."),
    AuditEvent.CONTRACT_CHANGES_REQUESTED: Wording(Kind.STEPS, "asked for changes", "Changes were asked for."),
    AuditEvent.CONTRACT_REJECTED: Wording(Kind.STEPS, "rejected it", "It was rejected."),
    AuditEvent.CONTRACT_APPROVED: Wording(Kind.STEPS, _approved, "It was approved."),
    AuditEvent.CONTRACT_REOPENED: Wording(Kind.STEPS, "reopened its review", "Its review was reopened."),
    AuditEvent.CONTRACT_ACTIVATED: Wording(Kind.STEPS, "activated it", "It was activated."),
    AuditEvent.CONTRACT_ACTIVATION_UNDONE: Wording(Kind.STEPS, "undid its activation", "Its activation was undone."),
    AuditEvent.CONTRACT_RESTORED: Wording(Kind.STEPS, "put it back in force", "It was put back in force."),
    AuditEvent.ACTIVATION_PLANNED: Wording(Kind.REVIEW, _planned("planned its activation")),
    AuditEvent.ACTIVATION_MOVED: Wording(Kind.REVIEW, _planned("moved its planned activation")),
    AuditEvent.ACTIVATION_CANCELLED: Wording(Kind.REVIEW, _planned("called off its activation, planned")),
    AuditEvent.ACTIVATION_FAILED: Wording(Kind.REVIEW, _planned("did not activate it as planned")),
    AuditEvent.CONTRACT_SUPERSEDED: Wording(Kind.STEPS, "superseded it", "It was superseded."),
    AuditEvent.CONTRACT_RETIRED: Wording(Kind.STEPS, "retired it", "It was retired."),
    AuditEvent.CONTRACT_STEP_APPROVED: Wording(Kind.REVIEW, _step_approved),
    AuditEvent.APPROVALS_VOIDED: Wording(Kind.REVIEW, _voided),
    AuditEvent.CONTRACT_CLAIMED: Wording(Kind.REVIEW, _claimed),
    AuditEvent.CLAIM_RELEASED: Wording(Kind.REVIEW, "released the review"),
    AuditEvent.CLAIM_REASSIGNED: Wording(Kind.REVIEW, _reassigned),
    AuditEvent.CONTRACT_COMMENTED: Wording(Kind.REVIEW, _commented),
    AuditEvent.CONTRACT_UPDATED: Wording(Kind.DETAILS, "changed its details"),
    AuditEvent.EXTRACTION_QUEUED: Wording(Kind.READINGS, "had the document put in line to be read"),
    AuditEvent.EXTRACTION_FINISHED: Wording(Kind.READINGS, _read),
    AuditEvent.EXTRACTION_FAILED: Wording(Kind.READINGS, _not_read),
    AuditEvent.RULE_ACCEPTED: Wording(Kind.RULES, _rule("accepted")),
    AuditEvent.RULE_CORRECTED: Wording(Kind.RULES, _rule("corrected")),
    AuditEvent.RULE_REJECTED: Wording(Kind.RULES, _rule("rejected the proposal")),
    AuditEvent.RULE_REOPENED: Wording(Kind.RULES, _rule("took back the decision on")),
    AuditEvent.RULE_ADDED: Wording(Kind.RULES, _rule("added")),
    AuditEvent.RULE_PLACED: Wording(Kind.RULES, "moved the place in the document of {thing}"),
    AuditEvent.RULE_SPLIT: Wording(Kind.RULES, "split {thing} in two"),
    AuditEvent.RULES_MERGED: Wording(Kind.RULES, _merged),
    AuditEvent.RULE_UNDONE: Wording(Kind.RULES, _undone),
    AuditEvent.RULE_REMOVED: Wording(Kind.RULES, _rule("removed")),
    AuditEvent.RATING_WRITTEN: Wording(Kind.PILOTS, _rated),
    AuditEvent.RATING_EDITED: Wording(Kind.PILOTS, "changed a rating"),
    AuditEvent.RATING_VOTED: Wording(Kind.PILOTS, "found {thing} helpful"),
    AuditEvent.RATING_UNVOTED: Wording(Kind.PILOTS, "took back that {thing} is helpful"),
    AuditEvent.RATING_FLAGGED: Wording(Kind.PILOTS, "flagged {thing}"),
    AuditEvent.RATING_KEPT: Wording(Kind.PILOTS, "looked at the flags and kept {thing}"),
    AuditEvent.RATING_HIDDEN: Wording(Kind.PILOTS, "hid {thing}"),
    AuditEvent.RATING_RESTORED: Wording(Kind.PILOTS, "showed {thing} again"),
    AuditEvent.IMPROVEMENT_PROPOSED: Wording(Kind.PILOTS, "proposed an improvement, {thing}"),
    AuditEvent.IMPROVEMENT_WITHDRAWN: Wording(Kind.PILOTS, "took an improvement back, {thing}"),
    AuditEvent.IMPROVEMENT_APPLIED: Wording(Kind.PILOTS, "applied an improvement, {thing}"),
    AuditEvent.IMPROVEMENT_DECLINED: Wording(Kind.PILOTS, "declined an improvement, {thing}"),
    AuditEvent.IMPROVEMENT_RETURNED: Wording(Kind.PILOTS, "opened an improvement again, {thing}"),
    AuditEvent.IMPROVEMENT_MOVED: Wording(Kind.PILOTS, "moved an improvement to the revision in force, {thing}"),
    AuditEvent.PILOT_ASSIGNED: Wording(Kind.USE, _assigned),
    AuditEvent.CREDENTIAL_USED: Wording(Kind.USE, "used a language model's key for a reading of it"),
    AuditEvent.DOCUMENT_READ: Wording(Kind.USE, "downloaded the original"),
    AuditEvent.EVIDENCE_EXPORTED: Wording(Kind.USE, "exported the evidence"),
}

# What never concerns one contract: accounts, airlines, how reviews are set up, keys. A new event goes here or above.
ELSEWHERE = frozenset(
    {
        AuditEvent.USER_SIGNED_IN,
        AuditEvent.USER_SIGNED_OUT,
        AuditEvent.USER_REGISTERED,
        AuditEvent.SESSIONS_ENDED,
        AuditEvent.SESSIONS_ENDED_OF_EVERYBODY,
        AuditEvent.USER_INVITED,
        AuditEvent.INVITATION_ACCEPTED,
        AuditEvent.PASSWORD_RESET_MAILED,
        AuditEvent.DATA_EXPORT_ASKED,
        AuditEvent.DATA_EXPORTED,
        AuditEvent.ERASURE_REQUESTED,
        AuditEvent.ERASURE_CALLED_OFF,
        AuditEvent.USER_ERASED,
        AuditEvent.CONSENT_GIVEN,
        AuditEvent.CONSENT_WITHDRAWN,
        AuditEvent.PASSWORD_CHANGED,
        AuditEvent.PASSWORD_RESET,
        AuditEvent.EMAIL_CHANGED,
        AuditEvent.FACTOR_ADDED,
        AuditEvent.FACTOR_REMOVED,
        AuditEvent.FACTORS_RESET,
        AuditEvent.RECOVERY_CODES_RENEWED,
        AuditEvent.REAUTHENTICATED,
        AuditEvent.SECURITY_EVENT_TAKEN,
        AuditEvent.SECURITY_EVENT_RELEASED,
        AuditEvent.SECURITY_EVENT_COMMENTED,
        AuditEvent.SECURITY_EVENT_CLOSED,
        AuditEvent.SECURITY_EVENT_REOPENED,
        AuditEvent.SESSION_REVOKED,
        AuditEvent.TOKEN_ISSUED,
        AuditEvent.CLIENT_CREATED,
        AuditEvent.CLIENT_UPDATED,
        AuditEvent.AIRLINE_CREATED,
        AuditEvent.AIRLINE_UPDATED,
        AuditEvent.USER_CREATED,
        AuditEvent.USER_UPDATED,
        AuditEvent.GRANT_ADDED,
        AuditEvent.GRANT_REMOVED,
        AuditEvent.PILOT_CREATED,
        AuditEvent.PILOT_UPDATED,
        AuditEvent.REVIEW_GROUP_CREATED,
        AuditEvent.REVIEW_GROUP_UPDATED,
        AuditEvent.REVIEW_STEPS_UPDATED,
        AuditEvent.DELEGATION_CREATED,
        AuditEvent.WEBHOOK_CREATED,
        AuditEvent.WEBHOOK_UPDATED,
        AuditEvent.WEBHOOK_VERIFIED,
        AuditEvent.WEBHOOK_SECRET_RENEWED,
        AuditEvent.WEBHOOK_SECRET_ROTATED,
        AuditEvent.WEBHOOK_PINGED,
        AuditEvent.WEBHOOK_REPLAYED,
        AuditEvent.WEBHOOK_DISABLED,
        AuditEvent.WEBHOOK_DELETED,
        AuditEvent.DELEGATION_ENDED,
        AuditEvent.CREDENTIAL_CREATED,
        AuditEvent.CREDENTIAL_UPDATED,
        AuditEvent.CREDENTIAL_REPLACED,
        AuditEvent.CREDENTIAL_REVOKED,
        AuditEvent.CREDENTIAL_ROTATED,
        AuditEvent.AUDIT_MONTHS_DROPPED,
    }
)

# A person's acts of these kinds that follow one another are told as one: (verb, of one, of many).
FOLDED: dict[str, tuple[str, str, str]] = {
    AuditEvent.RULE_ACCEPTED: ("accepted", "rule", "rules"),
    AuditEvent.RULE_CORRECTED: ("corrected", "rule", "rules"),
    AuditEvent.RULE_REJECTED: ("rejected", "proposal", "proposals"),
    AuditEvent.RULE_REOPENED: ("took back", "decision", "decisions"),
    AuditEvent.RULE_ADDED: ("added", "rule", "rules"),
    AuditEvent.RULE_PLACED: ("moved the place of", "rule", "rules"),
    AuditEvent.RULE_SPLIT: ("split", "rule", "rules"),
    AuditEvent.RULES_MERGED: ("merged others into", "rule", "rules"),
    AuditEvent.RULE_UNDONE: ("undid what was done last to", "rule", "rules"),
    AuditEvent.RULE_REMOVED: ("removed", "rule", "rules"),
    AuditEvent.PILOT_ASSIGNED: ("changed", "pilot's assignment", "pilots' assignments"),
    AuditEvent.CREDENTIAL_USED: ("used", "key of a language model", "keys of language models"),
    AuditEvent.DOCUMENT_READ: ("downloaded", "copy of the original", "copies of the original"),
    AuditEvent.RATING_VOTED: ("found", "rating helpful", "ratings helpful"),
    AuditEvent.IMPROVEMENT_RETURNED: ("opened", "improvement again", "improvements again"),
    AuditEvent.IMPROVEMENT_MOVED: (
        "moved",
        "improvement to the revision in force",
        "improvements to the revision in force",
    ),
}


def events_of(kind: str) -> list[str]:
    return [event for event, wording in SENTENCES.items() if wording.kind == kind]

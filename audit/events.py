"""Every kind of thing that is written down. An event that is not here cannot be recorded."""

from django.db import models


class AuditEvent(models.TextChoices):
    """What a person or the product did. The value is `<noun>.<past participle>`."""

    USER_SIGNED_IN = "user.signed_in", "signed in"
    USER_SIGNED_OUT = "user.signed_out", "signed out"
    SESSION_REVOKED = "session.revoked", "ended a session"
    TOKEN_ISSUED = "token.issued", "issued a token"
    CLIENT_CREATED = "client.created", "created a service client"
    CLIENT_UPDATED = "client.updated", "changed a service client"
    AIRLINE_CREATED = "airline.created", "created the airline"
    AIRLINE_UPDATED = "airline.updated", "changed the airline"
    USER_CREATED = "user.created", "created the account"
    USER_UPDATED = "user.updated", "changed the account"
    GRANT_ADDED = "grant.added", "granted review of an airline's contracts"
    GRANT_REMOVED = "grant.removed", "withdrew a grant"
    PILOT_CREATED = "pilot.created", "created the pilot's record"
    PILOT_UPDATED = "pilot.updated", "changed the pilot's record"
    PILOT_ASSIGNED = "pilot.assigned", "assigned the pilot to a contract"
    CONTRACT_UPLOADED = "contract.uploaded", "uploaded the document"
    CONTRACT_UPDATED = "contract.updated", "changed the contract's details"
    CONTRACT_SUBMITTED = "contract.submitted", "submitted it for review"
    CONTRACT_WITHDRAWN = "contract.withdrawn", "withdrew it"
    CONTRACT_CHANGES_REQUESTED = "contract.changes_requested", "asked for changes"
    CONTRACT_REJECTED = "contract.rejected", "rejected it"
    CONTRACT_APPROVED = "contract.approved", "approved it"
    CONTRACT_REOPENED = "contract.reopened", "reopened its review"
    CONTRACT_ACTIVATED = "contract.activated", "activated it"
    CONTRACT_SUPERSEDED = "contract.superseded", "superseded it"
    CONTRACT_RETIRED = "contract.retired", "retired it"
    EXTRACTION_QUEUED = "extraction.queued", "queued the reading of the document"
    EXTRACTION_FINISHED = "extraction.finished", "read the document"
    EXTRACTION_FAILED = "extraction.failed", "could not read the document"
    RULE_ACCEPTED = "rule.accepted", "accepted the rule"
    RULE_CORRECTED = "rule.corrected", "corrected the rule"
    RULE_REJECTED = "rule.rejected", "rejected the proposal"
    RULE_REOPENED = "rule.reopened", "took the decision back"
    RULE_ADDED = "rule.added", "added a rule"
    RULE_PLACED = "rule.placed", "moved the rule's place"
    RULE_SPLIT = "rule.split", "split the rule in two"
    RULES_MERGED = "rule.merged", "merged rules"
    RULE_UNDONE = "rule.undone", "undid what was done to the rule"
    CREDENTIAL_CREATED = "credential.created", "stored a language model's key"
    CREDENTIAL_UPDATED = "credential.updated", "changed the terms of a language model's key"
    CREDENTIAL_REPLACED = "credential.replaced", "replaced a language model's key"
    CREDENTIAL_REVOKED = "credential.revoked", "revoked a language model's key"
    CREDENTIAL_ROTATED = "credential.rotated", "encrypted a language model's key anew"
    CREDENTIAL_USED = "credential.used", "used a language model's key"
    DOCUMENT_READ = "document.read", "downloaded the original"


class SecurityEventKind(models.TextChoices):
    """What the people who guard the product want to see."""

    SIGN_IN_FAILED = "sign_in_failed", "sign-in failed"
    LOCKED_OUT = "locked_out", "locked out"
    OWN_APPROVAL_REFUSED = "own_approval_refused", "tried to approve an own contract"
    TOKEN_REUSED = "token_reused", "used a refresh token twice"
    CLIENT_SECRET_WRONG = "client_secret_wrong", "wrong client secret"


class Severity(models.TextChoices):
    INFORMATION = "information", "information"
    WARNING = "warning", "warning"
    CRITICAL = "critical", "critical"

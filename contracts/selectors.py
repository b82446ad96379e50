"""Reads that join or count."""

import hashlib
from collections.abc import Iterable
from datetime import date

import orjson
from django.db.models import CharField, Count, F, JSONField, Model, Q, QuerySet, Value

from accounts.models import Airline, ServiceClient, User
from accounts.policies import Visitor, is_administrator, may_review_airline, reviewable_airlines
from audit.events import AuditEvent
from audit.models import AuditEntry
from contracts.documents.pages import TextSource
from contracts.lifecycle import ABANDONED, TRANSITIONS, Status
from contracts.models import (
    BINDING,
    ContractRule,
    ContractType,
    ExtractionRun,
    ModelCredential,
    PilotContract,
    RuleDecision,
)

# What is written down for auditors, and only clutters a contract's history or tells who reads what.
FOR_ADMINISTRATORS = (AuditEvent.DOCUMENT_READ, AuditEvent.EXTRACTION_QUEUED)
# What is told of a contract to those who only see it: its way from the upload on.
LIFECYCLE_EVENTS = (
    AuditEvent.CONTRACT_UPLOADED,
    AuditEvent.CONTRACT_REVISED,
    *(transition.event for transition in TRANSITIONS.values()),
)

REVISION_FIELDS = (
    "rule_id",
    "category",
    "title",
    "description",
    "rule_text",
    "citation",
    "is_hard_constraint",
    "weight",
    "applies_to",
    "parameters",
    "metric",
    "operator",
    "value",
    "unit",
    "period",
    "page",
    "box",
    "quote",
)


def contract_list(viewer: Visitor) -> QuerySet[PilotContract]:
    """What `viewer` may see, newest first, each with its airline and uploader in one query."""
    return PilotContract.objects.visible_to(viewer).select_related("airline", "uploaded_by", "revises")


def inbox(reviewer: User) -> QuerySet[PilotContract]:
    """Contracts that wait for `reviewer`: in review or approved and not yet active, at his airlines, not his own, the oldest first."""
    return (
        PilotContract.objects.filter(
            status__in=[Status.IN_REVIEW, Status.APPROVED], airline__in=reviewable_airlines(reviewer)
        )
        .exclude(Q(uploaded_by=reviewer) | Q(submitted_by=reviewer))
        .select_related("airline", "uploaded_by")
        .annotate(
            rule_count=Count("rules"),
            undecided_count=Count("rules", filter=Q(rules__decision=RuleDecision.PROPOSED)),
        )
        .order_by("submitted_at", "id")
    )


def binding_rules(contract: PilotContract) -> QuerySet[ContractRule]:
    """The rules that hold once the contract is active, in the document's order."""
    return contract.rules.filter(decision__in=BINDING).order_by("position", "id")


def revision_hash(contract: PilotContract) -> str:
    """SHA-256 over the document's hash, the contract's terms and its binding rules: what an approval is bound to."""
    digest = hashlib.sha256()
    terms = [
        contract.document_sha256,
        contract.contract_type,
        contract.contract_version,
        contract.effective_date,
        contract.expiration_date,
    ]
    digest.update(orjson.dumps(terms))
    for values in binding_rules(contract).values_list(*REVISION_FIELDS):
        digest.update(orjson.dumps(values, default=str, option=orjson.OPT_SORT_KEYS))
    return digest.hexdigest()


def unread_scans(contract: PilotContract) -> list[int]:
    """The numbers of pages that are scans whose text nobody has recognised."""
    return list(contract.pages.filter(text_source=TextSource.SCAN).values_list("number", flat=True))


def wordings_rejected(contract: PilotContract, digests: Iterable[str]) -> set[str]:
    """Of these wordings those of which reviewers of the airline last said, in whatever contract, that they are no rules."""
    decided = (
        ContractRule.objects.filter(contract__airline_id=contract.airline_id, wording_digest__in=set(digests) - {""})
        .exclude(decision=RuleDecision.PROPOSED)
        .order_by("wording_digest", "-decided_at", "id")
        .distinct("wording_digest")
    )
    return {
        rule.wording_digest
        for rule in decided.only("wording_digest", "decision")
        if rule.decision == RuleDecision.REJECTED
    }


def latest_run(contract: PilotContract) -> ExtractionRun | None:
    """The reading that counts; for a revision that of the upload which it goes back to, the only one of its document."""
    runs = contract.extraction_runs.all()
    if contract.revises_id is not None:
        uploads = PilotContract.objects.filter(
            airline=contract.airline_id, document_sha256=contract.document_sha256, revises__isnull=True
        )
        runs = ExtractionRun.objects.filter(contract__in=uploads.exclude(status__in=ABANDONED))
    return runs.order_by("-created_at", "id").first()


def contract_in_force(
    airline: Airline, *, contract_type: str = ContractType.CBA, day: date | None = None
) -> PilotContract | None:
    """The contract of that type whose dates hold `day` (the airline's today where not given)."""
    return (
        PilotContract.objects.filter(airline=airline, contract_type=contract_type)
        .in_force(day or airline.today())
        .select_related("airline")
        .order_by("-effective_date", "-activated_at")
        .first()
    )


def takes_part(caller: Visitor | ServiceClient, contract: PilotContract) -> bool:
    """Whether `caller` sees the review from within: undecided and rejected rules, and who did what and why."""
    if not isinstance(caller, User):
        return False
    is_uploader = caller.pk == contract.uploaded_by_id
    return is_uploader or is_administrator(caller) or may_review_airline(caller, contract.airline)


def history_for(caller: Visitor | ServiceClient, contract: PilotContract) -> QuerySet[AuditEntry]:
    """What `caller` is told of what was done to the contract and its rules, newest first.

    Read `told_actor`, `told_reason`, `told_changes` and `told_details` of an entry, not the columns behind them: to those
    who take no part in the review they are empty, and only the steps of the lifecycle are told.
    """
    entries: QuerySet[AuditEntry] = AuditEntry.objects.filter(object_pk=str(contract.pk))
    entries = entries.order_by("-timestamp", "-id").defer("actor_label", "reason", "changes", "additional_data")
    told: QuerySet[AuditEntry]
    if not takes_part(caller, contract):
        told = entries.filter(event__in=LIFECYCLE_EVENTS).annotate(
            told_actor=Value(None, output_field=CharField()),
            told_reason=Value(""),
            told_changes=Value(None, output_field=JSONField()),
            told_details=Value(None, output_field=JSONField()),
        )
        return told
    if not (isinstance(caller, User) and is_administrator(caller)):
        entries = entries.exclude(event__in=FOR_ADMINISTRATORS)
    told = entries.annotate(
        told_actor=F("actor_label"),
        told_reason=F("reason"),
        told_changes=F("changes"),
        told_details=F("additional_data"),
    )
    return told


def rule_snapshot(rule: ContractRule, fields: Iterable[str]) -> dict[str, object]:
    """Field values that JSON can hold, for corrections and the audit trail."""
    return row_snapshot(rule, fields)


def row_snapshot(row: Model, fields: Iterable[str]) -> dict[str, object]:
    """As `rule_snapshot`, of any row."""
    return {name: _plain(getattr(row, name)) for name in fields}


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return str(value)


def credential_for(contract: PilotContract) -> ModelCredential | None:
    """The active credential of the uploader, else of the airline; None where neither has one."""
    owned = Q(user_id=contract.uploaded_by_id, user__is_active=True) | Q(airline_id=contract.airline_id)
    found = ModelCredential.objects.filter(owned, is_active=True).select_related("user", "airline")
    return found.order_by(F("user").asc(nulls_last=True)).first()

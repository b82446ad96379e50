"""Reads that join or count."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import CharField, Count, F, JSONField, Max, Model, Q, QuerySet, Sum, TextField, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Airline, ServiceClient, User
from accounts.policies import Visitor, is_administrator, may_review_airline
from audit.events import AuditEvent
from audit.models import AuditEntry
from config.door import as_product
from contracts.documents.pages import TextSource
from contracts.lifecycle import ABANDONED, TRANSITIONS, Status
from contracts.models import (
    BINDING,
    ActivationPlan,
    ContractActivation,
    ContractDefinition,
    ContractReference,
    ContractRule,
    ContractType,
    ExtractionRun,
    ModelCredential,
    ModelOutcome,
    ModelRun,
    PilotContract,
    PlanStatus,
    RuleDecision,
)

# What is written down for auditors, and only clutters a contract's history or tells who reads what.
FOR_ADMINISTRATORS = (AuditEvent.DOCUMENT_READ, AuditEvent.EVIDENCE_EXPORTED, AuditEvent.EXTRACTION_QUEUED)
# What is told of a contract to those who only see it: its way from the upload on.
LIFECYCLE_EVENTS = (
    AuditEvent.CONTRACT_UPLOADED,
    AuditEvent.CONTRACT_REVISED,
    *(transition.event for transition in TRANSITIONS.values()),
)


def contract_list(viewer: Visitor) -> QuerySet[PilotContract]:
    """What `viewer` may see, newest first, each with its airline and uploader in one query."""
    return PilotContract.objects.visible_to(viewer).select_related("airline", "uploaded_by", "revises")


def binding_rules(contract: PilotContract) -> QuerySet[ContractRule]:
    """The rules that hold once the contract is active, in the document's order."""
    return contract.rules.filter(decision__in=BINDING).order_by("position", "id")


def revision_hash(contract: PilotContract) -> str:
    """SHA-256 over the document's hash, the contract's details and its binding rules, as stored: what an approval is bound to.

    The database computes it, for its guards ask the same.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT contract_revision(c) FROM pilot_contracts c WHERE c.id = %s", [contract.pk])
        (revision,) = cursor.fetchone()
    return str(revision)


def definitions_for(rule: ContractRule) -> QuerySet[ContractDefinition]:
    """Those of its contract's definitions whose term the rule's wording holds in any spelling, or that have other names."""
    wording = " ".join(rule.rule_text.split())
    asked = rule.contract.definitions.annotate(asked=Value(wording, output_field=TextField()))
    return asked.filter(Q(asked__icontains=F("term")) | ~Q(aliases=[])).defer("quote", "box").order_by("position")


def references_in_sentence(rule: ContractRule) -> QuerySet[ContractReference]:
    """The references of the sentence that the rule's quote begins in; of a table's row, those within its quote."""
    references = rule.contract.references.order_by("position")
    if "row" in rule.parameters:
        return references.filter(char_start__gte=rule.char_start, char_end__lte=rule.char_end)
    return references.filter(sentence_start__lte=rule.char_start, sentence_end__gt=rule.char_start)


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


def open_plan(contract: PilotContract) -> ActivationPlan | None:
    """The plan for its activation, if it has one that still waits for its hour."""
    return contract.activation_plans.filter(status=PlanStatus.OPEN).select_related("planned_by").first()


def standing_plan(contract: PilotContract) -> ActivationPlan | None:
    """As `open_plan`, if the contract is as it was when it was planned: what people may be told to expect."""
    if contract.status != Status.APPROVED:
        return None
    plan = open_plan(contract)
    return plan if plan is not None and plan.revision == contract.approved_revision else None


def plans_of(contract: PilotContract) -> list[ActivationPlan]:
    """All that was ever planned for its activation, the newest first."""
    return list(contract.activation_plans.select_related("planned_by", "ended_by").order_by("-created_at", "id"))


def activations_of(contract: PilotContract) -> list[ContractActivation]:
    """Each time that it came into force, the newest first."""
    return list(contract.activations.select_related("activated_by", "undone_by").order_by("-created_at", "id"))


def later_activation(activation: ContractActivation) -> ContractActivation | None:
    """The last one of another contract of the same airline and type that came after it and stands."""
    contract = activation.contract
    later = ContractActivation.objects.filter(
        contract__airline=contract.airline_id,
        contract__contract_type=contract.contract_type,
        undone_at__isnull=True,
        created_at__gt=activation.created_at,
    )
    return later.exclude(contract=contract).select_related("contract").order_by("-created_at").first()


def undo_ends_at(contract: PilotContract) -> datetime | None:
    """Until when the contract's activation may be undone, by its airline's hours; None where it is not active."""
    if contract.status != Status.ACTIVE or contract.activated_at is None:
        return None
    return contract.activated_at + timedelta(hours=contract.airline.activation_undo_hours)


def is_undo_over(contract: PilotContract) -> bool:
    """Whether it is too late for undoing an activation, or there is none to undo."""
    ends_at = undo_ends_at(contract)
    return ends_at is None or ends_at <= timezone.now()


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


def credentials_in_use() -> QuerySet[ModelCredential]:
    """Those that were not revoked and whose owner is not shut out."""
    return ModelCredential.objects.filter(is_active=True).exclude(user__is_active=False)


@as_product("whoever uploads is told where the text goes, also by whose key he does not see")
def credential_for(contract: PilotContract) -> ModelCredential | None:
    """The active credential of the uploader, else of the airline; None where neither has one."""
    owned = Q(user_id=contract.uploaded_by_id) | Q(airline_id=contract.airline_id)
    found = credentials_in_use().filter(owned).select_related("user", "airline")
    return found.order_by(F("user").asc(nulls_last=True)).first()


@as_product("whoever uploads is told where the text goes, also by whose key he does not see")
def credentials_for_uploads(user: User, airlines: Iterable[Airline]) -> list[ModelCredential]:
    """Whose language models read what `user` uploads for these airlines: his own alone where he has one, else theirs."""
    owned = Q(user=user) | Q(airline__in=[airline.pk for airline in airlines])
    found = list(credentials_in_use().filter(owned).select_related("airline").order_by("airline__code"))
    return [credential for credential in found if credential.user_id] or found


def own_credentials(user: User) -> QuerySet[ModelCredential]:
    """The active one of `user`: one at the most."""
    return credentials_in_use().filter(user=user)


def model_runs_of(user: User) -> QuerySet[ModelRun]:
    """Readings with any key that `user` has or had, each with its contract in one query."""
    return ModelRun.objects.filter(credential__user=user).select_related("extraction_run__contract")


def model_run_under_way(run: ExtractionRun | None) -> ModelRun | None:
    """The language model's reading that goes on within an open reading."""
    if run is None or not run.is_open:
        return None
    return run.model_runs.filter(outcome=ModelOutcome.RUNNING).order_by("-created_at", "id").first()


@dataclass(frozen=True, slots=True)
class MonthOfUse:
    """What a credential was used for since the month began, UTC. `reserved` may have been spent, or be spent yet."""

    cost: Decimal
    reserved: Decimal
    input_tokens: int
    output_tokens: int
    runs: int


def month_of_use(credential: ModelCredential, now: datetime) -> MonthOfUse:
    """In the calendar month of `now`."""
    begin = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    sums = credential.runs.filter(created_at__gte=begin).aggregate(
        cost=Coalesce(Sum("cost"), Decimal(0)),
        reserved=Coalesce(Sum("reserved"), Decimal(0)),
        input_tokens=Coalesce(Sum("input_tokens"), 0),
        output_tokens=Coalesce(Sum("output_tokens"), 0),
        runs=Count("pk"),
    )
    return MonthOfUse(**sums)


def last_use(credential: ModelCredential) -> datetime | None:
    """When it was last taken out for a reading."""
    last: datetime | None = credential.runs.filter(requests__gt=0).aggregate(last=Max("created_at"))["last"]
    return last

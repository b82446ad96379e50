"""Revisions: a contract's record copied, so that it can be put right and reviewed while the old one stays in force."""

import re
from uuid import UUID

from django.db import connection, models
from psycopg import sql

from accounts.models import User
from audit.events import AuditEvent
from audit.services import entry_record
from contracts.lifecycle import ABANDONED
from contracts.models import ContractDefinition, ContractPage, ContractReference, ContractRule, PilotContract
from contracts.services.locks import locked_contract

# What hangs on a contract and is copied row by row in the database, decisions and evidence with it.
COPIED: tuple[type[models.Model], ...] = (ContractPage, ContractDefinition, ContractReference, ContractRule)
# What a copy has of its own. Who added a rule to the base has added nothing to the revision; what was merged there stays so there.
_OWN = frozenset({"id", "contract", "created_at", "updated_at", "added_by", "merged_into"})
# What a revision has from its base.
_KEPT = (
    "airline",
    "contract_type",
    "title",
    "description",
    "effective_date",
    "expiration_date",
    "document_sha256",
    "document_name",
    "document_media_type",
    "document_bytes",
    "page_count",
)
_SUFFIX = re.compile(r" r\d+\Z")
_LONGEST_VERSION = 64


def open_revision(contract_id: UUID) -> PilotContract | None:
    """The revision of the contract that was neither rejected nor withdrawn; at most one there is."""
    revisions = PilotContract.objects.filter(revises=contract_id).exclude(status__in=ABANDONED)
    return revisions.select_related("uploaded_by", "airline").first()


def locked_with_revision(contract_id: UUID) -> tuple[PilotContract, PilotContract | None]:
    """The contract and its open revision, both locked, the revision first as activation does it.

    Raises:
        NotFoundForActor: when there is no such contract.
    """
    revision = open_revision(contract_id)
    if revision is not None:
        revision = locked_contract(revision.pk)
    contract = locked_contract(contract_id)
    found = open_revision(contract_id)
    if found is None or revision is None or found.pk != revision.pk:
        # Opened or ended in between: nobody else touches it while the contract is locked, or it has ended for good.
        revision = locked_contract(found.pk) if found is not None else None
    return contract, revision


def contract_revise(*, actor: User, base: PilotContract) -> PilotContract:
    """A draft that revises `base`, which the caller has locked and found active: its pages and rules, of `actor`'s making.

    For services: it is to enter review in the same transaction. As its uploader `actor` never decides on it.
    """
    number = base.revision_number + 1
    revision = PilotContract(
        **{name: getattr(base, name) for name in _KEPT},
        contract_version=version_of(base.contract_version, number),
        revises=base,
        revision_number=number,
        uploaded_by=actor,
    )
    revision.full_clean(validate_constraints=False, validate_unique=False)
    revision.save(force_insert=True)
    counts = {model._meta.verbose_name_plural: _copied(model, base, revision) for model in COPIED}
    entry_record(
        event=AuditEvent.CONTRACT_REVISED,
        actor=actor,
        target=revision,
        after={"status": revision.status, "contract_version": revision.contract_version},
        details={"revises": str(base.pk), "copied": {str(name): count for name, count in counts.items()}},
    )
    return locked_contract(revision.pk)


def version_of(version: str, number: int) -> str:
    """The version with the revision's number behind it: `2026 r2`, of which the next is `2026 r3`."""
    if number == 1:
        return version
    suffix = f" r{number}"
    return f"{_SUFFIX.sub('', version)[: _LONGEST_VERSION - len(suffix)].rstrip()}{suffix}"


def _copied(model: type[models.Model], base: PilotContract, revision: PilotContract) -> int:
    """Copy the base's rows of `model` in one statement. Returns how many."""
    columns = [field.column for field in model._meta.concrete_fields if field.name not in _OWN and field.column]
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL(
        "INSERT INTO {table} (contract_id, {names}) SELECT {revision}, {names} FROM {table} WHERE contract_id = {base}"
    ).format(
        table=sql.Identifier(model._meta.db_table),
        names=names,
        revision=sql.Literal(revision.pk),
        base=sql.Literal(base.pk),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)

"""Taking in a document: one way for the web form, the API and the demo."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.models import Airline, User
from audit.events import AuditEvent, SecurityEventKind
from audit.services import entry_record, security_event_record
from config.door import as_product
from config.errors import ErrorCode, Fault, NotAllowed, RuleBroken, Unavailable, WrongState
from contracts import storage
from contracts.documents.faults import DocumentFault, DocumentFaultCode
from contracts.documents.inspection import Inspection
from contracts.documents.isolation import Limits, inspect_in_child
from contracts.documents.malware import ScannedPartly, Scanner, ScannerFailed
from contracts.documents.recognition import recogniser
from contracts.lifecycle import ABANDONED
from contracts.models import PilotContract
from contracts.policies import may_upload
from contracts.services.extraction import extraction_request
from contracts.services.locks import original_lock

logger = structlog.get_logger(__name__)

# The uploader waits for it in a web thread. Hundreds of pages take a quarter of a second.
INSPECTION = Limits(cpu_seconds=15, wall_seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the uploader says of the contract."""

    contract_type: str
    contract_version: str
    title: str
    effective_date: date
    expiration_date: date | None = None
    description: str = ""


def contract_upload(*, actor: User, airline: Airline, terms: Terms, upload: storage.Upload) -> PilotContract:
    """Check, store and register a document as a draft, and queue its reading.

    Raises:
        NotAllowed: when `actor` may not upload for the airline.
        RuleBroken: for a document that cannot be taken in; `code` is the fault's, such as `encrypted` or `zip_bomb`.
        WrongState: `duplicate_document` (its `extra` links the first one where the actor may see it) or
            `duplicate_version`.
        Unavailable: the virus scanner of this installation does not answer.
        ValidationError: Django's, by field, for terms that do not fit.
    """
    if not may_upload(actor, airline):
        raise NotAllowed(f"You may not upload contracts of {airline}.")
    try:
        with storage.received(upload) as (path, sha256, size):
            _refuse_malware(actor, airline, path, sha256)
            _refuse_duplicate(actor, airline, sha256)
            inspection = inspect_in_child(path, scans=recogniser() is not None, limits=INSPECTION)
            contract = _draft(actor, airline, terms, upload.name, inspection, sha256, size)
            contract.full_clean(validate_constraints=False, validate_unique=False)
            return _registered(actor, contract, path)
    except DocumentFault as fault:
        errors = [Fault(pointer="/document", code=fault.code.value, detail=fault.message)]
        raise RuleBroken(fault.message, code=fault.code.value, errors=errors) from fault


def _refuse_malware(actor: User, airline: Airline, path: Path, sha256: str) -> None:
    """Before anything of ours looks into the file. Without its scanner an installation that has one takes in nothing."""
    if not settings.MALWARE_SCANNER_URL:
        return
    try:
        found = Scanner.at(settings.MALWARE_SCANNER_URL).found_in(path)
    except ScannedPartly as error:
        logger.warning("the virus scanner looks through less than an upload holds", said=str(error))
        raise DocumentFault(DocumentFaultCode.NOT_SCANNED) from error
    except ScannerFailed as error:
        logger.exception("the virus scanner gave no verdict")
        raise Unavailable(
            "The virus scanner gave no answer, so the document was not taken in. Nothing of it was kept; upload it again later."
        ) from error
    if found is not None:
        security_event_record(
            kind=SecurityEventKind.MALWARE_UPLOADED,
            user=actor,
            subject=actor.email,
            details={"malware": found, "document_sha256": sha256, "airline": airline.code},
        )
        raise DocumentFault(DocumentFaultCode.MALWARE)


def _draft(
    actor: User, airline: Airline, terms: Terms, name: str | None, inspection: Inspection, sha256: str, size: int
) -> PilotContract:
    return PilotContract(
        airline=airline,
        uploaded_by=actor,
        contract_type=terms.contract_type,
        contract_version=terms.contract_version.strip(),
        title=terms.title.strip(),
        description=terms.description.strip(),
        effective_date=terms.effective_date,
        expiration_date=terms.expiration_date,
        document_sha256=sha256,
        document_name=PurePath(name or "document").name[-255:],
        document_media_type=inspection.media_type.value,
        document_bytes=size,
        page_count=inspection.page_count,
    )


def _registered(actor: User, contract: PilotContract, path: Path) -> PilotContract:
    """The row, its audit entry and its reading in one transaction. The constraints meet two uploads at the same instant."""
    try:
        with transaction.atomic():
            original_lock(contract.document_sha256)
            contract.save(force_insert=True)
            storage.keep(path, contract.document_sha256)
            entry_record(
                event=AuditEvent.CONTRACT_UPLOADED,
                actor=actor,
                target=contract,
                after={"status": contract.status, "document_sha256": contract.document_sha256},
                details={"bytes": contract.document_bytes, "pages": contract.page_count},
            )
            extraction_request(actor=actor, contract=contract)
    except IntegrityError as error:
        if "pilot_contracts_document_once" in str(error):
            _refuse_duplicate(actor, contract.airline, contract.document_sha256)
        if "pilot_contracts_version_once" in str(error):
            raise WrongState(
                f"{contract.airline} has a {contract.get_contract_type_display()} of version {contract.contract_version} "
                "already. Give this one another version.",
                code=ErrorCode.DUPLICATE_VERSION,
                errors=[Fault("/contract_version", ErrorCode.DUPLICATE_VERSION, "This version is taken.")],
            ) from error
        if "pilot_contracts_dates_in_order" in str(error):
            raise RuleBroken(
                "The contract would end before it begins.",
                errors=[Fault("/expiration_date", ErrorCode.INVALID, "This is before the effective date.")],
            ) from error
        raise
    contract.refresh_from_db()
    return contract


def _same_document(airline: Airline, sha256: str) -> QuerySet[PilotContract]:
    uploaded = PilotContract.objects.filter(airline=airline, document_sha256=sha256, revises__isnull=True)
    return uploaded.exclude(status__in=ABANDONED)


@as_product("a document is here already also where the actor does not see it")
def _refuse_duplicate(actor: User, airline: Airline, sha256: str) -> None:
    first = _same_document(airline, sha256).first()
    if first is None:
        return
    seen = PilotContract.objects.visible_to(actor).filter(pk=first.pk).exists()
    extra: dict[str, object] = {}
    if seen:
        extra = {"contract": {"id": str(first.pk), "title": first.title, "url": f"/api/v1/contracts/{first.pk}/"}}
    raise WrongState(
        f"This document is here already, as “{first.title}”."
        if seen
        else "This document is here already, in another's review.",
        code=ErrorCode.DUPLICATE_DOCUMENT,
        errors=[Fault("/document", ErrorCode.DUPLICATE_DOCUMENT, "The same file was uploaded before.")],
        extra=extra,
    )

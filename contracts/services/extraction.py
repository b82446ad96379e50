"""Reading a document into pages and proposals: queued, leased, taken up again when its worker dies, written once.

Nothing is written for a run but its progress until the whole document has been read and searched; then pages,
proposals and the run's end are written in one transaction, by the holder of the run's present attempt alone.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerUnavailable

from accounts.models import User
from audit.events import AuditEvent
from audit.services import entry_record
from config import celery_app
from config.errors import WrongState
from contracts import storage
from contracts.documents.faults import DocumentFault, DocumentFaultCode
from contracts.documents.isolation import read_pages_in_child
from contracts.documents.pages import Page
from contracts.documents.recognition import with_scans_read
from contracts.documents.sniffing import MediaType
from contracts.extraction import EXTRACTOR_VERSION, Extraction, Proposal, extract_proposals
from contracts.lifecycle import RULES_OPEN
from contracts.models import (
    PROPOSED_BY_READINGS,
    ContractPage,
    ContractRule,
    ExtractionRun,
    PilotContract,
    RuleDecision,
    RuleOrigin,
    RunStatus,
)
from contracts.selectors import credential_for, wordings_rejected
from contracts.services.locks import locked_contract
from contracts.services.model_runs import model_runs_close
from contracts.services.notices import reading_ended
from contracts.services.passages import passages_replace

# By name: tasks call services, services do not know tasks.
RUN_TASK = "contracts.extraction_run"
LEASE = timedelta(seconds=15)
# A document on which this many attempts died, with their workers or their servers, is not taken up again by itself.
MAXIMUM_ATTEMPTS = 10
UNFINISHED = "unfinished"
UNFINISHED_MESSAGE = (
    "The reading was interrupted again and again. Ask for it to be read again; if that fails too, tell us."
)
OPEN = (RunStatus.QUEUED, RunStatus.RUNNING)

logger = structlog.get_logger(__name__)


class LeaseLost(Exception):
    """Another worker has taken the run up: what this one found is thrown away."""


def extraction_request(*, actor: User | None, contract: PilotContract) -> ExtractionRun:
    """Queue a reading of the contract's document. While one is open, that one is returned.

    Raises:
        WrongState: when the contract's rules are closed.
    """
    if contract.status not in RULES_OPEN:
        raise WrongState(f"This contract is {contract.get_status_display()}: it is not read again.")
    with transaction.atomic():
        run = contract.extraction_runs.filter(status__in=OPEN).first()
        if run is None:
            run = ExtractionRun.objects.create(contract=contract, lease_expires_at=timezone.now() + LEASE)
            run.refresh_from_db()
            entry_record(event=AuditEvent.EXTRACTION_QUEUED, actor=actor, target=contract)
        _queue_on_commit(run.pk)
    return run


def _queue_on_commit(run_id: UUID) -> None:
    transaction.on_commit(lambda: _queue(run_id))


def _queue(run_id: UUID) -> None:
    try:
        celery_app.send_task(RUN_TASK, args=[str(run_id)])
    except BrokerUnavailable:
        logger.warning("an extraction waits for the sweep: the broker does not answer", run=str(run_id))


def extraction_sweep() -> int:
    """Queue again every open run whose lease has run out: its message or its worker was lost. Returns how many."""
    overdue = Q(status__in=OPEN) & (Q(lease_expires_at__isnull=True) | Q(lease_expires_at__lt=timezone.now()))
    queued = 0
    for run_id in list(ExtractionRun.objects.filter(overdue).order_by("created_at").values_list("pk", flat=True)):
        # Whoever queues pushes the lease out, so that two sweeps do not queue the same run.
        renewed = ExtractionRun.objects.filter(overdue, pk=run_id).update(
            status=RunStatus.QUEUED, lease_expires_at=timezone.now() + LEASE
        )
        if renewed:
            _queue(run_id)
            queued += 1
    return queued


def extraction_run(*, run_id: UUID, claimant: str = "") -> None:
    """Work on a queued run, or take up one whose worker died. A run that is done or in live hands is left alone.

    `claimant` names the task: when the same one comes again, its former self is dead or has lost its server, and need
    not be waited for.
    """
    attempt = _claimed(run_id, claimant)
    if attempt is None:
        return
    run = ExtractionRun.objects.select_related("contract").get(pk=run_id)
    if attempt > MAXIMUM_ATTEMPTS:
        _fail(run, attempt, UNFINISHED, UNFINISHED_MESSAGE)
        return
    try:
        pages = list(_read(run, attempt))
        searched = _progress(run, attempt, "pages_searched")
        extraction = extract_proposals(pages, on_progress=searched)
        extraction = _compared(run, pages, extraction, searched)
        _finish(run, attempt, pages, extraction)
    except DocumentFault as fault:
        _fail(run, attempt, fault.code, fault.message)
    except SoftTimeLimitExceeded:
        slow = DocumentFault(DocumentFaultCode.TOO_SLOW)
        _fail(run, attempt, slow.code, slow.message)
    except LeaseLost:
        logger.info("an extraction was taken up by another worker", run=str(run_id), attempt=attempt)


def _claimed(run_id: UUID, claimant: str) -> int | None:
    """The attempt number that is now ours, or None."""
    now = timezone.now()
    free = Q(status=RunStatus.QUEUED) | Q(status=RunStatus.RUNNING, lease_expires_at__lt=now)
    if claimant:
        free |= Q(status=RunStatus.RUNNING, claimant=claimant)
    with transaction.atomic():
        run = ExtractionRun.objects.select_for_update().filter(free, pk=run_id).first()
        if run is None:
            return None
        run.status, run.attempt, run.claimant = RunStatus.RUNNING, run.attempt + 1, claimant
        run.lease_expires_at, run.started_at = now + LEASE, run.started_at or now
        run.pages_read, run.pages_searched, run.extractor_version = 0, 0, EXTRACTOR_VERSION
        run.save()
        return run.attempt


def _read(run: ExtractionRun, attempt: int) -> Iterator[Page]:
    contract = run.contract
    report = _progress(run, attempt, "pages_read")
    path, media_type = storage.original_path(contract.document_sha256), MediaType(contract.document_media_type)
    pages = with_scans_read(read_pages_in_child(path, media_type), path, media_type)
    for count, page in enumerate(pages, start=1):
        yield page
        report(count)


def _compared(
    run: ExtractionRun, pages: list[Page], extraction: Extraction, searched: Callable[[int], None]
) -> Extraction:
    """With a language model's reading beside it, where the uploader or the airline has stored a key for one."""
    credential = credential_for(run.contract)
    if credential is None:
        return extraction
    # Here alone: what speaks HTTP takes a while to load, and most installations never ask a model.
    from contracts.services.language_models import extraction_compare

    return extraction_compare(
        run=run,
        credential=credential,
        pages=pages,
        extraction=extraction,
        on_tick=lambda: searched(len(pages)),
    )


class _progress:  # noqa: N801 - used as a function that remembers
    """Writes how far a run is, at most a few times a second, and renews its lease by it.

    Raises:
        LeaseLost: when the run is no longer this attempt's.
    """

    interval = timedelta(milliseconds=300)

    def __init__(self, run: ExtractionRun, attempt: int, field: str) -> None:
        self.mine = ExtractionRun.objects.filter(pk=run.pk, attempt=attempt, status=RunStatus.RUNNING)
        self.field = field
        self.next_write = timezone.now()

    def __call__(self, pages: int) -> None:
        now = timezone.now()
        if now < self.next_write:
            return
        self.next_write = now + self.interval
        if not self.mine.update(**{self.field: pages}, lease_expires_at=now + LEASE):
            raise LeaseLost


def _locked_run(run: ExtractionRun, attempt: int) -> ExtractionRun:
    mine = (
        ExtractionRun.objects.select_for_update().filter(pk=run.pk, attempt=attempt, status=RunStatus.RUNNING).first()
    )
    if mine is None:
        raise LeaseLost
    return mine


def _finish(run: ExtractionRun, attempt: int, pages: list[Page], extraction: Extraction) -> None:
    """Write everything at once. Rules that were decided or corrected are kept; untouched proposals are replaced."""
    with transaction.atomic():
        contract = locked_contract(run.contract_id)
        run = _locked_run(run, attempt)
        remembered = 0
        if contract.status in RULES_OPEN:
            contract.pages.all().delete()
            ContractPage.objects.bulk_create((_page_row(contract, page) for page in pages), batch_size=200)
            passages_replace(contract=contract, extraction=extraction)
            untouched = contract.rules.filter(corrections__isnull=True, decision=RuleDecision.PROPOSED)
            untouched.filter(origin__in=PROPOSED_BY_READINGS).delete()
            kept = set(contract.rules.values_list("rule_id", flat=True))
            rejected = wordings_rejected(contract, {proposal.wording_digest for proposal in extraction.proposals})
            fresh = [
                _rule_row(contract, proposal, position, run.extractor_version)
                for position, proposal in enumerate(extraction.proposals, start=1)
                if proposal.rule_id not in kept
            ]
            proposed = [rule for rule in fresh if rule.wording_digest not in rejected]
            remembered = len(fresh) - len(proposed)
            ContractRule.objects.bulk_create(proposed, batch_size=500)
        run.status, run.finished_at, run.lease_expires_at = RunStatus.SUCCEEDED, timezone.now(), None
        run.pages_read = run.pages_searched = len(pages)
        run.proposal_count = len(extraction.proposals) - remembered
        run.warnings = [*extraction.warnings, *_remembered_words(remembered)]
        run.save()
        model_runs_close(run=run)
        entry_record(
            event=AuditEvent.EXTRACTION_FINISHED,
            actor=None,
            target=contract,
            details={
                "proposals": run.proposal_count,
                "rejected_before": remembered,
                "extractor_version": run.extractor_version,
                "attempt": attempt,
            },
        )
        reading_ended(contract=contract, run=run)


def _remembered_words(count: int) -> list[str]:
    if not count:
        return []
    what = "proposal was" if count == 1 else "proposals were"
    return [f"{count:,} {what} not made: reviewers rejected the same wording before."]


def _fail(run: ExtractionRun, attempt: int, code: str, message: str) -> None:
    with transaction.atomic():
        contract = locked_contract(run.contract_id)
        run = _locked_run(run, attempt)
        run.status, run.finished_at, run.lease_expires_at = RunStatus.FAILED, timezone.now(), None
        run.fault_code, run.fault_message = str(code), message
        run.save()
        model_runs_close(run=run)
        entry_record(event=AuditEvent.EXTRACTION_FAILED, actor=None, target=contract, details={"code": str(code)})
        reading_ended(contract=contract, run=run)


def _page_row(contract: PilotContract, page: Page) -> ContractPage:
    return ContractPage(
        contract=contract,
        number=page.number,
        width=page.width,
        height=page.height,
        text=page.text,
        char_start=page.char_start,
        text_source=page.source.value,
        words=[
            [word.text, *(round(edge, 2) for edge in word.box), word.char_start, word.char_end] for word in page.words
        ],
    )


def _rule_row(contract: PilotContract, proposal: Proposal, position: int, extractor_version: str) -> ContractRule:
    predicate, evidence = proposal.predicate, proposal.evidence
    return ContractRule(
        contract=contract,
        rule_id=proposal.rule_id,
        position=position,
        extractor_version="" if proposal.is_from_model else extractor_version,
        wording_digest=proposal.wording_digest,
        category=proposal.category.value,
        title=proposal.title,
        description=proposal.description,
        rule_text=proposal.rule_text,
        citation=proposal.citation,
        is_hard_constraint=proposal.is_hard_constraint,
        weight=Decimal(str(proposal.weight)),
        applies_to=proposal.applies_to,
        parameters=proposal.parameters,
        metric=predicate.metric if predicate else None,
        operator=predicate.operator if predicate else None,
        value=predicate.value if predicate else None,
        unit=predicate.unit if predicate else None,
        period=predicate.period if predicate else None,
        origin=RuleOrigin.LANGUAGE_MODEL if proposal.is_from_model else RuleOrigin.EXTRACTOR,
        parsing_confidence=Decimal(str(round(proposal.confidence, 3))),
        page=evidence.page,
        box=[round(edge, 2) for edge in evidence.box],
        quote=evidence.quote,
        char_start=evidence.char_start,
        char_end=evidence.char_end,
    )

"""The second reading of a document, by a language model, where the uploader or the airline has stored a key for one.

The extractor's proposals stand whatever happens here: a model confirms, doubts or adds. It is asked outside of any
transaction; what was used and what it cost is written at its end, also when the reading is then thrown away.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from config.addresses import EVERYWHERE
from config.encryption import NoEncryptionKeys, Undecipherable
from config.outgoing import outgoing_hosts
from contracts.documents.pages import Page
from contracts.extraction import Extraction
from contracts.language_models.addresses import checked_address
from contracts.language_models.citing import Citations
from contracts.language_models.comparison import Comparison, compare
from contracts.language_models.cost import Prices, Purse, reading_at_most
from contracts.language_models.interface import FaultCode, Provider
from contracts.language_models.providers import model_at
from contracts.language_models.reading import ModelReading, Outcome, every_dropped, read_with_model
from contracts.language_models.transport import Limits, Transport
from contracts.language_models.words import remarks_on
from contracts.models import ExtractionRun, ModelCredential, ModelOutcome, ModelRun
from contracts.selectors import credentials_in_use, month_of_use
from contracts.services.credentials import credential_use
from contracts.services.model_runs import model_runs_close

LIMITS = Limits()
# Tries that are not answered may cost too: so many times the dearest reading is set aside of a budget.
RESERVED_READINGS = 2
# A document whose reading was broken off so often, by whatever, is not sent once more.
MOST_ASKED = 2
UNDECIPHERABLE = "undecipherable"
# What is known of a run while it goes on.
FIGURES = (
    "model_version",
    "input_tokens",
    "output_tokens",
    "cost",
    "reserved",
    "requests",
    "retries",
    "proposals_kept",
    "quotes_dropped",
    "vocabulary_dropped",
    "dropped",
    "pages_asked",
)

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A run with what it may use. The key is in no `repr`."""

    run: ModelRun
    credential: ModelCredential
    transport: Transport
    reading: ModelReading
    key: str

    def __repr__(self) -> str:
        return f"<opened {self.run.pk}>"


def extraction_compare(
    *,
    run: ExtractionRun,
    credential: ModelCredential,
    pages: Sequence[Page],
    extraction: Extraction,
    on_tick: Callable[[], None],
) -> Extraction:
    """The extraction with what the credential's language model says of it.

    `on_tick` is called at least every few seconds; what it raises goes through, once the costs are written down. A model
    that fails costs a remark and no more.
    """
    opened = _open(run, credential, pages)
    if isinstance(opened, str):
        return replace(extraction, warnings=(*extraction.warnings, opened))
    started = time.monotonic()
    reading, compared = opened.reading, None
    try:
        _read(opened, pages, on_tick)
        cite = Citations(pages, on_tick).cite
        compared = compare(extraction.proposals, reading.rules, cite)
    except SoftTimeLimitExceeded:
        reading.end(Outcome.OUT_OF_TIME, FaultCode.STOPPED)
    except Exception:
        # Another worker has the run, or a server is lost: the reading ends, and what it cost is told.
        reading.end(Outcome.FAILED, FaultCode.STOPPED)
        raise
    finally:
        _settle(opened, compared, time.monotonic() - started)
    if compared is None:
        compared = Comparison(extraction.proposals, 0, 0, 0)
    remarks = remarks_on(reading, compared, opened.run.model_name, opened.run.page_count)
    return replace(extraction, proposals=compared.proposals, warnings=(*extraction.warnings, *remarks))


def _read(opened: _Opened, pages: Sequence[Page], on_tick: Callable[[], None]) -> None:
    credential, transport = opened.credential, opened.transport
    provider = Provider(credential.provider)
    try:
        address = checked_address(
            provider, credential.base_url, hosts=EVERYWHERE, allow_loopback=settings.LOCAL_LANGUAGE_MODELS
        )
    except ValueError:
        # Stored when the settings allowed it. Whether its host is listed is asked by whoever connects.
        transport.close()
        opened.reading.end(Outcome.REFUSED, FaultCode.REQUEST_REFUSED)
        return
    model = model_at(provider, transport=transport, address=address, model_name=credential.model_name, key=opened.key)
    read_with_model(model, transport, pages, into=opened.reading, on_tick=on_tick, may_ask=lambda: _may_ask(opened))


@sensitive_variables("key")
def _open(run: ExtractionRun, chosen: ModelCredential, pages: Sequence[Page]) -> _Opened | str:
    """Set the cost aside, take the key out and begin a run; or the remark that says why not."""
    with transaction.atomic():
        # Readings of one owner meet here: each sees what the others have set aside, and what was changed meanwhile.
        credential = credentials_in_use().select_for_update(of=("self",)).filter(pk=chosen.pk).first()
        if credential is None:
            return "The key of the language model was revoked, so none was asked."
        model_runs_close(run=run)
        if run.model_runs.count() >= MOST_ASKED:
            return "The reading was interrupted while a language model read along, so none was asked once more."
        prices = Prices(credential.input_price, credential.output_price)
        left = _left_of(credential, timezone.now())
        model_run = ModelRun(
            extraction_run=run,
            credential=credential,
            provider=credential.provider,
            model_name=credential.model_name,
            page_count=sum(1 for page in pages if page.text.strip()),
            reserved=Decimal(0) if left is None else min(left, reading_at_most(prices, pages) * RESERVED_READINGS),
        )
        if left is not None and left <= 0:
            _end(model_run, ModelOutcome.OVER_BUDGET, "")
            return "The budget for language models is used up, so none was asked."
        try:
            key = credential_use(credential=credential, run=run)
        except (Undecipherable, NoEncryptionKeys):
            _end(model_run, ModelOutcome.FAILED, UNDECIPHERABLE)
            logger.error("a language model's key cannot be decrypted", credential=str(credential.pk))  # noqa: TRY400 - the cause is in the code
            return "The stored key of the language model cannot be decrypted, so none was asked."
        model_run.save(force_insert=True)
    purse = Purse(prices, None if left is None else model_run.reserved)
    transport = Transport(LIMITS, hosts=outgoing_hosts(), deadline=time.monotonic() + settings.LANGUAGE_MODEL_SECONDS)
    return _Opened(model_run, credential, transport, ModelReading(purse), key)


def _left_of(credential: ModelCredential, now: datetime) -> Decimal | None:
    """What may be spent on one reading now, in dollars; None for no ceiling. Months are UTC's."""
    ceilings: list[Decimal] = []
    if credential.run_budget is not None:
        ceilings.append(credential.run_budget)
    if credential.monthly_budget is not None:
        used = month_of_use(credential, now)
        ceilings.append(credential.monthly_budget - used.cost - used.reserved)
    return max(Decimal(0), min(ceilings)) if ceilings else None


def _may_ask(opened: _Opened) -> bool:
    """Write down what was used so far, for whoever follows it and in case this worker dies; False once it was revoked."""
    _fill(opened)
    opened.run.save(update_fields=FIGURES)
    return credentials_in_use().filter(pk=opened.credential.pk).exists()


def _end(model_run: ModelRun, outcome: ModelOutcome, fault_code: str) -> None:
    model_run.outcome, model_run.fault_code, model_run.finished_at = outcome, fault_code, timezone.now()
    model_run.reserved = Decimal(0)
    model_run.save(force_insert=True)


def _fill(opened: _Opened) -> None:
    """Put what the reading has found and used so far into its row. Of what was set aside the unspent part stays so."""
    run, reading, transport = opened.run, opened.reading, opened.transport
    purse = reading.purse
    quotes, others = every_dropped(reading.dropped)
    run.model_version = reading.model_version
    run.input_tokens, run.output_tokens = reading.usage.input_tokens, reading.usage.output_tokens
    run.cost, run.reserved = purse.spent, max(purse.held, (purse.ceiling or 0) - purse.spent)
    run.requests, run.retries = transport.requests, transport.retries
    run.proposals_kept, run.quotes_dropped, run.vocabulary_dropped = len(reading.rules), quotes, others
    run.dropped = {reason.value: count for reason, count in sorted(reading.dropped.items())}
    run.pages_asked = reading.pages_asked


def _settle(opened: _Opened, compared: Comparison | None, seconds: float) -> None:
    """Write down what the run used, found and cost in the end; what was set aside and not spent is given back."""
    run, reading = opened.run, opened.reading
    _fill(opened)
    run.reserved = reading.purse.held
    run.duration_ms = round(seconds * 1000)
    if compared is not None:
        run.agreed, run.differing, run.added = compared.agreed, compared.differing, compared.added
    run.outcome = ModelOutcome(reading.outcome.value)
    run.fault_code = reading.fault.value if reading.fault is not None else ""
    run.finished_at = timezone.now()
    run.save()

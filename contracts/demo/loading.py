"""The demo's contracts, taken the whole road through the real services: uploaded, read, decided, approved, activated."""

import time
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.core.files import File

from accounts.models import Airline, User
from contracts.demo.people import AIRLINE_CODE, people_load
from contracts.lifecycle import Status
from contracts.models import ContractType, PilotContract, RuleDecision, RunStatus
from contracts.selectors import latest_run
from contracts.services.extraction import extraction_run
from contracts.services.lifecycle import contract_activate, contract_approve, contract_submit
from contracts.services.publication import publication_refresh
from contracts.services.rules import rules_accept, rules_reject
from contracts.services.uploads import Terms, contract_upload

DOCUMENTS = Path(__file__).resolve().parent / "documents"
AGREEMENT = DOCUMENTS / "cascadia-cba-2026.pdf"
LETTER_IN_REVIEW = DOCUMENTS / "cascadia-loa-1.pdf"
READING_SECONDS = 120
# The demo's approver keeps what the extractor is at least this sure of.
KEPT_CONFIDENCE = Decimal("0.5")

AGREEMENT_TERMS = Terms(
    contract_type=ContractType.CBA,
    contract_version="2026",
    title="Agreement between Cascadia Air and the Cascadia Pilots Association",
    effective_date=date(2026, 1, 1),
    expiration_date=date(2029, 12, 31),
    description="The basic agreement. Invented, for demonstration.",
)
LETTER_TERMS = Terms(
    contract_type=ContractType.LETTER_OF_AGREEMENT,
    contract_version="LOA 1",
    title="Letter of Agreement 1: Overnight Flying and Reserve Pilot Program",
    effective_date=date(2026, 6, 1),
    description="Invented, for demonstration.",
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the demo holds now."""

    agreement: PilotContract
    letter: PilotContract
    rules: int


def demo_load() -> Loaded:
    """Make the demo whole. A second time nothing is done but what is missing."""
    people = people_load()
    airline = Airline.objects.get(code=AIRLINE_CODE)
    uploader, approver = people["second.pilot@demo.test"], people["approver@demo.test"]
    agreement = _submitted(uploader, airline, AGREEMENT, AGREEMENT_TERMS)
    if agreement.status == Status.IN_REVIEW:
        _decide(approver, agreement)
        contract_approve(actor=approver, contract_id=agreement.pk)
        agreement.refresh_from_db()
    if agreement.status == Status.APPROVED:
        agreement = contract_activate(actor=approver, contract_id=agreement.pk)
    letter = _submitted(uploader, airline, LETTER_IN_REVIEW, LETTER_TERMS)
    publication_refresh()
    kept = agreement.rules.exclude(decision__in=[RuleDecision.REJECTED, RuleDecision.PROPOSED]).count()
    return Loaded(agreement=agreement, letter=letter, rules=kept)


def _submitted(uploader: User, airline: Airline, path: Path, terms: Terms) -> PilotContract:
    contract = PilotContract.objects.filter(
        airline=airline, contract_type=terms.contract_type, contract_version=terms.contract_version
    ).first()
    if contract is None:
        with path.open("rb") as file:
            contract = contract_upload(actor=uploader, airline=airline, terms=terms, upload=File(file, name=path.name))
    if contract.status == Status.DRAFT:
        _read(contract)
        contract = contract_submit(actor=uploader, contract_id=contract.pk)
    return contract


def _read(contract: PilotContract) -> None:
    """Read here and now; where a worker was quicker, wait for it.

    Raises:
        RuntimeError: when the document could not be read.
    """
    deadline = time.monotonic() + READING_SECONDS
    run = latest_run(contract)
    while run is not None and run.is_open and time.monotonic() < deadline:
        extraction_run(run_id=run.pk)
        run.refresh_from_db()
        if run.is_open:
            time.sleep(0.2)
    if run is None or run.status != RunStatus.SUCCEEDED:
        raise RuntimeError(f"{contract} could not be read: {run.fault_message if run else 'no reading was queued'}")


def _decide(approver: User, contract: PilotContract) -> None:
    sure = contract.rules.filter(parsing_confidence__gte=KEPT_CONFIDENCE).values_list("pk", flat=True)
    rules_accept(actor=approver, contract_id=contract.pk, rule_ids=list(sure))
    rest = contract.rules.filter(decision=RuleDecision.PROPOSED).values_list("pk", flat=True)
    rules_reject(actor=approver, contract_id=contract.pk, rule_ids=list(rest), reason="Not a limit.")

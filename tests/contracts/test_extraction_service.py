"""Reading a document: once, whatever dies on the way."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Airline, User
from audit.models import AuditEntry
from config.errors import WrongState
from contracts import storage
from contracts.extraction import EXTRACTOR_VERSION
from contracts.models import ContractPage, ContractRule, ExtractionRun, PilotContract, RuleDecision, RunStatus
from contracts.services import extraction
from contracts.services.uploads import Terms, contract_upload
from tests.factories import ContractFactory

pytestmark = pytest.mark.django_db
TEXT = """SECTION 10 HOURS OF SERVICE

A. DUTY

1. A Pilot's duty period shall not exceed fourteen (14) hours.

2. A Pilot shall receive no fewer than eleven (11) hours of rest between duty periods.
\fSECTION 12 RESERVE

A. A Pilot on reserve shall have at least twelve (12) days off in each month.
"""


@pytest.fixture
def contract(pilot_user: User, airline: Airline) -> PilotContract:
    """An uploaded text of two pages, not yet read."""
    terms = Terms(contract_type="cba", contract_version="2026", title="Agreement", effective_date=date(2026, 1, 1))
    upload = SimpleUploadedFile("agreement.txt", TEXT.encode())
    return contract_upload(actor=pilot_user, airline=airline, terms=terms, upload=upload)


@pytest.fixture
def run(contract: PilotContract) -> ExtractionRun:
    return contract.extraction_runs.get()


def test_a_run_stores_pages_and_proposals_with_their_places(contract: PilotContract, run: ExtractionRun) -> None:
    extraction.extraction_run(run_id=run.pk)

    run.refresh_from_db()
    assert (run.status, run.pages_read, run.percent(contract.page_count)) == (RunStatus.SUCCEEDED, 2, 100)
    pages = list(ContractPage.objects.filter(contract=contract).order_by("number"))
    assert [page.text for page in pages] == TEXT.split("\f")
    rules = list(contract.rules.all())
    assert {rule.value for rule in rules} == {14, 11, 12}
    for rule in rules:
        assert rule.page is not None
        page = pages[rule.page - 1]
        assert rule.quote in page.text
        assert rule.char_start is not None
        assert TEXT[rule.char_start : rule.char_end] == rule.quote


def test_proposals_name_the_version_that_made_them_and_keep_it_once_decided(
    contract: PilotContract, run: ExtractionRun, approver: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    extraction.extraction_run(run_id=run.pk)
    kept = contract.rules.order_by("position").first()
    assert kept is not None
    ContractRule.objects.filter(pk=kept.pk).update(
        decision=RuleDecision.ACCEPTED, decided_by=approver, decided_at=timezone.now()
    )
    monkeypatch.setattr(extraction, "EXTRACTOR_VERSION", "next-1")

    again = extraction.extraction_request(actor=None, contract=contract)
    extraction.extraction_run(run_id=again.pk)

    versions = {rule.pk: rule.extractor_version for rule in contract.rules.all()}
    assert versions.pop(kept.pk) == EXTRACTOR_VERSION
    assert set(versions.values()) == {"next-1"}


def test_a_run_done_twice_changes_nothing(contract: PilotContract, run: ExtractionRun) -> None:
    extraction.extraction_run(run_id=run.pk)
    before = set(contract.rules.values_list("pk", flat=True))

    extraction.extraction_run(run_id=run.pk)

    assert set(contract.rules.values_list("pk", flat=True)) == before
    assert AuditEntry.objects.filter(event="extraction.finished").count() == 1


def test_reading_again_keeps_decisions_and_replaces_the_rest(
    contract: PilotContract, run: ExtractionRun, approver: User
) -> None:
    extraction.extraction_run(run_id=run.pk)
    kept = contract.rules.order_by("position").first()
    assert kept is not None
    ContractRule.objects.filter(pk=kept.pk).update(
        decision=RuleDecision.CORRECTED, decided_by=approver, decided_at=timezone.now(), title="As corrected"
    )
    identities = set(contract.rules.values_list("rule_id", flat=True))

    again = extraction.extraction_request(actor=None, contract=contract)
    extraction.extraction_run(run_id=again.pk)

    assert set(contract.rules.values_list("rule_id", flat=True)) == identities
    assert contract.rules.get(rule_id=kept.rule_id).title == "As corrected"


def test_a_run_in_live_hands_is_left_alone(run: ExtractionRun) -> None:
    lease = timezone.now() + timedelta(seconds=10)
    ExtractionRun.objects.filter(pk=run.pk).update(status=RunStatus.RUNNING, attempt=1, lease_expires_at=lease)

    extraction.extraction_run(run_id=run.pk)

    run.refresh_from_db()
    assert (run.status, run.attempt) == (RunStatus.RUNNING, 1)


def test_a_run_whose_worker_died_is_swept_up_and_finished(contract: PilotContract, run: ExtractionRun) -> None:
    past = timezone.now() - timedelta(seconds=1)
    ExtractionRun.objects.filter(pk=run.pk).update(status=RunStatus.RUNNING, attempt=1, lease_expires_at=past)

    swept = (extraction.extraction_sweep(), extraction.extraction_sweep())
    extraction.extraction_run(run_id=run.pk)

    run.refresh_from_db()
    assert swept == (1, 0)
    assert (run.status, run.attempt) == (RunStatus.SUCCEEDED, 2)
    assert contract.rules.count() == 3


def test_the_first_worker_writes_nothing_once_another_has_taken_over(
    contract: PilotContract, run: ExtractionRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rival claims the run between the first worker's reading and its writing."""
    finish = extraction._finish

    def rival_first(*arguments: object) -> None:
        ExtractionRun.objects.filter(pk=run.pk).update(attempt=2)
        finish(*arguments)  # type: ignore[arg-type] # passed through as they came

    monkeypatch.setattr(extraction, "_finish", rival_first)

    extraction.extraction_run(run_id=run.pk)

    run.refresh_from_db()
    assert run.status == RunStatus.RUNNING
    assert not contract.rules.exists()
    assert not contract.pages.exists()


def test_a_document_that_kills_its_worker_is_not_taken_up_for_ever(run: ExtractionRun) -> None:
    ExtractionRun.objects.filter(pk=run.pk).update(attempt=extraction.MAXIMUM_ATTEMPTS)

    extraction.extraction_run(run_id=run.pk)

    run.refresh_from_db()
    assert (run.status, run.fault_code) == (RunStatus.FAILED, "unfinished")
    assert "read again" in run.fault_message


def test_a_damaged_original_fails_with_words(contract: PilotContract, run: ExtractionRun) -> None:
    path: Path = storage.original_path(contract.document_sha256)
    path.unlink()
    path.write_bytes(b"\x00\x01 not a text any more")

    extraction.extraction_run(run_id=run.pk)

    run.refresh_from_db()
    path.unlink()
    assert run.status == RunStatus.FAILED
    assert run.fault_message
    assert AuditEntry.objects.filter(event="extraction.failed").count() == 1


def test_a_task_that_comes_again_need_not_wait_for_its_former_self(run: ExtractionRun) -> None:
    lease = timezone.now() + timedelta(seconds=10)
    ExtractionRun.objects.filter(pk=run.pk).update(
        status=RunStatus.RUNNING, attempt=1, claimant="task-1", lease_expires_at=lease
    )

    extraction.extraction_run(run_id=run.pk, claimant="task-2")
    run.refresh_from_db()
    left_alone = run.attempt
    extraction.extraction_run(run_id=run.pk, claimant="task-1")

    run.refresh_from_db()
    assert left_alone == 1
    assert (run.status, run.attempt) == (RunStatus.SUCCEEDED, 2)


def test_one_reading_a_contract_at_a_time(contract: PilotContract, run: ExtractionRun) -> None:
    assert extraction.extraction_request(actor=None, contract=contract).pk == run.pk


def test_an_active_contract_is_not_read_again() -> None:
    contract = ContractFactory.create(active=True, rules=1)

    with pytest.raises(WrongState, match="not read again"):
        extraction.extraction_request(actor=None, contract=contract)

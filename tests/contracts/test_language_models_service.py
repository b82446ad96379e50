"""A reading with a language model beside it: confirmed, doubted, added to, and never spoilt."""

import logging
import socket
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from accounts.models import Airline, User
from audit.models import AuditEntry
from contracts.admin.words import second_reading_doubts, second_reading_words
from contracts.documents.pages import Page
from contracts.extraction import Extraction
from contracts.language_models import reading as reading_module
from contracts.language_models.transport import Limits
from contracts.models import (
    ContractRule,
    ExtractionRun,
    ModelCredential,
    ModelOutcome,
    ModelRun,
    PilotContract,
    RuleDecision,
    RuleOrigin,
    RunStatus,
)
from contracts.services import extraction, language_models
from contracts.services.credentials import credential_revoke
from contracts.services.language_models import extraction_compare
from contracts.services.uploads import Terms, contract_upload
from tests.contracts.extraction_pages import pages_of
from tests.contracts.model_server import ANSWERS, KEY, ModelServer, Reply, openai_answer, reported, rule, running_server
from tests.contracts.test_extraction_service import TEXT
from tests.factories import UserFactory, model_credential

pytestmark = pytest.mark.django_db
QUICK = Limits(connect_seconds=1, read_seconds=0.3, answer_seconds=0.5, tries=2, first_wait_seconds=0.01)
DUTY = rule()
REST_OTHERWISE = rule(
    quote="no fewer than eleven (11) hours of rest",
    metric="rest_between_duty_periods",
    operator=">=",
    value=10,
    category="rest",
)
ADDED = rule(
    page=2, quote="SECTION 12 RESERVE", metric="other", unit="count", operator="==", value=1, category="general"
)
INVENTED = rule(quote="A Pilot is paid in gold.")
UNKNOWN = rule(metric="happiness")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language_models, "LIMITS", QUICK)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with running_server() as running:
        yield running


@pytest.fixture
def contract(pilot_user: User, airline: Airline) -> PilotContract:
    terms = Terms(contract_type="cba", contract_version="2026", title="Agreement", effective_date=date(2026, 1, 1))
    upload = SimpleUploadedFile("agreement.txt", TEXT.encode())
    return contract_upload(actor=pilot_user, airline=airline, terms=terms, upload=upload)


@pytest.fixture
def run(contract: PilotContract) -> ExtractionRun:
    return contract.extraction_runs.get()


@pytest.fixture
def credential(server: ModelServer, airline: Airline) -> ModelCredential:
    server.replies = [Reply(openai_answer(reported([DUTY, REST_OTHERWISE, ADDED, INVENTED, UNKNOWN])))]
    return model_credential(airline, key=KEY, base_url=server.address, input_price=Decimal(3), output_price=Decimal(15))


def read(run: ExtractionRun) -> ExtractionRun:
    extraction.extraction_run(run_id=run.pk)
    run.refresh_from_db()
    return run


def compare(
    run: ExtractionRun,
    credential: ModelCredential,
    pages: Sequence[Page] | None = None,
    tick: Callable[[], None] = lambda: None,
) -> Extraction:
    pages = pages if pages is not None else pages_of(TEXT)
    return extraction_compare(run=run, credential=credential, pages=pages, extraction=Extraction((), ()), on_tick=tick)


def test_two_readings_are_merged_and_compared(
    contract: PilotContract, run: ExtractionRun, credential: ModelCredential
) -> None:
    read(run)

    assert run.status == RunStatus.SUCCEEDED
    rules = list(contract.rules.order_by("position"))
    assert [row.value for row in rules] == [14, 11, 1, 12]
    assert rules[0].parameters["language_model"] == {"agrees": True}
    assert rules[1].parameters["language_model"]["says"]["value"] == "10"
    assert "language_model" not in rules[3].parameters
    added = rules[2]
    assert (added.origin, added.decision) == (RuleOrigin.LANGUAGE_MODEL, RuleDecision.PROPOSED)
    assert TEXT[added.char_start : added.char_end] == added.quote == "SECTION 12 RESERVE"
    assert {row.origin for row in rules if row != added} == {RuleOrigin.EXTRACTOR}
    assert run.proposal_count == 4


def test_what_a_model_used_found_and_cost_is_recorded(run: ExtractionRun, credential: ModelCredential) -> None:
    read(run)

    (used,) = ModelRun.objects.filter(extraction_run=run)
    assert (used.outcome, used.fault_code, used.credential) == (ModelOutcome.COMPLETE, "", credential)
    assert (used.provider, used.model_name, used.model_version) == (
        "openai_compatible",
        "test-model",
        "gpt-test-2026-01-01",
    )
    assert (used.input_tokens, used.output_tokens, used.cost, used.reserved) == (
        1000,
        200,
        Decimal("0.006"),
        Decimal(0),
    )
    assert (used.requests, used.retries) == (1, 0)
    assert (used.proposals_kept, used.quotes_dropped, used.vocabulary_dropped) == (3, 1, 1)
    assert used.dropped == {"quote_not_found": 1, "unknown_metric": 1}
    assert (used.agreed, used.differing, used.added) == (1, 1, 1)
    assert used.duration_ms > 0
    assert used.finished_at is not None
    assert any(
        "agrees with 1 of the extractor's proposals, reads 1 otherwise and adds 1" in said for said in run.warnings
    )


@pytest.mark.parametrize("provider", list(ANSWERS))
def test_each_provider_does(
    server: ModelServer, contract: PilotContract, run: ExtractionRun, pilot_user: User, provider: str
) -> None:
    server.replies = [Reply(ANSWERS[provider](reported([DUTY])))]
    model_credential(pilot_user, key=KEY, base_url=server.address, provider=provider)

    read(run)

    assert (run.model_runs.get().outcome, run.model_runs.get().agreed) == (ModelOutcome.COMPLETE, 1)


def test_every_use_is_in_the_trail(contract: PilotContract, run: ExtractionRun, credential: ModelCredential) -> None:
    read(run)

    entry = AuditEntry.objects.get(event="credential.used")
    assert entry.object_pk == str(credential.pk)
    assert entry.additional_data == {"extraction_run": str(run.pk), "contract": str(contract.pk)}


def test_the_key_is_in_no_log_row_or_remark(
    run: ExtractionRun, credential: ModelCredential, server: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.replies = [Reply({"error": {"message": f"Incorrect API key provided: {KEY}"}}, status=401)]

    read(run)

    assert run.model_runs.get().fault_code == "key_refused"
    written = [AuditEntry, ExtractionRun, ModelRun, ContractRule]
    assert KEY not in caplog.text + repr([list(model.objects.values()) for model in written])  # type: ignore[attr-defined] # models, all


def test_without_a_credential_nothing_is_sent(
    contract: PilotContract, run: ExtractionRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket, "create_connection", never)
    monkeypatch.setattr(language_models, "extraction_compare", never)

    read(run)

    assert (run.status, run.warnings) == (RunStatus.SUCCEEDED, [])
    assert {row.origin for row in contract.rules.all()} == {RuleOrigin.EXTRACTOR}
    assert not ModelRun.objects.exists()


@pytest.mark.parametrize("who", ["another airline", "another person", "revoked", "closed account"])
def test_only_the_uploaders_or_the_airlines_active_key_is_used(
    server: ModelServer, pilot_user: User, run: ExtractionRun, administrator: User, who: str
) -> None:
    owner: User | Airline = pilot_user
    if who == "another person":
        owner = UserFactory.create()
    if who == "another airline":
        owner = Airline.objects.create(code="ZZZ", name="Other")
    stored = model_credential(owner, key=KEY, base_url=server.address)
    if who == "revoked":
        credential_revoke(actor=administrator, credential=stored)
    if who == "closed account":
        User.objects.filter(pk=pilot_user.pk).update(is_active=False)

    read(run)

    assert run.status == RunStatus.SUCCEEDED
    assert server.asked == []


def test_a_model_at_a_host_off_the_list_is_sent_nothing(
    server: ModelServer, run: ExtractionRun, credential: ModelCredential, settings: Settings
) -> None:
    settings.OUTGOING_HOSTS = ["models.example"]

    read(run)

    used = run.model_runs.get()
    assert (used.outcome, used.fault_code) == ("refused", "host_refused")
    assert server.asked == []
    assert used.cost == 0


def test_the_uploaders_own_key_goes_before_the_airlines(
    server: ModelServer, run: ExtractionRun, credential: ModelCredential, pilot_user: User
) -> None:
    own = model_credential(pilot_user, key="sk-his-own-0123456789", base_url=server.address)

    read(run)

    assert run.model_runs.get().credential == own
    assert server.asked[0].headers["authorization"] == "Bearer sk-his-own-0123456789"


@pytest.mark.parametrize(
    ("reply", "outcome", "fault"),
    [
        (Reply({}, status=500), "unavailable", "overloaded"),
        (Reply({}, slowly=1), "unavailable", "timed_out"),
        (Reply({}, status=401), "refused", "key_refused"),
        (Reply({}, status=302, headers={"location": "https://evil.example"}), "refused", "redirected"),
        (Reply(b"<html>"), "incomplete", "not_the_protocol"),
        (Reply(openai_answer("Sorry!")), "incomplete", "not_json"),
        (Reply(openai_answer(reported([DUTY])[:-9])), "incomplete", "not_json"),
        (Reply(openai_answer(None, refusal="No.")), "incomplete", "content_refused"),
        (Reply(openai_answer("x" * 3_000_000)), "incomplete", "too_large"),
    ],
)
def test_a_model_that_fails_costs_a_remark_and_no_more(
    contract: PilotContract,
    run: ExtractionRun,
    credential: ModelCredential,
    server: ModelServer,
    reply: Reply,
    outcome: str,
    fault: str,
) -> None:
    server.replies = [reply]

    read(run)

    used = run.model_runs.get()
    assert run.status == RunStatus.SUCCEEDED
    assert (used.outcome, used.fault_code) == (outcome, fault)
    assert [row.value for row in contract.rules.order_by("position")] == [14, 11, 12]
    assert any("language model" in said for said in run.warnings)


def test_a_task_whose_time_is_up_keeps_what_the_extractor_found(
    contract: PilotContract, run: ExtractionRun, credential: ModelCredential, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_time(*_: object) -> None:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(reading_module, "_waited_for", out_of_time)

    read(run)

    assert run.status == RunStatus.SUCCEEDED
    assert contract.rules.count() == 3
    assert run.model_runs.get().outcome == ModelOutcome.OUT_OF_TIME


def test_a_key_that_cannot_be_decrypted_is_told_of(
    run: ExtractionRun, credential: ModelCredential, server: ModelServer, settings: Settings
) -> None:
    settings.CREDENTIAL_KEYS = [f"later:{'B' * 43}="]

    read(run)

    assert (run.status, server.asked) == (RunStatus.SUCCEEDED, [])
    assert run.model_runs.get().fault_code == "undecipherable"
    assert "cannot be decrypted" in run.warnings[0]


def test_an_address_that_is_allowed_no_more_is_not_called(
    run: ExtractionRun, credential: ModelCredential, server: ModelServer, settings: Settings
) -> None:
    settings.LOCAL_LANGUAGE_MODELS = False

    read(run)

    assert (run.status, server.asked) == (RunStatus.SUCCEEDED, [])
    assert run.model_runs.get().outcome == ModelOutcome.REFUSED


def test_a_key_that_was_revoked_meanwhile_is_not_used(
    run: ExtractionRun, credential: ModelCredential, server: ModelServer, administrator: User
) -> None:
    chosen = ModelCredential.objects.get(pk=credential.pk)
    credential_revoke(actor=administrator, credential=credential)

    compared = compare(run, chosen)

    assert server.asked == []
    assert "revoked" in compared.warnings[-1]
    assert not AuditEntry.objects.filter(event="credential.used").exists()


def test_a_key_that_is_revoked_while_it_is_used_sends_no_more(
    run: ExtractionRun, credential: ModelCredential, server: ModelServer, administrator: User
) -> None:
    server.replies = [Reply(openai_answer(reported([])))]
    pages = pages_of("\f".join(f"Page {number} {'x' * 11_000}" for number in range(4)))
    told: list[tuple[int, int]] = []

    def tick() -> None:
        told.append(run.model_runs.values_list("pages_asked", "input_tokens").get())
        if len(server.asked) == 2:
            ModelCredential.objects.filter(pk=credential.pk).update(is_active=False, ciphertext=b"", key_version="")

    compared = compare(run, credential, pages, tick)

    used = run.model_runs.get()
    assert len(server.asked) == 2
    assert (used.outcome, used.fault_code, used.pages_asked, used.page_count) == ("incomplete", "revoked", 2, 4)
    assert told == [(0, 0), (0, 0), (1, 1000)]
    assert "no more was sent" in compared.warnings[-1]


def test_what_was_used_is_known_when_the_worker_dies(
    run: ExtractionRun, credential: ModelCredential, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ModelCredential.objects.filter(pk=credential.pk).update(monthly_budget=10)
    server.replies = [Reply(openai_answer(reported([])))]
    pages = pages_of("\f".join(f"Page {number} {'x' * 11_000}" for number in range(3)))
    monkeypatch.setattr(language_models, "_settle", lambda *_: None)

    compare(run, credential, pages)

    left_behind = run.model_runs.get()
    assert (left_behind.outcome, left_behind.input_tokens, left_behind.requests) == ("running", 2000, 2)
    assert left_behind.cost == Decimal("0.012")
    assert 0 < left_behind.reserved < 1


def test_a_reading_that_breaks_off_again_and_again_is_sent_twice_at_the_most(
    run: ExtractionRun, credential: ModelCredential, server: ModelServer
) -> None:
    for _ in range(2):
        compare(run, credential)
    sent = len(server.asked)

    compared = compare(run, credential)

    assert len(server.asked) == sent
    assert "none was asked once more" in compared.warnings[-1]


def test_a_run_whose_worker_died_for_good_is_not_open_for_ever(
    run: ExtractionRun, credential: ModelCredential, server: ModelServer
) -> None:
    left_behind = ModelRun.objects.create(
        extraction_run=run, credential=credential, provider=credential.provider, model_name="m", reserved=1
    )
    ExtractionRun.objects.filter(pk=run.pk).update(attempt=extraction.MAXIMUM_ATTEMPTS)

    read(run)

    left_behind.refresh_from_db()
    assert run.status == RunStatus.FAILED
    assert (left_behind.outcome, left_behind.fault_code, left_behind.reserved) == ("failed", "interrupted", Decimal(1))


def test_figures_that_nobody_can_believe_spoil_nothing(
    run: ExtractionRun, credential: ModelCredential, server: ModelServer
) -> None:
    ModelCredential.objects.filter(pk=credential.pk).update(input_price=999_999, output_price=999_999)
    boast = {"prompt_tokens": 99_999_999, "completion_tokens": 99_999_999}
    server.replies = [Reply({**openai_answer(reported([DUTY])), "usage": boast})]

    read(run)

    assert run.status == RunStatus.SUCCEEDED
    assert run.model_runs.get().input_tokens < 10_000


def test_the_lease_is_renewed_while_a_model_thinks(
    run: ExtractionRun, credential: ModelCredential, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language_models, "LIMITS", Limits(read_seconds=5, answer_seconds=5))
    monkeypatch.setattr(reading_module, "TICK_SECONDS", 0.05)
    monkeypatch.setattr(extraction._progress, "interval", timedelta(milliseconds=10))
    server.replies = [Reply(openai_answer(reported([])), slowly=1.2)]
    leases: set[object] = set()
    renew = extraction._progress.__call__

    def watched(self: Any, pages: int) -> None:
        renew(self, pages)
        leases.add(ExtractionRun.objects.values_list("lease_expires_at", flat=True).get(pk=run.pk))

    monkeypatch.setattr(extraction._progress, "__call__", watched)

    read(run)

    assert run.status == RunStatus.SUCCEEDED
    assert len(leases) > 5


def test_a_run_that_another_worker_took_over_writes_its_costs_and_nothing_else(
    contract: PilotContract,
    run: ExtractionRun,
    credential: ModelCredential,
    server: ModelServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading_module, "TICK_SECONDS", 0.02)
    monkeypatch.setattr(extraction._progress, "interval", timedelta(0))
    server.replies = [Reply(openai_answer(reported([])), slowly=0.25)]
    wait = reading_module._waited_for

    def rival_first(*arguments: Any) -> Any:
        ExtractionRun.objects.filter(pk=run.pk).update(attempt=2)
        return wait(*arguments)

    monkeypatch.setattr(reading_module, "_waited_for", rival_first)

    read(run)

    assert run.status == RunStatus.RUNNING
    assert not contract.rules.exists()
    assert run.model_runs.get().outcome == ModelOutcome.FAILED


def test_reading_again_replaces_what_a_model_proposed(
    contract: PilotContract, run: ExtractionRun, credential: ModelCredential, server: ModelServer
) -> None:
    read(run)
    server.replies = [Reply(openai_answer(reported([DUTY])))]

    again = extraction.extraction_request(actor=None, contract=contract)
    read(again)

    assert not contract.rules.filter(origin=RuleOrigin.LANGUAGE_MODEL).exists()
    assert contract.rules.count() == 3


def test_the_desk_shows_what_the_model_made_of_each_place(
    contract: PilotContract, run: ExtractionRun, credential: ModelCredential
) -> None:
    read(run)

    shown = [second_reading_words(row) for row in contract.rules.order_by("position")]

    assert shown == [
        "A language model read the same.",
        "A language model read something else: at least 10 hours (Rest between duty periods).",
        "Reported by a language model alone: the extractor found nothing here.",
        "",
    ]


def test_the_desk_tells_all_that_the_model_read() -> None:
    said = {
        "metric": "duration",
        "operator": "between",
        "value": "8",
        "upper_value": "10",
        "unit": "hours",
        "period": "day",
    }

    words = second_reading_words(ContractRule(parameters={"language_model": {"agrees": False, "says": said}}))

    assert words == "A language model read something else: between 8 and 10 hours · day (Duration)."


@pytest.mark.parametrize(
    ("remark", "doubts"), [(None, 0), ({"agrees": True}, 0), ({"agrees": False}, 1), ({"alone": True}, 1)]
)
def test_what_one_reader_alone_says_stands_out(remark: object, doubts: int) -> None:
    assert second_reading_doubts(ContractRule(parameters={"language_model": remark})) == bool(doubts)


@pytest.mark.parametrize("remark", [None, "x", {}, {"says": None}, {"says": {"operator": "?", "metric": "gone"}}])
def test_a_remark_that_was_written_otherwise_breaks_no_page(remark: object) -> None:
    assert isinstance(second_reading_words(ContractRule(parameters={"language_model": remark})), str)

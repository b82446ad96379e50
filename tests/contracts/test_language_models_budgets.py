"""What may be spent on language models: of a reading, of a month, and while others spend."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from accounts.models import Airline
from audit.models import AuditEntry
from contracts.extraction import Extraction, extract_proposals
from contracts.models import ExtractionRun, ModelCredential, ModelOutcome, ModelRun
from contracts.services import language_models
from contracts.services.language_models import extraction_compare
from tests.contracts.extraction_pages import pages_of
from tests.contracts.model_server import KEY, Asked, ModelServer, Reply, openai_answer, reported, rule, running_server
from tests.factories import ContractFactory, model_credential

pytestmark = pytest.mark.django_db
_LONG = {name: value for name, value in openai_answer(reported([])).items() if name != "usage"}
PAGES = pages_of("SECTION 10\n\nA. A Pilot's duty period shall not exceed fourteen (14) hours.")
FOUND = extract_proposals(PAGES)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with running_server() as running:
        running.replies = [Reply(openai_answer(reported([rule()])))]
        yield running


@pytest.fixture
def run(airline: Airline) -> ExtractionRun:
    return ContractFactory.create(airline=airline).extraction_runs.get()


def credential_of(airline: Airline, server: ModelServer, **budgets: Decimal) -> ModelCredential:
    prices = {"input_price": Decimal(3), "output_price": Decimal(15)}
    return model_credential(airline, key=KEY, base_url=server.address, **prices, **budgets)


def model_run(run: ExtractionRun, credential: ModelCredential, **given: Any) -> ModelRun:
    ended = {} if given.get("outcome", "running") == "running" else {"finished_at": timezone.now()}
    return ModelRun.objects.create(
        extraction_run=run, credential=credential, provider=credential.provider, model_name="m", **ended, **given
    )


def compare(run: ExtractionRun, credential: ModelCredential) -> Extraction:
    return extraction_compare(run=run, credential=credential, pages=PAGES, extraction=FOUND, on_tick=lambda: None)


def latest(run: ExtractionRun) -> ModelRun:
    return run.model_runs.order_by("-created_at")[0]


def test_a_spent_month_sends_nothing(airline: Airline, run: ExtractionRun, server: ModelServer) -> None:
    credential = credential_of(airline, server, monthly_budget=Decimal(1))
    model_run(run, credential, outcome="complete", cost=Decimal("0.6"), reserved=Decimal("0.4"))

    compared = compare(run, credential)

    assert server.asked == []
    assert latest(run).outcome == ModelOutcome.OVER_BUDGET
    assert compared.proposals == FOUND.proposals
    assert "budget" in compared.warnings[-1]
    assert not AuditEntry.objects.filter(event="credential.used").exists()


def test_last_months_cost_is_last_months(airline: Airline, run: ExtractionRun, server: ModelServer) -> None:
    credential = credential_of(airline, server, monthly_budget=Decimal(1))
    old = model_run(run, credential, outcome="complete", cost=5)
    ModelRun.objects.filter(pk=old.pk).update(created_at=timezone.now().replace(day=1) - timedelta(days=1))

    compare(run, credential)

    assert len(server.asked) == 1


def test_a_budget_too_small_for_a_question_sends_none(
    airline: Airline, run: ExtractionRun, server: ModelServer
) -> None:
    compared = compare(run, credential_of(airline, server, run_budget=Decimal("0.01")))

    assert server.asked == []
    assert latest(run).outcome == ModelOutcome.OVER_BUDGET
    assert compared.proposals == FOUND.proposals


def test_what_was_set_aside_and_not_spent_is_given_back(
    airline: Airline, run: ExtractionRun, server: ModelServer
) -> None:
    credential = credential_of(airline, server, monthly_budget=Decimal(1))

    compare(run, credential)

    assert (latest(run).cost, latest(run).reserved) == (Decimal("0.006"), Decimal(0))


def test_what_a_broken_off_run_had_set_aside_stays_set_aside(
    airline: Airline, run: ExtractionRun, server: ModelServer
) -> None:
    credential = credential_of(airline, server, monthly_budget=Decimal(1))
    broken_off = model_run(run, credential, reserved=1)

    compare(run, credential)

    broken_off.refresh_from_db()
    assert (broken_off.outcome, broken_off.fault_code) == (ModelOutcome.FAILED, "interrupted")
    assert broken_off.reserved == 1
    assert server.asked == []


def test_what_another_open_reading_has_set_aside_is_not_spent_twice(
    airline: Airline, run: ExtractionRun, server: ModelServer
) -> None:
    credential = credential_of(airline, server, monthly_budget=Decimal(1))
    other = model_run(ContractFactory.create().extraction_runs.get(), credential, reserved=1)

    compare(run, credential)

    other.refresh_from_db()
    assert server.asked == []
    assert other.outcome == ModelOutcome.RUNNING


@pytest.mark.django_db(transaction=True)
def test_two_readings_at_once_stay_under_one_ceiling(
    airline: Airline, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each would fit alone. Both ask at the same time, over connections of their own, and linger before they set aside."""
    left_of = language_models._left_of

    def lingering(*given: Any) -> Decimal | None:
        left = left_of(*given)
        time.sleep(0.3)
        return left

    monkeypatch.setattr(language_models, "_left_of", lingering)
    credential = credential_of(airline, server, monthly_budget=Decimal("0.2"))
    both = Barrier(2)

    def slow(_: Asked) -> Reply:
        time.sleep(0.1)
        return Reply({"usage": {"prompt_tokens": 1000, "completion_tokens": 8000}, **_LONG})

    server.replies = [slow]
    runs = [ContractFactory.create(airline=airline).extraction_runs.get() for _ in range(2)]

    def read(run: ExtractionRun) -> None:
        both.wait()
        try:
            compare(run, credential)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as readers:
        list(readers.map(read, runs))

    spent = credential.runs.aggregate(cost=Sum("cost"), reserved=Sum("reserved"))
    assert spent["cost"] + spent["reserved"] <= Decimal("0.2")
    assert sorted(run.model_runs.get().outcome for run in runs) == ["complete", "over_budget"]

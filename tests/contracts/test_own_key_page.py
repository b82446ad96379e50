"""A person's own key to a language model: stored, changed, replaced and revoked on a page that never shows it."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Airline, User
from audit.models import AuditEntry
from contracts.models import ExtractionRun, ModelCredential, ModelRun
from contracts.own_key_words import dollars, duration_in_words
from contracts.services.credentials import credential_create, credential_revoke
from tests.contracts.model_server import KEY
from tests.factories import ContractFactory, UserFactory, model_credential

pytestmark = pytest.mark.django_db
PAGE = "contracts:own_key"
CHANGES = (
    "contracts:own_key_store",
    "contracts:own_key_terms",
    "contracts:own_key_replace",
    "contracts:own_key_revoke",
)
PAGE_QUERIES = 7
OTHER = "sk-another-9876543210-ABCD"


@pytest.fixture
def pilot(client: Client, pilot_user: User) -> Client:
    client.force_login(pilot_user)
    return client


@pytest.fixture
def credential(pilot_user: User) -> ModelCredential:
    return credential_create(
        actor=pilot_user,
        owner=pilot_user,
        provider="anthropic",
        key=KEY,
        terms={"model_name": "claude-test", "input_price": 3, "output_price": 15, "monthly_budget": 20},
    )


def typed(**given: Any) -> dict[str, Any]:
    return {
        "provider": "anthropic",
        "model_name": "claude-test",
        "base_url": "",
        "key": KEY,
        "input_price": "3",
        "output_price": "15",
        "run_budget": "",
        "monthly_budget": "20",
        **given,
    }


def used(credential: ModelCredential, owner: User, **given: Any) -> ModelRun:
    contract = ContractFactory.create(uploaded_by=owner)
    return ModelRun.objects.create(
        extraction_run=contract.extraction_runs.get(),
        credential=credential,
        provider=credential.provider,
        model_name=credential.model_name,
        finished_at=timezone.now(),
        **{"outcome": "complete", "requests": 1, **given},
    )


def text_of(client: Client, **query: str) -> str:
    response = client.get(reverse(PAGE), query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_a_key_is_stored_for_oneself_and_never_shown(pilot: Client, pilot_user: User) -> None:
    response = pilot.post(reverse(CHANGES[0]), typed(), follow=True)

    stored = ModelCredential.objects.get()
    page = response.content.decode() + text_of(pilot)
    assert (stored.user, stored.base_url, stored.monthly_budget) == (
        pilot_user,
        "https://api.anthropic.com",
        Decimal(20),
    )
    assert KEY not in page
    assert KEY[:-4] not in page
    assert "WXYZ" in page
    assert "api.anthropic.com" in page
    entry = AuditEntry.objects.get(event="credential.created")
    assert (entry.actor, entry.object_pk) == (pilot_user, str(stored.pk))
    assert KEY not in repr(list(AuditEntry.objects.values()))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"key": ""}, "Type the key."),
        ({"key": "sk-with space-0123456789"}, "no spaces"),
        ({"model_name": ""}, "Name the model"),
        ({"provider": "oracle"}, "not one of the available choices"),
        ({"base_url": "https://models.example/v1"}, "Only administrators name addresses"),
        ({"base_url": "http://127.0.0.1:11434/v1"}, "Only administrators name addresses"),
        ({"base_url": "http://169.254.169.254/"}, "Only https:// addresses"),
        ({"base_url": "https://api.anthropic.com@evil.example"}, "Leave out names"),
        ({"provider": "bedrock"}, "Name the region"),
        ({"input_price": ""}, "Say what the provider asks"),
        ({"output_price": "many"}, "Write an amount of dollars"),
        ({"monthly_budget": "-1"}, "greater than or equal to 0"),
        ({"monthly_budget": "NaN"}, "Write an amount of dollars"),
    ],
)
def test_a_form_that_fails_keeps_what_was_typed_but_not_the_key(
    pilot: Client, wrong: dict[str, str], said: str
) -> None:
    response = pilot.post(reverse(CHANGES[0]), typed(run_budget="7.25", **wrong))

    page = response.content.decode()
    assert response.status_code == 422
    assert said in page
    assert 'value="7.25"' in page
    assert KEY not in page
    assert "sk-with" not in page
    assert not ModelCredential.objects.exists()


def test_no_password_manager_is_invited(pilot: Client) -> None:
    page = text_of(pilot)

    field = page[page.index('<input type="password"') :].split(">")[0]
    assert 'autocomplete="new-password"' in field
    assert 'data-1p-ignore="true"' in field
    assert "value=" not in field


def test_terms_are_changed(pilot: Client, credential: ModelCredential) -> None:
    pilot.post(reverse(CHANGES[1]), typed(model_name="claude-newer", monthly_budget="", run_budget="2"))

    credential.refresh_from_db()
    assert (credential.model_name, credential.monthly_budget, credential.run_budget) == (
        "claude-newer",
        None,
        Decimal(2),
    )
    assert AuditEntry.objects.get(event="credential.updated").changes["monthly_budget"] == ["20", None]


def test_terms_that_stay_are_no_change(pilot: Client, credential: ModelCredential) -> None:
    pilot.post(reverse(CHANGES[1]), typed(input_price="3.00"))

    assert not AuditEntry.objects.filter(event="credential.updated").exists()


def test_terms_that_fail_change_nothing(pilot: Client, credential: ModelCredential) -> None:
    response = pilot.post(reverse(CHANGES[1]), typed(model_name="typed-by-me", input_price=""))

    credential.refresh_from_db()
    assert response.status_code == 422
    assert 'value="typed-by-me"' in response.content.decode()
    assert (credential.model_name, credential.input_price) == ("claude-test", Decimal(3))


def test_a_key_is_replaced(pilot: Client, credential: ModelCredential) -> None:
    failed = pilot.post(reverse(CHANGES[2]), {"key": "short"})
    page = pilot.post(reverse(CHANGES[2]), {"key": OTHER}, follow=True).content.decode()

    credential.refresh_from_db()
    assert failed.status_code == 422
    assert 'value="short"' not in failed.content.decode()
    assert credential.key_ending == "ABCD"
    assert OTHER not in page
    assert AuditEntry.objects.filter(event="credential.replaced").count() == 1


def test_a_revoked_key_is_gone_and_its_readings_stay(
    pilot: Client, pilot_user: User, credential: ModelCredential
) -> None:
    run = used(credential, pilot_user)

    page = pilot.post(reverse(CHANGES[3]), follow=True).content.decode()

    credential.refresh_from_db()
    assert (credential.is_active, bytes(credential.ciphertext)) == (False, b"")
    assert "Store a key" in page
    assert run.extraction_run.contract.title in page


@pytest.mark.parametrize("change", CHANGES)
def test_changes_take_a_post_a_token_and_a_person(credential: ModelCredential, pilot_user: User, change: str) -> None:
    strict, stranger = Client(enforce_csrf_checks=True), Client()
    strict.force_login(pilot_user)
    before = ModelCredential.objects.values().get()

    answers = [
        strict.get(reverse(change)),
        strict.post(reverse(change), typed()),
        stranger.post(reverse(change), typed()),
    ]

    assert [answer.status_code for answer in answers] == [405, 403, 302]
    assert answers[2].headers["Location"].startswith(reverse("login"))
    assert ModelCredential.objects.values().get() == before


@pytest.mark.parametrize("role", ["pilot", "approver", "administrator"])
@pytest.mark.parametrize("change", CHANGES[1:])
def test_the_page_reaches_nobodys_key_but_ones_own(credential: ModelCredential, role: str, change: str) -> None:
    other = Client()
    other.force_login(UserFactory.create(role=role))
    before = ModelCredential.objects.values().get()

    answer = other.post(reverse(change), typed(key=OTHER))

    assert answer.status_code == 404
    assert "WXYZ" not in text_of(other)
    assert ModelCredential.objects.values().get() == before


@pytest.mark.parametrize("role", ["pilot", "approver", "administrator"])
def test_anybody_may_have_a_key_of_his_own(role: str) -> None:
    person = UserFactory.create(role=role)
    own = Client()
    own.force_login(person)

    own.post(reverse(CHANGES[0]), typed())

    assert ModelCredential.objects.get().user == person


def test_a_second_window_does_not_store_a_second_key(pilot: Client, credential: ModelCredential) -> None:
    response = pilot.post(reverse(CHANGES[0]), typed(key=OTHER))

    assert response.status_code == 422
    assert "active key already" in response.content.decode()
    assert ModelCredential.objects.get() == credential


def test_use_and_cost_are_told(pilot: Client, pilot_user: User, credential: ModelCredential) -> None:
    used(
        credential,
        pilot_user,
        cost=Decimal("4.5"),
        reserved=Decimal("0.5"),
        input_tokens=1_234_567,
        output_tokens=8_000,
        model_version="claude-test-20260101",
        duration_ms=200_000,
        quotes_dropped=3,
        outcome="refused",
        fault_code="key_refused",
    )
    old = used(credential, pilot_user, cost=Decimal(7))
    ModelRun.objects.filter(pk=old.pk).update(created_at="2020-01-01T00:00:00Z")

    page = text_of(pilot)

    for words in (
        "<strong>$4.50</strong> of $20.00",
        "$0.50 more set aside",
        'value="25"',
        "1,234,567 tokens sent, 8,000 answered",
        "claude-test-20260101",
        "3 min 20 s",
        "3 quotes dropped",
        "The provider refused the key.",
    ):
        assert words in page


def test_others_readings_are_not_told(pilot: Client, approver: User) -> None:
    foreign = used(model_credential(approver, key=KEY, base_url="https://models.example/v1"), approver)

    assert foreign.extraction_run.contract.title not in text_of(pilot)


@pytest.mark.parametrize("count", [1, 5])
def test_the_page_takes_as_many_queries_for_five_readings_as_for_one(
    pilot: Client,
    pilot_user: User,
    credential: ModelCredential,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    for _ in range(count):
        used(credential, pilot_user)

    with django_assert_num_queries(PAGE_QUERIES):
        pilot.get(reverse(PAGE))


def test_readings_are_leafed_through(pilot: Client, pilot_user: User, credential: ModelCredential) -> None:
    runs = [used(credential, pilot_user) for _ in range(26)]

    first = pilot.get(reverse(PAGE)).context
    second = pilot.get(reverse(PAGE), {"after": first["runs"].next_cursor}).context

    assert [len(context["cards"]) for context in (first, second)] == [25, 1]
    assert {card.run.pk for card in [*first["cards"], *second["cards"]]} == {run.pk for run in runs}


def test_who_has_no_key_reads_that_nothing_is_sent_or_what_the_airline_sends(pilot: Client, airline: Airline) -> None:
    without = text_of(pilot)
    model_credential(airline, key=KEY, base_url="https://models.example/v1")
    with_airlines, upload = text_of(pilot), pilot.get(reverse("contracts:upload")).content.decode()

    assert "Without a key no language model is asked." in without
    assert "models.example" in with_airlines
    assert "Without a key no language model is asked." not in with_airlines
    assert "models.example" in upload
    assert "WXYZ" not in with_airlines


def test_who_uploads_is_told_where_the_text_goes(pilot: Client, airline: Airline, credential: ModelCredential) -> None:
    model_credential(airline, key=KEY, base_url="https://models.example/v1")

    upload = " ".join(pilot.get(reverse("contracts:upload")).content.decode().split())

    assert "api.anthropic.com</span>, with your own key." in upload
    assert "models.example" not in upload


# Having one's own contract read


@pytest.mark.parametrize(
    ("who", "state", "run_status", "keys", "status"),
    [
        ("uploader", "draft", "succeeded", 1, 302),
        ("uploader", "changes_requested", "succeeded", 1, 302),
        ("uploader", "in_review", "succeeded", 1, 302),
        ("uploader", "active", "succeeded", 1, 302),
        ("uploader", "draft", "failed", 1, 302),
        ("uploader", "draft", "running", 1, 302),
        ("uploader", "draft", "succeeded", 0, 302),
        ("approver", "changes_requested", "succeeded", 1, 403),
        ("stranger", "draft", "succeeded", 1, 404),
    ],
)
def test_only_the_uploader_has_it_read_with_his_model_and_only_before_review(
    airline: Airline,
    approver: User,
    pilot_user: User,
    who: str,
    state: str,
    run_status: str,
    keys: int,
    status: int,
) -> None:
    person = {"uploader": pilot_user, "approver": approver, "stranger": UserFactory.create()}[who]
    contract = ContractFactory.create(airline=airline, uploaded_by=pilot_user, state=state, rules=1)
    fault = {"fault_code": "x"} if run_status == "failed" else {}
    ExtractionRun.objects.update(status=run_status, **fault)
    if keys:
        model_credential(person, key=KEY, base_url="https://models.example/v1")
    client = Client()
    client.force_login(person)

    allowed = who == "uploader" and state in {"draft", "changes_requested"} and run_status == "succeeded" and keys == 1
    offered = (
        "Read it with my language model" in client.get(reverse("contracts:detail", args=[contract.pk])).content.decode()
    )
    answer = client.post(reverse("contracts:read_with_model", args=[contract.pk]))

    assert answer.status_code == status
    assert offered == allowed
    assert contract.extraction_runs.filter(status="queued").exists() == allowed


def test_pressing_twice_queues_one_reading(pilot: Client, pilot_user: User, credential: ModelCredential) -> None:
    contract = ContractFactory.create(uploaded_by=pilot_user)

    for _ in range(2):
        pilot.post(reverse("contracts:read_with_model", args=[contract.pk]))

    assert contract.extraction_runs.count() == 2
    assert AuditEntry.objects.filter(event="extraction.queued", object_pk=str(contract.pk)).count() == 1


def test_progress_tells_how_far_the_model_is(pilot: Client, pilot_user: User, credential: ModelCredential) -> None:
    run = used(credential, pilot_user, outcome="complete", page_count=40, pages_asked=12)
    ModelRun.objects.update(outcome="running", finished_at=None)
    ExtractionRun.objects.update(status="running", pages_read=2, pages_searched=2)

    page = pilot.get(reverse("contracts:progress", args=[run.extraction_run.contract_id])).content.decode()

    assert "claude-test reads along: page 12 of 40" in " ".join(page.split())
    assert '<progress max="40"' in page


def test_an_airlines_key_is_not_the_uploaders_to_spend(pilot: Client, pilot_user: User, airline: Airline) -> None:
    model_credential(airline, key=KEY, base_url="https://models.example/v1")
    contract = ContractFactory.create(airline=airline, uploaded_by=pilot_user)

    page = pilot.post(reverse("contracts:read_with_model", args=[contract.pk]), follow=True).content.decode()

    assert "Store a key to a language model first" in page
    assert contract.extraction_runs.count() == 1


def test_a_key_of_the_past_reads_nothing_more(pilot: Client, pilot_user: User, credential: ModelCredential) -> None:
    contract = ContractFactory.create(uploaded_by=pilot_user)
    credential_revoke(actor=pilot_user, credential=credential)

    pilot.post(reverse("contracts:read_with_model", args=[contract.pk]))

    assert contract.extraction_runs.count() == 1


@pytest.mark.parametrize(
    ("amount", "words"), [("0", "$0.00"), ("0.000001", "$0.0001"), ("0.006", "$0.0060"), ("1234.5", "$1,234.50")]
)
def test_small_amounts_are_not_nothing(amount: str, words: str) -> None:
    assert dollars(Decimal(amount)) == words


@pytest.mark.parametrize(("milliseconds", "words"), [(400, "0.4 s"), (12_300, "12 s"), (200_000, "3 min 20 s")])
def test_times_are_told_as_a_person_would(milliseconds: int, words: str) -> None:
    assert duration_in_words(milliseconds) == words

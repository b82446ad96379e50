"""Keys to language models in the admin: typed, never shown, and administrators' work alone."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Airline, User
from audit.models import AuditEntry
from contracts.models import ModelCredential, ModelRun
from tests.contracts.model_server import KEY
from tests.factories import ContractFactory, model_credential

ADDRESS = "https://models.example/v1"
LIST = "admin:contracts_modelcredential_changelist"
ADD = "admin:contracts_modelcredential_add"
CHANGE = "admin:contracts_modelcredential_change"


@pytest.fixture
def desk(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


@pytest.fixture
def credential(airline: Airline) -> ModelCredential:
    return model_credential(airline, key=KEY, base_url=ADDRESS)


@pytest.fixture
def run(credential: ModelCredential) -> ModelRun:
    return ModelRun.objects.create(
        extraction_run=ContractFactory.create().extraction_runs.get(),
        credential=credential,
        provider=credential.provider,
        model_name=credential.model_name,
    )


def typed(**given: Any) -> dict[str, Any]:
    return {
        "provider": "openai_compatible",
        "base_url": ADDRESS,
        "model_name": "test-model",
        "input_price": "3",
        "output_price": "15",
        "run_budget": "",
        "monthly_budget": "20",
        **given,
    }


def test_a_key_is_stored_and_not_shown(desk: Client, airline: Airline) -> None:
    answer = desk.post(reverse(ADD), typed(airline=str(airline.pk), key=KEY), follow=True)

    stored = ModelCredential.objects.get()
    pages = [answer, desk.get(reverse(LIST)), desk.get(reverse(CHANGE, args=[stored.pk]))]
    assert (stored.airline, stored.key_ending) == (airline, "WXYZ")
    assert (stored.monthly_budget, stored.run_budget) == (Decimal(20), None)
    assert [page.status_code for page in pages] == [200, 200, 200]
    for page in pages:
        assert KEY not in page.content.decode()
        assert bytes(stored.ciphertext).hex() not in page.content.decode()
    assert "…WXYZ" in pages[1].content.decode()
    assert AuditEntry.objects.filter(event="credential.created").count() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"key": "short"}, "A key has 8 to 2,000"),
        ({"key": ""}, "This field is required"),
        ({"base_url": "http://models.example"}, "Only https://"),
        ({"base_url": "", "provider": "bedrock"}, "Name the region"),
        ({"airline": ""}, "Choose a person or an airline"),
        ({"model_name": ""}, "This field is required"),
        ({"monthly_budget": "-1"}, "greater than or equal to 0"),
    ],
)
def test_what_is_wrong_is_said_at_the_form_and_the_key_not_given_back(
    desk: Client, airline: Airline, given: dict[str, str], said: str
) -> None:
    answer = desk.post(reverse(ADD), typed(**{"airline": str(airline.pk), "key": KEY, **given}))

    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert KEY not in answer.content.decode()
    assert not ModelCredential.objects.exists()


def test_an_owner_has_one_key(desk: Client, credential: ModelCredential, airline: Airline) -> None:
    answer = desk.post(reverse(ADD), typed(airline=str(airline.pk), key=KEY))

    assert "has an active key already" in answer.content.decode()
    assert ModelCredential.objects.count() == 1


def test_terms_change_without_the_key(desk: Client, credential: ModelCredential) -> None:
    before = bytes(credential.ciphertext)

    desk.post(reverse(CHANGE, args=[credential.pk]), typed(monthly_budget="7.50"))

    credential.refresh_from_db()
    assert str(credential.monthly_budget) == "7.50"
    assert bytes(credential.ciphertext) == before


def test_another_address_needs_the_key_again(desk: Client, credential: ModelCredential) -> None:
    elsewhere = "https://elsewhere.example/v1"

    refused = desk.post(reverse(CHANGE, args=[credential.pk]), typed(base_url=elsewhere))
    credential.refresh_from_db()
    kept = credential.base_url
    desk.post(reverse(CHANGE, args=[credential.pk]), typed(base_url=elsewhere, key="sk-new-0123456789-QRST"))

    credential.refresh_from_db()
    assert "Type the key again" in refused.content.decode()
    assert kept == ADDRESS
    assert (credential.base_url, credential.key_ending) == (elsewhere, "QRST")


def test_a_revoked_key_is_only_looked_at(desk: Client, credential: ModelCredential) -> None:
    address = reverse(CHANGE, args=[credential.pk])

    desk.post(address, typed(revoke="on"))
    opened, again = desk.get(address), desk.post(address, typed(key=KEY))

    credential.refresh_from_db()
    assert not credential.is_active
    assert (opened.status_code, again.status_code) == (200, 403)
    assert 'name="key"' not in opened.content.decode()


@pytest.mark.parametrize("who", ["approver", "pilot_user"])
def test_nobody_else_sees_or_changes_any(
    client: Client, credential: ModelCredential, run: ModelRun, who: str, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(who))

    answers = [
        client.get(reverse(LIST)),
        client.get(reverse(ADD)),
        client.get(reverse(CHANGE, args=[credential.pk])),
        client.post(reverse(CHANGE, args=[credential.pk]), typed(revoke="on")),
        client.get(reverse("admin:contracts_modelrun_changelist")),
        client.get(reverse("admin:contracts_modelrun_change", args=[run.pk])),
    ]

    assert {answer.status_code for answer in answers} <= {302, 403}
    credential.refresh_from_db()
    assert credential.is_active


def test_runs_are_read_and_written_by_nobody(desk: Client, run: ModelRun) -> None:
    listed = desk.get(reverse("admin:contracts_modelrun_changelist"))
    opened = desk.get(reverse("admin:contracts_modelrun_change", args=[run.pk]))
    added = desk.get(reverse("admin:contracts_modelrun_add"))

    assert (listed.status_code, opened.status_code, added.status_code) == (200, 200, 403)
    assert KEY not in opened.content.decode()


@pytest.mark.parametrize("name", ["modelcredential", "modelrun"])
@pytest.mark.parametrize("rows", [1, 5])
def test_lists_cost_the_same_queries_for_one_row_and_for_five(
    desk: Client, name: str, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        owner = Airline.objects.create(code=f"A{number}", name=f"Air {number}")
        credential = model_credential(owner, key=KEY, base_url=ADDRESS)
        ModelRun.objects.create(
            extraction_run=ContractFactory.create().extraction_runs.get(),
            credential=credential,
            provider=credential.provider,
            model_name="m",
        )

    with django_assert_num_queries({"modelcredential": 6, "modelrun": 7}[name]):
        assert desk.get(reverse(f"admin:contracts_{name}_changelist")).status_code == 200


def test_the_ciphertext_cannot_be_asked_for_letter_by_letter(desk: Client, credential: ModelCredential) -> None:
    assert desk.get(reverse(LIST), {"ciphertext__startswith": "a"}).status_code == 400

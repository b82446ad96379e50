"""Webhooks and language models where the installation lists the hosts that it asks: refused as typed, and when connecting."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Airline, ServiceClient, User
from contracts.models import ModelCredential, ModelProvider, Webhook, WebhookAttempt
from contracts.services.credentials import credential_create, credential_replace
from contracts.services.webhook_sending import deliveries_send
from contracts.services.webhooks import webhook_create
from tests.accounts.callers import calling_as
from tests.contracts.webhook_receiver import Receiver
from tests.contracts.webhook_scene import happen, verified
from tests.factories import model_credential

pytestmark = pytest.mark.django_db
KEY = "sk-0123456789abcdef"


@pytest.fixture(autouse=True)
def _listed(settings: Settings) -> None:
    settings.OUTGOING_HOSTS = ["hooks.example", ".models.example", "127.0.0.1"]


def create(client: ServiceClient, url: str) -> Any:
    return calling_as(client).post("/api/v1/webhooks/", {"url": url}, format="json")


def test_a_webhook_is_made_at_a_listed_host_alone(service_client: ServiceClient) -> None:
    refused, taken = (
        create(service_client, "https://other.example/told"),
        create(service_client, "https://hooks.example/told"),
    )

    assert (refused.status_code, taken.status_code) == (400, 201)
    (fault,) = refused.json()["errors"]
    assert fault["pointer"] == "/url"
    assert "other.example is not on its list" in fault["detail"]
    assert Webhook.objects.count() == 1


def test_a_webhook_does_not_move_off_the_list(service_client: ServiceClient) -> None:
    webhook, _ = webhook_create(actor=service_client, url="https://hooks.example/", kinds=[])

    answer = calling_as(service_client).patch(
        f"/api/v1/webhooks/{webhook.pk}/", {"url": "https://other.example/"}, format="json"
    )

    assert answer.status_code == 400
    webhook.refresh_from_db()
    assert webhook.url == "https://hooks.example/"


def test_one_that_was_made_before_the_list_is_told_nothing(
    airline: Airline, service_client: ServiceClient, receiver: Receiver, settings: Settings
) -> None:
    webhook, _ = verified(service_client, receiver)
    before = len(receiver.received)
    settings.OUTGOING_HOSTS = ["hooks.example"]
    happen(airline)
    Webhook.objects.update(retry_at=timezone.now())

    deliveries_send()

    attempt = WebhookAttempt.objects.filter(delivery__webhook=webhook).latest("created_at")
    assert attempt.error == "address_refused"
    assert len(receiver.received) == before


def stored(administrator: User, airline: Airline, base_url: str) -> ModelCredential:
    return credential_create(
        actor=administrator,
        owner=airline,
        provider=ModelProvider.OPENAI_COMPATIBLE,
        key=KEY,
        base_url=base_url,
        terms={"model_name": "test-model"},
    )


@pytest.mark.parametrize("base_url", ["https://other.example/v1", "https://models.example", ""])
def test_a_language_model_off_the_list_is_refused_as_typed(
    administrator: User, airline: Airline, base_url: str
) -> None:
    with pytest.raises(ValidationError, match="not on its list"):
        stored(administrator, airline, base_url)

    assert not ModelCredential.objects.exists()


def test_a_listed_one_is_stored_and_does_not_move_off_the_list(administrator: User, airline: Airline) -> None:
    credential = stored(administrator, airline, "https://eu.models.example/v1")

    with pytest.raises(ValidationError, match="not on its list"):
        credential_replace(actor=administrator, credential=credential, key=KEY, base_url="https://other.example")

    credential.refresh_from_db()
    assert credential.base_url == "https://eu.models.example/v1"


def test_a_key_of_before_the_list_is_still_there_to_be_revoked(airline: Airline, settings: Settings) -> None:
    settings.OUTGOING_HOSTS = []
    credential = model_credential(airline, key=KEY, base_url="https://other.example/v1")
    settings.OUTGOING_HOSTS = ["hooks.example"]

    credential.refresh_from_db()

    assert credential.base_url == "https://other.example/v1"

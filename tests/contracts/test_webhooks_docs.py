"""What `docs/webhooks.md` tells receivers is true: its code is run on messages that were really sent."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from accounts.models import Airline, ServiceClient, User
from audit.models import AuditEntry
from config.encryption import Undecipherable
from contracts.models import ChangeKind, WebhookAttempt, WebhookSecret
from contracts.services.webhook_secrets import secrets_open
from contracts.services.webhook_sending import deliveries_send
from contracts.services.webhooks import webhook_secret_renew
from contracts.webhooks.outcomes import Fault
from contracts.webhooks.signatures import signed_headers
from tests.contracts.webhook_receiver import Received, Receiver
from tests.contracts.webhook_scene import happen, make_due, verified
from tests.factories import ContractFactory

pytestmark = pytest.mark.django_db

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()
NEW = "new:" + "2" * 43 + "="


@pytest.fixture
def documented() -> dict[str, Any]:
    """The names that the page's Python defines."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(code, "docs/webhooks.md", "exec"), names)  # noqa: S102 - our own page
    return names


@pytest.fixture
def told(airline: Airline, service_client: ServiceClient, receiver: Receiver) -> tuple[str, Received]:
    """A secret, and a message that was signed with it."""
    _, secret = verified(service_client, receiver)
    happen(airline)
    deliveries_send()
    return secret, receiver.changes[0]


def test_the_documented_code_takes_what_was_sent(documented: dict[str, Any], told: tuple[str, Received]) -> None:
    secret, message = told

    assert documented["is_genuine"](secret, message.headers, message.body)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"webhook-id": "another"},
        {"webhook-timestamp": "1"},
        {"webhook-timestamp": "now"},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": ""},
    ],
)
def test_it_takes_nothing_else(documented: dict[str, Any], told: tuple[str, Received], spoilt: dict[str, str]) -> None:
    secret, message = told
    is_genuine = documented["is_genuine"]

    assert not is_genuine(secret, {**message.headers, **spoilt}, message.body)
    assert not is_genuine(secret, message.headers, message.body + b" ")
    assert not is_genuine("whsec_" + "A" * 43 + "=", message.headers, message.body)
    assert not is_genuine(secret, {}, message.body)


def test_it_refuses_what_was_recorded(
    documented: dict[str, Any], told: tuple[str, Received], monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, message = told
    documented["time"] = type("Clock", (), {"time": lambda: int(message.headers["webhook-timestamp"]) + 301})

    assert not documented["is_genuine"](secret, message.headers, message.body)


def test_either_secret_verifies_during_the_overlap(
    documented: dict[str, Any], airline: Airline, service_client: ServiceClient, receiver: Receiver
) -> None:
    webhook, old = verified(service_client, receiver)
    _, new = webhook_secret_renew(actor=service_client, webhook_id=webhook.pk, overlap=timedelta(hours=1))
    happen(airline)
    deliveries_send()

    message = receiver.changes[0]
    assert [documented["is_genuine"](secret, message.headers, message.body) for secret in (old, new)] == [True, True]


def test_signatures_are_those_of_the_specification() -> None:
    """The example of the Standard Webhooks specification."""
    headers = signed_headers(
        secret_texts=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        event_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )

    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_page_names_every_kind_and_every_error() -> None:
    assert [kind for kind in ChangeKind.values if f"`{kind}`" not in PAGE] == []
    assert [fault for fault in Fault if f"| `{fault.value}` | {fault.label} |" not in PAGE] == []


def test_secrets_are_encrypted_anew_with_the_other_keys(
    airline: Airline, service_client: ServiceClient, receiver: Receiver, settings: Settings
) -> None:
    webhook, secret = verified(service_client, receiver)
    settings.CREDENTIAL_KEYS = [NEW, *settings.CREDENTIAL_KEYS]

    call_command("rotate_credentials", stdout=StringIO())
    settings.CREDENTIAL_KEYS = [NEW]

    assert secrets_open(webhook_id=webhook.pk) == [secret]
    assert AuditEntry.objects.filter(event="webhook.secret_rotated").count() == 1


def test_a_secret_whose_key_is_gone_or_that_was_put_elsewhere_signs_nothing(
    airline: Airline, service_client: ServiceClient, receiver: Receiver, settings: Settings
) -> None:
    webhook, _ = verified(service_client, receiver)
    happen(airline)
    settings.CREDENTIAL_KEYS = [NEW]

    deliveries_send()
    with pytest.raises(CommandError, match="cannot be opened"):
        call_command("rotate_credentials", stdout=StringIO())

    assert WebhookAttempt.objects.latest("started_at").error == "unsigned"
    assert receiver.changes == []
    settings.CREDENTIAL_KEYS = [f"test:{'A' * 43}="]
    stolen = WebhookSecret.objects.values("ciphertext", "nonce", "key_version").get(webhook=webhook)
    webhook.secrets.all().delete()
    WebhookSecret.objects.create(webhook=webhook, **stolen)
    with pytest.raises(Undecipherable):
        secrets_open(webhook_id=webhook.pk)
    make_due(webhook)


def test_administrators_see_webhooks_their_log_and_the_feed_and_nobody_else(
    client: Client,
    airline: Airline,
    service_client: ServiceClient,
    administrator: User,
    approver: User,
    receiver: Receiver,
) -> None:
    ContractFactory.create(airline=airline, active=True)
    webhook, secret = verified(service_client, receiver)
    happen(airline)
    deliveries_send()
    delivery = webhook.deliveries.latest("created_at")
    pages = [
        "/admin/contracts/webhook/",
        f"/admin/contracts/webhook/{webhook.pk}/change/",
        "/admin/contracts/webhookdelivery/",
        f"/admin/contracts/webhookdelivery/{delivery.pk}/change/",
        "/admin/contracts/change/",
    ]

    client.force_login(administrator)
    shown = [client.get(page) for page in pages]
    client.force_login(approver)
    refused = [client.get(page).status_code for page in pages]

    assert [page.status_code for page in shown] == [200] * 5
    assert receiver.address in shown[1].content.decode()
    assert not any(secret in page.content.decode() for page in shown)
    assert refused == [403] * 5

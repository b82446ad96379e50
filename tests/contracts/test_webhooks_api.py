"""Webhooks over the API: a client's own, and no one else's."""

from base64 import b64decode
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import Airline, IdempotencyKey, Scope, ServiceClient, User
from audit.models import AuditEntry
from config.addresses import EVERYWHERE
from contracts.api.feed import cursor_after
from contracts.models import Webhook, WebhookDelivery, WebhookSecret
from contracts.services.webhook_sending import deliveries_send
from contracts.services.webhooks import MOST_WEBHOOKS
from contracts.webhooks import targets
from tests.accounts.callers import calling_as
from tests.contracts.webhook_receiver import Receiver
from tests.contracts.webhook_scene import happen, verified
from tests.factories import PilotFactory, ServiceClientFactory

pytestmark = pytest.mark.django_db

WEBHOOKS = "/api/v1/webhooks/"
PUBLIC = "https://93.184.215.14/changes"


def create(caller: User | ServiceClient | None, url: str = PUBLIC, key: str = "", **body: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return calling_as(caller).post(WEBHOOKS, {"url": url, **body}, format="json", headers=headers)


def events(webhook_id: str) -> list[str]:
    entries = AuditEntry.objects.filter(object_pk=webhook_id).order_by("timestamp", "id")
    return [str(event) for event in entries.values_list("event", flat=True)]


def test_a_webhook_is_made_with_a_secret_that_is_shown_once(service_client: ServiceClient) -> None:
    answer = create(service_client, kinds=["contract.retired", "contract.activated"])

    assert answer.status_code == 201
    made = answer.json()
    assert (made["state"], made["kinds"]) == ("pending", ["contract.activated", "contract.retired"])
    assert made["secret"].startswith("whsec_")
    assert len(b64decode(made["secret"].removeprefix("whsec_"))) == 32
    again = calling_as(service_client).get(answer["Location"])
    assert again.json() == {name: value for name, value in made.items() if name != "secret"}
    stored = WebhookSecret.objects.get()
    assert made["secret"].encode() not in bytes(stored.ciphertext)
    assert made["secret"] not in repr(list(AuditEntry.objects.values()))
    assert events(made["id"]) == ["webhook.created"]


def test_a_request_sent_again_makes_one_webhook_and_shows_no_secret(service_client: ServiceClient) -> None:
    first = create(service_client, key="one")
    second = create(service_client, key="one")
    other = create(service_client, url=PUBLIC + "/2", key="one")

    assert second.json() == {**first.json(), "secret": None}
    assert second["Idempotent-Replayed"] == "true"
    assert other.json()["code"] == "idempotency_mismatch"
    assert Webhook.objects.count() == 1
    assert first.json()["secret"] not in repr(IdempotencyKey.objects.values().get())


@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.215.14/",
        "ftp://93.184.215.14/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:192.168.0.1]/",
        "https://localhost/",
        "https://LOCALHOST./",
        "https://db.internal/",
        "https://printer.local/",
        "https://intranet/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://name:password@93.184.215.14/",
        "https://93.184.215.14/#part",
        "https://93.184.215.14:0/",
        "https://bücher.example/",
        "https://",
        "nonsense",
        "",
        "https://93.184.215.14/" + "x" * 500,
    ],
)
def test_an_address_that_is_none_or_private_is_refused(
    service_client: ServiceClient, settings: Settings, url: str
) -> None:
    settings.LOCAL_WEBHOOKS = False

    answer = create(service_client, url=url)

    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/url"]
    assert (Webhook.objects.count(), WebhookDelivery.objects.count()) == (0, 0)


def test_a_name_that_leads_inside_is_refused_and_one_that_is_unknown_now_is_not() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(ValueError, match="private"):
        targets.checked_url(
            "https://inside.example/", hosts=EVERYWHERE, allow_loopback=False, resolve=lambda *_: ["10.1.2.3"]
        )
    assert (
        targets.checked_url("https://new.example/", hosts=EVERYWHERE, allow_loopback=False, resolve=unknown)
        == "https://new.example/"
    )


def test_this_machine_is_told_only_where_that_is_allowed(service_client: ServiceClient, settings: Settings) -> None:
    settings.LOCAL_WEBHOOKS = True
    allowed = create(service_client, url="http://127.0.0.1:9/")
    settings.LOCAL_WEBHOOKS = False
    refused = create(service_client, url="http://127.0.0.1:9/2")

    assert (allowed.status_code, refused.status_code) == (201, 400)


@pytest.mark.parametrize("body", [{"kinds": ["contract.drafted"]}, {"kinds": "all"}, {"name": "unknown field"}])
def test_what_is_not_a_webhook_is_refused(service_client: ServiceClient, body: dict[str, Any]) -> None:
    answer = create(service_client, **body)

    assert answer.status_code == 400
    assert Webhook.objects.count() == 0


def test_an_address_is_registered_once_a_client(service_client: ServiceClient, airline: Airline) -> None:
    first, second = create(service_client), create(service_client)
    others = create(ServiceClientFactory.create(airlines=[airline]))

    assert (first.status_code, second.status_code, others.status_code) == (201, 400, 201)
    assert "already" in second.json()["errors"][0]["detail"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Webhook.objects.create(client=service_client, url=PUBLIC, challenge="x")


def test_a_client_has_so_many_at_most(service_client: ServiceClient) -> None:
    answers = [create(service_client, url=f"{PUBLIC}/{number}").status_code for number in range(MOST_WEBHOOKS + 1)]

    assert answers == [201] * MOST_WEBHOOKS + [422]


def test_a_deleted_webhook_is_gone_with_all_that_was_its(
    airline: Airline, service_client: ServiceClient, receiver: Receiver
) -> None:
    webhook, _ = verified(service_client, receiver)
    happen(airline)

    answer = calling_as(service_client).delete(f"{WEBHOOKS}{webhook.pk}/")

    assert answer.status_code == 204
    assert (Webhook.objects.count(), WebhookSecret.objects.count(), WebhookDelivery.objects.count()) == (0, 0, 0)
    assert events(str(webhook.pk))[-1] == "webhook.deleted"
    assert deliveries_send() == 0


def test_two_secrets_sign_while_one_follows_the_other(
    airline: Airline, service_client: ServiceClient, receiver: Receiver
) -> None:
    webhook, _ = verified(service_client, receiver)
    address = f"{WEBHOOKS}{webhook.pk}/secret/"

    renewed = calling_as(service_client).post(address, {"overlap_hours": 1}, format="json")
    happen(airline)
    deliveries_send()
    webhook.secrets.filter(ends_at__isnull=False).update(ends_at=timezone.now() - timedelta(seconds=1))
    happen(airline)
    deliveries_send()
    at_once = calling_as(service_client).post(address, {"overlap_hours": 0}, format="json")
    happen(airline)
    deliveries_send()

    assert (renewed.status_code, at_once.status_code) == (201, 201)
    assert renewed.json()["secret"] != at_once.json()["secret"]
    signatures = [received.headers["webhook-signature"].split(" ") for received in receiver.changes]
    assert [len(given) for given in signatures] == [2, 1, 1]
    assert events(str(webhook.pk)).count("webhook.secret_renewed") == 2


@pytest.mark.parametrize("hours", [-1, 169, "long"])
def test_an_overlap_is_a_week_at_most(service_client: ServiceClient, hours: object) -> None:
    made = create(service_client).json()

    answer = calling_as(service_client).post(f"{WEBHOOKS}{made['id']}/secret/", {"overlap_hours": hours}, format="json")

    assert answer.status_code == 400
    assert WebhookSecret.objects.count() == 1


def test_the_log_tells_each_message_and_attempt_and_messages_are_sent_again(
    airline: Airline, service_client: ServiceClient, receiver: Receiver
) -> None:
    webhook, _ = verified(service_client, receiver)
    first, _ = happen(airline, count=2)
    deliveries_send()
    caller, own = calling_as(service_client), f"{WEBHOOKS}{webhook.pk}/"

    told = caller.get(f"{own}deliveries/?state=delivered").json()["results"]
    delivery = next(given for given in told if given["event_id"] == str(first.pk))
    attempts = caller.get(f"{own}deliveries/{delivery['id']}/attempts/").json()["results"]
    again = caller.post(f"{own}deliveries/{delivery['id']}/replay/")
    all_since = caller.post(f"{own}replay/", {"cursor": cursor_after(first.position or 0)}, format="json")
    everything = caller.post(f"{own}replay/", {}, format="json")
    no_cursor = caller.post(f"{own}replay/", {"cursor": "nonsense"}, format="json")

    assert {given["kind"] for given in told} == {"webhook.ping", "contract.activated"}
    assert (delivery["position"], delivery["attempts_made"], delivery["state"]) == (first.position, 1, "delivered")
    assert [(attempt["status_code"], attempt["error"]) for attempt in attempts] == [(200, "")]
    assert attempts[0]["duration_ms"] >= 0
    assert (again.status_code, again.json()["state"]) == (202, "waiting")
    assert (all_since.status_code, all_since.json()) == (202, {"messages": 1})
    assert everything.json() == {"messages": 2}
    assert no_cursor.status_code == 404
    assert events(str(webhook.pk)).count("webhook.replayed") == 3


def test_a_webhook_that_is_not_active_replays_nothing(airline: Airline, service_client: ServiceClient) -> None:
    happen(airline)
    made = create(service_client).json()

    answer = calling_as(service_client).post(f"{WEBHOOKS}{made['id']}/replay/", {}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert WebhookDelivery.objects.filter(change__isnull=False).count() == 0


def test_who_may_do_what(
    airline: Airline, approver: User, administrator: User, service_client: ServiceClient, receiver: Receiver
) -> None:
    """Another client's webhook is not there; people and clients without the scope manage none."""
    webhook, _ = verified(service_client, receiver)
    happen(airline)
    delivery = webhook.deliveries.latest("created_at")
    own = f"{WEBHOOKS}{webhook.pk}/"
    requests = [
        ("get", own),
        ("delete", own),
        ("post", f"{own}ping/"),
        ("post", f"{own}secret/"),
        ("post", f"{own}replay/"),
        ("get", f"{own}deliveries/"),
        ("get", f"{own}deliveries/{delivery.pk}/attempts/"),
        ("post", f"{own}deliveries/{delivery.pk}/replay/"),
    ]
    callers: list[tuple[User | ServiceClient | None, int, int]] = [
        (None, 401, 401),
        (PilotFactory.create(airline=airline).user, 403, 403),
        (approver, 403, 403),
        (administrator, 403, 403),
        (ServiceClientFactory.create(airlines=[airline], scopes=[Scope.RULES_READ.value]), 403, 403),
        (ServiceClientFactory.create(airlines=[airline]), 404, 200),
    ]
    before = (list(Webhook.objects.values()), list(WebhookDelivery.objects.values()), events(str(webhook.pk)))

    for caller, one, many in callers:
        for method, address in requests:
            answer = getattr(calling_as(caller), method)(address, **({"format": "json"} if method == "post" else {}))
            assert answer.status_code == one, (str(caller), method, address)
        listed = calling_as(caller).get(WEBHOOKS)
        assert listed.status_code == many
        assert listed.json().get("results", []) == []

    after = (list(Webhook.objects.values()), list(WebhookDelivery.objects.values()), events(str(webhook.pk)))
    assert after == before
    assert WebhookSecret.objects.count() == 1


def test_what_makes_us_send_is_counted_apart(service_client: ServiceClient, monkeypatch: pytest.MonkeyPatch) -> None:
    made = create(service_client).json()
    monkeypatch.setattr(
        "config.api.throttles.api_settings.DEFAULT_THROTTLE_RATES", {"client": "600000/min", "outbound": "2/h"}
    )
    caller, address = calling_as(service_client), f"{WEBHOOKS}{made['id']}/ping/"

    answers = [caller.post(address) for _ in range(3)]

    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) > 0
    assert caller.get(WEBHOOKS).status_code == 200


@pytest.mark.parametrize("count", [1, 5])
def test_lists_cost_the_same_whatever_they_hold(
    airline: Airline,
    service_client: ServiceClient,
    receiver: Receiver,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    webhook, _ = verified(service_client, receiver)
    happen(airline, count=count)
    for number in range(count - 1):
        Webhook.objects.create(client=service_client, url=f"{PUBLIC}/{number}", challenge="x")
    caller = calling_as(service_client)

    with django_assert_num_queries(2):
        listed = caller.get(WEBHOOKS)
    with django_assert_num_queries(3):
        told = caller.get(f"{WEBHOOKS}{webhook.pk}/deliveries/")

    assert len(listed.json()["results"]) == count
    assert len(told.json()["results"]) == count + 1

"""Service clients: from where they may call, on every way in, and secrets that are changed without a gap."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Airline, Scope, ServiceClient, User
from accounts.networks import admits, normal_network
from accounts.services import client_create, client_secret_renew, client_update
from accounts.services.clients import LONGEST_OVERLAP
from audit.events import AuditEvent, SecurityEventKind
from audit.models import AuditEntry, SecurityEvent
from config.errors import NotAllowed, RuleBroken
from contracts.api import quick
from contracts.publication.prepared import Memory
from contracts.services.publication import publication_refresh
from regulations.services import catalogue_load
from tests.accounts.callers import calling_as
from tests.factories import ContractFactory, PilotFactory

pytestmark = pytest.mark.django_db
HOME, AWAY = "203.0.113.7", "198.51.100.1"
PROBLEM = "This service client may not call from this address."


def made(administrator: User, airline: Airline, **more: Any) -> tuple[ServiceClient, str]:
    return client_create(actor=administrator, name="VectorBid", scopes=[Scope.RULES_READ], airlines=[airline], **more)


def token_asked(client_id: str, secret: str, address: str = HOME) -> Any:
    body = {"client_id": client_id, "client_secret": secret}
    return Client().post("/api/v1/auth/client-token/", body, content_type="application/json", REMOTE_ADDR=address)


def test_a_token_is_given_in_the_clients_networks_alone(administrator: User, airline: Airline) -> None:
    program, secret = made(administrator, airline, networks=["203.0.113.0/24"])

    near, far = token_asked(program.client_id, secret), token_asked(program.client_id, secret, AWAY)
    guessed = token_asked(program.client_id, "wrong", AWAY)

    assert near.status_code == 200
    assert (far.status_code, far.json()["detail"]) == (403, PROBLEM)
    assert guessed.status_code == 401
    event = SecurityEvent.objects.get(kind=SecurityEventKind.CLIENT_ADDRESS_REFUSED)
    assert event.subject == program.client_id


def test_a_token_that_was_carried_away_is_worth_nothing_elsewhere(
    administrator: User, airline: Airline, service_client: ServiceClient
) -> None:
    client = calling_as(service_client)
    assert client.get("/api/v1/airlines/", REMOTE_ADDR=AWAY).status_code == 200

    client_update(actor=administrator, client=service_client, changes={"networks": ["203.0.113.0/24"]})
    refused = [client.get("/api/v1/airlines/", REMOTE_ADDR=AWAY) for _ in range(3)]

    assert [answer.status_code for answer in refused] == [403] * 3
    assert client.get("/api/v1/airlines/", REMOTE_ADDR=HOME).status_code == 200
    assert SecurityEvent.objects.filter(kind=SecurityEventKind.CLIENT_ADDRESS_REFUSED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_quick_lookup_heeds_the_networks_from_the_next_request(
    administrator: User, airline: Airline, service_client: ServiceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quick, "memory", Memory())
    catalogue_load()
    pilot = PilotFactory.create(airline=airline)
    ContractFactory.create(airline=airline, active=True, rules=1)
    publication_refresh()
    address, client = reverse("pilot-rules", args=[pilot.pilot_id]), calling_as(service_client)
    for _ in range(4):
        assert client.get(address, REMOTE_ADDR=AWAY).status_code == 200

    client_update(actor=administrator, client=service_client, changes={"networks": [f"{HOME}/32"]})

    assert client.get(address, REMOTE_ADDR=AWAY).status_code == 403
    for _ in range(4):
        assert client.get(address, REMOTE_ADDR=HOME).status_code == 200
        assert client.get(address, REMOTE_ADDR=AWAY).status_code == 403


@pytest.mark.parametrize(
    ("networks", "address", "expected"),
    [
        ([], AWAY, True),
        ([], None, True),
        (["203.0.113.0/24"], HOME, True),
        (["203.0.113.0/24"], f"::ffff:{HOME}", True),
        (["203.0.113.0/24"], AWAY, False),
        (["203.0.113.0/24"], None, False),
        (["2001:db8::/32", "203.0.113.7/32"], "2001:db8::1", True),
        (["2001:db8::/32"], HOME, False),
    ],
)
def test_a_network_admits_its_own_addresses(networks: list[str], address: str | None, expected: Any) -> None:
    assert admits(networks, address) is expected


@pytest.mark.parametrize(
    ("given", "normal"), [("203.0.113.9/24", "203.0.113.0/24"), (" 203.0.113.7 ", "203.0.113.7/32")]
)
def test_networks_have_one_form(given: str, normal: str) -> None:
    assert normal_network(given) == normal


@pytest.mark.parametrize("given", ["", "vectorbid.example", "203.0.113.0/33", "203.0.113", "\0"])
def test_what_is_no_network_is_refused(administrator: User, airline: Airline, given: str) -> None:
    with pytest.raises(ValidationError):
        made(administrator, airline, networks=[given])

    assert not ServiceClient.objects.exists()


def test_the_desk_takes_networks_one_a_line(administrator: User, service_client: ServiceClient) -> None:
    desk = Client()
    desk.force_login(administrator)
    place = reverse("admin:accounts_serviceclient_change", args=[service_client.pk])
    form = {
        "name": service_client.name,
        "scopes": service_client.scopes,
        "serves": [airline.pk for airline in service_client.airlines.all()],
        "is_active": "on",
    }

    refused = desk.post(place, {**form, "networks": "203.0.113.9/24\nnonsense"})
    desk.post(place, {**form, "networks": "203.0.113.9/24\n2001:db8::1"})

    service_client.refresh_from_db()
    assert "nonsense is no address or network" in refused.content.decode()
    assert service_client.networks == ["2001:db8::1/128", "203.0.113.0/24"]
    entry = AuditEntry.objects.get(event=AuditEvent.CLIENT_UPDATED)
    assert entry.changes["networks"] == [[], service_client.networks]


def test_both_secrets_are_good_until_the_overlap_is_over(administrator: User, airline: Airline) -> None:
    program, first = made(administrator, airline)

    second = client_secret_renew(actor=administrator, client=program, overlap=timedelta(hours=1))
    assert [token_asked(program.client_id, secret).status_code for secret in (first, second)] == [200, 200]
    ServiceClient.objects.update(previous_secret_ends_at=timezone.now())

    assert [token_asked(program.client_id, secret).status_code for secret in (first, second)] == [401, 200]
    assert ServiceClient.objects.get().last_used_at is not None


def test_without_overlap_and_by_a_third_secret_the_oldest_ends_at_once(administrator: User, airline: Airline) -> None:
    program, first = made(administrator, airline)
    second = client_secret_renew(actor=administrator, client=program, overlap=timedelta(hours=1))
    third = client_secret_renew(actor=administrator, client=program, overlap=timedelta(hours=1))
    assert [token_asked(program.client_id, s).status_code for s in (first, second, third)] == [401, 200, 200]

    last = client_secret_renew(actor=administrator, client=program)

    assert [token_asked(program.client_id, s).status_code for s in (second, third, last)] == [401, 401, 200]


def test_an_empty_secret_is_no_secret(administrator: User, airline: Airline) -> None:
    program, _ = made(administrator, airline)

    assert token_asked(program.client_id, " ").status_code == 401


@pytest.mark.parametrize("overlap", [timedelta(seconds=-1), LONGEST_OVERLAP + timedelta(seconds=1)])
def test_an_overlap_has_bounds(administrator: User, service_client: ServiceClient, overlap: timedelta) -> None:
    with pytest.raises(RuleBroken):
        client_secret_renew(actor=administrator, client=service_client, overlap=overlap)


def test_nobody_else_changes_networks_or_secrets(approver: User, service_client: ServiceClient) -> None:
    before = service_client.secret_hash

    with pytest.raises(NotAllowed):
        client_update(actor=approver, client=service_client, changes={"networks": []})
    with pytest.raises(NotAllowed):
        client_secret_renew(actor=approver, client=service_client, overlap=timedelta(hours=1))

    service_client.refresh_from_db()
    assert service_client.secret_hash == before


def test_the_desk_offers_how_long_the_old_secret_stays_good(administrator: User, service_client: ServiceClient) -> None:
    desk = Client()
    desk.force_login(administrator)
    place = reverse("admin:accounts_renew_secret", args=[service_client.pk])

    desk.post(place, {"overlap": "day"})
    service_client.refresh_from_db()
    ends_at = service_client.previous_secret_ends_at
    desk.post(place, {"overlap": "for ever"})

    assert ends_at is not None
    assert timedelta(hours=23) < ends_at - timezone.now() < timedelta(hours=24)
    service_client.refresh_from_db()
    assert service_client.previous_secret_ends_at is None

"""Service clients: programs that sign in with an id and a secret of 256 random bits."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts import tokens
from accounts.factors.policies import require_fresh
from accounts.facts import client_subject
from accounts.models import Airline, Scope, ServiceClient, User
from accounts.networks import admits
from accounts.policies import may_administer_accounts
from accounts.selectors import active_client
from audit.events import AuditEvent, SecurityEventKind
from audit.services import entry_record, security_event_record
from config import requests
from config.door import as_product
from config.errors import NotAllowed, RuleBroken
from config.facts import facts_change

CHANGEABLE = ("name", "scopes", "is_active", "networks")
LONGEST_OVERLAP = timedelta(days=30)
# A client from a wrong address is written down so often at the most.
REFUSALS_NOTED_EACH_SECONDS = 60


class ClientRefused(Exception):
    """No active client has that id and secret."""


def client_create(
    *,
    actor: User,
    name: str,
    scopes: Sequence[Scope],
    airlines: Sequence[Airline],
    networks: Sequence[str] = (),
) -> tuple[ServiceClient, str]:
    """A new client and its secret, which is shown this once: only its hash is kept.

    Raises:
        NotAllowed: unless `actor` is an administrator who has proved himself lately.
        ValidationError: Django's, by field.
    """
    _require_administrator(actor)
    secret = secrets.token_urlsafe(32)
    client = ServiceClient(
        name=name.strip(),
        client_id=f"client_{secrets.token_hex(12)}",
        secret_hash=_hash(secret),
        scopes=sorted({Scope(scope).value for scope in scopes}),
        networks=list(networks),
    )
    with transaction.atomic():
        client.full_clean()
        client.save(force_insert=True)
        client.airlines.set(airlines)
        entry_record(event=AuditEvent.CLIENT_CREATED, actor=actor, target=client, after=_snapshot(client))
    return client, secret


def client_update(
    *, actor: User, client: ServiceClient, changes: Mapping[str, object], airlines: Sequence[Airline] | None = None
) -> ServiceClient:
    """Change name, scopes, whether it is active, its networks and its airlines. It holds at once: tokens are checked against the row.

    Raises:
        NotAllowed: unless `actor` is an administrator who has proved himself lately.
        ValueError: for another field.
        ValidationError: Django's, by field.
    """
    _require_administrator(actor)
    if unknown := set(changes) - set(CHANGEABLE):
        raise ValueError(f"not changed here: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        client = ServiceClient.objects.select_for_update().get(pk=client.pk)
        before = _snapshot(client)
        for name, value in changes.items():
            setattr(client, name, value)
        client.full_clean()
        client.save(update_fields=list(changes))
        if airlines is not None:
            client.airlines.set(airlines)
        facts_change(client_subject(client.client_id))
        entry_record(
            event=AuditEvent.CLIENT_UPDATED, actor=actor, target=client, before=before, after=_snapshot(client)
        )
    return client


def client_secret_renew(*, actor: User, client: ServiceClient, overlap: timedelta = timedelta(0)) -> str:
    """A new secret, shown this once. The one before is good until `overlap` is over; any older one ends now.

    Raises:
        NotAllowed: unless `actor` is an administrator who has proved himself lately.
        RuleBroken: for an overlap of more than 30 days.
    """
    _require_administrator(actor)
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise RuleBroken(f"The old secret may stay good for {LONGEST_OVERLAP.days} days at the most.")
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        client = ServiceClient.objects.select_for_update().get(pk=client.pk)
        client.previous_secret_hash = client.secret_hash if overlap else ""
        client.previous_secret_ends_at = timezone.now() + overlap if overlap else None
        client.secret_hash = _hash(secret)
        client.save(update_fields=["secret_hash", "previous_secret_hash", "previous_secret_ends_at"])
        entry_record(
            event=AuditEvent.CLIENT_UPDATED,
            actor=actor,
            target=client,
            reason="Its secret was renewed.",
            details={"overlap_minutes": int(overlap.total_seconds() // 60)},
        )
    return secret


@as_product("nobody is known until he has signed in")
def client_token_issue(*, client_id: str, client_secret: str) -> str:
    """An access token for the client of that id and secret.

    Raises:
        ClientRefused: the same for an unknown id, a wrong secret and a client that was shut off.
        NotAllowed: for the right secret from an address that the client may not call from.
    """
    client = active_client(client_id=client_id)
    if client is None or not _is_secret(client, client_secret):
        security_event_record(
            kind=SecurityEventKind.CLIENT_SECRET_WRONG, subject=client_id, is_known=client is not None
        )
        raise ClientRefused
    client_address_check(client=client)
    with transaction.atomic():
        client.last_used_at = timezone.now()
        client.save(update_fields=["last_used_at"])
        entry_record(event=AuditEvent.TOKEN_ISSUED, actor=client, target=client)
    return tokens.client_token(client)


@as_product("nobody is known until he has signed in")
def client_address_check(*, client: ServiceClient) -> None:
    """Let the request at hand pass if it comes from one of the client's networks; else it is written down, once a minute.

    Raises:
        NotAllowed
    """
    address = requests.current().address
    if admits(client.networks, address):
        return
    if cache.add(f"client-address-refused:{client.pk}", 1, timeout=REFUSALS_NOTED_EACH_SECONDS):
        security_event_record(kind=SecurityEventKind.CLIENT_ADDRESS_REFUSED, subject=client.client_id, is_known=True)
    raise NotAllowed("This service client may not call from this address.")


def _is_secret(client: ServiceClient, secret: str) -> bool:
    """Whether it is the client's secret, or the one before while both are good."""
    given, ends_at = _hash(secret), client.previous_secret_ends_at
    if secrets.compare_digest(client.secret_hash, given):
        return True
    is_previous = secrets.compare_digest(client.previous_secret_hash, given)
    return is_previous and ends_at is not None and ends_at > timezone.now()


def _snapshot(client: ServiceClient) -> dict[str, object]:
    return {
        "name": client.name,
        "scopes": list(client.scopes),
        "is_active": client.is_active,
        "networks": list(client.networks),
        "airlines": sorted(client.airlines.values_list("code", flat=True)),
    }


def _require_administrator(actor: User) -> None:
    if not may_administer_accounts(actor):
        raise NotAllowed("Service clients are administrators' work.")
    require_fresh(actor)


def _hash(secret: str) -> str:
    """Plain SHA-256: a secret of 256 random bits is not found by guessing, and each token request stays cheap."""
    return hashlib.sha256(secret.encode()).hexdigest()

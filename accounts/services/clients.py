"""Service clients: programs that sign in with an id and a secret of 256 random bits."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from accounts import tokens
from accounts.facts import client_subject
from accounts.models import Airline, Scope, ServiceClient, User
from accounts.policies import may_administer_accounts
from accounts.selectors import active_client
from audit.events import AuditEvent, SecurityEventKind
from audit.services import entry_record, security_event_record
from config.errors import NotAllowed
from config.facts import facts_change

CHANGEABLE = ("name", "scopes", "is_active")


class ClientRefused(Exception):
    """No active client has that id and secret."""


def client_create(
    *, actor: User, name: str, scopes: Sequence[Scope], airlines: Sequence[Airline]
) -> tuple[ServiceClient, str]:
    """A new client and its secret, which is shown this once: only its hash is kept.

    Raises:
        NotAllowed: unless `actor` is an administrator.
        ValidationError: Django's, by field.
    """
    _require_administrator(actor)
    secret = secrets.token_urlsafe(32)
    client = ServiceClient(
        name=name.strip(),
        client_id=f"client_{secrets.token_hex(12)}",
        secret_hash=_hash(secret),
        scopes=sorted({Scope(scope).value for scope in scopes}),
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
    """Change name, scopes, whether it is active, and its airlines. It holds at once: tokens are checked against the row.

    Raises:
        NotAllowed: unless `actor` is an administrator.
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


def client_secret_renew(*, actor: User, client: ServiceClient) -> str:
    """A new secret, shown this once; the old one is worth nothing from now on.

    Raises:
        NotAllowed: unless `actor` is an administrator.
    """
    _require_administrator(actor)
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        client.secret_hash = _hash(secret)
        client.save(update_fields=["secret_hash"])
        entry_record(event=AuditEvent.CLIENT_UPDATED, actor=actor, target=client, reason="Its secret was renewed.")
    return secret


def client_token_issue(*, client_id: str, client_secret: str) -> str:
    """An access token for the client of that id and secret.

    Raises:
        ClientRefused: the same for an unknown id, a wrong secret and a client that was shut off.
    """
    client = active_client(client_id=client_id)
    expected = client.secret_hash if client is not None else _hash("")
    if not secrets.compare_digest(expected, _hash(client_secret)) or client is None:
        security_event_record(
            kind=SecurityEventKind.CLIENT_SECRET_WRONG, subject=client_id, is_known=client is not None
        )
        raise ClientRefused
    with transaction.atomic():
        client.last_used_at = timezone.now()
        client.save(update_fields=["last_used_at"])
        entry_record(event=AuditEvent.TOKEN_ISSUED, actor=client, target=client)
    return tokens.client_token(client)


def _snapshot(client: ServiceClient) -> dict[str, object]:
    return {
        "name": client.name,
        "scopes": list(client.scopes),
        "is_active": client.is_active,
        "airlines": sorted(client.airlines.values_list("code", flat=True)),
    }


def _require_administrator(actor: User) -> None:
    if not may_administer_accounts(actor):
        raise NotAllowed("Service clients are administrators' work.")


def _hash(secret: str) -> str:
    """Plain SHA-256: a secret of 256 random bits is not found by guessing, and each token request stays cheap."""
    return hashlib.sha256(secret.encode()).hexdigest()

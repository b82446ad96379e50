"""The only writers of the audit trail. Both write in the caller's transaction: what is rolled back was not done."""

from collections.abc import Mapping
from typing import Protocol

from django.contrib.contenttypes.models import ContentType
from django.db import models

from audit.events import AuditEvent, SecurityEventKind, Severity
from audit.models import AuditEntry, SecurityEvent
from config import requests

PRODUCT = "VectorBid Contracts"


class Actor(Protocol):
    """Who does something. None in its place means the product itself: a schedule, a command."""

    pk: object

    def __str__(self) -> str: ...


def _person(actor: Actor | None) -> models.Model | None:
    """The actor as a row that `actor` may point to; a service client is named by its label only."""
    from django.contrib.auth import get_user_model

    return actor if isinstance(actor, get_user_model()) else None


def entry_record(
    *,
    event: AuditEvent,
    actor: Actor | None,
    target: models.Model,
    reason: str = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    details: Mapping[str, object] | None = None,
) -> AuditEntry:
    """Write one entry about `target`. `before` and `after` are field values that JSON can hold, by field name.

    Raises:
        ValueError: for an event that `audit.events` does not list.
    """
    context = requests.current()
    person = _person(actor)
    before, after = before or {}, after or {}
    names = sorted({*before, *after})
    return AuditEntry.objects.create(
        event=AuditEvent(event),
        action=AuditEntry.Action.CREATE if event.endswith((".created", ".uploaded", ".added")) else AuditEntry.Action.UPDATE,
        actor=person,
        actor_label=str(actor) if actor is not None else PRODUCT,
        actor_email=getattr(person, "email", None),
        content_type=ContentType.objects.get_for_model(target),
        object_pk=str(target.pk),
        object_repr=str(target),
        changes={name: [before.get(name), after.get(name)] for name in names} or None,
        additional_data=dict(details) if details else None,
        reason=reason,
        cid=context.request_id or None,
        remote_addr=context.address,
        user_agent=context.user_agent,
    )


def security_event_record(
    *,
    kind: SecurityEventKind,
    severity: Severity,
    user: models.Model | None = None,
    subject: str = "",
    details: Mapping[str, object] | None = None,
) -> SecurityEvent:
    """Write one security event with the present request's address and agent."""
    context = requests.current()
    return SecurityEvent.objects.create(
        kind=SecurityEventKind(kind),
        severity=Severity(severity),
        user=user,
        subject=subject[:320],
        details=dict(details or {}),
        address=context.address,
        user_agent=context.user_agent,
        request_id=context.request_id,
    )

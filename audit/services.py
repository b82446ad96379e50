"""The only writers of the audit trail and of security events. All write in the caller's transaction: what is rolled back was not done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db import models

from audit.events import AuditEvent
from audit.models import AuditEntry
from audit.security.derived import seen_in
from audit.security.recording import security_event_record
from config import door, requests
from config.door import PRODUCT

__all__ = ["Fact", "entries_record", "entry_record", "security_event_record"]


def _person(actor: models.Model | None) -> models.Model | None:
    """The actor as a row that `actor` may point to; a service client is named by its label only."""
    from django.contrib.auth import get_user_model

    return actor if isinstance(actor, get_user_model()) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What one entry says. `before` and `after` are field values that JSON can hold, by field name."""

    event: AuditEvent
    target: models.Model
    reason: str = ""
    before: Mapping[str, object] = field(default_factory=dict)
    after: Mapping[str, object] = field(default_factory=dict)
    details: Mapping[str, object] = field(default_factory=dict)


def entry_record(
    *,
    event: AuditEvent,
    actor: models.Model | None,
    target: models.Model,
    reason: str = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    details: Mapping[str, object] | None = None,
) -> AuditEntry:
    """Write one entry about `target`.

    Raises:
        ValueError: for an event that `audit.events` does not list.
    """
    fact = Fact(
        event=event, target=target, reason=reason, before=before or {}, after=after or {}, details=details or {}
    )
    entry = _entry(actor, fact)
    with door.as_product("the trail is written by the product alone"):
        entry.save(force_insert=True)
    seen_in(event=entry.event, actor=actor, target=target, before=fact.before, after=fact.after)
    return entry


def entries_record(*, actor: models.Model | None, facts: Iterable[Fact]) -> int:
    """Write many entries of one actor at once. Returns how many. Raises as `entry_record`."""
    written = list(facts)
    with door.as_product("the trail is written by the product alone"):
        AuditEntry.objects.bulk_create((_entry(actor, fact) for fact in written), batch_size=500)
    for fact in written:
        seen_in(event=fact.event, actor=actor, target=fact.target, before=fact.before, after=fact.after)
    return len(written)


def _entry(actor: models.Model | None, fact: Fact) -> AuditEntry:
    context = requests.current()
    person = _person(actor)
    created = fact.event.endswith((".created", ".uploaded", ".added"))
    names = sorted({*fact.before, *fact.after})
    return AuditEntry(
        event=AuditEvent(fact.event),
        action=AuditEntry.Action.CREATE if created else AuditEntry.Action.UPDATE,
        actor=person,
        actor_label=str(actor) if actor is not None else PRODUCT,
        actor_email=getattr(person, "email", None),
        content_type=ContentType.objects.get_for_model(fact.target),
        object_pk=str(fact.target.pk),
        object_repr=str(fact.target),
        changes={name: [fact.before.get(name), fact.after.get(name)] for name in names} or None,
        additional_data=dict(fact.details) or None,
        reason=fact.reason,
        cid=context.request_id or None,
        remote_addr=context.address,
        user_agent=context.user_agent,
    )

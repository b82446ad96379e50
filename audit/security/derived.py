"""Security events that follow from what the audit trail is told: services say once what was done, and the guards see what concerns them."""

from collections.abc import Mapping
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone

from audit.events import AuditEvent, SecurityEventKind
from audit.security.recording import security_event_record
from config.door import PRODUCT, as_product

# What always is one, and of which kind.
ALWAYS: Mapping[AuditEvent, SecurityEventKind] = {
    AuditEvent.GRANT_ADDED: SecurityEventKind.PRIVILEGES_CHANGED,
    AuditEvent.GRANT_REMOVED: SecurityEventKind.PRIVILEGES_CHANGED,
    AuditEvent.SESSIONS_ENDED: SecurityEventKind.SIGN_INS_ENDED,
    AuditEvent.SESSIONS_ENDED_OF_EVERYBODY: SecurityEventKind.SIGN_INS_ENDED,
    AuditEvent.CLIENT_CREATED: SecurityEventKind.CLIENT_CHANGED,
    AuditEvent.CLIENT_UPDATED: SecurityEventKind.CLIENT_CHANGED,
    AuditEvent.EVIDENCE_EXPORTED: SecurityEventKind.EXPORTED,
    AuditEvent.DATA_EXPORTED: SecurityEventKind.EXPORTED,
}
# Of these each change of each thing is one to look at; of others it is enough to see who does them how often.
EACH = frozenset(
    {SecurityEventKind.PRIVILEGES_CHANGED, SecurityEventKind.CLIENT_CHANGED, SecurityEventKind.SIGN_INS_ENDED}
)
# Fields of an account that are rights, and what they are worth when it is made.
RIGHTS: Mapping[str, object] = {"role": "pilot", "is_active": True, "is_superuser": False}
# From so many downloads of one actor within an hour on.
DOWNLOADS, DOWNLOADS_WITHIN = 50, timedelta(hours=1)


@as_product("the guards see more than whom they watch")
def seen_in(
    *,
    event: str,
    actor: models.Model | None,
    target: models.Model,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    """What the guards want to see of an entry that was just written, in its transaction."""
    kind = _kind(AuditEvent(event), actor, before, after)
    if kind is None:
        return
    person = actor if isinstance(actor, get_user_model()) else None
    security_event_record(
        kind=kind,
        user=person,
        subject=str(actor) if actor is not None else PRODUCT,
        is_known=True,
        rule=f"{event} {target.pk}" if kind in EACH else "",
        details={"event": str(event), "object": str(target)},
    )


def _kind(
    event: AuditEvent, actor: models.Model | None, before: Mapping[str, object], after: Mapping[str, object]
) -> SecurityEventKind | None:
    if event == AuditEvent.DOCUMENT_READ:
        return SecurityEventKind.DOWNLOADED_MANY if _downloads_many(actor) else None
    if event in {AuditEvent.USER_CREATED, AuditEvent.USER_UPDATED}:
        was = before if event == AuditEvent.USER_UPDATED else RIGHTS
        changed = any(name in after and after[name] != was.get(name) for name in RIGHTS)
        return SecurityEventKind.PRIVILEGES_CHANGED if changed else None
    return ALWAYS.get(event)


def _downloads_many(actor: models.Model | None) -> bool:
    from audit.models import AuditEntry

    is_person = isinstance(actor, get_user_model())
    since = timezone.now() - DOWNLOADS_WITHIN
    read = AuditEntry.objects.filter(event=AuditEvent.DOCUMENT_READ, timestamp__gt=since)
    by_actor = read.filter(actor=actor) if is_person else read.filter(actor=None, actor_label=str(actor))
    return len(by_actor.values_list("pk")[:DOWNLOADS]) >= DOWNLOADS

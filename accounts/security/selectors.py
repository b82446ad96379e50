"""Reads of the work on security events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from audit.events import EventState, SecurityEventKind, Severity
from audit.models import AuditEntry, SecurityEvent
from audit.security.kinds import KINDS, Kind

RELATED, BESIDE, HISTORY = 10, 20, 200
BESIDE_WITHIN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class EventPage:
    """All that the page of one event shows. `beside` are entries of the audit trail about the same time, of the same person or request."""

    event: SecurityEvent
    kind: Kind
    holder: User | None
    history: Sequence[AuditEntry]
    related: Sequence[SecurityEvent]
    beside: Sequence[AuditEntry]


def events_listed(viewer: User, asked: Mapping[str, Any]) -> QuerySet[SecurityEvent]:
    """Those that the filters leave, each with the name and e-mail of who has it. `asked` is what FilterForm could read."""
    rows = _of_state(viewer, SecurityEvent.objects.all(), asked.get("state") or "")
    severity = asked.get("severity") or ""
    if severity == "":
        rows = rows.exclude(severity=Severity.INFORMATION)
    elif severity != "all":
        rows = rows.filter(severity=severity)
    if kind := asked.get("kind"):
        rows = rows.filter(kind=kind)
    if subject := (asked.get("subject") or "").strip():
        rows = rows.filter(names__contains=[subject])
    if address := asked.get("address"):
        rows = rows.filter(addresses__contains=[address])
    if since := asked.get("since"):
        rows = rows.filter(last_seen_at__gte=datetime.combine(since, time(), tzinfo=UTC))
    return with_holders(rows)


def _of_state(viewer: User, rows: QuerySet[SecurityEvent], state: str) -> QuerySet[SecurityEvent]:
    if state == "":
        return rows.exclude(state=EventState.CLOSED)
    if state == "mine":
        return rows.filter(state=EventState.TAKEN, taken_by=viewer)
    return rows if state == "all" else rows.filter(state=state)


def with_holders(rows: QuerySet[SecurityEvent]) -> QuerySet[SecurityEvent]:
    """By name: an account may be gone."""
    name = User.objects.filter(pk=OuterRef("taken_by_id"))
    return rows.annotate(
        holder_name=Subquery(name.values("full_name")[:1]), holder_email=Subquery(name.values("email")[:1])
    )


def event_page(event: SecurityEvent) -> EventPage:
    """The event with what stands beside it, in five queries."""
    return EventPage(
        event=event,
        kind=KINDS[SecurityEventKind(event.kind)],
        holder=User.objects.filter(pk=event.taken_by_id).first() if event.taken_by_id else None,
        history=_history(event),
        related=list(_related(event)[:RELATED]),
        beside=_beside(event),
    )


def _history(event: SecurityEvent) -> list[AuditEntry]:
    """What was done with it, oldest first."""
    of_this = AuditEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(SecurityEvent), object_pk=str(event.pk)
    )
    return list(reversed(of_this.order_by("-timestamp", "-id")[:HISTORY]))


def _related(event: SecurityEvent) -> QuerySet[SecurityEvent]:
    """Of the same account, address or session, the latest first."""
    same = Q(pk__in=[])
    if event.user_id:
        same |= Q(user_id=event.user_id)
    if event.names:
        same |= Q(names__overlap=event.names)
    if event.addresses:
        same |= Q(addresses__overlap=event.addresses)
    if session := event.details.get("session"):
        same |= Q(details__contains={"session": session})
    return with_holders(SecurityEvent.objects.filter(same).exclude(pk=event.pk).order_by("-last_seen_at", "id"))


def _beside(event: SecurityEvent) -> list[AuditEntry]:
    same = Q(cid=event.request_id) if event.request_id else Q(pk__in=[])
    if event.user_id:
        same |= Q(actor_id=event.user_id)
    at = event.last_seen_at
    about_then = AuditEntry.objects.filter(same, timestamp__range=(at - BESIDE_WITHIN, at + BESIDE_WITHIN))
    others = about_then.exclude(event__startswith="security_event.")
    return list(others.order_by("-timestamp", "-id")[:BESIDE])

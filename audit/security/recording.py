"""Writing security events so that nobody can flood them: what happens again raises the count of the event that is not closed yet."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from audit.events import CountedBy, SecurityEventKind, Severity
from audit.security.alerting import alert_when_due
from audit.security.kinds import KINDS, QUARTER, Kind
from audit.security.models import SecurityEvent
from config import requests
from config.door import as_product

# Names and addresses that one event keeps.
KEPT = 20
# Whoever holds one holds 2^64 addresses.
IPV6_PREFIX = 64

_UPSERT = """
    INSERT INTO security_events AS e
        (id, kind, severity, fingerprint, counted_by, user_id, subject, rule, names, addresses,
         address, user_agent, request_id, details, burst_started_at, last_seen_at)
    VALUES (gen_random_uuid(), %(kind)s, %(severity)s, %(fingerprint)s, %(counted_by)s, %(user)s, %(subject)s, %(rule)s,
            %(names)s::varchar[], %(addresses)s::inet[], %(address)s, %(agent)s, %(request)s, %(details)s::jsonb,
            clock_timestamp(), clock_timestamp())
    ON CONFLICT (fingerprint) WHERE NOT (state = 'closed') AND NOT (fingerprint = '') DO UPDATE SET
        count = e.count + 1,
        burst_count = CASE WHEN e.burst_started_at > clock_timestamp() - %(window)s THEN e.burst_count + 1 ELSE 1 END,
        burst_started_at = CASE WHEN e.burst_started_at > clock_timestamp() - %(window)s
                                THEN e.burst_started_at ELSE clock_timestamp() END,
        last_seen_at = clock_timestamp(),
        names = CASE WHEN e.names @> EXCLUDED.names OR cardinality(e.names) >= %(kept)s
                     THEN e.names ELSE e.names || EXCLUDED.names END,
        addresses = CASE WHEN e.addresses @> EXCLUDED.addresses OR cardinality(e.addresses) >= %(kept)s
                         THEN e.addresses ELSE e.addresses || EXCLUDED.addresses END,
        address = coalesce(EXCLUDED.address, e.address),
        user_agent = EXCLUDED.user_agent,
        request_id = EXCLUDED.request_id,
        details = e.details || EXCLUDED.details
    RETURNING e.id
"""


@dataclass(frozen=True, slots=True)
class _Sighting:
    """One occurrence, before it is counted by anything."""

    kind: SecurityEventKind
    severity: Severity
    user: models.Model | None
    name: str
    is_known: bool
    rule: str
    details: Mapping[str, object]


@as_product("whoever sets off an event does not see it")
def security_event_record(
    *,
    kind: SecurityEventKind,
    severity: Severity | None = None,
    user: models.Model | None = None,
    subject: str = "",
    is_known: bool = False,
    rule: str = "",
    details: Mapping[str, object] | None = None,
) -> SecurityEvent:
    """Write down one occurrence, with the present request's address and agent, in the caller's transaction.

    `user` is the account that it concerns. Without one `subject` is taken for what somebody typed, perhaps a password, and only
    a keyed digest is kept, unless `is_known` says that the name is one of ours. `rule` parts what is counted apart within a
    kind, from a bounded list. `severity` replaces the catalogue's. Returns the event counted by the account, where there is one.

    Raises:
        ValueError: for a kind that `audit.events` does not list.
    """
    kind = SecurityEventKind(kind)
    entry = KINDS[kind]
    known = is_known or user is not None
    sighting = _Sighting(
        kind=kind,
        severity=Severity(severity or entry.severity),
        user=user,
        name=_name(user, subject, known),
        is_known=known,
        rule=rule[:200],
        details=dict(details or {}),
    )
    events = [_counted(sighting, _by(by, is_known=known), entry) for by in entry.counted]
    return events[0]


def _by(by: CountedBy, *, is_known: bool) -> CountedBy:
    """Invented names are without number: they are counted together. Whatever was named, the same is written, so that the time that
    it takes tells nobody whether there is such an account.
    """
    return CountedBy.UNKNOWN if by == CountedBy.ACCOUNT and not is_known else by


def _name(user: models.Model | None, subject: str, is_known: bool) -> str:  # noqa: FBT001 - two names and what the second is worth
    if user is not None:
        return str(getattr(user, "email", user))[:320]
    return subject[:320] if is_known or not subject else unknown_name(subject)


def unknown_name(typed: str) -> str:
    """The same for the same text, and nothing to be read from it."""
    return f"unknown {salted_hmac('audit.security', typed.strip().lower(), algorithm='sha256').hexdigest()[:10]}"


def _counted(sighting: _Sighting, by: CountedBy, entry: Kind) -> SecurityEvent:
    context = requests.current()
    of_account = by == CountedBy.ACCOUNT
    holders = {
        CountedBy.ACCOUNT: str(sighting.user.pk) if sighting.user is not None else sighting.name,
        CountedBy.UNKNOWN: "",
        CountedBy.ADDRESS: _network(context.address),
    }
    window = entry.rises.window if entry.rises else QUARTER
    parameters: dict[str, Any] = {
        "kind": sighting.kind.value,
        "severity": sighting.severity.value,
        "fingerprint": _fingerprint(sighting.kind, by, holders[by], sighting.rule),
        "counted_by": by.value,
        "user": sighting.user.pk if sighting.user is not None and of_account else None,
        "subject": sighting.name if of_account else "",
        "rule": sighting.rule,
        "names": [sighting.name] if sighting.name else [],
        "addresses": [context.address] if context.address else [],
        "address": context.address,
        "agent": context.user_agent.replace("\0", ""),
        "request": context.request_id,
        "details": json.dumps(dict(sighting.details), default=str),
        "window": window,
        "kept": KEPT,
    }
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_UPSERT, parameters)
            found: Any = cursor.fetchone()
        event = SecurityEvent.objects.get(pk=found[0])
        _rise(event, sighting.severity, entry)
        alert_when_due(event)
    return event


def _rise(event: SecurityEvent, now: Severity, entry: Kind) -> None:
    """As grave as this time, as it was already, or as its repetitions make it."""
    order = list(Severity)
    gravest = max(Severity(event.severity), now, key=order.index)
    rises = entry.rises
    if rises is not None and event.burst_count >= rises.at(event.counted_by):
        gravest = max(gravest, rises.to, key=order.index)
    if gravest != event.severity:
        event.severity = gravest
        event.save(update_fields=["severity"])


def _fingerprint(kind: str, by: str, holder: str, rule: str) -> str:
    return hashlib.sha256("\n".join((kind, by, holder, rule)).encode()).hexdigest()


def _network(address: str | None) -> str:
    """What one caller holds: an IPv4 address, or a network of IPv6."""
    if address is None:
        return "nowhere"
    parsed = ip_address(address)
    return address if parsed.version == 4 else str(ip_network(f"{address}/{IPV6_PREFIX}", strict=False))  # noqa: PLR2004 - the protocol


def lapse(*, unseen_for: timedelta, now: datetime | None = None) -> list[SecurityEvent]:
    """What was information and has not happened for so long, locked for whoever closes it."""
    since = (now or timezone.now()) - unseen_for
    rows = SecurityEvent.objects.unclosed().filter(severity=Severity.INFORMATION, last_seen_at__lt=since, taken_by=None)
    return list(rows.select_for_update(skip_locked=True).order_by("pk")[:500])

"""Every write of the work on security events. Its history is the audit trail's."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.security.policies import require_guard
from audit.events import AuditEvent, EventState, Outcome
from audit.models import SecurityEvent
from audit.security.recording import lapse
from audit.services import entry_record
from config.errors import ErrorCode, NotFoundForActor, RuleBroken, WrongState

# Information that did not happen again for so long closes by itself.
LAPSES_AFTER = timedelta(days=7)
# What a person may say; a lapse is nobody's.
OUTCOMES = (Outcome.HANDLED, Outcome.FALSE_ALARM, Outcome.ACCEPTED)
TEXT_LENGTH = 4000
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class BulkClosed:
    """How many were closed, and how many were left: closed already, or in somebody else's hands."""

    closed: int
    left: int


def event_take(*, actor: User, event_id: UUID, holder: UUID | None = None) -> SecurityEvent:
    """Take an event into one's hands: one that nobody has, or that of `holder`, whom the actor saw to have it.

    Raises:
        NotAllowed: unless the actor guards.
        NotFoundForActor: there is no such event.
        WrongState: it is closed, or in other hands than the actor saw.
    """
    require_guard(actor)
    with transaction.atomic():
        event = _locked(event_id)
        _require_unclosed(event)
        if event.taken_by_id == actor.pk:
            return event
        if event.taken_by_id != holder:
            raise WrongState(f"{_holder(event)} Look at the event as it is now.")
        before = {"taken_by": _name(event)}
        event.state, event.taken_by, event.taken_at = EventState.TAKEN, actor, timezone.now()
        _saved(event, "state", "taken_by", "taken_at")
        entry_record(
            event=AuditEvent.SECURITY_EVENT_TAKEN,
            actor=actor,
            target=event,
            before=before,
            after={"taken_by": str(actor)},
        )
    return event


def event_release(*, actor: User, event_id: UUID) -> SecurityEvent:
    """Give back what one has taken. Raises as `event_take`."""
    require_guard(actor)
    with transaction.atomic():
        event = _locked(event_id)
        _require_unclosed(event)
        if event.taken_by_id != actor.pk:
            raise WrongState(f"It is not in your hands. {_holder(event)}")
        event.state, event.taken_by, event.taken_at = EventState.OPEN, None, None
        _saved(event, "state", "taken_by", "taken_at")
        entry_record(event=AuditEvent.SECURITY_EVENT_RELEASED, actor=actor, target=event)
    return event


def event_comment(*, actor: User, event_id: UUID, text: str) -> SecurityEvent:
    """Say something about an event, closed ones too.

    Raises:
        NotAllowed, NotFoundForActor: as `event_take`.
        RuleBroken: nothing is said, or too much.
    """
    require_guard(actor)
    said = _text(text, "Write what you want to say.")
    with transaction.atomic():
        event = _locked(event_id)
        entry_record(event=AuditEvent.SECURITY_EVENT_COMMENTED, actor=actor, target=event, reason=said)
    return event


def event_close(*, actor: User, event_id: UUID, outcome: str, reason: str) -> SecurityEvent:
    """Close an event that nobody else has taken.

    Raises:
        NotAllowed, NotFoundForActor: as `event_take`.
        WrongState: it is closed, or in somebody else's hands.
        RuleBroken: the outcome is none that a person gives, or the reason is missing.
    """
    require_guard(actor)
    chosen, said = _outcome(outcome), _reason(reason)
    with transaction.atomic():
        event = _locked(event_id)
        _require_unclosed(event)
        if not _is_free_for(actor, event):
            raise WrongState(f"{_holder(event)} Take it over first.")
        _close(actor, event, chosen, said)
    return event


def events_close(*, actor: User, event_ids: Collection[UUID], outcome: str, reason: str) -> BulkClosed:
    """Close many for one reason; what is closed already or in somebody else's hands is left.

    Raises:
        NotAllowed: unless the actor guards.
        RuleBroken: as `event_close`; none is named, or more than AT_ONCE.
    """
    require_guard(actor)
    chosen, said = _outcome(outcome), _reason(reason)
    wanted = set(event_ids)
    if not wanted or len(wanted) > AT_ONCE:
        raise RuleBroken(f"Choose the events that you close, {AT_ONCE} at the most.")
    with transaction.atomic():
        rows = SecurityEvent.objects.filter(pk__in=wanted).select_for_update().order_by("pk")
        free = [event for event in rows if event.state != EventState.CLOSED and _is_free_for(actor, event)]
        for event in free:
            _close(actor, event, chosen, said)
    return BulkClosed(closed=len(free), left=len(wanted) - len(free))


def event_reopen(*, actor: User, event_id: UUID, reason: str) -> SecurityEvent:
    """Take the closing back.

    Raises:
        NotAllowed, NotFoundForActor: as `event_take`.
        WrongState: it is not closed, or has happened again since, which is an event of its own.
        RuleBroken: the reason is missing.
    """
    require_guard(actor)
    said = _reason(reason)
    with transaction.atomic():
        event = _locked(event_id)
        if event.state != EventState.CLOSED:
            raise WrongState("It is not closed.")
        before = {"outcome": event.outcome}
        event.state, event.outcome, event.closed_at = EventState.OPEN, "", None
        try:
            with transaction.atomic():
                _saved(event, "state", "outcome", "closed_at")
        except IntegrityError as fault:  # the constraint alone knows of one that begins at this moment
            raise WrongState("It has happened again since it was closed: go on with the newer event.") from fault
        entry_record(
            event=AuditEvent.SECURITY_EVENT_REOPENED,
            actor=actor,
            target=event,
            reason=said,
            before=before,
            after={"outcome": ""},
        )
    return event


def events_lapse() -> int:
    """Close information that did not happen again for a week. Returns how many."""
    closed = 0
    while True:
        with transaction.atomic():
            lapsed = lapse(unseen_for=LAPSES_AFTER)
            for event in lapsed:
                _close(None, event, Outcome.LAPSED, "It did not happen again for a week.")
        if not lapsed:
            return closed
        closed += len(lapsed)


def _locked(event_id: UUID) -> SecurityEvent:
    event = SecurityEvent.objects.select_for_update().filter(pk=event_id).first()
    if event is None:
        raise NotFoundForActor("There is no such security event.")
    return event


def _close(actor: User | None, event: SecurityEvent, outcome: Outcome, reason: str) -> None:
    event.state, event.taken_by, event.taken_at = EventState.CLOSED, None, None
    event.outcome, event.closed_at = outcome, timezone.now()
    _saved(event, "state", "taken_by", "taken_at", "outcome", "closed_at")
    entry_record(
        event=AuditEvent.SECURITY_EVENT_CLOSED,
        actor=actor,
        target=event,
        reason=reason,
        before={"outcome": ""},
        after={"outcome": outcome.value},
    )


def _saved(event: SecurityEvent, *fields: str) -> None:
    event.full_clean(validate_unique=False, validate_constraints=False)
    event.save(update_fields=fields)


def _is_free_for(actor: User, event: SecurityEvent) -> bool:
    return event.taken_by_id in {None, actor.pk}


def _require_unclosed(event: SecurityEvent) -> None:
    if event.state == EventState.CLOSED:
        raise WrongState("It is closed. Open it again first.")


def _holder(event: SecurityEvent) -> str:
    name = _name(event)
    return f"{name} has taken it." if name else "Nobody has taken it."


def _name(event: SecurityEvent) -> str:
    """Who has it; the account may be gone."""
    if event.taken_by_id is None:
        return ""
    return str(User.objects.filter(pk=event.taken_by_id).first() or "Somebody whose account is gone")


def _outcome(given: str) -> Outcome:
    if given not in OUTCOMES:
        raise RuleBroken("Say what it turned out to be: handled, a false alarm, or accepted.")
    return Outcome(given)


def _reason(given: str) -> str:
    try:
        return _text(given, "Give the reason: whoever looks at this event later has nothing else.")
    except RuleBroken as refusal:
        raise RuleBroken(refusal.detail, code=ErrorCode.REASON_REQUIRED) from refusal


def _text(given: str, missing: str) -> str:
    said = given.replace("\0", "").strip()
    if not said:
        raise RuleBroken(missing)
    if len(said) > TEXT_LENGTH:
        raise RuleBroken(f"Use {TEXT_LENGTH} characters at the most.")
    return said

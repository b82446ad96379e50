"""Administrators end the sign-ins of others: one person's, or everybody's at once after a leak."""

from django.db import transaction

from accounts.factors.policies import require_fresh
from accounts.models import User, UserSession
from accounts.policies import may_administer_accounts
from accounts.services.sessions import sessions_close, sessions_revoke_all
from audit.events import AuditEvent
from audit.services import Fact, entries_record, entry_record
from config.door import as_product
from config.errors import NotAllowed, RuleBroken


def sessions_end_of_person(*, actor: User, user: User, reason: str) -> int:
    """End every session of somebody, on every process from the next request on. Returns how many.

    Raises:
        NotAllowed: unless `actor` is an administrator.
        RuleBroken: without a reason.
        ReauthenticationRequired
    """
    _require_administrator(actor, reason)
    with transaction.atomic():
        ended = sessions_revoke_all(actor=actor, user=user, reason=reason.strip())
        entry_record(
            event=AuditEvent.SESSIONS_ENDED,
            actor=actor,
            target=user,
            reason=reason.strip(),
            details={"sessions": ended},
        )
    return ended


@as_product("others' sign-ins are seen by the product alone")
def sessions_end_of_everybody(*, actor: User, reason: str) -> int:
    """End every session of everybody, the one by which he asks too. Returns how many. Service clients have none.

    Raises as `sessions_end_of_person`.
    """
    _require_administrator(actor, reason)
    reason = reason.strip()
    with transaction.atomic():
        sessions = list(UserSession.objects.unended().select_for_update().order_by("pk"))
        sessions_close(sessions)
        entries_record(
            actor=actor,
            facts=[Fact(event=AuditEvent.SESSION_REVOKED, target=session, reason=reason) for session in sessions],
        )
        entry_record(
            event=AuditEvent.SESSIONS_ENDED_OF_EVERYBODY,
            actor=actor,
            target=actor,
            reason=reason,
            details={"sessions": len(sessions)},
        )
    return len(sessions)


def _require_administrator(actor: User, reason: str) -> None:
    if not may_administer_accounts(actor):
        raise NotAllowed("Administrators end the sign-ins of others.")
    require_fresh(actor)
    if not reason.strip():
        raise RuleBroken("Say why: it is kept in the audit trail.")

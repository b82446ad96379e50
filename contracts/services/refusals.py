"""Attempts to decide on one's own contract are refused, and remembered."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from accounts.models import User
from audit.events import SecurityEventKind
from audit.services import security_event_record
from config import requests
from config.errors import ErrorCode, NotAllowed


@contextmanager
def own_attempts_noted(*, actor: User, target: UUID, action: str) -> Iterator[None]:
    """Around a transaction: once it has been rolled back by such a refusal, a security event is written, and the refusal goes on."""
    try:
        yield
    except NotAllowed as refusal:
        if refusal.code == ErrorCode.OWN_CONTRACT:
            security_event_record(
                kind=SecurityEventKind.OWN_APPROVAL_REFUSED,
                user=actor,
                rule=f"{action} {target}",
                details={"target": str(target), "action": action},
            )
            requests.refusal_forget(ErrorCode.OWN_CONTRACT)
        raise

"""Agreeing to texts and taking it back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.consents.documents import Document, Text, current_texts, text_of
from accounts.consents.models import Act, Consent
from accounts.consents.selectors import in_force, owed_texts
from accounts.models import User
from accounts.services.sessions import sessions_revoke_all
from audit.events import AuditEvent
from audit.services import entry_record
from config import requests
from config.door import acting
from config.errors import NotFoundForActor

STALE = "This text has changed since it was shown to you. Read it as it is now, and agree anew."


def shown_require(shown: Iterable[str], texts: Iterable[Text]) -> None:
    """`shown` are the hashes of the texts that the person had before him.

    Raises:
        ValidationError: of the field `agrees`, where one of `texts` is not among them.
    """
    if {text.sha256 for text in texts} - set(shown):
        raise ValidationError({"agrees": ValidationError(STALE, code="stale")})


def consents_give(*, actor: User, shown: Sequence[str]) -> list[Consent]:
    """Agree to all texts that the actor has not agreed to yet, by the hashes of those that were shown to him.

    Raises:
        ValidationError: as `shown_require`; nothing is agreed to then.
    """
    with transaction.atomic(), acting(actor):
        User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        owed = owed_texts(actor)
        shown_require(shown, owed)
        return [_write(actor, text, Act.GIVEN) for text in owed]


def consent_withdraw(*, actor: User, document: str) -> Consent:
    """Take a consent back. Every sign-in ends; at the next one on a page the person is asked again.

    Raises:
        NotFoundForActor: for what he has not agreed to.
    """
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        given = next((consent for consent in in_force(actor) if consent.document == document), None)
        text = text_of(document, given.version) if given is not None else None
        if text is None:
            raise NotFoundForActor("You have not agreed to that.")
        consent = _write(actor, text, Act.WITHDRAWN)
        sessions_revoke_all(actor=actor, user=actor, reason=f"He withdrew his consent: {text.title}.")
    return consent


def registration_agreed(shown: Sequence[str]) -> list[dict[str, Any]]:
    """What somebody agrees to as he registers, as his letter keeps it until there is an account. Empty where he was shown nothing.

    Raises:
        ValidationError: as `shown_require`.
    """
    if not shown:
        return []
    texts, context = current_texts(), requests.current()
    shown_require(shown, texts)
    said = {"at": timezone.now().isoformat(), "address": context.address, "user_agent": context.user_agent}
    return [{"document": text.document.value, "version": text.version, **said} for text in texts]


def registration_consents_write(*, user: User, agreed: Iterable[dict[str, Any]]) -> None:
    """The consents of a registration, once there is the account, as of when they were given."""
    for said in agreed:
        text = text_of(said["document"], said["version"])
        if text is not None:
            at = datetime.fromisoformat(said["at"])
            _write(user, text, Act.GIVEN, at=at, address=said["address"], user_agent=said["user_agent"])


def _write(person: User, text: Text, act: Act, **said: Any) -> Consent:
    context = requests.current()
    consent = Consent.objects.create(
        person=person,
        document=text.document,
        version=text.version,
        text_sha256=text.sha256,
        act=act,
        **({"address": context.address, "user_agent": context.user_agent} | said),
    )
    entry_record(
        event=AuditEvent.CONSENT_GIVEN if act == Act.GIVEN else AuditEvent.CONSENT_WITHDRAWN,
        actor=person,
        target=person,
        details={"document": Document(text.document).value, "version": text.version, "text": text.sha256},
    )
    return consent

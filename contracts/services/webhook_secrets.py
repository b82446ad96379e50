"""Webhooks' secrets: shown once, stored encrypted, renewed with an overlap in which both sign."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from audit.events import AuditEvent
from audit.services import entry_record
from config.encryption import Keyring, Sealed, Undecipherable
from contracts.models import Webhook, WebhookSecret
from contracts.services.credentials import Rotation
from contracts.webhooks.signatures import new_secret


@dataclass(frozen=True, slots=True)
class SecretBinding:
    """The secret opens for its own row and webhook alone."""

    secret_id: UUID
    webhook_id: UUID

    def associated_data(self) -> bytes:
        return f"webhook secret\n{self.secret_id}\n{self.webhook_id}".encode()


@sensitive_variables("text")
def secret_add(*, webhook: Webhook, overlap: timedelta = timedelta(0)) -> str:
    """A new secret of a webhook that is locked. Those before it sign until `overlap` is over, two at most.

    Raises:
        NoEncryptionKeys: from the settings.
    """
    now = timezone.now()
    standing = webhook.secrets.all()
    standing.filter(ends_at__isnull=False).delete()
    if overlap:
        standing.update(ends_at=now + overlap)
    else:
        standing.delete()
    text = new_secret()
    secret = WebhookSecret(webhook=webhook)
    _seal(secret, text, Keyring.parsed(settings.CREDENTIAL_KEYS))
    secret.save(force_insert=True)
    return text


def secrets_open(*, webhook_id: UUID) -> list[str]:
    """Those that are good now, the newest first; without those that cannot be opened.

    Raises:
        Undecipherable: when none can.
    """
    keyring = Keyring.parsed(settings.CREDENTIAL_KEYS)
    good = WebhookSecret.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=timezone.now()), webhook=webhook_id)
    texts, fault = [], Undecipherable("There is no secret.")
    for secret in good.order_by("-created_at", "id"):
        try:
            texts.append(_opened(secret, keyring))
        except Undecipherable as error:
            fault = error
    if not texts:
        raise fault
    return texts


def webhook_secrets_rotate() -> Rotation:
    """Encrypt anew, under the newest key, what lies under an older one: as `credentials_rotate`."""
    keyring = Keyring.parsed(settings.CREDENTIAL_KEYS)
    stale = WebhookSecret.objects.exclude(key_version=keyring.newest)
    done, failed = 0, []
    for pk in list(stale.order_by("created_at", "id").values_list("pk", flat=True)):
        with transaction.atomic():
            secret = stale.select_for_update(of=("self",)).select_related("webhook__client").filter(pk=pk).first()
            if secret is None:
                continue
            before = secret.key_version
            try:
                _seal(secret, _opened(secret, keyring), keyring)
            except Undecipherable:
                failed.append(pk)
                continue
            secret.save(update_fields=["ciphertext", "nonce", "key_version"])
            entry_record(
                event=AuditEvent.WEBHOOK_SECRET_ROTATED,
                actor=None,
                target=secret.webhook,
                before={"key_version": before},
                after={"key_version": secret.key_version},
            )
        done += 1
    return Rotation(done, tuple(failed))


@sensitive_variables("text")
def _seal(secret: WebhookSecret, text: str, keyring: Keyring) -> None:
    sealed = keyring.seal(text, SecretBinding(secret.pk, secret.webhook_id))
    secret.ciphertext, secret.nonce, secret.key_version = sealed.ciphertext, sealed.nonce, sealed.key_version


def _opened(secret: WebhookSecret, keyring: Keyring) -> str:
    sealed = Sealed(bytes(secret.ciphertext), bytes(secret.nonce), secret.key_version)
    return keyring.open(sealed, SecretBinding(secret.pk, secret.webhook_id))

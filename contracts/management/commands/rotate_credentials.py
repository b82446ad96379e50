"""`manage.py rotate_credentials`: language models' keys, webhooks' and apps' secrets, anew under the newest of `CREDENTIAL_KEYS`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.factors.services import authenticators_rotate
from config.encryption import NoEncryptionKeys
from contracts.services.credentials import Rotation, credentials_rotate
from contracts.services.webhook_secrets import webhook_secrets_rotate


class Command(BaseCommand):
    help = "Encrypt stored keys and secrets (language models, webhooks, apps) under the newest of CREDENTIAL_KEYS. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            keys, webhooks = credentials_rotate(), webhook_secrets_rotate()
            apps_done, apps_failed = authenticators_rotate()
        except NoEncryptionKeys as fault:
            raise CommandError(str(fault)) from fault
        rotation = Rotation(keys.done + webhooks.done + apps_done, (*keys.failed, *webhooks.failed, *apps_failed))
        self.stdout.write(f"{rotation.done} encrypted anew.")
        if rotation.failed:
            named = ", ".join(str(pk) for pk in rotation.failed)
            raise CommandError(
                f"These cannot be opened: {named}. Put back the encryption key that they were stored under, or revoke "
                "them; webhooks' secrets are renewed by their clients, second factors are reset by administrators."
            )
        self.stdout.write("None is left under an older key, which may now be taken out.")

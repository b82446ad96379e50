"""`manage.py rotate_credentials`: language models' keys encrypted anew under the newest of `CREDENTIAL_KEYS`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contracts.language_models.encryption import NoEncryptionKeys
from contracts.services.credentials import credentials_rotate


class Command(BaseCommand):
    help = "Encrypt stored keys of language models under the newest of CREDENTIAL_KEYS. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rotation = credentials_rotate()
        except NoEncryptionKeys as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(f"{rotation.done} encrypted anew.")
        if rotation.failed:
            named = ", ".join(str(pk) for pk in rotation.failed)
            raise CommandError(
                f"These cannot be opened: {named}. Put back the encryption key that they were stored under, or revoke them."
            )
        self.stdout.write("None is left under an older key, which may now be taken out.")

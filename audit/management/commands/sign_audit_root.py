"""`manage.py sign_audit_root`: sign the chain's head now, besides the day's root that the schedule signs."""

from typing import Any

from django.core.management.base import BaseCommand

from audit.roots import root_sign


class Command(BaseCommand):
    help = "Sign the audit chain's head and write it to AUDIT_ROOTS_DIR."

    def handle(self, *args: Any, **options: Any) -> None:
        root = root_sign()
        self.stdout.write(root.text() if root is not None else "The trail is empty: there is nothing to sign.")

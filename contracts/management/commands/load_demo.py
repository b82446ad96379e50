"""`manage.py load_demo`: Cascadia Air, its people and its contracts."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from contracts.demo.loading import demo_load


class Command(BaseCommand):
    help = "Load Cascadia Air's people and contracts through the real services. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo's logins are public: it is not loaded with these settings.")
        loaded = demo_load()
        self.stdout.write(
            f"Cascadia Air: “{loaded.agreement}” is {loaded.agreement.get_status_display()} with {loaded.rules} rules; "
            f"“{loaded.letter}” is {loaded.letter.get_status_display()}."
        )

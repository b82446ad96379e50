"""`manage.py prepare_demo`: what `make run` needs before it serves, in one process, since starting Django costs seconds."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Migrate, load the regulations and load the demo. Safe to run again."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0, stdout=self.stdout)
        call_command("load_regulations", stdout=self.stdout)
        call_command("load_demo", stdout=self.stdout)

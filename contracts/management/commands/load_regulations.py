"""`manage.py load_regulations`: 14 CFR Part 117 from the package's data files into the database."""

from dataclasses import asdict

from django.core.management.base import BaseCommand

from contracts.services.changes import law_load


class Command(BaseCommand):
    help = "Load 14 CFR Part 117 from the data files. Run again, it changes nothing."

    def handle(self, *args: object, **options: object) -> None:
        counts = law_load()
        changes = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in asdict(counts).items() if count)
        self.stdout.write(f"14 CFR Part 117: {changes or 'nothing to change'}.")

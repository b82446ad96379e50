"""`manage.py measure_extraction --from 2026-11-01 --to 2026-11-20`: write past days of the extractor's metrics anew."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from contracts.services.measures import measures_refresh, metrics_backfill


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no day: write it as 2026-11-20.") from error


class Command(BaseCommand):
    help = "Write the extractor's metrics of a range of UTC days, and refresh its accuracy. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from", dest="first", type=_day, help="The first day. Default: the last one, or yesterday."
        )
        parser.add_argument("--to", dest="last", type=_day, help="The last day, included. Default: yesterday.")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.now().astimezone(UTC).date()
        last: date = options["last"] or today - timedelta(days=1)
        first: date = options["first"] or last
        if first > last:
            raise CommandError(f"{first} comes after {last}.")
        if last > today:
            raise CommandError(f"{last} has not come yet.")
        for day, rows in metrics_backfill(first=first, last=last):
            self.stdout.write(f"{day}: {rows} {'row' if rows == 1 else 'rows'}")
        measures_refresh()

"""`manage.py load_scale`: invented data of a size to measure with."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.errors import WrongState
from contracts.demo.scale import Size, scale_load


class Command(BaseCommand):
    help = "Load invented airlines, pilots, contracts and rules, repeatable from --seed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pilots", type=int, default=10_000)
        parser.add_argument("--contracts", type=int, default=100)
        parser.add_argument("--rules", type=int, default=5_000, help="Over all contracts.")
        parser.add_argument("--seed", type=int, default=117)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Invented data is not loaded with these settings.")
        size = Size(**{name: options[name] for name in ("pilots", "contracts", "rules", "seed")})
        if min(size.pilots, size.contracts, size.rules) < 1:
            raise CommandError("Each size is at least 1.")
        try:
            ids = scale_load(size)
        except WrongState as refusal:
            raise CommandError(refusal.detail) from refusal
        path = Path(settings.VAR_DIR) / "scale" / f"pilots-{size.seed}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(ids) + "\n")
        self.stdout.write(f"{len(ids)} pilots, {size.contracts} contracts, {size.rules} rules. Pilot ids: {path}")

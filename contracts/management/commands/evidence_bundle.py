"""`manage.py evidence_bundle CONTRACT_ID -o FILE.zip`: a contract's evidence in one file that verifies itself."""

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from config.errors import NotFoundForActor
from contracts.services.evidence import evidence_export


class Command(BaseCommand):
    help = "Write the evidence of a contract: document, rules, audit entries, row changes, chain and signed roots."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("contract", type=UUID)
        parser.add_argument("-o", "--output", type=Path, required=True, help="The zip to write; it must not exist.")

    def handle(self, *args: Any, **options: Any) -> None:
        output: Path = options["output"]
        if output.exists():
            raise CommandError(f"{output} exists already. Name another file.")
        try:
            bundle = evidence_export(actor=None, contract_id=options["contract"])
        except NotFoundForActor as fault:
            raise CommandError(fault.detail) from fault
        with bundle, output.open("xb") as file:
            shutil.copyfileobj(bundle, file)
        self.stdout.write(f"{output}: check it with manage.py verify_bundle {output}, or unpack it and run verify.py.")

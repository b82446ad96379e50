"""`manage.py verify_bundle FILE.zip`: does a bundle of evidence hold? By our own copy of its verifier, and with the keys that we have."""

import json
import sys
import zipfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from audit.roots import audit_keys
from contracts.evidence.verify import verified


class Command(BaseCommand):
    help = "Verify a bundle of evidence. Exit code 1 where it does not hold."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            held, faults = verified(options["file"])
            named = json.loads(zipfile.ZipFile(options["file"]).read("keys.json"))["keys"]
        except (KeyError, IndexError, TypeError, ValueError, OSError, zipfile.BadZipFile) as fault:
            held, faults, named = [], [f"The bundle cannot be read: {fault}"], []
        ours = audit_keys().jwk_set()["keys"]
        faults += [f"The key {key.get('kid')} is none of AUDIT_SIGNING_KEYS." for key in named if key not in ours]
        self.stdout.write("\n".join([*held, *faults, "NOT VERIFIED." if faults else "VERIFIED."]))
        if faults:
            sys.exit(1)

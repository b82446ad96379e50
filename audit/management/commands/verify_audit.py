"""`manage.py verify_audit`: is the audit trail as it was written? Exit code 1 where it is not."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from audit.checkup import trail_check
from audit.verification import Report


class Command(BaseCommand):
    help = "Look for entries that were edited, deleted, inserted or moved, a tail that was cut off and an old copy that was restored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--since", type=datetime.fromisoformat, help="Leave out entries before this day; links are all checked."
        )
        parser.add_argument("--roots", type=Path, help="The folder of signed roots. Default: AUDIT_ROOTS_DIR.")
        parser.add_argument("--json", action="store_true", help="The report as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        since: datetime | None = options["since"]
        folder = options["roots"] or settings.AUDIT_ROOTS_DIR
        report = trail_check(folder=folder, since=since.replace(tzinfo=since.tzinfo or UTC) if since else None)
        self.stdout.write(json.dumps(asdict(report)) if options["json"] else _told(report, folder))
        if report.fault_count:
            sys.exit(1)


def _told(report: Report, folder: Path) -> str:
    lines = [
        f"{report.entries} entries in {report.batches} batches, {report.links} links, {report.roots} signed roots in {folder}.",
        *([f"{report.redacted} entries were redacted for people who were erased."] if report.redacted else []),
        *([f"Months before {report.dropped_before} were dropped by age."] if report.dropped_before else []),
        *([] if report.roots else ["No root was there to compare with: whether the tail was cut off cannot be told."]),
        *report.faults,
    ]
    if report.fault_count > len(report.faults):
        lines.append(f"... and {report.fault_count - len(report.faults)} more.")
    verdict = (
        f"The trail was tampered with: {report.fault_count} faults." if report.fault_count else "The trail is whole."
    )
    return "\n".join([*lines, verdict])

"""`manage.py fit_confidence DOCUMENT LABELS [DOCUMENT LABELS ...]`: weights of the confidence from documents labelled by hand."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contracts.extraction import extract_proposals
from contracts.extraction.calibration import BASE, Judged, fit, loss, probability
from contracts.extraction.confidence import GUESSES, WEIGHTS
from contracts.extraction.scoring import expected_calibration_error, judged_proposals, score
from contracts.management.files import read_file, read_label_file


class Command(BaseCommand):
    help = (
        "Print the weights of the features of confidence that fit the labels best, for `contracts/extraction/confidence.py`, "
        "and the calibration error of each document by weights fitted on the others. Label files are as for score_extraction."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", type=Path, nargs="+", metavar="FILE", help="A document, then its labels; and so on."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        files: list[Path] = options["files"]
        if len(files) % 2:
            raise CommandError("Each document needs its file of labels.")
        documents = {
            document.name: _judged(document, labels) for document, labels in zip(files[::2], files[1::2], strict=True)
        }
        together = [row for rows in documents.values() for row in rows]
        fitted = fit(together, GUESSES)
        self.stdout.write(
            f"{len(together)} judged proposals: loss {loss(together, WEIGHTS):.3f} before, {loss(together, fitted):.3f} fitted"
        )
        for name, rows in documents.items():
            others = [row for other, rows_there in documents.items() if other != name for row in rows_there]
            self.stdout.write(
                f"{name}: {len(rows)} judged, calibration error {_error(rows, fit(others, GUESSES)):.3f} by the others'"
            )
        for name, weight in fitted.items():
            seen = len(together) if name == BASE else sum(name in row.features for row in together)
            self.stdout.write(f'    "{name}": {weight:.2f},  # seen {seen} times, before {WEIGHTS[name]:.2f}')


def _judged(document: Path, labels: Path) -> list[Judged]:
    pages = read_file(document)
    scored = score(extract_proposals(pages).proposals, read_label_file(labels, document.name, pages), pages=len(pages))
    return [
        Judged(frozenset(proposal.parameters["features"]), right)
        for proposal, right in judged_proposals(scored.matches)
    ]


def _error(rows: list[Judged], weights: dict[str, float]) -> float:
    return expected_calibration_error([(probability(weights, row.features), row.is_right) for row in rows]) or 0.0

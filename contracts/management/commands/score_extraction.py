"""`manage.py score_extraction DOCUMENT LABELS`: how well the extractor does on a document whose rules are labelled by hand."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand

from contracts.extraction import extract_proposals
from contracts.extraction.scoring import Match, Score, score
from contracts.management.files import read_file, read_label_file

FILE_FORMAT = """\
LABELS is YAML with a list `labels`. Each has `id`, `section`, `value`, `operator`, `unit`, and its place: `char_start`
and `char_end` in the document's text, or `page` and `snippet`. `category`, `metric` and `hardness` (hard, soft) are
compared too. Of labels with a `document` those of another file are left out."""


class Command(BaseCommand):
    help = (
        "Print recall, accuracy by field, proposals a page and calibration error against a label file. " + FILE_FORMAT
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("document", type=Path)
        parser.add_argument("labels", type=Path)
        parser.add_argument("--json", action="store_true", help="The figures as JSON.")
        parser.add_argument("--misses", action="store_true", help="Also each label that was not found or is not right.")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["document"]
        pages = read_file(path)
        labels = read_label_file(options["labels"], path.name, pages)
        scored = score(extract_proposals(pages).proposals, labels, pages=len(pages))
        if options["json"]:
            self.stdout.write(orjson.dumps(figures(scored), option=orjson.OPT_INDENT_2).decode())
            return
        for line in report_lines(scored):
            self.stdout.write(line)
        if options["misses"]:
            for match in scored.matches:
                if not match.is_right:
                    self.stdout.write(_miss(match))


def figures(scored: Score) -> dict[str, Any]:
    """The figures as plain JSON values; shares are 0 to 1."""
    return {
        "labels": scored.labels,
        "found": scored.found,
        "recall": scored.recall,
        "accuracy": dict(scored.fields),
        "proposals": scored.proposals,
        "pages": scored.pages,
        "proposals_a_page": scored.proposals_a_page,
        "calibration_error": scored.calibration_error,
    }


def report_lines(scored: Score) -> list[str]:
    """The figures, a line each."""
    error = scored.calibration_error
    return [
        f"recall             {scored.recall:.2f}  {scored.found} of {scored.labels} labels",
        *(f"{name:<18} {share:.2f}  of those found" for name, share in scored.fields.items()),
        f"proposals a page   {scored.proposals_a_page:.1f}  {scored.proposals} on {scored.pages} pages",
        f"calibration error  {'-' if error is None else f'{error:.2f}'}",
    ]


def _miss(match: Match) -> str:
    said, proposal = match.label.said, match.proposal
    wanted = f"{match.label.id} {match.label.section}: {said['operator']} {said['value']} {said['unit']}"
    if proposal is None:
        return f"{wanted}; nothing was proposed there"
    predicate = proposal.predicate
    got = "no predicate" if predicate is None else f"{predicate.operator} {predicate.value} {predicate.unit}"
    return (
        f"{wanted}; proposed {got} ({proposal.confidence:.2f}) under {proposal.citation}: {proposal.evidence.quote!r}"
    )

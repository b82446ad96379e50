"""`manage.py evaluate_schedule FILE|-`: a schedule document in, the answer out, as JSON. No database is asked."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError

from config.api.problems import problem_body
from config.errors import ProductError
from regulations.api.answers import schedule_answer


class Command(BaseCommand):
    help = "Judge a schedule document (JSON) against 14 CFR Part 117 and print the answer as JSON."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="The document; - reads standard input.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the answer; the problem document, as the API has it, and exit status 1 for a refused document."""
        document = _read(options["file"])
        try:
            answer = schedule_answer(document)
        except ProductError as refusal:
            problem = problem_body(
                status=refusal.status,
                code=refusal.code,
                title=refusal.title,
                detail=refusal.detail,
                errors=refusal.errors,
            )
            self.stdout.write(_json(problem))
            raise CommandError("The document was refused; `errors` names each fault.") from refusal
        self.stdout.write(_json(answer))


def _read(name: str) -> object:
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.") from error
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise CommandError(f"{name} is not JSON: {error}.") from error


def _json(content: object) -> str:
    return orjson.dumps(content, option=orjson.OPT_INDENT_2).decode()

"""``manage.py draw_lifecycle``: writes `docs/lifecycle.md` from the transition table."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from contracts.diagram import PAGE, lifecycle_page


class Command(BaseCommand):
    help = "Draw docs/lifecycle.md from contracts/lifecycle.py."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when the page is outdated")

    def handle(self, *args: Any, **options: Any) -> None:
        page = lifecycle_page()
        if not options["check"]:
            PAGE.write_text(page, encoding="utf-8")
        elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
            raise CommandError("docs/lifecycle.md is not what the table draws. Run: manage.py draw_lifecycle")

"""The kinds as docs/security-events.md lists them; a test compares."""

from pathlib import Path

from audit.security.kinds import KINDS

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "security-events.md"
HEADING = "## The kinds\n\n"


def kinds_listed() -> str:
    """A table, one row a kind."""
    rows = [
        f"| **{kind.label.capitalize()}** (`{kind.value}`) | {entry.severity.label} | {entry.means} | {entry.do} | {entry.alert} |"
        for kind, entry in KINDS.items()
    ]
    return "\n".join(["| kind | severity | what it means | what to do | told |", "|---|---|---|---|---|", *rows]) + "\n"


def page_with_kinds(page: str) -> str:
    """The page with the table as the catalogue has it."""
    before, _, _ = page.partition(HEADING)
    return before + HEADING + kinds_listed()


def page_write() -> None:
    """Write the page anew."""
    PAGE.write_text(page_with_kinds(PAGE.read_text()))

"""The table of retention: read strictly, and saying of every table of the database what becomes of it."""

import pytest
from dateutil.relativedelta import relativedelta
from django.db import connection

from accounts.idempotency import ANSWER_KEPT
from audit import checks
from audit.retention import KEPT_YEARS
from audit.security.models import KEPT_YEARS as EVENTS_KEPT_YEARS
from audit.watch import EXEMPT, PERSONAL
from config import retention
from config.retention import RetentionUnclear, Then, kept_for, lines, read

# Columns that name somebody wherever they are.
NAMING = {"email", "new_email", "full_name", "address", "addresses", "user_agent", "subject", "title", "body", "names"}


def line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


GOOD = line("`a`", "what", "2 months", "`at`", "delete", "why")


def test_the_document_names_each_table_of_the_database_once_and_no_other(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
            "AND NOT relispartition"
        )
        there = {name for (name,) in cursor.fetchall()}

    assert set(lines()) == there
    assert checks.retention_is_told_of_every_table(None) == []


def test_a_line_says_how_long_from_when_and_what_then() -> None:
    (found,) = read(f"# heading\n\n{GOOD}\n").values()

    assert (found.table, found.then, found.kept, found.counted_from) == (
        "a",
        Then.DELETE,
        relativedelta(months=2),
        "at",
    )


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (f"{GOOD}\n{GOOD}", "twice"),
        (line("`a`", "what", "2 months", "`at`", "delete"), "cells"),
        (line("`a`", "what", "some time", "`at`", "delete", "why"), "how long"),
        (line("`a`", "what", "2 months", "–", "delete", "why"), "which column"),
        (line("`a`", "what", "2 months", "`at`", "forget", "why"), "what to do"),
        (line("`a`", "what", "–", "–", "with", "why"), "what to do"),
        (line("`a`", "what", "–", "–", "stay", ""), "not why"),
        (line("`a b`", "what", "–", "–", "stay", "why"), "no table"),
    ],
)
def test_what_cannot_be_read_clearly_is_refused(document: str, fault: str) -> None:
    with pytest.raises(RetentionUnclear, match=fault):
        read(document)


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        (line("`nonsense`", "what", "–", "–", "stay", "why"), "nonsense is no table of ours"),
        ("", "notifications is missing"),
        (line("`notifications`", "what", "1 day", "`nonsense`", "delete", "why"), "has no column nonsense"),
        (line("`notifications`", "what", "–", "–", "with `airlines`", "why"), "does not belong to airlines"),
    ],
)
def test_the_check_names_tables_and_columns_that_are_wrong(
    more: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = retention.DOCUMENT.read_text().splitlines()
    kept = [each for each in written if not each.startswith("| `notifications`")]
    told = read("\n".join([*kept, more]))
    monkeypatch.setattr(checks, "lines", lambda: told)

    assert any(fault in str(error.msg) for error in checks.retention_is_told_of_every_table(None))


def test_a_document_that_cannot_be_read_is_an_error_of_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable() -> None:
        raise RetentionUnclear("x is there twice.")

    monkeypatch.setattr(checks, "lines", unreadable)

    (error,) = checks.retention_is_told_of_every_table(None)

    assert "x is there twice" in str(error.msg)


def test_durations_elsewhere_are_the_documents() -> None:
    assert relativedelta(years=KEPT_YEARS) == kept_for("audit_log") == kept_for("row_changes")
    assert relativedelta(years=EVENTS_KEPT_YEARS) == kept_for("security_events")
    assert kept_for("idempotency_keys") == ANSWER_KEPT


def test_nobody_asks_for_the_time_of_what_does_not_go_by_time() -> None:
    with pytest.raises(RetentionUnclear):
        kept_for("users")


def test_the_trail_is_not_told_personal_columns_of_what_is_deleted_before_it(db: None) -> None:
    """They would be kept in the trail for years."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'")
        columns = set(cursor.fetchall())
    short = {
        name
        for name, each in lines().items()
        if each.then is Then.DELETE and each.kept != kept_for("row_changes") and name not in EXEMPT
    }

    naming = {(table, column) for table, column in columns if table in short and column in NAMING}

    assert naming <= {(table, column) for table, named in PERSONAL.items() for column in named}

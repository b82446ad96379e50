"""Trying what the policies ought to refuse, each time as if nothing had been tried before."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.db import DatabaseError, connection, transaction
from psycopg.errors import InsufficientPrivilege
from psycopg.types.json import Jsonb

from config import door
from tests.owner import owning
from tests.trust.rows import Table, as_json
from tests.trust.scene import Scene, Side

REFUSED = "refused"
# Columns that name a row elsewhere without a foreign key.
ALSO_POINTS = {
    "audit_log": {"actor_id": "users"},
    "row_changes": {"actor_id": "users"},
    "security_events": {"user_id": "users", "taken_by_id": "users"},
    "changes": {"pilot_id": "pilots"},
}


@contextmanager
def taken_back() -> Iterator[None]:
    """What happens within is rolled back, also where it fails."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def attempt(who: door.Identity, statement: str, parameters: list[Any] | dict[str, Any] | None = None) -> int | str:
    """How many rows it met, `REFUSED`, or which other error it made. All is as before."""
    met: int | str = 0
    try:
        with taken_back(), door.seeing(who), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            met = cursor.rowcount
    except DatabaseError as error:
        if isinstance(error.__cause__, InsufficientPrivilege):
            return REFUSED
        return f"{type(error).__name__}: {str(error).splitlines()[0]}"
    return met


def harmless(met: int | str) -> bool:
    return met in {0, REFUSED}


def met_tables(who: door.Identity, scene: Scene) -> set[str]:
    """On which tables somebody meets a row of the other airline."""
    theirs = scene.sides["B"].keys
    parts = [
        f"""SELECT '{name}' WHERE EXISTS (SELECT FROM "{name}" WHERE "{scene.tables[name].key}"::text = ANY(%s))"""
        for name in theirs
    ]
    with door.seeing(who), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), [[str(key) for key in keys] for keys in theirs.values()])
        return {name for (name,) in cursor.fetchall()}


def picture(table: Table, keys: list[Any]) -> str:
    """The rows as they stand, whoever asks."""
    with owning(), connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(*) || coalesce(md5(string_agg(to_jsonb(t)::text, ',' ORDER BY t."{table.key}"::text)), '')
                FROM "{table.name}" t WHERE t."{table.key}"::text = ANY(%s)""",
            [[str(key) for key in keys]],
        )
        (text,) = cursor.fetchone()
    return str(text)


def copied(table: Table, key: Any, **changed: Any) -> tuple[str, list[Any]]:
    """A statement that inserts the row once more, under another key where its key is its own."""
    with owning():
        row = as_json(table.name, table.key, key)
    if table.key not in table.points:
        row[table.key] = row[table.key] + 10**6 if isinstance(row[table.key], int) else str(uuid4())[:32]
        if len(str(key)) == 36:  # a UUID
            row[table.key] = str(uuid4())
    row |= {name: str(value) for name, value in changed.items()}
    names = [column.name for column in table.columns if row.get(column.name) is not None]
    listed = ", ".join(f'"{name}"' for name in names)
    return (
        f"""INSERT INTO "{table.name}" ({listed}) OVERRIDING SYSTEM VALUE
            SELECT {listed} FROM jsonb_populate_record(NULL::"{table.name}", %s)""",
        [Jsonb(row)],
    )


def pointers(table: Table, theirs: Side) -> Iterator[tuple[str, Any]]:
    """Columns of a table that may point to the other side, and to what there."""
    for column, target in {**table.points, **ALSO_POINTS.get(table.name, {})}.items():
        for key in theirs.keys.get(target, [])[:1]:
            yield column, key


def harmless_column(table: Table) -> str:
    """A column that takes the same plain value in every row, and that value, as an assignment."""
    values = {
        "timestamp with time zone": "'2026-03-02T00:00:00Z'",
        "boolean": "true",
        "jsonb": "'{}'",
        "text": "'x'",
    }
    for kind, value in values.items():
        for column in table.columns:
            if column.kind == kind and column.name != table.key:
                return f'"{column.name}" = {value}'
    last = table.columns[-1]
    return f'"{last.name}" = {"1" if "int" in last.kind else "NULL"}'


def blind(scene: Scene, who: door.Identity, table: Table, statement: str) -> str:
    """What became of the other side's rows by a statement that reads no column, so that no policy for reading narrows it."""
    keys = scene.sides["B"].keys[table.name]
    before = picture(table, keys)
    try:
        with taken_back():
            with door.seeing(who), connection.cursor() as cursor:
                cursor.execute(statement)
            if picture(table, keys) != before:
                return "changed"
    except DatabaseError as error:
        return "" if isinstance(error.__cause__, InsufficientPrivilege) else str(error).splitlines()[0]
    return ""

"""An erased person leaves the trail: his name, addresses and words about him give way to his pseudonym, each time attested in the chain.

What is his is found by row, column and the id of who acted, never by likeness. Only in free text is he looked for by name, and there by
whole words. The triggers let nothing pass but this, and write the redactions: ADR 0068.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

ERASED = "[erased]"
CHUNK = 1000
# A pilot's number is looked for in free text only where it cannot be mistaken: "117" is also the law's.
NUMBER_LENGTH = 6

Path = tuple[str, ...]
Change = tuple[str, Path, object]  # column, path in it where it is JSON, what stands there from now on


@dataclass(frozen=True, kw_only=True)
class Erased:
    """Whoever is to be gone. `labels` are the names and addresses he went by; `words` those, and numbers, that are his alone."""

    person: UUID
    pseudonym: str
    labels: frozenset[str]
    words: frozenset[str]

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """His words as whole words, None where he has none. Addresses are found however they are capitalised."""
        words = sorted((word for word in self.words if is_distinct(word)), key=len, reverse=True)
        told = "|".join(f"(?i:{re.escape(word)})" if "@" in word else _spaced(word) for word in words)
        return re.compile(rf"(?<![\w@.+-])(?:{told})(?![\w@-]|\.\w)") if told else None

    def without(self, text: str) -> str:
        """The text with the pseudonym where he was named."""
        return self.pattern.sub(self.pseudonym, text) if self.pattern is not None else text


@dataclass(frozen=True, slots=True)
class OwnRows:
    """Rows of one table that are about him, by key, and the columns that tell of him. The others name nobody."""

    table: str
    keys: frozenset[str]
    columns: frozenset[str]


def is_distinct(word: str) -> bool:
    """Whether a word can mean only him: an address, a name of several words, a number of letters and digits or of some length."""
    if "@" in word or len(word.split()) > 1:
        return True
    has_digit, has_letter = any(c.isdigit() for c in word), any(c.isalpha() for c in word)
    return has_digit and (has_letter or len(word) >= NUMBER_LENGTH)


def _spaced(word: str) -> str:
    return r"\s+".join(re.escape(part) for part in word.split())


def trail_redact(
    *,
    erased: Erased,
    own: Sequence[OwnRows],
    texts: Mapping[str, Collection[str]],
    stand_ins: Collection[UUID],
    reason: str,
) -> int:
    """Redact all entries that tell of him. Returns how many were.

    `texts` are the columns of free text by table, the same in which the rows themselves are redacted, so that rows and trail agree.
    `stand_ins` are who acted on his behalf. It may be done again: what is redacted is left alone.
    """
    said = json.dumps({"person": str(erased.person), "pseudonym": erased.pseudonym, "reason": reason})
    with transaction.atomic():
        _set(said)
        count = _log_redact("audit_log", _events(erased, own))
        count += _log_redact("row_changes", _row_changes(erased, own, texts, stand_ins))
        _set("")
    return count


def _set(said: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vectorbid.redaction', %s, true)", [said])


def _log_redact(table: str, changed: Iterator[tuple[int, Any, list[Change]]]) -> int:
    """By the owner's function, for the role that serves may not change the trail. Triggers let nothing pass but redactions."""
    count = 0
    for pk, timestamp, changes in changed:
        places = json.dumps([[[column, *path], value] for column, path, value in changes])
        with connection.cursor() as cursor:
            cursor.execute("SELECT audit_redact(%s, %s, %s, %s::jsonb)", [table, pk, timestamp, places])
        count += 1
    return count


def _rows(sql: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Of one moment: what is changed while they are read is not read again."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while chunk := cursor.fetchmany(CHUNK):
            yield from chunk


_EVENTS = """
    SELECT id, timestamp, actor_id, actor_label, actor_email, host(remote_addr), remote_port, user_agent, content_type_id, object_pk,
           object_repr, reason, changes::text, additional_data::text
    FROM audit_log
    WHERE actor_id = %(person)s
       OR (content_type_id, object_pk) IN (SELECT * FROM unnest(%(kinds)s::int[], %(keys)s::text[]))
       OR lower(concat_ws(' ', object_repr, reason, changes::text, additional_data::text))
          LIKE ANY(SELECT lower(word) FROM unnest(%(likenesses)s::text[]) AS word)
"""


def _events(erased: Erased, own: Sequence[OwnRows]) -> Iterator[tuple[int, Any, list[Change]]]:
    """The audit log's entries that tell of him, with what is to stand there."""
    by_kind = {_content_type(rows.table): rows for rows in own}
    pairs = [(kind, key) for kind, rows in by_kind.items() for key in rows.keys]
    given = {
        "person": erased.person,
        "kinds": [kind for kind, _ in pairs],
        "keys": [key for _, key in pairs],
        "likenesses": _likenesses(erased),
    }
    for entry in _rows(_EVENTS, given):
        pk, at, actor, label, email, address, port, agent, kind, key, named, reason, changes, details = entry
        todo: list[Change] = []
        if actor == erased.person:
            todo += _acted(erased, actor_label=label, user_agent=agent)
            todo += [("actor_email", (), ERASED)] if email not in {None, ERASED} else []
            todo += [("remote_addr", (), None)] if address is not None else []
            todo += [("remote_port", (), None)] if port is not None else []
        rows = by_kind.get(kind)
        is_own = rows is not None and key in rows.keys
        fresh = erased.pseudonym if is_own else erased.without(named)
        todo += [("object_repr", (), fresh)] if fresh != named and named else []
        todo += [("reason", (), erased.without(reason))] if erased.without(reason) != reason else []
        columns = rows.columns if rows is not None and is_own else frozenset()
        todo += _json_changes(erased, "changes", changes, columns)
        todo += _json_changes(erased, "additional_data", details, columns)
        if todo:
            yield pk, at, todo


_ROW_CHANGES = """
    SELECT id, timestamp, actor_id, actor_label, host(address), user_agent, on_behalf_of, table_name, row_pk, changes::text
    FROM row_changes
    WHERE actor_id = %(person)s
       OR on_behalf_of = ANY(%(labels)s) AND actor_id = ANY(%(stand_ins)s)
       OR (table_name, row_pk) IN (SELECT * FROM unnest(%(tables)s::text[], %(keys)s::text[]))
       OR table_name = ANY(%(texts)s) AND lower(changes::text)
          LIKE ANY(SELECT lower(word) FROM unnest(%(likenesses)s::text[]) AS word)
"""


def _row_changes(
    erased: Erased, own: Sequence[OwnRows], texts: Mapping[str, Collection[str]], stand_ins: Collection[UUID]
) -> Iterator[tuple[int, Any, list[Change]]]:
    """The row changes that tell of him, with what is to stand there."""
    by_table = {rows.table: rows for rows in own}
    pairs = [(rows.table, key) for rows in own for key in rows.keys]
    given = {
        "person": erased.person,
        "labels": list(erased.labels),
        "stand_ins": list(stand_ins),
        "tables": [table for table, _ in pairs],
        "keys": [key for _, key in pairs],
        "texts": list(texts),
        "likenesses": _likenesses(erased),
    }
    for pk, at, actor, label, address, agent, behalf, table, key, changes in _rows(_ROW_CHANGES, given):
        todo: list[Change] = []
        if actor == erased.person:
            todo += _acted(erased, actor_label=label, user_agent=agent)
            todo += [("address", (), None)] if address is not None else []
        if behalf in erased.labels and actor in stand_ins:
            todo.append(("on_behalf_of", (), erased.pseudonym))
        rows = by_table.get(table)
        columns = rows.columns if rows is not None and key in rows.keys else frozenset()
        todo += _json_changes(erased, "changes", changes, columns, texts.get(table, ()))
        if todo:
            yield pk, at, todo


def _acted(erased: Erased, *, actor_label: str, user_agent: str) -> list[Change]:
    """What stands of whoever acted."""
    todo: list[Change] = [("actor_label", (), erased.pseudonym)] if actor_label != erased.pseudonym else []
    return [*todo, ("user_agent", (), ERASED)] if user_agent not in {"", ERASED} else todo


def _json_changes(
    erased: Erased, column: str, text: str | None, own: Collection[str], free: Collection[str] | None = None
) -> list[Change]:
    """What changes in an object: values under keys of `own` go whole, words under those of `free`, by default under all, by name."""
    told = json.loads(text) if text else None
    if not isinstance(told, dict):
        return []
    todo: list[Change] = []
    for key, value in told.items():
        if key in own:
            todo += [(column, path, ERASED) for path, leaf in _parts(value, (key,)) if _is_personal(erased, leaf)]
        elif free is None or key in free:
            todo += [
                (column, path, erased.without(leaf))
                for path, leaf in _leaves(value, (key,))
                if isinstance(leaf, str) and erased.without(leaf) != leaf
            ]
    return todo


def _is_personal(erased: Erased, value: object) -> bool:
    """What is empty tells nothing, and what is erased already stays."""
    if value in (None, "", [], {}, ERASED):
        return False
    return not (isinstance(value, str) and value.startswith((erased.pseudonym, "sha256:")))


def _parts(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    """The two halves of a `[before, after]`, else the value itself."""
    if isinstance(value, list) and len(value) == 2:  # noqa: PLR2004 - before and after
        yield from (((*path, str(place)), half) for place, half in enumerate(value))
    else:
        yield path, value


def _leaves(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    """Each value that holds no others, with the way to it."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _leaves(part, (*path, key))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _leaves(part, (*path, str(place)))
    else:
        yield path, value


def _likenesses(erased: Erased) -> list[str]:
    """Patterns for LIKE by which the database finds what may name him; each find is looked at again by whole words.

    The database makes both sides small letters: what it takes for one is up to its locale.
    """
    words = [word for word in erased.words if is_distinct(word)]
    escaped = [re.sub(r"([\\%_])", r"\\\1", json.dumps(word, ensure_ascii=False)[1:-1]) for word in words]
    return ["%" + re.sub(r"\s+", "%", word) + "%" for word in escaped]


def _content_type(table: str) -> int:
    model = next(model for model in apps.get_models(include_auto_created=True) if model._meta.db_table == table)
    return ContentType.objects.get_for_model(model).pk

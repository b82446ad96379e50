"""By what an erased person is found: the names he went by, the rows that were his, and words about him in other rows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db import connection
from django.db.models import Q

from accounts.models import User
from accounts.privacy.registry import Holding, holdings
from audit.redaction import Erased, OwnRows, is_distinct
from audit.watch import watched


@dataclass(frozen=True, slots=True)
class Traces:
    """`labels` are all names and addresses that he went by, now or before; `words` those of them, and his numbers, that nobody else has."""

    emails: frozenset[str]
    labels: frozenset[str]
    words: frozenset[str]


_TOLD = """
    SELECT DISTINCT value FROM row_changes, jsonb_each(changes) AS c (name, pair), jsonb_array_elements_text(pair) AS value
    WHERE table_name = %s AND row_pk = ANY(%s) AND operation IN ('insert', 'update') AND name = %s AND value <> ''
"""
# The columns that name a person, by table: the trail remembers what stood there before.
NAMED = {"users": ("email", "full_name"), "pilots": ("pilot_id",)}


def traces_of(user: User) -> Traces:
    """What he is and was called. What another account goes by now is not looked for in anybody's words."""
    keys = {"users": [str(user.pk)], "pilots": _keys_now("pilots", user)}
    told = {(table, name): _told(table, keys[table], name) for table, names in NAMED.items() for name in names}
    emails = {email.lower() for email in told[("users", "email")] | {user.email}}
    names = told[("users", "full_name")] | ({user.full_name} if user.full_name else set())
    numbers = told[("pilots", "pilot_id")]
    others = User.objects.exclude(pk=user.pk).filter(Q(email__in=emails) | Q(full_name__in=names))
    taken = {value for pair in others.values_list("email", "full_name") for value in pair}
    return Traces(frozenset(emails), frozenset(emails | names), frozenset((emails | names | numbers) - taken))


def _told(table: str, keys: Sequence[str], name: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, [table, list(keys), name])
        return {value for (value,) in cursor.fetchall() if value is not None}


def _keys_now(table: str, user: User) -> list[str]:
    return [str(row.pk) for each in _tables() if each.table._meta.db_table == table for row in each.rows(user)]


def _tables() -> list[Holding]:
    """Those that have columns which leave the trail."""
    return [holding for holding in holdings() if holding.personal]


# Rows that are gone, found by what the trail told of them.
_GONE = """
    SELECT DISTINCT row_pk FROM row_changes WHERE table_name = %s AND operation IN ('insert', 'delete', 'update')
      AND (changes #>> ARRAY[%s, '0'] = ANY(%s) OR changes #>> ARRAY[%s, '1'] = ANY(%s))
"""


def own_rows(user: User, traces: Traces) -> list[OwnRows]:
    """His rows by table, those that are gone too, with the columns that are about him. In one that is not watched there is nothing."""
    tables = {each.table for each in watched()}
    found = []
    for holding in _tables():
        table = holding.table._meta.db_table
        keys = set(_keys_now(table, user))
        if table in tables:
            keys |= _keys_before(holding, user, traces)
        found.append(OwnRows(table, frozenset(keys), frozenset(_columns(holding))))
    return found


def _keys_before(holding: Holding, user: User, traces: Traces) -> set[str]:
    fields = {field.name: field.column for field in holding.table._meta.concrete_fields}
    looked_for = {fields[owner]: [str(user.pk)] for owner in holding.owners if owner in fields}
    if holding.by_email:
        looked_for["email"] = list(traces.emails)
    keys: set[str] = set()
    with connection.cursor() as cursor:
        for column, values in looked_for.items():
            cursor.execute(_GONE, [holding.table._meta.db_table, column, values, column, values])
            keys |= {key for (key,) in cursor.fetchall()}
    return keys


def _columns(holding: Holding) -> set[str]:
    """As the trail names them: by the database's columns, and by the fields that entries tell of."""
    fields = {field.name: field.column for field in holding.table._meta.concrete_fields}
    return {*holding.personal, *(str(fields[field]) for field in holding.personal)}


def rows_redact(erased: Erased, texts: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Let his name give way in others' words. Returns the columns by table, by which the trail is redacted alike.

    What is kept as it is lets this pass while the setting stands, and nothing else: `audit_only_redacted`.
    """
    said = json.dumps({"person": str(erased.person), "pseudonym": erased.pseudonym})
    columns: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vectorbid.redaction', %s, true)", [said])
        for label, names in texts.items():
            meta = apps.get_model(label)._meta
            columns[meta.db_table] = [meta.get_field(name).column for name in names]
            _texts_redact(erased, label, names)
        cursor.execute("SELECT set_config('vectorbid.redaction', '', true)")
    return columns


def _texts_redact(erased: Erased, label: str, names: Sequence[str]) -> None:
    manager = apps.get_model(label)._default_manager
    words = [word for word in erased.words if is_distinct(word)]
    likely = Q(pk__in=[])
    for name in names:
        for word in words:
            likely |= Q(**{f"{name}__iregex": _loosely(word)})
    for row in manager.filter(likely).order_by("pk").select_for_update(of=("self",)):
        fresh = {name: erased.without(getattr(row, name)) for name in names}
        if changed := {name: text for name, text in fresh.items() if text != getattr(row, name)}:
            manager.filter(pk=row.pk).update(**changed)


def _loosely(word: str) -> str:
    """For PostgreSQL: the word however it is capitalised and spaced. Each find is looked at again."""
    signs = ["\\s+" if sign == " " else sign if sign.isalnum() else f"\\{sign}" for sign in " ".join(word.split())]
    return "".join(signs)

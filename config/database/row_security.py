"""Row-level security: which policies and rights each table has, and putting them there. `migrate` does so by itself.

Each app says of its tables, in `<app>/row_security.py`, who may do what with which rows. A table of which nothing is said
stops `migrate`: whoever makes one says who may see it, or why everybody may. See `docs/row-security.md`.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

COMMANDS = ("select", "insert", "update", "delete")
NOBODY = "false"
EVERYBODY = "true"
KNOWN = "(SELECT door_is_known())"
_PRODUCT = "(SELECT door_is_product())"


@dataclass(frozen=True, slots=True)
class Policies:
    """Conditions in SQL over a row, by command. The product may do all of it besides; who is not known, nothing.

    `changed` is what a row has to be after an update; left out, what it has to be before.
    """

    select: str = NOBODY
    insert: str = NOBODY
    update: str = NOBODY
    changed: str = ""
    delete: str = NOBODY

    def using(self, command: str) -> str:
        """Which rows the command finds. An insert finds none."""
        return self._or_product(getattr(self, command))

    def check(self, command: str) -> str:
        """What a row has to be that the command writes."""
        return self._or_product(self.changed or self.update if command == "update" else getattr(self, command))

    @staticmethod
    def _or_product(condition: str) -> str:
        if condition == NOBODY:
            return _PRODUCT
        if condition == EVERYBODY:
            return EVERYBODY
        return f"{_PRODUCT} OR ((SELECT door_is_known()) AND ({' '.join(condition.split())}))"


@dataclass(frozen=True, slots=True)
class Exempt:
    """A table without policies: why, and what the serving role may do with it."""

    why: str
    rights: tuple[str, ...] = ("SELECT",)


@dataclass(slots=True)
class Declared:
    """All that the apps say."""

    protected: dict[str, Policies] = field(default_factory=dict)
    exempt: dict[str, Exempt] = field(default_factory=dict)
    # What the serving role may do with a protected table, where that is not all four commands.
    rights: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # SQL that makes functions for policies to ask, in order.
    functions: list[str] = field(default_factory=list)
    # Views that the serving role may read. One with a query is made here, after the functions that it asks: it narrows what
    # is kept in a materialized view, which policies do not reach. The others are made by migrations, with their reader's eyes.
    views: dict[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Equal for equal declarations."""
        said = repr((self.protected, self.exempt, self.rights, self.functions, self.views))
        return hashlib.sha256(f"{said}{settings.SERVING_ROLE}".encode()).hexdigest()


class OneRole(Exception):
    """No policy would bind the role that serves: it owns the tables."""


class Undeclared(Exception):
    """A table of which no app says who may see it, or one that is spoken of and is not there."""


def declared() -> Declared:
    """What the apps say, those first that others build on."""
    found = Declared()
    for module in _modules():
        found.protected |= getattr(module, "PROTECTED", {})
        found.exempt |= getattr(module, "EXEMPT", {})
        found.rights |= getattr(module, "RIGHTS", {})
        found.functions += getattr(module, "FUNCTIONS", [])
        found.views |= getattr(module, "VIEWS", {})
    return found


def _modules() -> Iterator[ModuleType]:
    for app in apps.get_app_configs():
        name = f"{app.name}.row_security"
        if find_spec(name) is not None:
            yield import_module(name)


_TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
"""
_PARTS = """
    SELECT c.relname, p.relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid JOIN pg_class p ON p.oid = inhparent
    WHERE p.relkind = 'p' AND p.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
"""
_STANDING = """
    SELECT relname FROM pg_class c
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relrowsecurity AND relforcerowsecurity
      AND (SELECT count(*) FROM pg_policy WHERE polrelid = c.oid) = 5
"""
# Guards and the trail have to see more than whoever sets them off.
_TRIGGER_FUNCTIONS = """
    SELECT p.oid::regprocedure::text FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.prorettype = 'trigger'::regtype
      AND NOT p.prosecdef
"""
_DIGEST = "SELECT obj_description('public.door_is_product()'::regprocedure)"
_IS_MADE = "SELECT to_regproc('public.door_is_product')"


def secure() -> bool:
    """Put functions, policies and rights on the database as they are declared. Whether anything was to do.

    All in one transaction: nobody meets a table between its old policies and its new ones.

    Raises:
        Undeclared: there is a table of which nothing is said, or none of which something is.
        OneRole: the role that serves is the one that owns.
    """
    said = declared()
    with transaction.atomic(), connection.cursor() as cursor:
        _require_two_roles()
        cursor.execute(_TABLES)
        tables = {name for (name,) in cursor.fetchall()}
        _require_declared(said, tables)
        cursor.execute(_STANDING)
        standing = {name for (name,) in cursor.fetchall()}
        cursor.execute(_TRIGGER_FUNCTIONS)
        loose = [name for (name,) in cursor.fetchall()]
        if not loose and standing >= set(said.protected) and _digest_standing() == said.digest:
            return False
        cursor.execute("SET LOCAL lock_timeout = '10s'")
        for function in said.functions:
            cursor.execute(function)
        for name in loose:
            cursor.execute(f"ALTER FUNCTION {name} SECURITY DEFINER SET search_path = public, pg_temp")
        for view, query in said.views.items():
            if query:
                cursor.execute(f"CREATE OR REPLACE VIEW {view} WITH (security_barrier) AS {query}")
        for table, policies in said.protected.items():
            for statement in _of_table(table, policies):
                cursor.execute(statement)
        for statement in _rights(said):
            cursor.execute(statement)
        cursor.execute(_PARTS)
        for part, whole in cursor.fetchall():
            _secure_part(part, whole)
        cursor.execute(f"COMMENT ON FUNCTION door_is_product() IS '{said.digest}'")
    return True


def unsecure() -> None:
    """Take all policies off, for migrations that go back to where there were none."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{_TABLES} AND relrowsecurity")
        for (table,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
            cursor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
            for name in (*COMMANDS, "owner"):
                cursor.execute(f'DROP POLICY IF EXISTS door_{name} ON "{table}"')
        for view, query in declared().views.items():
            cursor.execute("SELECT relkind FROM pg_class WHERE oid = to_regclass(%s)", [view])
            if query and cursor.fetchone() == ("v",):  # before there were policies the name was the materialized view's
                cursor.execute(f"DROP VIEW {view}")


def _digest_standing() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(_IS_MADE)
        if cursor.fetchone() == (None,):
            return None
        cursor.execute(_DIGEST)
        (digest,) = cursor.fetchone()
    return str(digest)


def _require_declared(said: Declared, tables: set[str]) -> None:
    spoken_of = set(said.protected) | set(said.exempt)
    both = set(said.protected) & set(said.exempt)
    if spoken_of != tables or both:
        raise Undeclared(
            f"Tables that no row_security.py speaks of: {sorted(tables - spoken_of) or 'none'}; "
            f"spoken of and not there: {sorted(spoken_of - tables) or 'none'}; said to be both: {sorted(both) or 'none'}."
        )


def _of_table(table: str, policies: Policies) -> Iterator[str]:
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    yield f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY'
    for command in COMMANDS:
        yield f'DROP POLICY IF EXISTS door_{command} ON "{table}"'
        using = "" if command == "insert" else f"USING ({policies.using(command)})"
        check = f"WITH CHECK ({policies.check(command)})" if command in {"insert", "update"} else ""
        yield f'CREATE POLICY door_{command} ON "{table}" FOR {command.upper()} TO {_serving()} {using} {check}'
    # Who owns the tables migrates, and looks for guards and policies, whose functions are his.
    yield f'DROP POLICY IF EXISTS door_owner ON "{table}"'
    yield f'CREATE POLICY door_owner ON "{table}" TO CURRENT_USER USING (true) WITH CHECK (true)'


def _rights(said: Declared) -> Iterator[str]:
    role = _serving()
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}, PUBLIC"
    yield f"REVOKE CREATE ON SCHEMA public FROM {role}, PUBLIC"
    # Nor tables and functions of its own that end with the connection.
    yield f"REVOKE TEMPORARY ON DATABASE {_database()} FROM {role}, PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"
    for table in said.protected:
        for right in said.rights.get(table, tuple(command.upper() for command in COMMANDS)):
            yield f'GRANT {right} ON "{table}" TO {role}'
    for table, exempt in said.exempt.items():
        for right in exempt.rights:
            yield f'GRANT {right} ON "{table}" TO {role}'
    for view in sorted(said.views):
        yield f'GRANT SELECT ON "{view}" TO {role}'


def _serving() -> str:
    return sql.Identifier(settings.SERVING_ROLE).as_string(connection.connection)


def _database() -> str:
    return sql.Identifier(connection.settings_dict["NAME"]).as_string(connection.connection)


def _owner() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (role,) = cursor.fetchone()
    return str(role)


def _require_two_roles() -> None:
    if _owner() == settings.SERVING_ROLE:
        raise OneRole(
            f"The role {settings.SERVING_ROLE} would serve and own the tables. Name the owner in DATABASE_OWNER_URL and another "
            "role, which owns nothing, in DATABASE_URL: docs/deployment.md."
        )


def _secure_part(part: str, whole: str) -> None:
    """A month of the trail is met through the whole; by itself it shows nobody anything."""
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{part}" ENABLE ROW LEVEL SECURITY')
        cursor.execute(f'ALTER TABLE "{part}" FORCE ROW LEVEL SECURITY')
        cursor.execute(f'DROP POLICY IF EXISTS door_select ON "{part}"')
        cursor.execute(f'CREATE POLICY door_select ON "{part}" FOR SELECT TO {_serving()} USING ({_PRODUCT})')
        cursor.execute(f'DROP POLICY IF EXISTS door_owner ON "{part}"')
        cursor.execute(f'CREATE POLICY door_owner ON "{part}" TO CURRENT_USER USING (true) WITH CHECK (true)')
        cursor.execute(f'GRANT SELECT ON "{part}" TO {_serving()}')

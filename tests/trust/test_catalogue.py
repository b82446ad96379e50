"""What PostgreSQL's catalogue says: no table without policies or a written exemption, nothing that goes around them."""

from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from config.database.row_security import COMMANDS, Undeclared, declared, secure
from tests.owner import owning

pytestmark = pytest.mark.django_db

# Functions that see with the owner's eyes and whom the serving role may call: what each tells whoever calls it.
OWNERS_EYES = {
    "door_stays(text,boolean,boolean)": "whether this is the caller's own role and state",
    "door_is_administrator()": "of the caller himself",
    "door_reviews()": "the caller's own airlines",
    "door_serves()": "the calling client's own airlines",
    "door_flies_for()": "the caller's own airline",
    "door_number()": "the caller's own number",
    "door_pilot()": "the caller's own id as a pilot",
    "door_contract_stays(uuid,uuid,uuid)": "yes or no, to who names three ids that belong together",
    "door_delegation_stays(uuid,uuid,uuid)": "yes or no, to the two of the delegation",
    "door_assigned(uuid)": "the contract of one of the caller's own assignments",
    "door_acquaintances()": "ids of those whose names the caller may see",
    "search_contract_rules(tsquery)": "keys of rules of contracts that the caller sees",
    "search_contract_pages(tsquery)": "keys of pages of contracts that the caller sees",
    "audit_months_make(text,date,date)": "how many months were made",
    "audit_months_drop(date)": "which months went, all older than seven years",
    "audit_redact(text,bigint,timestamp with time zone,jsonb)": "nothing: triggers let nothing pass but attested redactions",
    "published_refresh()": "nothing: the views are brought up to date",
    "measures_refresh()": "nothing: the views are brought up to date",
}
# Views of the serving role, and why it may read them.
READ = {
    "published_contracts": "narrowed to the airlines of whoever asks",
    "published_regulations": "the law, everybody's",
    "extraction_accuracy": "narrowed to the airlines that one reviews",
    "extraction_calibration": "narrowed to the airlines that one reviews",
    "extraction_outcomes": "its reader's eyes",
    "written_contracts": "its reader's eyes",
    "written_regulations": "its reader's eyes",
}
OWN_EYES = {"extraction_outcomes", "written_contracts", "written_regulations"}


def ask(query: str, *parameters: Any) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, list(parameters))
        rows: list[tuple[object, ...]] = cursor.fetchall()
    return rows


def test_every_table_is_protected_or_exempt_with_a_reason() -> None:
    said = declared()
    tables = {
        name
        for (name,) in ask(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"
        )
    }
    assert set(said.protected) | set(said.exempt) == tables
    assert not set(said.protected) & set(said.exempt)
    assert all(exempt.why.strip() for exempt in said.exempt.values())


def test_every_protected_table_is_forced_and_has_one_policy_for_each_command() -> None:
    wanted = {(name, command.upper()) for name in declared().protected for command in COMMANDS}
    forced = ask("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND NOT relispartition")
    found = ask(
        "SELECT tablename, cmd FROM pg_policies WHERE schemaname = 'public' AND %s = ANY(roles) AND tablename = ANY(%s)",
        settings.SERVING_ROLE,
        list(declared().protected),
    )
    assert {name for (name,) in forced} == set(declared().protected)
    assert sorted(found) == sorted(wanted)


def test_no_policy_is_for_anybody_but_the_two_roles() -> None:
    roles = ask("SELECT DISTINCT unnest(roles)::text FROM pg_policies WHERE schemaname = 'public'")
    assert {role for (role,) in roles} == {settings.SERVING_ROLE, settings.DATABASE_OWNER["USER"]}


def test_the_parts_of_the_trail_are_for_the_product_alone() -> None:
    parts = ask(
        """SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,
                  array(SELECT polcmd::text FROM pg_policy WHERE polrelid = c.oid AND polname <> 'door_owner'),
                  has_table_privilege(%s, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
           FROM pg_class c WHERE c.relispartition AND c.relkind = 'r'""",
        settings.SERVING_ROLE,
    )
    assert parts
    assert {tuple(map(str, part[1:])) for part in parts} == {("True", "['r']", "False")}


def test_no_right_is_given_that_nobody_declared() -> None:
    said = declared()
    wanted = {
        (table, right)
        for table in said.protected
        for right in said.rights.get(table, tuple(command.upper() for command in COMMANDS))
    }
    wanted |= {(table, right) for table, exempt in said.exempt.items() for right in exempt.rights}
    wanted |= {(view, "SELECT") for view in said.views}
    parts = {name for (name,) in ask("SELECT relname FROM pg_class WHERE relispartition")}
    given = ask(
        """SELECT c.relname, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a
           WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
             AND a.grantee IN (0, %s::regrole)""",
        settings.SERVING_ROLE,
    )
    assert {right for right in given if right[0] not in parts} == wanted


def test_views_see_with_their_readers_eyes_or_are_narrowed_here() -> None:
    readable = ask(
        """SELECT relname, relkind::text, coalesce(array_to_string(reloptions, ' '), '') FROM pg_class
           WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm', 'f') AND has_table_privilege(%s, oid, 'SELECT')""",
        settings.SERVING_ROLE,
    )
    assert {name for name, *_ in readable} == set(READ) == set(declared().views)
    assert {kind for _, kind, _ in readable} == {"v"}, "a materialized view knows no policies"
    assert {name for name, _, options in readable if "security_invoker=true" in str(options)} == OWN_EYES
    assert {name for name, _, options in readable if "security_barrier" in str(options)} == set(READ) - OWN_EYES


def test_functions_with_the_owners_eyes_are_those_listed_and_look_nowhere_else() -> None:
    found = ask(
        """SELECT p.oid::regprocedure::text, coalesce(array_to_string(proconfig, ' '), '') FROM pg_proc p
           WHERE pronamespace = 'public'::regnamespace AND prosecdef AND has_function_privilege(%s, p.oid, 'EXECUTE')""",
        settings.SERVING_ROLE,
    )
    triggers = {
        name for (name,) in ask("SELECT oid::regprocedure::text FROM pg_proc WHERE prorettype = 'trigger'::regtype")
    }
    assert {name for name, _ in found} - triggers == set(OWNERS_EYES)
    assert all("search_path=public, pg_temp" in str(path) for _, path in found)


def test_a_trigger_function_is_called_by_nobody() -> None:
    """They may be called by name, as every function, and refuse by themselves."""
    with (
        connection.cursor() as cursor,
        pytest.raises(Exception, match="trigger functions can only be called as triggers"),
    ):
        cursor.execute("SELECT audit_watch()")


def test_the_serving_role_is_nobody_in_particular() -> None:
    role = settings.SERVING_ROLE
    assert ask(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = %s",
        role,
    ) == [(False,) * 5]
    assert ask("SELECT relname FROM pg_class WHERE relowner = %s::regrole", role) == []
    assert ask("SELECT proname FROM pg_proc WHERE proowner = %s::regrole", role) == []
    assert ask("SELECT nspname FROM pg_namespace WHERE has_schema_privilege(%s, oid, 'CREATE')", role) == []
    assert ask("SELECT has_database_privilege(%s, current_database(), 'CREATE, TEMPORARY')", role) == [(False,)]
    assert ask("SELECT roleid::regrole::text FROM pg_auth_members WHERE member = %s::regrole", role) == []


@pytest.mark.untold
def test_a_table_of_which_nobody_speaks_stops_the_migration() -> None:
    with owning():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE public.nobody_speaks_of (id int)")
        with pytest.raises(Undeclared, match="nobody_speaks_of"):
            secure()
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE public.nobody_speaks_of")


@pytest.mark.untold
@pytest.mark.parametrize(
    "loosened",
    [
        "ALTER TABLE pilot_contracts NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE pilot_contracts DISABLE ROW LEVEL SECURITY",
        "DROP POLICY door_delete ON pilot_contracts",
    ],
)
def test_what_was_loosened_is_put_back_by_the_next_migration(loosened: str) -> None:
    with owning():
        with connection.cursor() as cursor:
            cursor.execute(loosened)
        assert secure()
        assert not secure()

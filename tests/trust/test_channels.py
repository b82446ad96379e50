"""Ways around a plain SELECT, INSERT, UPDATE and DELETE by which one airline might learn of another's rows."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from config import door
from contracts.lifecycle import Status
from tests.trust.attempts import REFUSED, attempt, copied, taken_back
from tests.trust.scene import Scene

pytestmark = [pytest.mark.django_db, pytest.mark.untold]

# Keys that tell by refusing a second row, where somebody may write a row of his own with another airline's value in it.
# What stands here is accepted, with why; the test finds those that do not.
TOLD_BY_UNIQUENESS = {
    (
        "users",
        "email",
    ): "an address is one account's; no page or API hands the refusal on (registration, change of address)",
    ("contract_revisions", "digest"): "of a content that one has to hold already, word for word, to make the digest",
    ("user_sessions", "token_id_hash"): "of 256 random bits",
    ("passkeys", "credential_id"): "of an authenticator's random bits",
}


def rows(who: door.Identity, statement: str, parameters: list[Any] | None = None) -> list[Any]:
    with taken_back(), door.seeing(who), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def theirs(scene: Scene) -> Any:
    """A contract in force of the other airline."""
    return scene.sides["B"].contracts[Status.ACTIVE]


@pytest.fixture
def pilot(scene: Scene) -> door.Identity:
    return scene.as_whom("pilot")


VIEWS = (
    "published_contracts",
    "extraction_accuracy",
    "extraction_calibration",
    "extraction_outcomes",
    "written_contracts",
)


@pytest.mark.parametrize("role", ["nobody", "pilot", "approver", "client"])
@pytest.mark.parametrize("view", VIEWS)
def test_views_show_nothing_of_the_other_airline(scene: Scene, role: str, view: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT published_refresh(), measures_refresh()")
    other = str(scene.sides["B"].airline)
    query = f"SELECT 1 FROM {view} v WHERE to_jsonb(v)->>'airline_id' = %s"
    assert rows(door.AS_PRODUCT, query, [other]), "there is something to see"
    assert rows(scene.as_whom(role), query, [other]) == []


@pytest.mark.parametrize(
    "stored", ["published_contracts_stored", "extraction_accuracy_stored", "extraction_calibration_stored"]
)
def test_what_is_stored_behind_the_views_is_refused(scene: Scene, stored: str) -> None:
    assert attempt(scene.as_whom("administrator"), f"SELECT * FROM {stored}") == REFUSED
    assert attempt(door.AS_PRODUCT, f"SELECT * FROM {stored}") == REFUSED


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT id FROM pilot_contracts WHERE id = %s FOR UPDATE",
        "SELECT id FROM pilot_contracts WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED",
        "SELECT id FROM pilot_contracts WHERE id = %s FOR KEY SHARE",
        "SELECT id FROM pilot_contracts TABLESAMPLE BERNOULLI (100) WHERE id = %s",
        "SELECT id FROM ONLY pilot_contracts WHERE id = %s",
        "WITH c AS MATERIALIZED (TABLE pilot_contracts) SELECT id FROM c WHERE id = %s",
        "UPDATE pilot_contracts SET title = title WHERE id = %s RETURNING id",
        "DELETE FROM pilot_contracts WHERE id = %s RETURNING id",
        "SELECT c.id FROM airlines a JOIN pilot_contracts c ON c.airline_id = a.id WHERE c.id = %s",
        "SELECT r.id FROM contract_rules r LEFT JOIN pilot_contracts c ON c.id = r.contract_id WHERE r.contract_id = %s",
        "SELECT id FROM (SELECT p.*, count(*) OVER () FROM pilot_contracts p) c WHERE id = %s",
    ],
)
def test_no_form_of_reading_shows_the_other_airlines(pilot: door.Identity, theirs: Any, statement: str) -> None:
    assert rows(pilot, statement, [theirs]) == []


def test_counts_and_aggregates_are_of_ones_own(scene: Scene, pilot: door.Identity) -> None:
    assert rows(pilot, "SELECT count(*) FROM pilot_contracts") == [len(scene.sides["A"].contracts)]
    (text,) = rows(pilot, "SELECT string_agg(c::text, ' ') FROM pilot_contracts c")
    assert str(scene.sides["B"].airline) not in text
    assert rows(door.NOBODY, "SELECT count(*) FROM pilot_contracts") == [0]


def test_copying_out_gives_what_is_seen_and_copying_in_is_not_done(
    scene: Scene, pilot: door.Identity, theirs: Any
) -> None:
    for source in ("pilot_contracts", "(SELECT * FROM pilot_contracts)"):
        with door.seeing(pilot), connection.cursor() as cursor, cursor.copy(f"COPY {source} TO STDOUT") as copying:
            text = b"".join(bytes(part) for part in copying).decode()
        assert str(scene.sides["A"].contracts[Status.ACTIVE]) in text
        assert str(theirs) not in text
    assert attempt(pilot, "COPY airlines FROM PROGRAM 'true'") == REFUSED
    assert attempt(pilot, "COPY airlines TO '/tmp/airlines'") == REFUSED
    assert "COPY FROM not supported with row-level security" in str(attempt(pilot, "COPY users FROM STDIN"))


def test_copying_is_as_who_asks_now_not_as_who_asked_before(scene: Scene, theirs: Any) -> None:
    with door.as_product("asked before"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pilot_contracts")
    with door.seeing(scene.as_whom("pilot")), connection.cursor() as cursor:
        with cursor.copy("COPY pilot_contracts TO STDOUT") as copying:
            assert str(theirs) not in b"".join(bytes(part) for part in copying).decode()
        cursor.execute("SELECT 1")
    with door.as_product("asked before"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pilot_contracts")
    with door.seeing(door.NOBODY), connection.cursor() as cursor:
        assert list(cursor.stream("SELECT id FROM pilot_contracts")) == []


@pytest.mark.parametrize("action", ["DO NOTHING", "(id) DO UPDATE SET title = 'mine' RETURNING title"])
def test_a_conflict_neither_changes_nor_shows_the_other_airlines_row(
    scene: Scene, pilot: door.Identity, theirs: Any, action: str
) -> None:
    mine = scene.sides["A"].contracts[Status.DRAFT]
    statement, parameters = copied(scene.tables["pilot_contracts"], mine, id=theirs)
    met = attempt(pilot, f"{statement} ON CONFLICT {action}", parameters)
    # Told by its key alone, which has 122 random bits.
    assert met in {0, REFUSED}


def test_merging_meets_no_row_of_the_other_airline(scene: Scene, pilot: door.Identity, theirs: Any) -> None:
    merge = "MERGE INTO pilot_contracts c USING (VALUES (%s::uuid)) AS v (id) ON c.id = v.id WHEN MATCHED THEN {}"
    assert attempt(pilot, merge.format("UPDATE SET title = 'mine'"), [theirs]) == 0
    assert attempt(pilot, merge.format("DELETE"), [theirs]) == 0


def test_a_foreign_key_tells_no_more_of_what_is_than_of_what_is_not(
    scene: Scene, pilot: door.Identity, theirs: Any
) -> None:
    table, page = scene.tables["contract_pages"], scene.sides["A"].keys["contract_pages"][0]
    answers = {attempt(pilot, *copied(table, page, contract_id=named, number=77)) for named in (theirs, uuid4())}
    assert answers == {REFUSED}


@pytest.mark.parametrize("column", ["document_sha256", "contract_version"])
def test_another_airlines_document_or_version_is_taken_as_new(
    scene: Scene, pilot: door.Identity, theirs: Any, column: str
) -> None:
    """Uniqueness is within an airline."""
    with door.as_product("to know the value"):
        (value,) = rows(door.AS_PRODUCT, f"SELECT {column} FROM pilot_contracts WHERE id = %s", [theirs])
    fresh = {"document_sha256": "f" * 64, "contract_version": "2031.1"} | {column: value}
    assert (
        attempt(pilot, *copied(scene.tables["pilot_contracts"], scene.sides["A"].contracts[Status.DRAFT], **fresh)) == 1
    )


def test_a_pilots_number_is_not_asked_for_by_trying_to_take_it(scene: Scene, pilot: door.Identity) -> None:
    (number,) = rows(door.AS_PRODUCT, "SELECT pilot_id FROM pilots WHERE id = %s", [scene.sides["B"].pilots["pilot"]])
    for asked in (number, "P-NOBODYS"):
        assert attempt(pilot, "UPDATE pilots SET pilot_id = %s", [asked]) == REFUSED


def test_uniqueness_across_airlines_is_what_is_written_down(scene: Scene) -> None:
    """Every unique key of a table whose rows people write themselves, without a column that is theirs or their airline's."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.relname, array_agg(a.attname ORDER BY a.attnum) FROM pg_index i
               JOIN pg_class c ON c.oid = i.indrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey)
               WHERE i.indisunique AND NOT i.indisprimary AND c.relname = ANY(%s) GROUP BY i.indexrelid, c.relname""",
            [list(scene.tables)],
        )
        keys = cursor.fetchall()
    told = set()
    for name, columns in keys:
        if any(
            column.endswith("_id") and column not in {"pilot_id", "client_id", "credential_id"} for column in columns
        ):
            continue
        table = scene.tables[name]
        for role in ("pilot", "approver", "client"):
            for key in scene.sides["A"].keys[name]:
                value = (
                    rows(
                        door.AS_PRODUCT,
                        f'SELECT "{columns[0]}" FROM "{name}" WHERE "{table.key}" = %s',
                        [scene.sides["B"].keys[name][0]],
                    )[0]
                    if scene.sides["B"].keys[name]
                    else None
                )
                statement = f'UPDATE "{name}" SET "{columns[0]}" = %s WHERE "{table.key}" = %s'
                if "IntegrityError" in str(attempt(scene.as_whom(role), statement, [value, key])):
                    told.add((name, columns[0]))
    assert told == set(TOLD_BY_UNIQUENESS)


@pytest.mark.parametrize(
    "condition",
    [
        "1 / (CASE WHEN title IS NULL THEN 1 ELSE 0 END) = 1",
        "title::int = 1",
        "pg_catalog.set_config('trust.' || left(md5(title), 8), title, true) IS NULL",
    ],
)
def test_a_condition_that_fails_or_tells_meets_no_row_that_is_not_seen(
    scene: Scene, theirs: Any, condition: str
) -> None:
    """Conditions of policies come before those of the asker, but for operators that cannot leak."""
    outsider = scene.sides["B"].as_whom("nobody")
    for who in (outsider, scene.as_whom("client")):
        assert attempt(who, f"SELECT id FROM pilot_contracts WHERE id = %s AND {condition}", [theirs]) == 0


@pytest.mark.parametrize(
    "making",
    [
        "CREATE FUNCTION public.tells(text) RETURNS bool LANGUAGE plpgsql AS 'BEGIN RAISE NOTICE ''%%'', $1; RETURN true; END'",
        "CREATE FUNCTION pg_temp.tells(text) RETURNS bool LANGUAGE sql AS 'SELECT true'",
        "CREATE TEMP TABLE kept AS SELECT 1",
        "CREATE SCHEMA mine",
        "CREATE OPERATOR public.<<< (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)",
        "CREATE VIEW public.seen AS SELECT * FROM pilot_contracts",
        "CREATE RULE tells AS ON SELECT TO pilot_contracts DO ALSO NOTHING",
        "CREATE STATISTICS public.told ON title, status FROM pilot_contracts",
        "ALTER TABLE pilot_contracts DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE pilot_contracts DISABLE TRIGGER ALL",
        "CREATE POLICY everybody ON pilot_contracts USING (true)",
        "DROP POLICY door_select ON pilot_contracts",
        "TRUNCATE pilot_contracts",
        "CREATE INDEX told ON pilot_contracts (title)",
        "REFRESH MATERIALIZED VIEW published_contracts_stored",
        "SET session_replication_role = replica",
        "SELECT pg_read_file('/etc/hostname')",
        "SELECT lo_import('/etc/hostname')",
    ],
)
def test_the_serving_role_makes_and_changes_nothing_but_rows(making: str) -> None:
    met = attempt(door.AS_PRODUCT, making, [] if "%%" in making else None)
    assert met == REFUSED, met


def test_row_security_cannot_be_turned_off_to_see_more(pilot: door.Identity, theirs: Any) -> None:
    with taken_back(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL row_security = off")
        assert attempt(pilot, "SELECT id FROM pilot_contracts WHERE id = %s", [theirs]) == REFUSED


def test_statistics_tell_no_values_of_protected_tables(scene: Scene) -> None:
    told = rows(door.AS_PRODUCT, "SELECT DISTINCT tablename FROM pg_stats WHERE schemaname = 'public'")
    assert not set(map(str, told)) & set(scene.tables)
    assert attempt(door.AS_PRODUCT, "SELECT * FROM pg_statistic") == REFUSED
    assert attempt(door.AS_PRODUCT, "SELECT * FROM pg_statistic_ext_data") == REFUSED


def test_a_plan_is_the_same_for_what_is_and_what_is_not(pilot: door.Identity, theirs: Any) -> None:
    """Estimates come from statistics of the whole table: by the key, one row is expected of either."""
    plans = {
        "\n".join(rows(pilot, f"EXPLAIN SELECT * FROM pilot_contracts WHERE id = '{named}'")).replace(str(named), "")
        for named in (theirs, uuid4())
    }
    assert len(plans) == 1
    analysed = "\n".join(
        rows(pilot, f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) SELECT * FROM pilot_contracts WHERE id = '{theirs}'")
    )
    assert "rows=0" in analysed

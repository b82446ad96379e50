"""What `verify_audit` finds: six kinds of tampering by somebody who owns the tables and has switched the triggers off."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from audit.roots import BadRoot, root_sign
from audit.verification import audit_verify
from config import door
from tests.audit.trail import roots, tampered, verified, written
from tests.owner import owning

pytestmark = [pytest.mark.untold, pytest.mark.usefixtures("transactional_db", "roots_dir")]

# Digests and all: what somebody would do who knows how they are made.
REDIGESTED = """
    UPDATE row_changes SET row_pk = 'other', digest = sha256(convert_to(jsonb_build_array(
        'row', batch, position, id, audit_instant(timestamp), table_name, 'other', operation, changes::text, actor_id::text,
        actor_label, on_behalf_of, request_id, host(address), user_agent, transaction, salt::text)::text, 'UTF8'))
    WHERE id = (SELECT min(id) FROM row_changes)
"""
FORGED = """
    INSERT INTO audit_log SELECT (r).* FROM (
        SELECT jsonb_populate_record(a, jsonb_build_object('id', id + 1000, 'position', position + {more}, 'batch', {batch})) AS r
        FROM audit_log a ORDER BY id DESC LIMIT 1) AS forged
"""
SWAPPED = (
    "UPDATE audit_chain SET batch = -batch WHERE sequence IN (1, 2)",
    "UPDATE audit_chain a SET batch = -b.batch FROM audit_chain b WHERE a.sequence IN (1, 2) AND b.sequence = 3 - a.sequence",
)
LAST_BATCH = "(SELECT max(id) FROM audit_batches)"
WITHOUT_LAST = (
    f"DELETE FROM audit_log WHERE batch = {LAST_BATCH}",
    f"DELETE FROM row_changes WHERE batch = {LAST_BATCH}",
    f"DELETE FROM audit_chain WHERE batch = {LAST_BATCH}",
    f"DELETE FROM audit_batches WHERE id = {LAST_BATCH}",
)


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["UPDATE audit_log SET reason = 'Nothing.' WHERE id = (SELECT min(id) FROM audit_log)"], "was edited"),
        (["UPDATE row_changes SET changes = '{}' WHERE operation = 'update'"], "was edited"),
        (["UPDATE audit_log SET timestamp = timestamp - interval '1 second'"], "was edited"),
        ([REDIGESTED], "was edited or put in another order, digests and all"),
        (["DELETE FROM audit_log WHERE id = (SELECT min(id) FROM audit_log)"], "were deleted"),
        (["DELETE FROM row_changes WHERE position = 1"], "one before it was deleted"),
        ([FORGED.format(batch="batch", more=1)], "was edited"),
        ([FORGED.format(batch=9_000_000, more=0)], "was inserted"),
        (["UPDATE row_changes SET position = 3 - position WHERE position IN (1, 2)"], "was edited"),
        (list(SWAPPED), "does not follow"),
        (["DELETE FROM audit_chain WHERE sequence = 2"], "Link 2 is missing"),
        (["UPDATE audit_chain SET hash = sha256(hash) WHERE sequence = 2"], "does not follow"),
        (["UPDATE audit_batches SET entries = entries + 1 WHERE id = (SELECT min(id) FROM audit_batches)"], "deleted"),
        (
            ["INSERT INTO audit_batches SELECT id + 1000, entries, digest, sealed_at FROM audit_batches LIMIT 1"],
            "inserted",
        ),
    ],
)
def test_editing_deleting_inserting_and_reordering_are_found(statements: list[str], said: str) -> None:
    written()
    assert verified().faults == []

    tampered(*statements)

    report = verified()
    assert report.fault_count
    assert any(said in fault for fault in report.faults), report.faults


@pytest.mark.parametrize("identity", [door.NOBODY, door.AS_PRODUCT])
def test_all_of_the_trail_is_looked_at_whoever_asks(identity: door.Identity) -> None:
    """What policies hide would be taken for deleted; were all of it hidden, for a trail that is whole."""
    written(3)

    with door.seeing(identity):
        report = verified()

    assert (report.faults, report.batches, report.links, report.entries) == ([], 3, 3, 9)


def test_a_cursor_on_the_server_is_refused_where_nobody_could_be_told() -> None:
    with pytest.raises(RuntimeError, match="sees nothing outside a transaction"), connection.chunked_cursor():
        pass


def test_a_tail_that_was_cut_off_is_found_by_the_root_outside() -> None:
    written()
    root_sign()

    tampered(*WITHOUT_LAST)

    assert audit_verify(roots=[]).faults == []
    assert "its tail was cut off" in verified().faults[0]


def test_an_old_copy_that_was_restored_and_went_on_is_found_by_the_root_outside() -> None:
    written()
    root_sign()
    tampered(*WITHOUT_LAST)

    written(3)

    assert audit_verify(roots=[]).faults == []
    assert "an older copy was restored and went on" in verified().faults[0]


def test_a_table_that_is_not_watched_any_more_is_named() -> None:
    with owning(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE airlines DISABLE TRIGGER audit_watch_update")

    report = verified()

    with owning(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE airlines ENABLE TRIGGER audit_watch_update")
    assert report.faults[0].startswith("Table airlines is not watched")
    assert verified().faults == []


def test_a_root_that_was_rewritten_is_refused(roots_dir: Path) -> None:
    written(1)
    root_sign()
    (path,) = roots_dir.glob("*.json")
    path.chmod(0o600)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"sequence": 0}))

    with pytest.raises(BadRoot, match="is not as it was signed"):
        roots()


def test_the_command_says_what_it_found_and_fails_where_it_found_something() -> None:
    written(2)
    whole, spoiled = StringIO(), StringIO()
    call_command("verify_audit", stdout=whole)
    tampered("UPDATE audit_log SET reason = ''")

    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit", "--json", stdout=spoiled)

    report: dict[str, Any] = json.loads(spoiled.getvalue())
    assert "The trail is whole." in whole.getvalue()
    assert ended.value.code == 1
    assert report["fault_count"] == 2
    assert "was edited" in report["faults"][0]


def test_what_is_older_than_asked_for_is_left_out_but_not_its_links() -> None:
    written(2)
    tampered("UPDATE audit_log SET reason = ''")

    call_command("verify_audit", "--since", "2100-01-01", stdout=StringIO())
    tampered("UPDATE audit_chain SET hash = sha256(hash) WHERE sequence = 1")

    with pytest.raises(SystemExit):
        call_command("verify_audit", "--since", "2100-01-01", stdout=StringIO())

"""Many writers, one chain; and the texts that digests are made of."""

import json
import threading
from typing import Any

from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Airline
from audit.canonical import EVENT_COLUMNS, ROW_COLUMNS, digest
from audit.models import AuditBatch, ChainLink, RowChange
from tests import factories
from tests.audit.trail import verified, written

# Whatever PostgreSQL can hold: all but the zero character and halves of pairs.
TEXTS = st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)


def in_threads(*tasks: Any) -> list[BaseException]:
    """Run each with a connection of its own. Returns what they raised."""
    raised: list[BaseException] = []

    def run(task: Any) -> None:
        try:
            task()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return raised


def test_many_writers_give_one_chain_without_holes(transactional_db: None, roots_dir: Any) -> None:
    raised = in_threads(*[lambda: written(10)] * 6)

    assert raised == []
    assert list(ChainLink.objects.order_by("sequence").values_list("sequence", flat=True)) == list(range(1, 61))
    assert AuditBatch.objects.count() == 60
    assert verified().faults == []


def test_a_commit_that_waits_for_a_row_does_not_hold_up_who_has_the_row(transactional_db: None, roots_dir: Any) -> None:
    """A new row's foreign key is checked at the commit and waits for its parent's lock; whoever holds that lock commits first."""
    parent = factories.AirlineFactory.create()
    locked, child_commits = threading.Event(), threading.Event()

    def holder() -> None:
        with transaction.atomic():
            Airline.objects.select_for_update().get(pk=parent.pk)
            locked.set()
            child_commits.wait(10)
            threading.Event().wait(0.5)
            Airline.objects.filter(pk=parent.pk).update(name="Held")

    def child() -> None:
        locked.wait(10)
        with transaction.atomic():
            factories.AirlineFactory.create()  # opens the batch before the foreign key is queued
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO review_groups (id, created_at, updated_at, airline_id, name) "
                    "VALUES (gen_random_uuid(), now(), now(), %s, 'Group')",
                    [parent.pk],
                )
            child_commits.set()

    assert in_threads(holder, child) == []
    assert verified().faults == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(values=st.lists(st.one_of(TEXTS, st.none(), st.integers(-(2**62), 2**62)), max_size=6))
def test_both_canonical_texts_agree(db: None, values: list[Any]) -> None:
    typed = [
        "%s::bigint" if isinstance(value, int) else "%s::text" if value is not None else "NULL::text"
        for value in values
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT sha256(convert_to(jsonb_build_array({', '.join(typed)})::text, 'UTF8'))",
            [value for value in values if value is not None],
        )
        (in_sql,) = cursor.fetchone()

    assert bytes(in_sql) == digest(values)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(name=TEXTS.filter(str.strip), data=st.dictionaries(TEXTS, st.one_of(TEXTS, st.integers(), st.floats(-1e9, 1e9))))
def test_digests_of_whatever_is_written_are_worked_out_alike(db: None, name: str, data: dict[str, Any]) -> None:
    airline = factories.AirlineFactory.create(name=name)
    airline.metadata = json.loads(json.dumps(data))
    airline.save()
    factories.UserFactory.create()

    for table, kind, columns in (("row_changes", "row", ROW_COLUMNS), ("audit_log", "event", EVENT_COLUMNS)):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT '{kind}', batch, position, {', '.join(columns.values())}, digest FROM {table}")
            for row in cursor.fetchall():
                assert digest(row[:-1]) == bytes(row[-1])
    assert RowChange.objects.exists()

"""Every change of a business table leaves its row change, by whatever way it was made, with who made it."""

from itertools import product
from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Airline, ServiceClient, User
from audit.models import AuditBatch, ChainLink, RowChange
from audit.watch import EXEMPT, unwatched, watched
from config.door import acting
from tests import factories
from tests.audit.trail import written
from tests.completeness import untold
from tests.owner import owning


def latest(table: str) -> RowChange:
    return RowChange.objects.filter(table_name=table).order_by("-id")[0]


def test_every_table_is_watched_or_exempt_with_a_reason(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = {name for (name,) in cursor.fetchall()}

    kept = {table for table in tables if not table.startswith(("audit_log_", "row_changes_"))}
    assert unwatched() == []
    assert {each.table for each in watched()} == kept - set(EXEMPT)
    assert set(EXEMPT) <= tables
    assert all(EXEMPT.values())


@pytest.mark.parametrize(
    ("change", "operation", "changes"),
    [
        ("UPDATE airlines SET name = 'B' WHERE id = %s", "update", {"name": ["A", "B"]}),
        ("WITH gone AS (DELETE FROM airlines WHERE id = %s RETURNING 1) SELECT 1", "delete", None),
    ],
)
def test_plain_sql_is_told(db: None, change: str, operation: str, changes: Any) -> None:
    airline = factories.AirlineFactory.create(name="A")

    with connection.cursor() as cursor:
        cursor.execute(change, [airline.pk])

    told = latest("airlines")
    assert (told.row_pk, told.operation) == (str(airline.pk), operation)
    assert told.changes == changes or told.changes["name"] == ["A", None]


def test_bulk_writes_are_told_row_by_row(db: None) -> None:
    made = Airline.objects.bulk_create([Airline(code=f"B{number}X", name="Bulk") for number in range(3)])
    Airline.objects.filter(name="Bulk").update(name="Renamed")
    Airline.objects.filter(name="Renamed").delete()

    told = RowChange.objects.filter(row_pk__in=[str(airline.pk) for airline in made])
    assert sorted(told.values_list("operation", flat=True)) == ["delete"] * 3 + ["insert"] * 3 + ["update"] * 3


def test_an_emptied_table_is_told(db: None) -> None:
    with owning(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE notification_preferences")

    assert latest("notification_preferences").operation == "truncate"


def test_secrets_and_long_texts_are_told_as_hashes(db: None) -> None:
    user = factories.UserFactory.create()
    user.set_password("something quite new")
    user.full_name = "N" * 100
    user.save()

    airline = factories.AirlineFactory.create(metadata={"long": "x" * 5000})

    before, after = latest("users").changes["password_hash"]
    assert before.startswith("sha256:")
    assert after.startswith("sha256:")
    assert latest("airlines").row_pk == str(airline.pk)
    assert latest("airlines").changes["metadata"][1].startswith("sha256:")


def test_bookkeeping_alone_is_no_change(db: None) -> None:
    client = factories.ServiceClientFactory.create()
    before = RowChange.objects.count()

    ServiceClient.objects.filter(pk=client.pk).update(last_used_at=timezone.now())

    assert RowChange.objects.count() == before


def test_who_acts_is_told_and_forgotten_with_the_block(db: None, administrator: User) -> None:
    airline = factories.AirlineFactory.create()
    with acting(administrator, on_behalf_of="O'Brien \\ 100 %s"):
        Airline.objects.filter(pk=airline.pk).update(name="One")
        by_person = latest("airlines")
    Airline.objects.filter(pk=airline.pk).update(name="Two")

    assert (by_person.actor_id, by_person.actor_label) == (administrator.pk, str(administrator))
    assert by_person.on_behalf_of == "O'Brien \\ 100 %s"
    assert (latest("airlines").actor_id, latest("airlines").actor_label) == (None, "VectorBid Contracts")


def test_who_acts_is_told_again_after_a_savepoint_was_rolled_back(db: None, administrator: User) -> None:
    airline = factories.AirlineFactory.create()
    with acting(administrator):
        savepoint = transaction.savepoint()
        Airline.objects.filter(pk=airline.pk).update(name="Undone")
        transaction.savepoint_rollback(savepoint)
        Airline.objects.filter(pk=airline.pk).update(name="Done")

    told = list(RowChange.objects.filter(row_pk=str(airline.pk), operation="update"))
    assert [(row.actor_id, row.changes["name"][1]) for row in told] == [(administrator.pk, "Done")]


def test_a_request_is_told_with_its_person_address_and_agent(client: Client, administrator: User) -> None:
    airline = factories.AirlineFactory.create(code="REQ", name="Before")
    client.force_login(administrator)
    form = client.get(reverse("admin:accounts_airline_change", args=[airline.pk])).context["adminform"].form

    client.post(
        reverse("admin:accounts_airline_change", args=[airline.pk]),
        {
            **{name: value for name, value in form.initial.items() if value is not None},
            "name": "After",
            "metadata": "{}",
        },
        headers={"X-Request-ID": "request-0001", "User-Agent": "Agent"},
    )

    told = latest("airlines")
    assert told.changes["name"] == ["Before", "After"]
    assert (told.actor_id, told.request_id, told.address, told.user_agent) == (
        administrator.pk,
        "request-0001",
        "127.0.0.1",
        "Agent",
    )


def test_a_plain_connection_is_told_by_its_role(transactional_db: None) -> None:
    airline = factories.AirlineFactory.create()
    given = connection.get_connection_params()
    with psycopg.connect(**{name: given[name] for name in ("dbname", "user", "password", "host", "port")}) as plain:
        plain.execute("UPDATE airlines SET name = 'By hand' WHERE id = %s", [airline.pk])

    assert latest("airlines").actor_label == f"database role {given['user']}"


def test_what_a_transaction_outside_a_block_writes_is_told_too(transactional_db: None, administrator: User) -> None:
    airline = factories.AirlineFactory.create()
    with acting(administrator):
        Airline.objects.filter(pk=airline.pk).update(name="Alone")

    assert latest("airlines").actor_id == administrator.pk
    with connection.cursor() as cursor:
        cursor.execute("SHOW vectorbid.context")  # asked by itself: nothing is told ahead of it
        assert cursor.fetchone() == ("",)


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        *product(
            ["row_changes", "audit_batches", "audit_chain", "audit_log"],
            ["UPDATE {} SET digest = ''", "DELETE FROM {}", "TRUNCATE {}", "TRUNCATE {}_part"],
        ),
        ("audit_redactions", "TRUNCATE {}"),  # the rest is refused by row, of which there is none here: test_redaction
    ],
)
def test_the_trail_is_append_only(transactional_db: None, table: str, statement: str) -> None:
    written(1)
    part = f"{table}_y{timezone.now():%Ym%m}" if table in {"row_changes", "audit_log"} else table
    column = "hash" if table == "audit_chain" else "digest"
    asked = statement.replace("{}_part", part).format(table).replace("digest", column)

    with pytest.raises(ProgrammingError) as refused, connection.cursor() as cursor:
        cursor.execute(asked)
    with owning(), pytest.raises(ProgrammingError, match="kept as they are"), connection.cursor() as cursor:
        cursor.execute(asked)

    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


@pytest.mark.parametrize("table", ["row_changes", "audit_batches", "audit_chain", "audit_redactions"])
def test_nobody_writes_row_changes_by_hand(transactional_db: None, table: str) -> None:
    factories.AirlineFactory.create()
    asked = f"INSERT INTO {table} SELECT * FROM {table}"

    with pytest.raises(Exception, match="only triggers write"), connection.cursor() as cursor:
        cursor.execute(asked)
    with owning(), pytest.raises(Exception, match="only triggers write"), connection.cursor() as cursor:
        cursor.execute(asked)


def test_a_transaction_is_one_batch_and_one_link(transactional_db: None) -> None:
    with transaction.atomic():
        airline = factories.AirlineFactory.create()
        Airline.objects.filter(pk=airline.pk).update(name="Other")
    before = ChainLink.objects.count()

    with transaction.atomic():
        Airline.objects.filter(pk=airline.pk).update(name="Third")
        with transaction.atomic():
            Airline.objects.filter(pk=airline.pk).update(name="Fourth")

    assert ChainLink.objects.count() == before + 1
    assert AuditBatch.objects.order_by("-id")[0].entries == 2


@pytest.mark.untold
def test_the_suite_notices_what_was_not_told(db: None) -> None:
    airline = factories.AirlineFactory.create()
    assert untold() == {}

    with owning(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP TRIGGER audit_watch_update ON airlines")
        cursor.execute("UPDATE airlines SET name = 'Quietly' WHERE id = %s", [airline.pk])

    assert untold() == {"airlines": (2, 1)}

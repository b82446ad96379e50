"""What every test may use. Servers are real: see `tests/servers_plugin.py`."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import TransactionTestCase
from django_redis.cache import RedisCache
from psycopg.pq import TransactionStatus

from accounts.models import Airline, ServiceClient, User
from config import door
from tests import factories
from tests.actors import services_see_as_their_actors
from tests.completeness import counting_begins, untold
from tests.owner import owning

# Outside requests tests do and see what the product may; within one, what its caller may.
door.process_is_product()
services_see_as_their_actors()

KEPT = (
    "audit_log",
    "audit_batches",
    "audit_chain",
    "audit_redactions",
    "row_changes",
    "changes",
    "security_events",
    "consents",
    "erasures",
    "rule_corrections",
    "contract_decisions",
    "contract_revisions",
    "contract_revision_occasions",
    "review_rounds",
    "review_round_steps",
    "review_delegations",
    "review_comments",
    "activation_plans",
    "contract_activations",
    "activation_effects",
)


# Their triggers, and those of their parts, off or on.
LIFT = """
DO $$ DECLARE part regclass; BEGIN
    FOR part IN SELECT named::regclass FROM unnest(ARRAY[{tables}]) AS named
                UNION ALL SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent IN ('audit_log'::regclass, 'row_changes'::regclass)
    LOOP EXECUTE 'ALTER TABLE ' || part || ' {state} TRIGGER USER'; END LOOP;
END $$;
"""


@pytest.fixture(autouse=True, scope="session")
def _emptying_between_tests_is_allowed() -> Iterator[None]:
    """Tests with real transactions end in TRUNCATE, which tables that are kept refuse to all: lift that for this one statement.

    That the tables were emptied is told as well: that goes too, or each test would begin with it.
    """
    flush = DatabaseOperations.sql_flush

    def lifted(self: DatabaseOperations, style: Any, tables: Sequence[str], **options: Any) -> list[str]:
        statements = flush(self, style, tables, **options)
        guarded = ", ".join(f"'{table}'" for table in KEPT if table in tables)
        off, on = (LIFT.format(tables=guarded, state=state) for state in ("DISABLE", "ENABLE"))
        return [off, *statements, "TRUNCATE row_changes", "TRUNCATE suite.seen", on]

    emptied = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined] # left out of the stubs

    def emptied_by_owner(self: TransactionTestCase) -> None:
        with owning():
            emptied(self)

    DatabaseOperations.sql_flush = lifted  # type: ignore[method-assign, assignment] # put back below
    TransactionTestCase._fixture_teardown = emptied_by_owner  # type: ignore[attr-defined] # put back below
    yield
    DatabaseOperations.sql_flush = flush  # type: ignore[method-assign] # as it was
    TransactionTestCase._fixture_teardown = emptied  # type: ignore[attr-defined] # as it was


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Also counts, from here on, which rows change."""
    with django_db_blocker.unblock():
        counting_begins()


@pytest.fixture(autouse=True)
def _each_change_is_told(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test in which a row of a business table changed without its entry in the trail.

    `@pytest.mark.untold` is for tests that change rows behind the trail's back on purpose, or the trail itself.
    """
    if not uses_database(request):
        yield
        return
    request.getfixturevalue("_django_db_helper")  # so that this looks before the test's changes are taken back
    yield
    if "migrated_again" in request.fixturenames:
        counting_begins()
    elif request.node.get_closest_marker("untold") is None and not is_broken():
        assert untold() == {}, "rows changed without their entries: table: (rows changed, entries)"


@pytest.fixture
def migrated_again(transactional_db: None) -> Iterator[None]:
    """For tests that migrate back: everything is there again afterwards, and counted."""
    yield
    call_command("migrate", verbosity=0)


def is_broken() -> bool:
    """Whether the test left a transaction that takes no more statements."""
    raw = connection.connection
    return connection.needs_rollback or (raw is not None and raw.info.transaction_status == TransactionStatus.INERROR)


def uses_database(request: pytest.FixtureRequest) -> bool:
    """Whether the test may touch the database."""
    wanted = {"db", "transactional_db"} & set(request.fixturenames)
    return bool(wanted) or request.node.get_closest_marker("django_db") is not None


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> None:
    """Throttles and caches begin empty in each test that may touch the database."""
    if uses_database(request):
        cache = caches["default"]
        assert isinstance(cache, RedisCache)
        cache.delete_pattern("*")  # clear() would empty the whole server


@pytest.fixture
def airline(db: None) -> Airline:
    return factories.AirlineFactory.create(code="TST", name="Testair")


@pytest.fixture
def pilot_user(airline: Airline) -> User:
    """A person who flies for `airline`."""
    return factories.PilotFactory.create(airline=airline).user


@pytest.fixture
def approver(airline: Airline) -> User:
    """An approver who may review `airline`'s contracts."""
    user = factories.UserFactory.create(approver=True)
    factories.grant_review(user, airline)
    return user


@pytest.fixture
def administrator(db: None) -> User:
    return factories.UserFactory.create(administrator=True)


@pytest.fixture
def service_client(airline: Airline) -> ServiceClient:
    """VectorBid, serving `airline` with all scopes."""
    return factories.ServiceClientFactory.create(airlines=[airline])


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--screenshots", default="", help="Folder in the checkout that keeps the browser tests' screenshots."
    )
    parser.addoption(
        "--requests", type=int, default=2_000, help="How many requests fifty people send to two web processes."
    )

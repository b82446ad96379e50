"""What every test may use. Servers are real: see `tests/servers_plugin.py`."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.core.cache import caches
from django.db.backends.postgresql.operations import DatabaseOperations
from django_redis.cache import RedisCache

from accounts.models import Airline, ServiceClient, User
from tests import factories

KEPT = (
    "audit_log",
    "changes",
    "security_events",
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


@pytest.fixture(autouse=True, scope="session")
def _emptying_between_tests_is_allowed() -> Iterator[None]:
    """Tests with real transactions end in TRUNCATE, which tables that are kept refuse to all: lift that for this one statement."""
    flush = DatabaseOperations.sql_flush

    def lifted(self: DatabaseOperations, style: Any, tables: Sequence[str], **options: Any) -> list[str]:
        statements = flush(self, style, tables, **options)
        guarded = [table for table in KEPT if table in tables]
        off = [f"ALTER TABLE {table} DISABLE TRIGGER USER;" for table in guarded]
        on = [f"ALTER TABLE {table} ENABLE TRIGGER USER;" for table in guarded]
        return [*off, *statements, *on]

    DatabaseOperations.sql_flush = lifted  # type: ignore[method-assign, assignment] # put back below
    yield
    DatabaseOperations.sql_flush = flush  # type: ignore[method-assign] # as it was


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> None:
    """Throttles and caches begin empty in each test that may touch the database."""
    if {"db", "transactional_db"} & set(request.fixturenames) or request.node.get_closest_marker("django_db"):
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

"""A connection never carries the last one's identity: requests of fifty people, interleaved over threads that keep theirs.

Each request goes through the product's own middleware to the real database, on a connection that its thread keeps; what it does
there is drawn by lot, mishaps among it.
"""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import DatabaseError, OperationalError, close_old_connections, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from accounts.models import User
from accounts.notifications.models import Notification
from config import door
from config.requests import RequestContextMiddleware
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 50
REQUESTS = 10_000
THREADS = 4


@pytest.fixture
def people() -> list[User]:
    """Each has a notification, which nobody else sees."""
    made: list[User] = UserFactory.create_batch(PEOPLE)
    Notification.objects.bulk_create(
        Notification(
            recipient=person, kind="contract_submitted", event_key="one", title="One", path="/", mail="unwanted"
        )
        for person in made
    )
    return made


class Mishap(Exception):
    """What went wrong in a request."""


def seen() -> set[UUID]:
    return set(Notification.objects.values_list("recipient_id", flat=True))


def plainly(_: User) -> set[UUID]:
    return seen()


def in_transaction(_: User) -> set[UUID]:
    with transaction.atomic():
        return seen()


def by_iterator(_: User) -> set[UUID]:
    return {notice.recipient_id for notice in Notification.objects.iterator(chunk_size=1)}


def after_the_products_eyes(_: User) -> set[UUID]:
    with transaction.atomic():
        with door.as_product("a look at all"):
            assert len(seen()) == PEOPLE
        return seen()


def after_a_broken_transaction(_: User) -> set[UUID]:
    with (  # noqa: PT012 - it breaks after it has seen
        pytest.raises(DatabaseError),
        transaction.atomic(),
        door.as_product("to break it"),
        connection.cursor() as cursor,
    ):
        seen()
        cursor.execute("SELECT 1 / 0")
    return seen()


def after_a_savepoint(_: User) -> set[UUID]:
    with transaction.atomic():
        with pytest.raises(Mishap), transaction.atomic(), door.as_product("for the savepoint"):  # noqa: PT012 - what comes before it counts
            seen()
            raise Mishap
        inner = seen()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 'no number'::int")
        assert seen() == inner
        return inner


def after_acting_for_somebody(person: User) -> set[UUID]:
    with door.acting(None), door.seeing(door.NOBODY):
        assert seen() == set()
    with transaction.atomic(), door.acting(person):
        return seen()


def raising(_: User) -> set[UUID]:
    with transaction.atomic():
        seen()
        with door.as_product("and then it fails"):
            seen()
            raise Mishap


WAYS = (
    plainly,
    plainly,
    in_transaction,
    by_iterator,
    after_the_products_eyes,
    after_a_broken_transaction,
    after_a_savepoint,
    after_acting_for_somebody,
    raising,
)


def answer(person: User, lot: random.Random) -> str:
    """One request of somebody. Returns what became of it, `right` if he saw what is his and nobody saw anything before him."""
    became: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        before = seen()  # nobody is known yet
        request.user = person
        try:
            met = lot.choice(WAYS)(person)
        except Mishap:
            became.append("mishap" if not before else "leak before sign-in")
        else:
            became.append("right" if not before and met == {person.pk} else f"leak: {len(before)} and {len(met)}")
        return HttpResponse()

    close_old_connections()
    RequestContextMiddleware(view)(RequestFactory().get("/"))
    return became[0]


def of_one_thread(people: list[User], number: int) -> tuple[Counter[str], int]:
    """A thread's requests; and how many connections it had."""
    lot = random.Random(number)  # noqa: S311 - lots, no secrets
    became, backends = Counter[str](), set()
    try:
        for asked in range(REQUESTS // THREADS):
            became[answer(lot.choice(people), lot)] += 1
            if asked % 500 == 250:
                backends.add(connection.connection.info.backend_pid)
                became[after_its_backend_ends()] += 1
    finally:
        connection.close()
    return became, len(backends)


def after_its_backend_ends() -> str:
    """The next request of the thread meets a dead connection, and opens another."""
    with pytest.raises(OperationalError), door.as_product("to end it"), connection.cursor() as cursor:  # noqa: PT012 - what comes before it counts
        cursor.execute("RESET ROLE")  # in tests the connection is the owner's, who may end it
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        cursor.execute("SELECT 1")
    connection.close()
    return "ended" if seen_by_nobody() else "leak after the end"


def seen_by_nobody() -> bool:
    with door.seeing(door.NOBODY):
        return seen() == set()


def test_ten_thousand_requests_of_fifty_people_each_see_their_own(people: list[User]) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda number: of_one_thread(people, number), range(THREADS)))

    became = sum((counted for counted, _ in found), Counter[str]())
    assert set(became) == {"right", "mishap", "ended"}, became
    assert became["right"] + became["mishap"] == REQUESTS
    assert all(1 < backends <= REQUESTS // THREADS // 500 for _, backends in found), "connections were kept, and ended"

"""Facts in Redis: never believed while, or after, something changed that they tell of."""

import threading
from collections.abc import Iterator, Mapping, Sequence

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django_redis import get_redis_connection

from config import facts
from config.facts import FactsUnavailable, facts_ask, facts_change, facts_forget_all, facts_learn

pytestmark = pytest.mark.django_db(transaction=True)
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def _a_line_of_its_own() -> Iterator[None]:
    new_line()
    yield
    new_line()


def new_line() -> None:
    """As a process that has just started."""
    line = getattr(facts._local, "line", None)
    if line is not None:
        line.connection.close()
    facts._local.__dict__.clear()


def reading(text: bytes) -> facts.Reader:
    def read(subjects: Sequence[bytes]) -> Mapping[bytes, bytes]:
        return dict.fromkeys(subjects, text)

    return read


def known(subject: bytes = b"thing:1") -> bytes | None:
    return facts_ask([subject])[0][0]


def generation() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT generation FROM fact_fence")
        return int(cursor.fetchone()[0])


def test_a_fact_is_known_once_it_was_learnt() -> None:
    before = known()

    facts_learn([b"thing:1", b"thing:2"], reading(b"so"))
    facts_learn([b"thing:1"], reading(b"otherwise"))

    assert (before, known(), known(b"thing:2"), known(b"thing:3")) == (None, b"so", b"so", None)


def test_what_has_not_been_committed_is_not_learnt() -> None:
    with transaction.atomic():
        facts_learn([b"thing:1"], reading(b"so"))

    assert known() is None


def test_a_change_closes_the_fact_before_it_commits_and_forgets_it_after() -> None:
    facts_learn([b"thing:1"], reading(b"old"))

    with transaction.atomic():
        facts_change("thing:1")
        during = known()
        learn_elsewhere(b"thing:1", b"old")
        still = known()
    after = known()
    facts_learn([b"thing:1"], reading(b"new"))

    assert (during, still, after, known()) == (None, None, None, b"new")


def test_a_change_that_is_rolled_back_leaves_the_fact_closed_for_a_while() -> None:
    facts_learn([b"thing:1"], reading(b"old"))

    with transaction.atomic():
        facts_change("thing:1")
        transaction.set_rollback(True)
    facts_learn([b"thing:1"], reading(b"old"))

    assert known() is None
    assert 0 < get_redis_connection("default").ttl(next(iter(keys_of("thing:1")))) <= facts.CHANGE_SECONDS


def test_whoever_reads_while_it_changes_writes_nothing_down() -> None:
    def overtaken(subjects: Sequence[bytes]) -> Mapping[bytes, bytes]:
        with transaction.atomic():
            facts_change("thing:1")
        return dict.fromkeys(subjects, b"old")

    facts_learn([b"thing:1"], overtaken)

    assert known() is None


def test_of_two_changes_the_one_that_ends_first_does_not_open_the_other() -> None:
    with transaction.atomic():
        facts_change("thing:1")
        in_a_thread(change_at_once)
        learn_elsewhere(b"thing:1", b"between")
        closed = known()
    facts_learn([b"thing:1"], reading(b"new"))

    assert (closed, known()) == (None, b"new")


def test_a_redis_that_was_started_again_is_not_believed_whatever_it_holds() -> None:
    facts_learn([b"thing:1"], reading(b"restored"))

    facts._local.line.connection.run_id = b"another-life"
    facts._local.line.believed_until = 0.0

    assert known() is None


def test_a_redis_that_was_emptied_is_filled_again() -> None:
    facts_learn([b"thing:1"], reading(b"so"))
    for key in keys_of("thing:1"):
        get_redis_connection("default").delete(key)
    emptied = known()

    facts_learn([b"thing:1"], reading(b"so"))

    assert (emptied, known()) == (None, b"so")


def test_a_change_that_redis_does_not_hear_of_raises_the_fence(monkeypatch: pytest.MonkeyPatch) -> None:
    facts_learn([b"thing:1"], reading(b"old"))
    before = generation()
    new_line()

    with monkeypatch.context() as patch:
        patch.setattr(settings, "REDIS_URL", NOWHERE)
        with transaction.atomic():
            facts_change("thing:1")
    unheard = generation()
    new_line()

    assert unheard > before
    assert known() is None


def test_a_process_that_believes_redis_asks_for_the_fence_again_within_a_second() -> None:
    facts_learn([b"thing:1"], reading(b"changed by hand"))

    facts_forget_all()
    facts._local.line.believed_until -= facts.GENERATION_SECONDS

    assert known() is None


def test_without_redis_nothing_is_known_and_nothing_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "REDIS_URL", NOWHERE)

    for _ in range(2):
        with pytest.raises(FactsUnavailable):
            facts_ask([b"thing:1"])

    assert facts._local.not_before > 0


def test_a_connection_that_breaks_is_made_anew() -> None:
    facts_learn([b"thing:1"], reading(b"so"))
    facts._local.line.connection._socket.close()

    with pytest.raises(FactsUnavailable):
        known()

    assert known() == b"so"


def keys_of(subject: str) -> list[bytes]:
    found: list[bytes] = get_redis_connection("default").keys(cache.make_key(f"facts:*{subject}"))
    return found


def in_a_thread(work: object) -> None:
    def run() -> None:
        try:
            work()  # type: ignore[operator] # each is a function without arguments
        finally:
            new_line()
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def change_at_once() -> None:
    with transaction.atomic():
        facts_change("thing:1")


def learn_elsewhere(subject: bytes, text: bytes) -> None:
    """By a process that is in no transaction."""
    in_a_thread(lambda: facts_learn([subject], reading(text)))

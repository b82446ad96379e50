"""What Redis may be believed about rows of PostgreSQL: facts that every change of them closes before it commits (ADR 0046).

A fact is a short text about one subject, such as `session:<id>`, copied from committed rows. Its key holds one of

    the fact itself      it is so: no change has been committed, and none is under way
    `?<token>`           somebody is reading the rows to write it down
    `!<token> <token>`   these transactions are changing it: ask PostgreSQL
    nothing              nobody has asked yet

Whoever changes a row calls `facts_change` in his transaction, before the commit. Whoever reads finds a fact or asks PostgreSQL.
Keys begin with the server's run id and with a generation from PostgreSQL: a Redis that was started again, whatever it
holds, and one that a change could not reach, are not believed in what they held before.
"""

import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction

from config.thin_redis import Connection, RedisUnavailable, Reply, command

# From PostgreSQL, by subject; those that are no facts are left out.
Reader = Callable[[Sequence[bytes]], Mapping[bytes, bytes]]

logger = structlog.get_logger(__name__)

# A fact lives no longer than this, in case rows were changed behind the services' back.
FACT_SECONDS = 3600
# A transaction that changes facts and ends without a word (rolled back, killed) keeps them closed for so long.
CHANGE_SECONDS = 120
READING_SECONDS = 10
# How long a process believes Redis before it asks PostgreSQL again whether a change could not reach it.
GENERATION_SECONDS = 1.0
CONNECTION_SECONDS = 2.0
# How long a thread leaves a Redis alone that has not answered: longer than it waits for an answer.
RETRY_SECONDS = 4.0
CHUNK = 1000

_CHANGING, _READING = b"!", b"?"
_CLOSE = b"""
for _, key in ipairs(KEYS) do
  local found = redis.call('GET', key)
  local open = found and string.sub(found, 1, 1) == '!'
  redis.call('SET', key, open and (found .. ' ' .. ARGV[1]) or ('!' .. ARGV[1]), 'EX', ARGV[2])
end
return 0"""
_OPEN = b"""
for _, key in ipairs(KEYS) do
  local found = redis.call('GET', key)
  if found and string.sub(found, 1, 1) == '!' then
    local others = {}
    for token in string.gmatch(string.sub(found, 2), '%S+') do
      if token ~= ARGV[1] then others[#others + 1] = token end
    end
    if #others > 0 then redis.call('SET', key, '!' .. table.concat(others, ' '), 'KEEPTTL')
    else redis.call('DEL', key) end
  else
    redis.call('DEL', key)
  end
end
return 0"""
_WRITE = b"""
for place, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then redis.call('SET', key, ARGV[place + 2], 'EX', ARGV[2]) end
end
return 0"""
_GENERATION = "SELECT generation FROM fact_fence"
_RAISE_FENCE = "UPDATE fact_fence SET generation = generation + 1"


class FactsUnavailable(Exception):
    """Redis cannot be asked now: PostgreSQL can."""


class _Line:
    """One thread's connection, with the name of what it may believe."""

    def __init__(self) -> None:
        self.connection = Connection(settings.REDIS_URL, timeout_seconds=CONNECTION_SECONDS)
        self.prefix = b""
        self.believed_until = 0.0

    def fresh(self) -> "_Line":
        """Asks PostgreSQL for the generation where the last answer is too old."""
        if time.monotonic() >= self.believed_until:
            asked_at = time.monotonic()
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()  # in front of Django nobody else does
            with connection.cursor() as cursor:
                cursor.execute(_GENERATION)
                (generation,) = cursor.fetchone()
            self.prefix = cache.make_key("facts").encode() + b":%b:%d:" % (self.connection.run_id, generation)
            self.believed_until = asked_at + GENERATION_SECONDS
        return self


_local = threading.local()


def facts_ask(subjects: Sequence[bytes], *also: bytes) -> tuple[list[bytes | None], list[Reply]]:
    """What is known of the subjects, None for what has to be asked of PostgreSQL; and the replies to further commands.

    One round trip.

    Raises:
        FactsUnavailable: Redis does not answer.
    """
    line = _line()
    prefix = line.prefix
    wire = command(b"MGET", *[prefix + subject for subject in subjects])
    found, *replies = _asked(line, wire + b"".join(also), 1 + len(also))
    if not isinstance(found, list):
        raise FactsUnavailable
    return [
        value if isinstance(value, bytes) and value[:1] not in (_CHANGING, _READING) else None for value in found
    ], replies


def facts_learn(subjects: Sequence[bytes], read: Reader, *, seconds: int = FACT_SECONDS) -> None:
    """Write down what nobody has yet: `read` gives committed facts from PostgreSQL; what it leaves out stays unknown.
    They are forgotten after so many `seconds`.

    A change that begins in between wins: it takes the key away from whoever was reading.

    Raises:
        FactsUnavailable: Redis does not answer.
    """
    if connection.in_atomic_block:
        return  # what this transaction sees may never be committed
    token = _READING + secrets.token_hex(8).encode()
    for start in range(0, len(subjects), CHUNK):
        line = _line()
        chunk = subjects[start : start + CHUNK]
        lease = b"%d" % READING_SECONDS
        wire = [command(b"SET", line.prefix + name, token, b"NX", b"EX", lease) for name in chunk]
        taken = _asked(line, b"".join(wire), len(wire))
        mine = [name for name, answer in zip(chunk, taken, strict=True) if answer is not None]
        facts = read(mine) if mine else {}
        if facts:
            keys = [line.prefix + name for name in facts]
            values = [token, b"%d" % seconds, *facts.values()]
            _asked(line, command(b"EVAL", _WRITE, b"%d" % len(keys), *keys, *values), 1)


def facts_change(*subjects: str) -> None:
    """Close what is known of the subjects until the present transaction has committed. Call it before the transaction ends.

    Where Redis does not answer, the transaction raises the fence instead: what Redis holds is then never believed again.
    """
    names, token = [subject.encode() for subject in subjects], secrets.token_hex(8).encode()
    if not _told(_CLOSE, names, token, b"%d" % CHANGE_SECONDS):
        _raise_fence()
    transaction.on_commit(lambda: None if _told(_OPEN, names, token) else _raise_fence())


def facts_forget_all() -> None:
    """For rows that were changed behind the services' back: within a second nothing that Redis holds is believed."""
    _raise_fence()


def _told(script: bytes, names: Sequence[bytes], *arguments: bytes) -> bool:
    """Whether Redis has heard it."""
    try:
        for start in range(0, len(names), CHUNK):
            line = _line(newly_asked=True)
            keys = [line.prefix + name for name in names[start : start + CHUNK]]
            _asked(line, command(b"EVAL", script, b"%d" % len(keys), *keys, *arguments), 1)
    except FactsUnavailable:
        logger.warning("facts could not be closed: Redis does not answer")
        return False
    return True


def _raise_fence() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_RAISE_FENCE)


def _line(*, newly_asked: bool = False) -> _Line:
    """This thread's line. One that changes facts asks for the generation at once."""
    line: _Line | None = getattr(_local, "line", None)
    if line is None:
        if time.monotonic() < getattr(_local, "not_before", 0.0) and not newly_asked:
            raise FactsUnavailable
        try:
            line = _local.line = _Line()
        except RedisUnavailable as error:
            _local.not_before = time.monotonic() + RETRY_SECONDS
            raise FactsUnavailable from error
    if newly_asked:
        line.believed_until = 0.0
    return line.fresh()


def _asked(line: _Line, wire: bytes, count: int) -> list[Reply]:
    try:
        return line.connection.ask(wire, count)
    except RedisUnavailable as error:
        line.connection.close()
        _local.line = None
        if isinstance(error.__cause__, BlockingIOError):  # it hangs; one that was started again is met at once
            _local.not_before = time.monotonic() + RETRY_SECONDS
        raise FactsUnavailable from error

"""The published texts and their gzip as Redis holds them for the web processes: by content hash, so that none is ever stale.

A copy that is not what its hash says is not believed, whatever became of Redis meanwhile. Without Redis PostgreSQL answers.
"""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from django.core.cache import cache
from django.db import connection
from django_redis import get_redis_connection
from redis.exceptions import RedisError

KEPT_SECONDS = 24 * 3600

_PUBLISHED = """
SELECT content_hash, header, rules, gzip FROM published_contracts WHERE content_hash = ANY(%(hashes)s)
UNION ALL
SELECT content_hash, '', rules, gzip FROM published_regulations WHERE content_hash = ANY(%(hashes)s)
"""

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Text:
    """The JSON array of a contract's or of the law's rules, and its gzip where a refresh has written it."""

    rules: str
    gzip: bytes | None


def texts_published(headers: Mapping[str, str]) -> dict[str, Text]:
    """By content hash, what the materialized views hold of `headers`, which says each hash's header ("" for the law).

    Redis first, then one query for what it lacks. What was published anew meanwhile is missing.
    """
    found = _in_redis(headers)
    if missing := [content_hash for content_hash in headers if content_hash not in found]:
        fetched = _in_postgresql(missing)
        _keep(fetched)
        found |= fetched
    return found


def texts_keep(hashes: Sequence[str]) -> None:
    """Put what was just published where the web processes look for it."""
    if hashes:
        _keep(_in_postgresql(hashes))


def _in_postgresql(hashes: Sequence[str]) -> dict[str, Text]:
    with connection.cursor() as cursor:
        cursor.execute(_PUBLISHED, {"hashes": list(hashes)})
        return {row[0]: Text(rules=row[2], gzip=bytes(row[3]) if row[3] else None) for row in cursor.fetchall()}


def _in_redis(headers: Mapping[str, str]) -> dict[str, Text]:
    keys = [key for content_hash in headers for key in _keys(content_hash)]
    try:
        values = get_redis_connection("default").mget(keys) if keys else []
    except RedisError:
        logger.warning("published texts come from PostgreSQL: Redis does not answer")
        return {}
    pairs = zip(headers.items(), values[::2], values[1::2], strict=True)
    return {
        content_hash: Text(rules=rules.decode(), gzip=gzip)
        for (content_hash, header), rules, gzip in pairs
        if rules is not None and gzip is not None and _is_genuine(content_hash, header, rules, gzip)
    }


def _is_genuine(content_hash: str, header: str, rules: bytes, gzip: bytes) -> bool:
    if hashlib.sha256(header.encode() + rules).hexdigest() != content_hash:
        return False
    try:
        return zlib.decompress(gzip, wbits=zlib.MAX_WBITS | 16) == rules
    except zlib.error:
        return False


def _keep(texts: Mapping[str, Text]) -> None:
    try:
        with get_redis_connection("default").pipeline(transaction=False) as pipeline:
            for content_hash, text in texts.items():
                if text.gzip is not None:
                    for key, value in zip(_keys(content_hash), (text.rules.encode(), text.gzip), strict=True):
                        pipeline.set(key, value, ex=KEPT_SECONDS)
            pipeline.execute()
    except RedisError:
        logger.warning("published texts are not kept: Redis does not answer")


def _keys(content_hash: str) -> tuple[str, str]:
    return cache.make_key(f"published:{content_hash}:json"), cache.make_key(f"published:{content_hash}:gzip")

"""Who looks at a rule right now, and who is typing: kept in the cache for less than a minute, never in the database."""

import time
from dataclasses import dataclass
from uuid import UUID

import orjson
import structlog
from django_redis import get_redis_connection
from redis.exceptions import RedisError

from accounts.models import User

# A browser says that it is still there every fifteen seconds; who was not heard of for twice that and more is gone.
FRESH_SECONDS = 40
KEY = "desk:presence:{rule}"

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody else at the same rule."""

    name: str
    is_editing: bool


def presence_note(*, user: User, rule_id: UUID, is_editing: bool) -> list[Colleague]:
    """Say that `user` is at the rule. Returns who else is, those who type first; nobody while the cache is down."""
    key, now = KEY.format(rule=rule_id), time.time()
    said = orjson.dumps({"name": str(user), "editing": is_editing, "at": now})
    try:
        with get_redis_connection("default").pipeline(transaction=False) as pipe:
            pipe.hset(key, str(user.pk), said)
            pipe.expire(key, FRESH_SECONDS)
            pipe.hgetall(key)
            *_, heard = pipe.execute()
    except RedisError:
        logger.warning("nobody knows who else is at the desk: the cache does not answer", rule=str(rule_id))
        return []
    others = [orjson.loads(body) for who, body in heard.items() if who.decode() != str(user.pk)]
    present = [Colleague(other["name"], other["editing"]) for other in others if other["at"] > now - FRESH_SECONDS]
    return sorted(present, key=lambda colleague: (not colleague.is_editing, colleague.name))

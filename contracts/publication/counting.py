"""Counting uses where they happen, at no cost to whoever is answered.

A use is one addition in this process's memory. A thread hands the sums over to Valkey every few seconds, in one round trip
of its own; Celery's beat adds them to PostgreSQL (`contracts.services.usage`). What a process counted in its last seconds is
lost when it is killed; when it ends in order it is handed over.
"""

import atexit
import threading
import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

import structlog
from django.conf import settings
from django.core.cache import cache
from django_redis import get_redis_connection
from redis.exceptions import RedisError

logger = structlog.get_logger(__name__)

# In the hash that is handed over: `measure:contract:day` and how often.
PENDING = "contracts:usage"


class Measure(StrEnum):
    LOOKUPS = "lookups"
    PAGE_VIEWS = "page_views"
    PACKS = "packs"
    VALIDATIONS = "validations"


Use = tuple[Measure, uuid.UUID, date]


class UseCounter:
    """What one process has counted and not yet handed over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[Use] = Counter()
        self._thread: threading.Thread | None = None

    def add(self, measure: Measure, contracts: Iterable[uuid.UUID], day: date) -> None:
        """One use of each of the contracts on a calendar day at their airline."""
        with self._lock:
            for contract in contracts:
                self._counts[measure, contract, day] += 1
            if self._thread is None and settings.USAGE_HANDOVER_SECONDS:
                self._thread = threading.Thread(target=self._hand_over_for_ever, name="usage", daemon=True)
                self._thread.start()
                atexit.register(self.hand_over)

    def hand_over(self) -> int:
        """Add the counts to Valkey's. Returns how many uses they were; without Valkey they wait for the next time."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        if not counts:
            return 0
        try:
            with get_redis_connection("default").pipeline(transaction=True) as pipeline:
                key = cache.make_key(PENDING)
                for (measure, contract, day), count in counts.items():
                    pipeline.hincrby(key, f"{measure}:{contract}:{day.isoformat()}", count)
                pipeline.execute()
        except RedisError:
            logger.warning("uses wait to be counted: Valkey does not answer", uses=counts.total())
            with self._lock:
                self._counts.update(counts)
            return 0
        return counts.total()

    def _hand_over_for_ever(self) -> None:
        pause = threading.Event()
        while not pause.wait(settings.USAGE_HANDOVER_SECONDS):
            self.hand_over()


uses = UseCounter()

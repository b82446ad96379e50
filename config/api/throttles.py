"""How often one caller may ask. Counts live in Redis, so that they hold over all web processes; without Redis nobody is held up."""

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

from config.requests import client_address

SECONDS = {"s": 1, "min": 60, "h": 3600}
CLIENT, PERSON = "client", "person"
# In the environment of a request that was counted before Django was asked: how many there were with it. A caller's own
# headers begin with HTTP_.
COUNTED = "contracts.counted_in_window"


@dataclass(frozen=True, slots=True)
class Window:
    """Where a caller's requests are counted now: the cache's key, how many are allowed, the window's length and what is left of it."""

    key: str
    limit: int
    seconds: int
    wait: float

    @classmethod
    def now(cls, scope: str, caller: str) -> "Window":
        """`scope` names the rate in `DEFAULT_THROTTLE_RATES`."""
        limit, seconds = _parsed(str(api_settings.DEFAULT_THROTTLE_RATES[scope]))
        now = time.time()
        return cls(f"throttle:{scope}:{caller}:{int(now // seconds)}", limit, seconds, seconds - now % seconds)


class WindowThrottle(BaseThrottle):
    """Counts requests in fixed windows: one counter a caller and window, raised in one step, so that none is lost."""

    def scope_and_caller(self, request: Request) -> tuple[str, str]:
        """The name of the rate in `DEFAULT_THROTTLE_RATES`, and who is counted."""
        raise NotImplementedError

    def allow_request(self, request: Request, view: Any) -> bool:
        scope, caller = self.scope_and_caller(request)
        window = Window.now(scope, caller)
        self._wait = window.wait
        count: int | None = request.META.get(COUNTED)
        if count is None:
            count = counted(window)
        return count is None or count <= window.limit

    def wait(self) -> float:
        return self._wait


def counted(window: Window) -> int | None:
    """How many there were with this one. None while Redis is down, or went down between the two."""
    cache.add(window.key, 0, timeout=2 * window.seconds)
    try:
        found: int | None = cache.incr(window.key)
    except ValueError:  # no counter: Redis is down
        return None
    return found


@lru_cache(maxsize=16)
def _parsed(rate: str) -> tuple[int, int]:
    """`600/min` as a count and seconds."""
    count, _, unit = rate.partition("/")
    return int(count), SECONDS[unit]


class CallerThrottle(WindowThrottle):
    """By account or client where there is one, else by address (and then less)."""

    def scope_and_caller(self, request: Request) -> tuple[str, str]:
        if not getattr(request.user, "is_authenticated", False):
            return "anonymous", client_address(request) or "unknown"
        return CLIENT if hasattr(request.user, "scopes") else PERSON, str(request.user.pk)


class OutboundThrottle(WindowThrottle):
    """What makes us speak to an address of the caller's choice, by caller."""

    def scope_and_caller(self, request: Request) -> tuple[str, str]:
        return "outbound", str(request.user.pk)


class PackThrottle(WindowThrottle):
    """Rule packs, which are written and signed, by caller."""

    def scope_and_caller(self, request: Request) -> tuple[str, str]:
        return "pack", str(request.user.pk)


class ValidationThrottle(WindowThrottle):
    """Requests to judge what was sent, by caller, beside what holds for all requests; strangers by address."""

    def scope_and_caller(self, request: Request) -> tuple[str, str]:
        return "validation", str(request.user.pk or client_address(request) or "unknown")


class TokenThrottle(WindowThrottle):
    """Attempts to get a token, by address."""

    def scope_and_caller(self, request: Request) -> tuple[str, str]:
        return "token", client_address(request) or "unknown"

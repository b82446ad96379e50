"""How often one caller may ask. Counts live in Redis, so that they hold over all web processes; without Redis nobody is held up."""

import time
from typing import Any

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

from config.requests import client_address

SECONDS = {"s": 1, "min": 60, "h": 3600}


class WindowThrottle(BaseThrottle):
    """Counts requests in fixed windows: one counter a caller and window, raised in one step, so that none is lost."""

    def scope_and_caller(self, request: Request) -> tuple[str, str]:
        """The name of the rate in `DEFAULT_THROTTLE_RATES`, and who is counted."""
        raise NotImplementedError

    def allow_request(self, request: Request, view: Any) -> bool:
        scope, caller = self.scope_and_caller(request)
        limit, seconds = _parsed(str(api_settings.DEFAULT_THROTTLE_RATES[scope]))
        now = time.time()
        self._wait = seconds - now % seconds
        key = f"throttle:{scope}:{caller}:{int(now // seconds)}"
        cache.add(key, 0, timeout=2 * seconds)
        try:
            count: int | None = cache.incr(key)
        except ValueError:  # no counter: Redis is down
            return True
        return count is None or count <= limit  # None: Redis went down between the two

    def wait(self) -> float:
        return self._wait


def _parsed(rate: str) -> tuple[int, int]:
    """`600/min` as a count and seconds."""
    count, _, unit = rate.partition("/")
    return int(count), SECONDS[unit]


class CallerThrottle(WindowThrottle):
    """By account or client where there is one, else by address (and then less)."""

    def scope_and_caller(self, request: Request) -> tuple[str, str]:
        if not getattr(request.user, "is_authenticated", False):
            return "anonymous", client_address(request) or "unknown"
        scope = "client" if hasattr(request.user, "scopes") else "person"
        return scope, str(request.user.pk)


class OutboundThrottle(WindowThrottle):
    """What makes us speak to an address of the caller's choice, by caller."""

    def scope_and_caller(self, request: Request) -> tuple[str, str]:
        return "outbound", str(request.user.pk)


class TokenThrottle(WindowThrottle):
    """Attempts to get a token, by address."""

    def scope_and_caller(self, request: Request) -> tuple[str, str]:
        return "token", client_address(request) or "unknown"

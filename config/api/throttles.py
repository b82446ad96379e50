"""How often one caller may ask. Counts live in Redis, so that they hold over all web processes; without Redis nobody is throttled."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from config.requests import client_address


class CallerThrottle(SimpleRateThrottle):
    """By account where there is one, else by address (and then less)."""

    scope = "caller"

    def allow_request(self, request: Request, view: Any) -> bool:
        if not getattr(request.user, "is_authenticated", False):
            self.scope = "anonymous"
            self.rate = self.get_rate()
            self.num_requests, self.duration = self.parse_rate(self.rate)
        return bool(super().allow_request(request, view))

    def get_cache_key(self, request: Request, view: Any) -> str:
        identity = getattr(request.user, "pk", None) or client_address(request)
        return self.cache_format % {"scope": self.scope, "ident": identity}


class TokenThrottle(SimpleRateThrottle):
    """Attempts to get a token, by address."""

    scope = "token"

    def get_cache_key(self, request: Request, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": client_address(request)}

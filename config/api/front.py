"""In front of Django: requests that an application answers from what it has ready, without a request object or a view.

`Front` does what Django's handler and middleware would: the host is checked, the answer has their headers and a request id,
one line is logged. Whatever is unusual goes on to Django, which answers it or says why not (ADR 0047).
"""

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.urls import resolve
from django.utils.functional import cached_property

from config.headers import fixed_headers
from config.requests import answering, line_write

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Application = Callable[[Environ, Any], Iterable[bytes]]

logger = structlog.get_logger(__name__)
_PHRASES = {status: f"{status.value} {status.phrase}" for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Ready:
    """An answer: `body` is None for one without (304)."""

    status: HTTPStatus
    headers: Headers = field(default_factory=list)
    body: bytes | None = None


# The request's environment and what the address's group says. None: ask Django.
Answer = Callable[[Environ, str], Ready | None]


class Front:
    """A WSGI application: asks `answer` for GETs of addresses that `pattern` matches, and `behind` for everything else."""

    def __init__(self, behind: Application, *, pattern: str, example: str, answer: Answer) -> None:
        """`pattern` begins with a slash and has one group, which `answer` gets; `example` is an address that it matches."""
        self._behind = behind
        self._example = example
        self._matches = re.compile(pattern, re.ASCII).fullmatch
        self._answer = answer

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        match = self._matches(environ.get("PATH_INFO", "")) if environ["REQUEST_METHOD"] == "GET" else None
        if match is None or environ.get("SCRIPT_NAME"):
            return self._behind(environ, start_response)
        is_secure = _is_secure(environ)
        if (settings.SECURE_SSL_REDIRECT and not is_secure) or not _is_host_allowed(environ):
            return self._behind(environ, start_response)
        started = time.perf_counter()
        with answering(environ) as context:
            ready = self._asked(environ, match[1])
            if ready is not None:
                line_write(
                    method="GET",
                    route=self._route,
                    status=ready.status,
                    started=started,
                    request_id=context.request_id,
                )
        if ready is None:
            environ["HTTP_X_REQUEST_ID"] = context.request_id  # of whatever has been logged
            return self._behind(environ, start_response)
        headers = [*ready.headers, *self._fixed[is_secure], ("X-Request-ID", context.request_id)]
        if ready.body is not None:
            headers.append(("Content-Length", str(len(ready.body))))
        start_response(_PHRASES[ready.status], headers)
        return [ready.body or b""]

    def _asked(self, environ: Environ, named: str) -> Ready | None:
        """A fault of the quick way is written down, and the usual way is gone."""
        try:
            return self._answer(environ, named)
        except Exception:
            logger.exception("fault in front of Django")
            return None

    @cached_property
    def _fixed(self) -> dict[bool, Headers]:
        return {is_secure: fixed_headers(is_secure=is_secure) for is_secure in (False, True)}

    @cached_property
    def _route(self) -> str:
        """As the log names it."""
        return resolve(self._example).route


def _is_secure(environ: Environ) -> bool:
    """As Django's `HttpRequest.is_secure`: `config.proxies` has settled the scheme."""
    return environ.get("wsgi.url_scheme") == "https"


_HOST = ("HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "wsgi.url_scheme")
_LONGEST_HOST = 255


def _is_host_allowed(environ: Environ) -> bool:
    """False also for hosts that are left to Django: those too long to be remembered."""
    if len(environ.get("HTTP_HOST", "")) > _LONGEST_HOST:
        return False
    return _host_checked(tuple(settings.ALLOWED_HOSTS), tuple([environ.get(name, "") for name in _HOST]))


@lru_cache(maxsize=256)
def _host_checked(_allowed: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    """Django's own check, once for each host that is named."""
    request = HttpRequest()
    request.META = {name: part for name, part in zip(_HOST, parts, strict=True) if part}
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return True

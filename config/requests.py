"""What is known of the request at hand: its id, the caller's address and agent. Audit entries and logs read it from here."""

import logging
import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from config import proxies
from config.masking import masked

logger = structlog.get_logger(__name__)
# What Django answers with 400, 403 or 404.
REFUSALS = (BadRequest, Http404, PermissionDenied, SuspiciousOperation)
# One a request, so written without structlog's renderer, in its form: `config.logging`.
lines = logging.getLogger("config.requests.lines")
# Asked every few seconds by machines: only what is wrong is worth a line.
QUIET_ROUTES = frozenset({"health/"})
_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


@dataclass(frozen=True, slots=True)
class RequestContext:
    """`address` is the caller's IP address or None outside a request (tasks, commands)."""

    request_id: str
    address: str | None
    user_agent: str


_current: ContextVar[RequestContext | None] = ContextVar("request_context", default=None)
_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)
# Codes of what was refused to whom the present request comes from.
_refusals: ContextVar[list[str] | None] = ContextVar("refusals", default=None)


def current() -> RequestContext:
    """The context of the request being answered; outside one, an empty context with an empty id."""
    return _current.get() or RequestContext(request_id="", address=None, user_agent="")


def is_at_hand() -> bool:
    """Whether Django is answering a request, whose `caller` turns out in time."""
    return _request.get() is not None


def caller() -> Model | None:
    """The account or service client that the request at hand has turned out to come from; None while nobody has asked.

    It never asks by itself: that would be a query in the middle of another.
    """
    request = _request.get()
    if request is None:
        return None
    given = request.__dict__.get("user")  # by signing in and by the API's authentication; lazy where the session says
    user = getattr(request, "_cached_user", None) if type(given) is SimpleLazyObject else given
    return user if isinstance(user, Model) else None


@contextmanager
def refusals_kept() -> Iterator[list[str]]:
    """The codes of what is refused within the block, as it goes on."""
    noted: list[str] = []
    token = _refusals.set(noted)
    try:
        yield noted
    finally:
        _refusals.reset(token)


def refusal_note(code: str) -> None:
    """That something was refused to the caller of the present request, where somebody asks for that."""
    noted = _refusals.get()
    if noted is not None:
        noted.append(code)


def refusal_forget(code: str) -> None:
    """That a refusal is written down already."""
    noted = _refusals.get()
    while noted is not None and code in noted:
        noted.remove(code)


def client_address(request: HttpRequest) -> str | None:
    """The caller's address, which `config.proxies` has settled; None for what is no address.

    It is written with every audit entry, into a column that takes nothing else.
    """
    return _address(request.META)


def _address(environ: Mapping[str, Any]) -> str | None:
    return proxies.parsed(environ.get("REMOTE_ADDR") or "")


def _is_acceptable(given: str) -> bool:
    """It is written to the log with each line: nobody's address or token may come to be there as an id."""
    return _ACCEPTABLE_ID.fullmatch(given) is not None and masked(given) == given


@contextmanager
def answering(environ: Mapping[str, Any]) -> Iterator[RequestContext]:
    """The context of one request, current until the block ends. Its id is the caller's where he gave one that is fit."""
    given = environ.get("HTTP_X_REQUEST_ID", "")
    context = RequestContext(
        request_id=given if _is_acceptable(given) else secrets.token_hex(16),
        address=_address(environ),
        user_agent=environ.get("HTTP_USER_AGENT", "")[:400],
    )
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)


@contextmanager
def _at_hand(request: HttpRequest) -> Iterator[None]:
    """`caller` is this request's until the block ends."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


def line_write(*, method: str | None, route: str, status: int, started: float, request_id: str) -> None:
    """The one line of a request; `started` is of `time.perf_counter`."""
    milliseconds = round((time.perf_counter() - started) * 1000, 1)
    lines.info(
        f"[info     ] request [config.requests] method={method} milliseconds={milliseconds} "
        f"request_id={request_id} route={route} status={status}"
    )


class RequestContextMiddleware:
    """Sets the context, answers with X-Request-ID, and logs one line a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        with answering(request.META) as context, _at_hand(request):
            response = self.get_response(request)
            match = request.resolver_match
            route = match.route if match else "unmatched"
            if route not in QUIET_ROUTES or response.status_code != HTTPStatus.OK:
                line_write(
                    method=request.method,
                    route=route,
                    status=response.status_code,
                    started=started,
                    request_id=context.request_id,
                )
        response["X-Request-ID"] = context.request_id
        return response

    @staticmethod
    def process_exception(request: HttpRequest, exception: Exception) -> None:
        """A fault of ours, by route: paths and queries name people. What a view refuses is none."""
        if isinstance(exception, REFUSALS):
            return
        match = request.resolver_match
        logger.error("fault", route=match.route if match else "unmatched", exc_info=exception)

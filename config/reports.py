"""What browsers report of breaches of the content security policy: one line in the log each, and no word about the person.

A report holds full addresses, which name people and contracts, and samples of what was on the page. None of that is kept: the
directive, the origin of what was blocked, and the pattern of the page's route say enough to mend a page or to see an attack.
"""

import json
import math
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from rest_framework.request import Request

from config.api.throttles import WindowThrottle
from config.requests import client_address

logger = structlog.get_logger(__name__)
MEDIA_TYPES = frozenset({"application/csp-report", "application/reports+json"})
MAXIMUM_BYTES = 16 * 1024
MOST_AT_ONCE = 10
_DIRECTIVE = re.compile(r"[a-z-]{1,40}")
_KEYWORD = re.compile(r"[a-z-]{1,20}")  # inline, eval, data, blob ...


class ReportThrottle(WindowThrottle):
    """Reports, by address: a page that goes wrong, or somebody who writes them himself, must not fill the log."""

    def scope_and_caller(self, request: Request | HttpRequest) -> tuple[str, str]:
        return "report", client_address(request) or "unknown"


@csrf_exempt  # browsers send reports by themselves, without a token; nothing is changed by one
@require_POST
def violations(request: HttpRequest) -> HttpResponse:
    """Takes `report-uri`'s single report and `report-to`'s list."""
    throttle = ReportThrottle()
    if not throttle.allow_request(request, None):  # type: ignore[arg-type] # it asks META alone
        wait = str(max(1, math.ceil(throttle.wait())))
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": wait})
    if request.content_type not in MEDIA_TYPES:
        return HttpResponse(status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAXIMUM_BYTES:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        reports = list(_bodies(json.loads(request.body)))
    except (ValueError, RecursionError):
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    for report in reports[:MOST_AT_ONCE]:
        logger.warning("content security policy breached", **_told(report))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _bodies(given: Any) -> Iterator[dict[str, Any]]:
    """The reports in either of the two shapes, under the names of the older one.

    Raises:
        ValueError: for anything else.
    """
    if isinstance(given, dict) and isinstance(given.get("csp-report"), dict):
        yield given["csp-report"]
        return
    if not isinstance(given, list):
        raise ValueError("neither a report nor a list of them")  # noqa: TRY004 - of a text that was sent
    for entry in given:
        body = entry.get("body") if isinstance(entry, dict) and entry.get("type") == "csp-violation" else None
        if isinstance(body, dict):
            yield {
                "effective-directive": body.get("effectiveDirective"),
                "blocked-uri": body.get("blockedURL"),
                "document-uri": body.get("documentURL"),
            }


def _told(report: dict[str, Any]) -> dict[str, str]:
    directive = str(report.get("effective-directive") or report.get("violated-directive") or "").split(" ")[0]
    return {
        "directive": directive if _DIRECTIVE.fullmatch(directive) else "unknown",
        "blocked": _origin(str(report.get("blocked-uri") or "")),
        "page": _route(str(report.get("document-uri") or "")),
    }


def _origin(blocked: str) -> str:
    """Scheme and host, or the keyword that stands in their place. "self" for addresses of ours."""
    if _KEYWORD.fullmatch(blocked):
        return blocked
    try:
        parts = urlsplit(blocked)
        host, scheme = parts.hostname or "", parts.scheme
    except ValueError:
        return "unknown"
    if host and host in settings.ALLOWED_HOSTS:
        return "self"
    origin = f"{scheme}://{host}"
    return origin if re.fullmatch(r"[a-z][a-z0-9+.-]{0,20}://[a-z0-9.:_-]{0,255}", origin) else "unknown"


def _route(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).route or "home"
    except (Resolver404, ValueError):
        return "unmatched"

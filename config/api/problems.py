"""Every refusal of the API as `application/problem+json` (RFC 9457)."""

import math
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from config import requests
from config.errors import ErrorCode, Fault, ProductError

TYPE_BASE = "https://vectorbid.example/problems/"
_CODES: dict[type[exceptions.APIException], str] = {
    exceptions.NotAuthenticated: ErrorCode.NOT_AUTHENTICATED,
    exceptions.AuthenticationFailed: ErrorCode.AUTHENTICATION_FAILED,
    exceptions.PermissionDenied: ErrorCode.NOT_ALLOWED,
    exceptions.NotFound: ErrorCode.NOT_FOUND,
    exceptions.Throttled: ErrorCode.TOO_MANY_REQUESTS,
}


def problem_body(
    *,
    status: int,
    code: str,
    title: str,
    detail: str,
    errors: Sequence[Fault] = (),
    extra: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """The members of a problem document, as plain values that any renderer writes. `extra` never replaces a standard member."""
    return {
        **(extra or {}),
        "type": TYPE_BASE + code,
        "title": title,
        "status": status,
        "detail": detail,
        "code": str(code),
        "errors": [{"pointer": fault.pointer, "code": str(fault.code), "detail": fault.detail} for fault in errors],
    }


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. Returns None for what is a fault of ours: Django answers 500 and logs it."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    headers: dict[str, str] = {}
    if isinstance(error, ProductError):
        body = problem_body(
            status=error.status,
            code=error.code,
            title=error.title,
            detail=error.detail,
            errors=error.errors,
            extra=error.extra,
        )
    elif isinstance(error, exceptions.APIException):
        if isinstance(error, exceptions.PermissionDenied):
            requests.refusal_note(ErrorCode.NOT_ALLOWED)
        body = _framework_problem(error)
        if error_header := getattr(error, "auth_header", None):
            headers["WWW-Authenticate"] = error_header
        if (wait := getattr(error, "wait", None)) is not None:
            headers["Retry-After"] = str(max(1, math.ceil(wait)))
    else:
        return None
    set_rollback()
    status = int(str(body["status"]))
    return Response(body, status=status, headers=headers, content_type="application/problem+json")


def _framework_problem(error: exceptions.APIException) -> dict[str, object]:
    """DRF's own exceptions: validation errors become a list of pointers."""
    title = HTTPStatus(error.status_code).phrase
    if isinstance(error, exceptions.ValidationError):
        faults = tuple(_faults(error.detail, ""))
        return problem_body(
            status=error.status_code,
            code=ErrorCode.INVALID,
            title=title,
            detail="The request has faults; `errors` points to each.",
            errors=faults,
        )
    code = next((code for kind, code in _CODES.items() if isinstance(error, kind)), error.default_code)
    return problem_body(status=error.status_code, code=code, title=title, detail=str(error.detail))


def _faults(detail: Any, pointer: str) -> Iterator[Fault]:
    """Walk DRF's nested error detail; `non_field_errors` belong to the object itself."""
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            inner = pointer if key == "non_field_errors" else f"{pointer}/{_escaped(str(key))}"
            yield from _faults(value, inner)
    elif isinstance(detail, list):
        for index, value in enumerate(detail):
            nested = isinstance(value, (Mapping, list))
            yield from _faults(value, f"{pointer}/{index}" if nested else pointer)
    else:
        yield Fault(pointer=pointer, code=str(getattr(detail, "code", ErrorCode.INVALID)), detail=str(detail))


def _escaped(member: str) -> str:
    """RFC 6901."""
    return member.replace("~", "~0").replace("/", "~1")


def _plain(status: HTTPStatus, code: str, detail: str) -> HttpResponse:
    body = problem_body(status=status, code=code, title=status.phrase, detail=detail)
    return HttpResponse(orjson.dumps(body), status=status, content_type="application/problem+json")


def bad_request() -> HttpResponse:
    """For requests under the API that could not be read at all."""
    return _plain(
        HTTPStatus.BAD_REQUEST, ErrorCode.INVALID, "The request cannot be read: it is malformed or too large."
    )


def https_required() -> HttpResponse:
    """For requests under the API that came in the clear."""
    detail = (
        "Ask by https://. What was sent by http:// could be read on its way: renew the token or secret that was in it."
    )
    return _plain(HTTPStatus.FORBIDDEN, ErrorCode.HTTPS_REQUIRED, detail)


def not_found(request: HttpRequest) -> HttpResponse:
    """For API addresses that no route has."""
    return _plain(HTTPStatus.NOT_FOUND, ErrorCode.NOT_FOUND, f"There is no {request.path}.")


def server_error() -> HttpResponse:
    """For faults of ours under the API."""
    return _plain(
        HTTPStatus.INTERNAL_SERVER_ERROR, "server_error", "The fault is ours. The request id names it in our logs."
    )

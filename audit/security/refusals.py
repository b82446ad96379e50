"""Refused changes are written down: once for each person and rule, with a count, whichever surface they were tried on."""

from collections.abc import Callable

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from audit.events import SecurityEventKind
from audit.security.recording import security_event_record
from config import requests
from config.errors import ErrorCode

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# Asked to prove himself once more, nobody has tried what he may not.
ASKED_BACK = frozenset({"reauthentication_required", "second_factor_required", "second_factor_missing"})


class RefusalMiddleware:
    """Stands next to the views, so that a refusal of a forged form, which is nobody's attempt, does not come by."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in SAFE:
            return self.get_response(request)
        with requests.refusals_kept() as refused:
            response = self.get_response(request)
        attempted = [code for code in refused if code not in ASKED_BACK]
        if attempted:
            _record(request, attempted[-1])
        return response

    @staticmethod
    def process_exception(_request: HttpRequest, exception: Exception) -> None:
        """What pages and the admin refuse; services and the API note theirs."""
        if isinstance(exception, PermissionDenied):
            requests.refusal_note(ErrorCode.NOT_ALLOWED)


def _record(request: HttpRequest, code: str) -> None:
    """The rule is the route: there are as many as there are addresses in the code, whatever is asked for."""
    caller = requests.caller()
    if caller is None:
        return
    match = request.resolver_match
    security_event_record(
        kind=SecurityEventKind.REFUSED,
        user=caller if isinstance(caller, get_user_model()) else None,
        subject=str(caller),
        is_known=True,
        rule=f"{request.method} {match.route if match else ''}",
        details={"code": code},
    )

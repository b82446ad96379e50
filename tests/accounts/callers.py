"""Clients of the API that are signed in for real: with a token, checked on each request."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test.client import RequestFactory
from rest_framework.test import APIClient, ForceAuthClientHandler

from accounts.models import ServiceClient, User
from accounts.services import session_open
from accounts.tokens import client_token
from contracts.api.quick import lookups_first
from tests.actors import as_in_a_web_process


class _ServedHandler(ForceAuthClientHandler):
    """Asks what stands in front of Django first, as a web process does (`config.wsgi`)."""

    def __call__(self, environ: dict[str, Any]) -> Any:
        by_django: list[HttpResponseBase] = []
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def behind(environ: dict[str, Any], _: object) -> list[bytes]:
            by_django.append(super(_ServedHandler, self).__call__(environ))
            return []

        with as_in_a_web_process():
            body = lookups_first(behind)(environ, lambda *given: started.append(given))
        if by_django:
            return by_django[0]
        ((status, headers),) = started
        response = HttpResponse(b"".join(body), status=int(status[:3]), headers=dict(headers))
        if "Content-Type" not in dict(headers):
            del response["Content-Type"]
        response.wsgi_request = RequestFactory().request(**environ)  # type: ignore[attr-defined] # as Django's handler
        return response


def calling_as(caller: User | ServiceClient | None) -> APIClient:
    """A client that sends the caller's token; None calls without one."""
    client = APIClient()
    client.handler = _ServedHandler(client.handler.enforce_csrf_checks)
    if isinstance(caller, User):
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {session_open(user=caller).access}")
    elif caller is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {client_token(caller)}")
    return client

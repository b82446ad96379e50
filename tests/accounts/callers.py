"""Clients of the API that are signed in for real: with a token, checked on each request."""

from rest_framework.test import APIClient

from accounts.models import ServiceClient, User
from accounts.services import session_open
from accounts.tokens import client_token


def calling_as(caller: User | ServiceClient | None) -> APIClient:
    """A client that sends the caller's token; None calls without one."""
    client = APIClient()
    if isinstance(caller, User):
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {session_open(user=caller).access}")
    elif caller is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {client_token(caller)}")
    return client

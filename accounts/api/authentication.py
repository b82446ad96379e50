"""`Authorization: Bearer …`: the token's signature, and on every request the row that it stands for."""

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ServiceClient, User
from accounts.selectors import active_client, live_session
from accounts.services.clients import client_address_check
from accounts.tokens import Claims, TokenInvalid, read_access_token

_PARTS = 2


class BearerAuthentication(BaseAuthentication):
    """`request.user` is a `User` or a `ServiceClient`, `request.auth` the token's `Claims`.

    One query: a session that was revoked and an account or client that was shut off are refused at once, however long
    the token would still be good. A client that calls from elsewhere than its networks is told so (403).
    """

    def authenticate(self, request: Request) -> tuple[User | ServiceClient, Claims] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        if len(parts) != _PARTS:
            raise AuthenticationFailed("The Authorization header is not `Bearer <token>`.")
        try:
            claims = read_access_token(parts[1].decode("ascii"))
        except (TokenInvalid, UnicodeDecodeError) as error:
            raise AuthenticationFailed("The token is not valid, or no longer.") from error
        caller = _caller(claims)
        if caller is None:
            raise AuthenticationFailed("The token is not valid, or no longer.")
        return caller, claims

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def _caller(claims: Claims) -> User | ServiceClient | None:
    if claims.session is None:
        client = active_client(client_id=claims.subject)
        if client is not None:
            client_address_check(client=client)
        return client
    session = live_session(session_id=claims.session, user_id=claims.subject)
    return session.user if session is not None else None

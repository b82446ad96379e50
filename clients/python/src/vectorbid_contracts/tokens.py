"""The token that requests carry: got when first needed, renewed before it ends, and once after it was refused."""

import time
from dataclasses import dataclass, field

from vectorbid_contracts.credentials import AccessToken, ClientCredentials, Credentials, PersonCredentials
from vectorbid_contracts.decoding import decoded, parsed
from vectorbid_contracts.errors import ConnectionFailed, NotAuthenticated
from vectorbid_contracts.sending import Call, Sender
from vectorbid_contracts.transports import Transport

# A token is renewed so long before its end, or a tenth of its time if that is shorter.
MARGIN_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class _Issued:
    """What the token routes answer."""

    access: str = field(repr=False)
    expires_in: float
    refresh: str | None = field(default=None, repr=False)


class TokenKeeper:
    """One caller's tokens. However many requests need one at once, one of them gets it."""

    def __init__(self, credentials: Credentials, sender: Sender, transport: Transport) -> None:
        self._credentials = credentials
        self._sender = sender
        self._transport = transport
        self._access: str | None = None
        self._refresh: str | None = None
        self._good_until = 0.0

    def can_renew(self) -> bool:
        """Whether a refused token can be replaced."""
        return not isinstance(self._credentials, AccessToken)

    async def current(self, *, refused: str | None = None) -> str:
        """A token that is good, and not the one that was `refused`.

        Raises:
            NotAuthenticated: when the credentials are.
            ConnectionFailed, ProblemError: from asking for it.
        """
        if isinstance(self._credentials, AccessToken):
            return self._credentials.token
        held = self._held(refused)
        if held is None:
            async with self._transport.exclusive():
                held = self._held(refused) or await self._renewed(self._credentials)
        return held

    def _held(self, refused: str | None) -> str | None:
        is_good = self._access != refused and time.monotonic() < self._good_until
        return self._access if is_good else None

    async def _renewed(self, credentials: ClientCredentials | PersonCredentials) -> str:
        issued = await self._refreshed() or await self._signed_in(credentials)
        margin = min(MARGIN_SECONDS, issued.expires_in / 10)
        self._access, self._refresh = issued.access, issued.refresh
        self._good_until = time.monotonic() + issued.expires_in - margin
        return issued.access

    async def _refreshed(self) -> _Issued | None:
        """By the refresh token. It is spent by being sent: used twice it ends the session, so it is never sent again."""
        if self._refresh is None:
            return None
        spent, self._refresh = self._refresh, None
        try:
            return await self._issued("refresh", {"refresh": spent}, is_repeatable=False)
        except (NotAuthenticated, ConnectionFailed):
            return None

    async def _signed_in(self, credentials: ClientCredentials | PersonCredentials) -> _Issued:
        if isinstance(credentials, ClientCredentials):
            asked = {"client_id": credentials.client_id, "client_secret": credentials.client_secret}
            return await self._issued("client-token", asked, is_repeatable=True)
        person = {"email": credentials.email, "password": credentials.password}
        if credentials.otp is not None:
            person["otp"] = credentials.otp()
        # A code of a second factor is good once, and each sign-in is a session.
        return await self._issued("token", person, is_repeatable=False)

    async def _issued(self, route: str, body: dict[str, str], *, is_repeatable: bool) -> _Issued:
        call = Call(
            name=f"auth/{route}",
            method="POST",
            path=f"/api/v1/auth/{route}/",
            is_repeatable=is_repeatable,
            json=body,
        )
        return decoded(_Issued, parsed((await self._sender.sent(call)).content))

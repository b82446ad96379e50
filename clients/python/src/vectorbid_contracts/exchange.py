"""Calls with a token and a memory: what the operations of `core` are made of."""

from dataclasses import replace

import httpx

from vectorbid_contracts.cache import Answer, CacheKey, ResponseCache
from vectorbid_contracts.credentials import Credentials
from vectorbid_contracts.errors import IncompatibleAnswer, NotAllowed, NotAuthenticated, NotFound
from vectorbid_contracts.sending import Call, Sender
from vectorbid_contracts.tokens import TokenKeeper
from vectorbid_contracts.transports import Transport


class Exchange:
    """One caller's calls to one server."""

    def __init__(
        self, credentials: Credentials | None, sender: Sender, transport: Transport, cache: ResponseCache
    ) -> None:
        self._identity = credentials.identity if credentials else "anybody"
        self._tokens = TokenKeeper(credentials, sender, transport) if credentials else None
        self._sender = sender
        self._cache = cache

    async def answered(self, call: Call) -> Answer:
        """What the server says.

        Raises:
            ConnectionFailed, ProblemError: as `Sender.sent`.
        """
        return _answer(await self._sent(call))

    async def read(self, call: Call) -> Answer:
        """What the server says now: the answer before, where that has not changed.

        Raises:
            ConnectionFailed, ProblemError: as `Sender.sent`. Who may not read it any more loses the answer before, too.
        """
        key = CacheKey("anybody" if call.is_public else self._identity, self._sender.url(call), _accept(call))
        kept = self._cache.get(key)
        try:
            response = await self._sent(call, etag=kept.etag if kept else None)
        except (NotAuthenticated, NotAllowed, NotFound):
            self._cache.drop(key)
            raise
        if response.status_code == httpx.codes.NOT_MODIFIED:
            if kept is None:
                raise IncompatibleAnswer("The server says that nothing has changed, but was not asked that.")
            return kept
        answer = _answer(response)
        if answer.etag:
            self._cache.keep(key, answer)
        return answer

    async def _sent(self, call: Call, *, etag: str | None = None) -> httpx.Response:
        if etag is not None:
            call = replace(call, headers={**call.headers, "If-None-Match": etag})
        if call.is_public or self._tokens is None:
            return await self._sender.sent(call)
        token = await self._tokens.current()
        try:
            return await self._sender.sent(call, token=token)
        except NotAuthenticated:
            if not self._tokens.can_renew():
                raise
        # Refused before anything was done: to send it again does nothing twice.
        return await self._sender.sent(call, token=await self._tokens.current(refused=token))


def _accept(call: Call) -> str:
    return call.headers.get("Accept", "application/json")


def _answer(response: httpx.Response) -> Answer:
    return Answer(response.content, {name.lower(): value for name, value in response.headers.items()})

"""The operations, once for both clients: coroutines over a transport that may or may not suspend (`transports`)."""

import time
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx

from vectorbid_contracts.cache import Answer, ResponseCache
from vectorbid_contracts.credentials import Credentials
from vectorbid_contracts.decoding import decoded, parsed, parsed_object
from vectorbid_contracts.errors import SignatureInvalid
from vectorbid_contracts.exchange import Exchange
from vectorbid_contracts.models import ChangePage, PilotRules, Ranking, RulePack, ValidationResult
from vectorbid_contracts.retries import RetryPolicy
from vectorbid_contracts.sending import Call, Sender
from vectorbid_contracts.signatures import PublicKeys
from vectorbid_contracts.transports import Transport

API = "/api/v1/"
MEDIA_TYPES = {"json": "application/json", "yaml": "application/yaml"}
# Every phase of a request ends: connecting, waiting for a connection, each wait while reading or writing.
DEFAULT_TIMEOUT = httpx.Timeout(30.0, connect=5.0, pool=5.0)
# So long keys are taken for published without asking again.
KEYS_GOOD_SECONDS = 3600.0


def checked_timeout(timeout: httpx.Timeout | float) -> httpx.Timeout:
    """The timeout of each phase. Raises ValueError for one that never ends."""
    checked = httpx.Timeout(timeout)
    if None in checked.as_dict().values():
        raise ValueError("Every timeout has to end: a request without one can hang for ever.")
    return checked


class Core:
    """One caller at one server."""

    def __init__(
        self,
        base_url: str,
        credentials: Credentials | None,
        *,
        transport: Transport,
        retries: RetryPolicy | None,
        cache: ResponseCache | None,
        allow_plain_http: bool,
    ) -> None:
        self.transport = transport
        sender = Sender(base_url, transport, retries or RetryPolicy(), allow_plain_http=allow_plain_http)
        self._exchange = Exchange(credentials, sender, transport, cache if cache is not None else ResponseCache())
        self._keys: PublicKeys | None = None
        self._keys_until = 0.0

    async def pilot_rules(
        self, pilot_id: str, *, category: str | None, hard: bool | None, source: str | None
    ) -> PilotRules:
        asked = _given(category=category, hard=hard, source=source)
        path = f"{API}pilots/{_segment(pilot_id)}/rules/"
        call = Call(name="lookup", method="GET", path=path, is_repeatable=True, parameters=asked)
        return decoded(PilotRules, parsed((await self._exchange.read(call)).body))

    async def validate(self, pilot_id: str, document: Mapping[str, object], *, unknown: str | None) -> ValidationResult:
        return decoded(ValidationResult, parsed(await self._judged(pilot_id, document, unknown)))

    async def rank(self, pilot_id: str, document: Mapping[str, object], *, unknown: str | None) -> Ranking:
        return decoded(Ranking, parsed(await self._judged(pilot_id, document, unknown)))

    async def _judged(self, pilot_id: str, document: Mapping[str, object], unknown: str | None) -> bytes:
        """Nothing of it is kept by the server, so it may be asked again."""
        call = Call(
            name="validate",
            method="POST",
            path=f"{API}pilots/{_segment(pilot_id)}/validate/",
            is_repeatable=True,
            parameters=_given(unknown=unknown),
            json=dict(document),
        )
        return (await self._exchange.answered(call)).body

    async def rule_pack(self, airline: str, *, as_of: date | None, shape: str, media: str) -> RulePack:
        call = Call(
            name="rule pack",
            method="GET",
            path=f"{API}airlines/{_segment(airline)}/rule-pack/",
            is_repeatable=True,
            parameters=_given(as_of=as_of, shape=shape),
            headers={"Accept": MEDIA_TYPES[media]},
        )
        answer = await self._exchange.read(call)
        key_id = answer.headers.get("x-signature-key-id", "")
        await self._verify(answer, key_id)
        return RulePack(
            airline=airline,
            shape=shape,
            media_type=answer.headers.get("content-type", "").partition(";")[0].strip(),
            etag=answer.etag or "",
            key_id=key_id,
            body=answer.body,
            not_expressed_count=int(answer.headers.get("x-rules-not-expressed-count", "0")),
        )

    async def _verify(self, answer: Answer, key_id: str) -> None:
        """Each time, also what was kept: a key may have been withdrawn since. An unknown one is looked for anew."""
        signature = answer.headers.get("x-signature-ed25519")
        if signature is None:
            raise SignatureInvalid("The rule pack is not signed.")
        keys = self._keys if time.monotonic() < self._keys_until else None
        if keys is None or key_id not in keys:
            keys = await self._published_keys()
        keys.verify(answer.body, key_id=key_id, signature=signature)

    async def _published_keys(self) -> PublicKeys:
        path = "/.well-known/jwks.json"
        call = Call(name="signing keys", method="GET", path=path, is_repeatable=True, is_public=True)
        self._keys = PublicKeys.from_jwk_set((await self._exchange.read(call)).body)
        self._keys_until = time.monotonic() + KEYS_GOOD_SECONDS
        return self._keys

    async def change_page(self, cursor: str | None, *, kind: str | None, airline: str | None) -> ChangePage:
        call = Call(
            name="changes",
            method="GET",
            path=f"{API}changes/",
            is_repeatable=True,
            parameters=_given(cursor=cursor, kind=kind, airline=airline, page_size=200),
        )
        return decoded(ChangePage, parsed((await self._exchange.answered(call)).body))

    async def upload(
        self, document: bytes, file_name: str, fields: Mapping[str, object], *, idempotency_key: str | None
    ) -> dict[str, object]:
        texts = {name: _text(value) for name, value in fields.items() if value is not None}
        call = self._creating("contracts/", idempotency_key, fields=texts, file=(file_name, document))
        return await self._object(call)

    async def get(self, route: str, parameters: Mapping[str, object]) -> dict[str, object]:
        path = f"{API}{_route(route)}"
        call = Call(name="get", method="GET", path=path, is_repeatable=True, parameters=_given(**parameters))
        return parsed_object((await self._exchange.read(call)).body)

    async def create(self, route: str, body: Mapping[str, object], *, idempotency_key: str | None) -> dict[str, object]:
        return await self._object(self._creating(route, idempotency_key, json=dict(body)))

    def _creating(self, route: str, idempotency_key: str | None, **body: Any) -> Call:
        """With a key of its own unless one was given, so that it may be sent again and creates once."""
        key = {"Idempotency-Key": idempotency_key or uuid4().hex}
        return Call(name="create", method="POST", path=f"{API}{_route(route)}", is_repeatable=True, headers=key, **body)

    async def _object(self, call: Call) -> dict[str, object]:
        return parsed_object((await self._exchange.answered(call)).body)


def _given(**parameters: object) -> dict[str, str]:
    """What is to be asked, as text; None is not asked."""
    return {name: _text(value) for name, value in parameters.items() if value is not None}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _segment(text: str) -> str:
    """One segment of a path, whatever it holds. Raises ValueError for what names none."""
    if not text.strip("."):
        raise ValueError("An id is not empty, nor made of dots.")
    return quote(text, safe="")


def _route(route: str) -> str:
    """A route below /api/v1/, as `airlines/`. Raises ValueError for one that leads elsewhere."""
    if route.startswith("/") or not route.endswith("/") or ".." in route or any(sign in route for sign in ":?#\\"):
        raise ValueError("A route stands below /api/v1/ and ends in a slash: airlines/")
    return route

"""The client for programs that block. One may be shared by threads."""

from collections.abc import Mapping
from datetime import date
from types import TracebackType
from typing import Literal, Self, Unpack

import httpx

from vectorbid_contracts.cache import ResponseCache
from vectorbid_contracts.core import DEFAULT_TIMEOUT, Core, checked_timeout
from vectorbid_contracts.credentials import Credentials
from vectorbid_contracts.feed import ChangeFeed
from vectorbid_contracts.models import ContractFields, ContractRule, PilotRules, Ranking, RulePack, ValidationResult
from vectorbid_contracts.retries import RetryPolicy
from vectorbid_contracts.transports import BlockingTransport, finished


class Client:
    """Asks the server at `base_url`, as whoever `credentials` name; without them only what is public.

    Every method raises ConnectionFailed where no answer comes, ProblemError (by status: NotFound, NotAllowed, ...) for a
    refusal and IncompatibleAnswer for what cannot be read. `transport` may bring proxies and certificates of your own.
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials | None = None,
        *,
        timeout: httpx.Timeout | float = DEFAULT_TIMEOUT,
        retries: RetryPolicy | None = None,
        cache: ResponseCache | None = None,
        transport: httpx.BaseTransport | None = None,
        allow_plain_http: bool = False,
    ) -> None:
        self._core = Core(
            base_url,
            credentials,
            transport=BlockingTransport(checked_timeout(timeout), transport),
            retries=retries,
            cache=cache,
            allow_plain_http=allow_plain_http,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of all connections."""
        finished(self._core.transport.close())

    def get_pilot_active_rules(self, pilot_id: str) -> list[ContractRule]:
        """All rules that bind a pilot today: his contract's and the law's."""
        return list(self.get_pilot_rules(pilot_id).rules)

    def get_pilot_rules(
        self, pilot_id: str, *, category: str | None = None, hard: bool | None = None, source: str | None = None
    ) -> PilotRules:
        """The same with the contract that they come from; only those of a category, hard or soft, of `contract` or `far117`."""
        return finished(self._core.pilot_rules(pilot_id, category=category, hard=hard, source=source))

    def validate_preferences(self, pilot_id: str, preferences: Mapping[str, object]) -> ValidationResult:
        """VectorBid's PreferenceSchema, judged by the pilot's contract and the law."""
        return self.validate(pilot_id, {"preferences": preferences})

    def validate(
        self, pilot_id: str, document: Mapping[str, object], *, unknown: Literal["all", "input"] | None = None
    ) -> ValidationResult:
        """Preferences, pairings and schedule, judged. `unknown="input"` leaves out what no schedule tells anything of."""
        return finished(self._core.validate(pilot_id, document, unknown=unknown))

    def rank(
        self, pilot_id: str, document: Mapping[str, object], *, unknown: Literal["all", "input"] | None = None
    ) -> Ranking:
        """The document's `candidates`, judged, the best first."""
        return finished(self._core.rank(pilot_id, document, unknown=unknown))

    def get_rule_pack(
        self,
        airline: str,
        *,
        as_of: date | None = None,
        shape: Literal["native", "flat", "sectioned", "compiled"] = "native",
        media: Literal["json", "yaml"] = "json",
    ) -> RulePack:
        """The airline's rules in force, as a pack whose signature has been verified. Raises SignatureInvalid besides."""
        return finished(self._core.rule_pack(airline, as_of=as_of, shape=shape, media=media))

    def changes(
        self,
        cursor: str | None = None,
        *,
        kind: str | None = None,
        airline: str | None = None,
        poll_seconds: float | None = None,
    ) -> ChangeFeed:
        """What changed behind `cursor`, from the oldest on. With `poll_seconds` it never ends, and asks again so often."""
        return ChangeFeed(self._core, cursor, kind=kind, airline=airline, poll_seconds=poll_seconds)

    def upload_contract(
        self,
        document: bytes,
        file_name: str,
        *,
        idempotency_key: str | None = None,
        **fields: Unpack[ContractFields],
    ) -> dict[str, object]:
        """The contract that an upload made. One `idempotency_key` makes one contract, however often and from wherever sent."""
        return finished(self._core.upload(document, file_name, fields, idempotency_key=idempotency_key))

    def get(self, route: str, **parameters: object) -> dict[str, object]:
        """Any other route that reads, as `airlines/`: its JSON object."""
        return finished(self._core.get(route, parameters))

    def create(
        self, route: str, body: Mapping[str, object], *, idempotency_key: str | None = None
    ) -> dict[str, object]:
        """Any other route that creates and takes an Idempotency-Key; one is made where none is given."""
        return finished(self._core.create(route, body, idempotency_key=idempotency_key))

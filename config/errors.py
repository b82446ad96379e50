"""The few ways in which the product says no.

Services and policies raise these; `config.api.problems` turns them into `application/problem+json` and
`config.admin` into messages, so that web, admin and API say the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from config import requests


class ErrorCode(StrEnum):
    """Stable names of errors, for programs. `api.md`'s clients match on them."""

    NOT_ALLOWED = "not_allowed"
    OWN_CONTRACT = "own_contract"
    WRONG_STATE = "wrong_state"
    STALE_VERSION = "stale_version"
    DUPLICATE_DOCUMENT = "duplicate_document"
    DUPLICATE_VERSION = "duplicate_version"
    OVERLAPPING_DATES = "overlapping_dates"
    UNDECIDED_RULES = "undecided_rules"
    NO_RULES = "no_rules"
    CLAIMED = "claimed"
    ALREADY_APPROVED = "already_approved"
    OTHER_GROUP = "other_group"
    OWN_EDITS = "own_edits"
    REASON_REQUIRED = "reason_required"
    REVISION_OPEN = "revision_open"
    ALREADY_DONE = "already_done"
    INVALID = "invalid"
    UNKNOWN_FIELD = "unknown_field"
    NOT_FOUND = "not_found"
    NOT_AUTHENTICATED = "not_authenticated"
    AUTHENTICATION_FAILED = "authentication_failed"
    TOO_MANY_REQUESTS = "too_many_requests"
    IDEMPOTENCY_MISMATCH = "idempotency_mismatch"
    TOO_MANY_FINDINGS = "too_many_findings"
    UNAVAILABLE = "unavailable"
    LINK_REFUSED = "link_refused"
    REAUTHENTICATION_REQUIRED = "reauthentication_required"
    SECOND_FACTOR_REQUIRED = "second_factor_required"
    SECOND_FACTOR_MISSING = "second_factor_missing"
    HTTPS_REQUIRED = "https_required"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: a JSON Pointer into it, a code, a sentence."""

    pointer: str
    code: str
    detail: str


class ProductError(Exception):
    """Base of all refusals. `extra` holds members that the problem document gains, such as the link to a first upload."""

    status: HTTPStatus
    title: str
    default_code: ErrorCode

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        errors: Sequence[Fault] = (),
        extra: dict[str, object] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = str(code or self.default_code)
        self.errors = tuple(errors)
        self.extra = extra or {}


class NotAllowed(ProductError):
    """The actor may see the thing but not do this to it. The request remembers it, whatever its page makes of it."""

    status = HTTPStatus.FORBIDDEN
    title = "Not allowed"
    default_code = ErrorCode.NOT_ALLOWED

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        errors: Sequence[Fault] = (),
        extra: dict[str, object] | None = None,
    ) -> None:
        super().__init__(detail, code=code, errors=errors, extra=extra)
        requests.refusal_note(self.code)


class WrongState(ProductError):
    """The thing is not in a state in which this can be done, or somebody else changed it first."""

    status = HTTPStatus.CONFLICT
    title = "Not possible in this state"
    default_code = ErrorCode.WRONG_STATE


class RuleBroken(ProductError):
    """The input is well formed and yet cannot be accepted."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "Not acceptable"
    default_code = ErrorCode.INVALID


class Unavailable(ProductError):
    """Something that this needs does not answer. The same request may be sent again later."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "Not available now"
    default_code = ErrorCode.UNAVAILABLE


class Malformed(ProductError):
    """The input is not what it should be; `errors` points to each fault."""

    status = HTTPStatus.BAD_REQUEST
    title = "Bad Request"
    default_code = ErrorCode.INVALID


class NotFoundForActor(ProductError):
    """There is no such thing, or none that this actor may know of."""

    status = HTTPStatus.NOT_FOUND
    title = "Not found"
    default_code = ErrorCode.NOT_FOUND

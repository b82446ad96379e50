"""What can go wrong, as exceptions. All of them are `ContractsError`s; what the API refuses is a `ProblemError`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from vectorbid_contracts.retries import retry_after_seconds

SERVER_FAULTS = 500
STANDARD_MEMBERS = frozenset({"type", "title", "status", "detail", "code", "errors"})


class ContractsError(Exception):
    """Base of everything that this client raises on purpose."""


class ConnectionFailed(ContractsError):
    """No answer came, or none that is HTTP. Whether a request that writes was carried out is not known."""


class TimedOut(ConnectionFailed):
    """No answer came in time."""


class IncompatibleAnswer(ContractsError):
    """An answer that this version of the client cannot read."""


class SignatureInvalid(ContractsError):
    """A rule pack or a webhook's message is not what VectorBid Contracts signed. Do not use it."""


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One thing wrong with what was sent: a JSON Pointer into it, a code, a sentence."""

    pointer: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A problem document (RFC 9457), and what its answer's headers said. `extra` holds the members that this one has besides."""

    status: int
    type: str = "about:blank"
    title: str = ""
    detail: str = ""
    code: str = ""
    errors: tuple[FieldFault, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)
    request_id: str = ""
    retry_after_seconds: float | None = None


class ProblemError(ContractsError):
    """A refusal, as the API tells it. Match on the class or on `code`; `detail` is for people.

    `request_id` names the request in the server's logs.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)  # so that it can be pickled, and cross to another process
        self.problem = problem
        self.status = problem.status
        self.code = problem.code
        self.detail = problem.detail
        self.errors = problem.errors
        self.request_id = problem.request_id
        self.retry_after_seconds = problem.retry_after_seconds

    def __str__(self) -> str:
        return f"{self.status} {self.code or self.problem.title}: {self.detail or self.problem.title}"


class Invalid(ProblemError):
    """400: what was sent has faults; `errors` points to each."""


class NotAuthenticated(ProblemError):
    """401: the credentials or the token are not good, or no longer."""


class NotAllowed(ProblemError):
    """403: the caller may not do that; a service client may lack the scope."""


class NotFound(ProblemError):
    """404: there is no such thing, or none that the caller may know of."""


class WrongState(ProblemError):
    """409: not in this state, or somebody else was faster."""


class RuleBroken(ProblemError):
    """422: understood, and against a rule of the product."""


class TooManyRequests(ProblemError):
    """429: `retry_after_seconds` says when to come again."""


class ServerFault(ProblemError):
    """5xx: the fault is the server's."""


_BY_STATUS: dict[int, type[ProblemError]] = {
    400: Invalid,
    401: NotAuthenticated,
    403: NotAllowed,
    404: NotFound,
    409: WrongState,
    422: RuleBroken,
    429: TooManyRequests,
}


def refusal(response: httpx.Response) -> ProblemError:
    """The exception for an answer that is no success, whoever wrote it: a proxy's may be no problem document."""
    status, members = response.status_code, _members(response)
    kind = ServerFault if status >= SERVER_FAULTS else _BY_STATUS.get(status, ProblemError)
    return kind(
        Problem(
            status=status,
            type=str(members.get("type", "about:blank")),
            title=str(members.get("title", response.reason_phrase)),
            detail=str(members.get("detail", "")),
            code=str(members.get("code", "")),
            errors=_faults(members.get("errors")),
            extra={name: value for name, value in members.items() if name not in STANDARD_MEMBERS},
            request_id=response.headers.get("X-Request-ID", ""),
            retry_after_seconds=retry_after_seconds(response.headers.get("Retry-After")),
        )
    )


def _members(response: httpx.Response) -> Mapping[str, Any]:
    if response.headers.get("Content-Type", "").partition(";")[0].strip() != "application/problem+json":
        return {}
    try:
        members = response.json()
    except ValueError:  # cut short on its way: the status tells enough
        return {}
    return members if isinstance(members, dict) else {}


def _faults(told: object) -> tuple[FieldFault, ...]:
    entries = told if isinstance(told, list) else []
    return tuple(
        FieldFault(*(str(entry.get(member, "")) for member in ("pointer", "code", "detail")))
        for entry in entries
        if isinstance(entry, dict)
    )

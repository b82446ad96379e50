"""What the OpenAPI document says of operations beyond what their views tell: a table an app, and the refusals that are everybody's.

An app's `api/operations.py` has `OPERATIONS`, by operation id; its `api/examples/` has a file a tag, by operation id likewise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from config.errors import ErrorCode


@dataclass(frozen=True, slots=True)
class Link:
    """Where an answer leads: `takes` says where each of the other operation's path parameters stands in the answer or request."""

    operation_id: str
    takes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `refusals` are codes by status, those of `GENERAL` left out; `headers` what its answers carry, by name."""

    summary: str
    refusals: Mapping[int, Sequence[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal that many operations share: its name among the document's components."""

    name: str
    codes: tuple[str, ...]
    description: str
    headers: Mapping[str, dict[str, Any]] = field(default_factory=dict)


CHALLENGE: dict[str, Any] = {
    "description": "How to sign in (RFC 9110).",
    "required": True,
    "schema": {"type": "string"},
}
RETRY_AFTER: dict[str, Any] = {
    "description": "Seconds to wait.",
    "required": True,
    "schema": {"type": "integer", "minimum": 1},
}
REQUEST_ID: dict[str, Any] = {
    "description": "Names the request in our logs; the caller's own `X-Request-ID` where that is 8 to 64 letters, digits, `.`, `_` or `-`.",
    "required": True,
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{8,64}$"},
}

GENERAL: dict[int, Refusal] = {
    400: Refusal(
        "Invalid",
        (ErrorCode.INVALID,),
        "A parameter or member is unknown, missing or wrong: `errors` points to each fault.",
    ),
    401: Refusal(
        "NotAuthenticated",
        (ErrorCode.NOT_AUTHENTICATED, ErrorCode.AUTHENTICATION_FAILED),
        "No token, or one that is not valid, or no longer.",
        {"WWW-Authenticate": CHALLENGE},
    ),
    403: Refusal(
        "NotAllowed", (ErrorCode.NOT_ALLOWED,), "The caller is of another kind, or lacks the scope or the right."
    ),
    404: Refusal("NotFound", (ErrorCode.NOT_FOUND,), "There is no such thing, or none that the caller may know of."),
    406: Refusal("NotAcceptable", ("not_acceptable",), "`Accept` names nothing that is given here."),
    413: Refusal("TooLarge", ("too_large",), "The body is larger than is read here."),
    415: Refusal("UnsupportedMediaType", ("unsupported_media_type",), "The body is of a kind that is not read here."),
    429: Refusal(
        "TooManyRequests",
        (ErrorCode.TOO_MANY_REQUESTS,),
        "Too many requests of this caller. Wait as long as `Retry-After` says.",
        {"Retry-After": RETRY_AFTER},
    ),
}
UNREADABLE = Refusal(
    "Unreadable",
    (ErrorCode.INVALID, "parse_error"),
    "The body cannot be read, or a parameter or member is unknown, missing or wrong: `errors` points to each fault.",
)
ANSWERED: dict[int, str] = {
    200: "Done.",
    201: "Created.",
    202: "Accepted: it is done soon.",
    204: "Done; nothing is sent.",
    304: "Not changed since the `ETag` in `If-None-Match`.",
}
DESCRIPTIONS: dict[int, str] = {
    400: UNREADABLE.description,
    401: "The credentials are wrong, or no longer good.",
    403: "Not allowed to this caller; `code` says why.",
    404: GENERAL[404].description,
    409: "Not possible in this state, or somebody else was first; `code` says which.",
    422: "Well formed, and yet not acceptable; `code` says why.",
    503: "Cannot be done now; nothing is wrong with the request.",
}

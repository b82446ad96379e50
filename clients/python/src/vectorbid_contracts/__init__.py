"""VectorBid Contracts, asked from Python: which rules bind a pilot, what breaks them, what has changed."""

from vectorbid_contracts.async_client import AsyncClient
from vectorbid_contracts.cache import ResponseCache
from vectorbid_contracts.client import Client
from vectorbid_contracts.credentials import AccessToken, ClientCredentials, PersonCredentials
from vectorbid_contracts.errors import (
    ConnectionFailed,
    ContractsError,
    FieldFault,
    IncompatibleAnswer,
    Invalid,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Problem,
    ProblemError,
    RuleBroken,
    ServerFault,
    SignatureInvalid,
    TimedOut,
    TooManyRequests,
    WrongState,
)
from vectorbid_contracts.feed import AsyncChangeFeed, ChangeFeed
from vectorbid_contracts.models import Change, ContractRule, PilotRules, Ranking, RulePack, ValidationResult
from vectorbid_contracts.retries import RetryPolicy
from vectorbid_contracts.signatures import PublicKeys, WebhookMessage, verify_webhook

__all__ = [
    "AccessToken",
    "AsyncChangeFeed",
    "AsyncClient",
    "Change",
    "ChangeFeed",
    "Client",
    "ClientCredentials",
    "ConnectionFailed",
    "ContractRule",
    "ContractsError",
    "FieldFault",
    "IncompatibleAnswer",
    "Invalid",
    "NotAllowed",
    "NotAuthenticated",
    "NotFound",
    "PersonCredentials",
    "PilotRules",
    "Problem",
    "ProblemError",
    "PublicKeys",
    "Ranking",
    "ResponseCache",
    "RetryPolicy",
    "RuleBroken",
    "RulePack",
    "ServerFault",
    "SignatureInvalid",
    "TimedOut",
    "TooManyRequests",
    "ValidationResult",
    "WebhookMessage",
    "WrongState",
    "verify_webhook",
]

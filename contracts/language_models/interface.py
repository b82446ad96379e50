"""What every provider of a language model looks like from outside, and the ways in which it fails."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Provider(StrEnum):
    """Whose protocol is spoken. Many servers, local ones too, speak OpenAI's."""

    OPENAI_COMPATIBLE = "openai_compatible"
    ANTHROPIC = "anthropic"
    BEDROCK = "bedrock"


class FaultCode(StrEnum):
    """Why there is no answer, or none that can be used. Stored with the run."""

    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    OVERLOADED = "overloaded"
    STOPPED = "stopped"
    REVOKED = "revoked"
    KEY_REFUSED = "key_refused"
    REQUEST_REFUSED = "request_refused"
    CONTENT_REFUSED = "content_refused"
    REDIRECTED = "redirected"
    HOST_REFUSED = "host_refused"
    TOO_LARGE = "too_large"
    NOT_THE_PROTOCOL = "not_the_protocol"
    TRUNCATED = "truncated"
    NOT_JSON = "not_json"
    WRONG_SCHEMA = "wrong_schema"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one request, as the provider counts them; estimated where it does not say."""

    input_tokens: int = 0
    output_tokens: int = 0


class ModelFault(Exception):
    """Base of all failures. It holds a code and what was used, never a provider's words: those may repeat the key."""

    def __init__(self, code: FaultCode, usage: Usage | None = None) -> None:
        super().__init__(code.value)
        self.code = code
        self.usage = usage or Usage()


class Unavailable(ModelFault):
    """The provider did not answer, often enough. The same request may do later."""


class Refused(ModelFault):
    """The provider answered and will not do it: the key, the request or the content."""


class BadAnswer(ModelFault):
    """The provider answered something that is of no use."""


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One question. `schema` is the JSON Schema of the answer; `maximum_tokens` bounds the answer, not the question."""

    system: str
    prompt: str
    schema: dict[str, Any]
    maximum_tokens: int


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """The text that should be JSON, unchecked; `model_version` is what the provider says answered."""

    text: str
    usage: Usage
    model_version: str


class LanguageModel(Protocol):
    """A model behind a provider."""

    def ask(self, request: ModelRequest) -> ModelAnswer:
        """The answer to one question.

        Raises:
            Unavailable: after the allowed tries.
            Refused: whatever is refused.
            BadAnswer: for an answer that is not the protocol's, or that broke off.
        """
        ...

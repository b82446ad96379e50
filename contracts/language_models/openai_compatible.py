"""OpenAI's chat completions, which local servers speak as well."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from contracts.language_models.envelopes import TOOL_NAME, member, version_of, words_and_usage
from contracts.language_models.interface import BadAnswer, FaultCode, ModelAnswer, ModelRequest, Refused
from contracts.language_models.transport import Transport

_OPENAI = "api.openai.com"
_TOKENS = ("prompt_tokens", "completion_tokens")


@dataclass(frozen=True, slots=True)
class OpenAICompatible:
    """`POST {address}/chat/completions` with the schema as `response_format`."""

    transport: Transport
    address: str
    model_name: str
    key: str = field(repr=False)

    def ask(self, request: ModelRequest) -> ModelAnswer:
        """As `LanguageModel.ask`."""
        answer = self.transport.post(
            f"{self.address}/chat/completions",
            headers={"authorization": f"Bearer {self.key}"},
            body=self._body(request),
        )
        text, usage = words_and_usage(lambda: _text_of(answer), answer.get("usage"), _TOKENS, request)
        choice = member(answer, "choices", 0)
        finish, message = choice.get("finish_reason"), choice["message"]
        if finish == "content_filter" or message.get("refusal"):
            raise Refused(FaultCode.CONTENT_REFUSED, usage)
        if finish == "length":
            raise BadAnswer(FaultCode.TRUNCATED, usage)
        if not isinstance(message.get("content"), str):
            raise BadAnswer(FaultCode.NOT_THE_PROTOCOL, usage)
        return ModelAnswer(text, usage, version_of(answer.get("model"), self.model_name))

    def _body(self, request: ModelRequest) -> dict[str, Any]:
        # OpenAI's newer models refuse the old name, and most other servers know no other.
        limit = "max_completion_tokens" if urlsplit(self.address).hostname == _OPENAI else "max_tokens"
        return {
            "model": self.model_name,
            "messages": [
                {"role": "system", "content": request.system},
                {"role": "user", "content": request.prompt},
            ],
            limit: request.maximum_tokens,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": TOOL_NAME, "strict": True, "schema": request.schema},
            },
        }


def _text_of(answer: dict[str, Any]) -> str:
    """The message's words; "" where it has none, as a refusal."""
    message = member(answer, "choices", 0, "message")
    if not isinstance(message, dict):
        raise BadAnswer(FaultCode.NOT_THE_PROTOCOL)
    words = message.get("content")
    return words if isinstance(words, str) else ""

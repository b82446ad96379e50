"""Anthropic's messages."""

from dataclasses import dataclass, field

import orjson

from contracts.language_models.envelopes import TOOL_NAME, TOOL_PURPOSE, member, objects_in, version_of, words_and_usage
from contracts.language_models.interface import BadAnswer, FaultCode, ModelAnswer, ModelRequest, Refused
from contracts.language_models.transport import Transport

API_VERSION = "2023-06-01"


@dataclass(frozen=True, slots=True)
class Anthropic:
    """`POST {address}/v1/messages`; the answer is the input of a tool that the model is made to use."""

    transport: Transport
    address: str
    model_name: str
    key: str = field(repr=False)

    def ask(self, request: ModelRequest) -> ModelAnswer:
        """As `LanguageModel.ask`."""
        answer = self.transport.post(
            f"{self.address}/v1/messages",
            headers={"x-api-key": self.key, "anthropic-version": API_VERSION},
            body={
                "model": self.model_name,
                "max_tokens": request.maximum_tokens,
                "system": request.system,
                "messages": [{"role": "user", "content": request.prompt}],
                "tools": [{"name": TOOL_NAME, "description": TOOL_PURPOSE, "input_schema": request.schema}],
                "tool_choice": {"type": "tool", "name": TOOL_NAME},
            },
        )
        text, usage = words_and_usage(
            lambda: _text_of(member(answer, "content")), answer.get("usage"), ("input_tokens", "output_tokens"), request
        )
        match answer.get("stop_reason"):
            case "refusal":
                raise Refused(FaultCode.CONTENT_REFUSED, usage)
            case "max_tokens" | "model_context_window_exceeded":
                raise BadAnswer(FaultCode.TRUNCATED, usage)
        return ModelAnswer(text, usage, version_of(answer.get("model"), self.model_name))


def _text_of(content: object) -> str:
    """The tool's input; where no tool was used, the text."""
    blocks = objects_in(content)
    for block in blocks:
        if block.get("type") == "tool_use" and block.get("name") == TOOL_NAME:
            return orjson.dumps(block.get("input")).decode()
    return "".join(str(block.get("text", "")) for block in blocks if block.get("type") == "text")

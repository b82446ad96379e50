"""AWS Bedrock's Converse, over plain HTTP with a Bedrock API key."""

from dataclasses import dataclass, field
from urllib.parse import quote

import orjson

from contracts.language_models.envelopes import TOOL_NAME, TOOL_PURPOSE, member, objects_in, words_and_usage
from contracts.language_models.interface import BadAnswer, FaultCode, ModelAnswer, ModelRequest, Refused
from contracts.language_models.transport import Transport


@dataclass(frozen=True, slots=True)
class Bedrock:
    """`POST {address}/model/{model}/converse`; the answer is the input of a tool. Converse does not say which version answered."""

    transport: Transport
    address: str
    model_name: str
    key: str = field(repr=False)

    def ask(self, request: ModelRequest) -> ModelAnswer:
        """As `LanguageModel.ask`."""
        tool = {"name": TOOL_NAME, "description": TOOL_PURPOSE, "inputSchema": {"json": request.schema}}
        answer = self.transport.post(
            f"{self.address}/model/{quote(self.model_name, safe='')}/converse",
            headers={"authorization": f"Bearer {self.key}"},
            body={
                "system": [{"text": request.system}],
                "messages": [{"role": "user", "content": [{"text": request.prompt}]}],
                "inferenceConfig": {"maxTokens": request.maximum_tokens},
                "toolConfig": {"tools": [{"toolSpec": tool}], "toolChoice": {"tool": {"name": TOOL_NAME}}},
            },
        )
        text, usage = words_and_usage(
            lambda: _text_of(member(answer, "output", "message", "content")),
            answer.get("usage"),
            ("inputTokens", "outputTokens"),
            request,
        )
        match answer.get("stopReason"):
            case "guardrail_intervened" | "content_filtered":
                raise Refused(FaultCode.CONTENT_REFUSED, usage)
            case "max_tokens" | "model_context_window_exceeded":
                raise BadAnswer(FaultCode.TRUNCATED, usage)
        return ModelAnswer(text, usage, self.model_name)


def _text_of(content: object) -> str:
    """The tool's input; where no tool was used, the text."""
    blocks = objects_in(content)
    for block in blocks:
        used = block.get("toolUse")
        if isinstance(used, dict) and used.get("name") == TOOL_NAME:
            return orjson.dumps(used.get("input")).decode()
    return "".join(str(block["text"]) for block in blocks if isinstance(block.get("text"), str))

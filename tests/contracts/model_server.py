"""A local HTTP server that speaks each provider's protocol, and misbehaves as it is told."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from threading import Thread
from typing import Any

KEY = "sk-very-secret-0123456789-WXYZ"


@dataclass
class Reply:
    """One answer: `body` is sent as it is when it is bytes, else as JSON, `slowly` waiting that many seconds before.

    `trickle` names a part, "headers" or "body", of which a byte is sent every twentieth of a second, for five seconds.
    """

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    slowly: float = 0
    trickle: str = ""


@dataclass
class Asked:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        """What the person's side of the conversation says, in whichever protocol."""
        content = self.body["messages"][-1]["content"]
        return content if isinstance(content, str) else str(content[0]["text"])


@dataclass
class ModelServer:
    """Gives out `replies` in their order, the last one again and again, and remembers what it was asked."""

    address: str
    replies: list[Reply | Callable[[Asked], Reply]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def next_reply(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return reply if isinstance(reply, Reply) else reply(asked)


@contextmanager
def running_server(certificate: Path | None = None) -> Iterator[ModelServer]:
    """A server on a free port of this machine; by TLS where a file holds a certificate and its key."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = server.next_reply(Asked(self.path, headers, json.loads(content)))
            time.sleep(reply.slowly)
            body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            try:
                if reply.trickle:
                    self.trickle(reply.trickle)
                    return
                self.send_response(reply.status)
                for name, value in {"content-length": str(len(body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # whoever asked has gone

        def trickle(self, part: str) -> None:
            """Never silent for long, and never done."""
            self.close_connection = True
            begun = (
                b"HTTP/1.1 200 OK\r\nx-slow: "
                if part == "headers"
                else b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n"
            )
            self.wfile.write(begun)
            for _ in range(100):
                self.wfile.write(b" ")
                time.sleep(0.05)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's signature
            """Nothing: the tests' output is theirs."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Nothing: some who ask do not wait for the end of the answer."""

    listening = Server(("127.0.0.1", 0), Handler)
    scheme = "http"
    if certificate is not None:
        context, scheme = SSLContext(PROTOCOL_TLS_SERVER), "https"
        context.load_cert_chain(certificate)
        listening.socket = context.wrap_socket(listening.socket, server_side=True)
    server = ModelServer(f"{scheme}://127.0.0.1:{listening.server_address[1]}")
    thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


def openai_answer(text: str | None, *, finish: str = "stop", **message: Any) -> dict[str, Any]:
    """A chat completion."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "gpt-test-2026-01-01",
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": text, **message}, "finish_reason": finish}
        ],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": 1200},
    }


def anthropic_answer(text: str, *, finish: str = "tool_use") -> dict[str, Any]:
    """A message whose tool's input is the answer; prose where it is no JSON."""
    try:
        block = {"type": "tool_use", "id": "toolu_1", "name": "report_rules", "input": json.loads(text)}
    except json.JSONDecodeError:
        block = {"type": "text", "text": text}
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-test-20260101",
        "content": [block],
        "stop_reason": finish,
        "usage": {"input_tokens": 1000, "output_tokens": 200},
    }


def bedrock_answer(text: str, *, finish: str = "tool_use") -> dict[str, Any]:
    """A Converse answer."""
    try:
        block: dict[str, Any] = {
            "toolUse": {"toolUseId": "tooluse_1", "name": "report_rules", "input": json.loads(text)}
        }
    except json.JSONDecodeError:
        block = {"text": text}
    return {
        "output": {"message": {"role": "assistant", "content": [block]}},
        "stopReason": finish,
        "usage": {"inputTokens": 1000, "outputTokens": 200, "totalTokens": 1200},
        "metrics": {"latencyMs": 5},
    }


ANSWERS: dict[str, Callable[..., dict[str, Any]]] = {
    "openai_compatible": openai_answer,
    "anthropic": anthropic_answer,
    "bedrock": bedrock_answer,
}


def rule(**given: Any) -> dict[str, Any]:
    """A reported rule that holds on the page "A Pilot's duty period shall not exceed fourteen (14) hours."."""
    return {
        "page": 1,
        "quote": "duty period shall not exceed fourteen (14) hours",
        "metric": "duty_period",
        "operator": "<=",
        "value": 14,
        "upper_value": None,
        "unit": "hours",
        "period": None,
        "category": "duty",
        "is_hard": True,
        **given,
    }


def reported(rules: Sequence[object]) -> str:
    """The text of an answer."""
    return json.dumps({"rules": list(rules)})

"""A local HTTP server that receives webhooks, and misbehaves as it is told."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from threading import Thread
from typing import Any


@dataclass
class Received:
    """One request as it came. Header names are in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def message(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.body)
        return parsed

    @property
    def data(self) -> dict[str, Any]:
        data: dict[str, Any] = self.message["data"]
        return data


@dataclass
class Answer:
    """`slowly` waits that many seconds first; `trickle` sends a byte of the body now and then, for five seconds."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    slowly: float = 0
    trickle: bool = False


def taking(received: Received) -> Answer:
    """What a good receiver answers: pings with their challenge, everything else with 200."""
    return Answer(body=str(received.data.get("challenge", "")).encode())


@dataclass
class Receiver:
    """Answers as `answer` says, and remembers what it received."""

    port: int
    address: str
    answer: Callable[[Received], Answer] = taking
    received: list[Received] = field(default_factory=list)
    connections: int = 0

    @property
    def changes(self) -> list[Received]:
        """What it received but for pings."""
        return [received for received in self.received if received.message["type"] != "webhook.ping"]


@contextmanager
def running_receiver(certificate: Path | None = None) -> Iterator[Receiver]:
    """A receiver on a free port of this machine; by TLS where a file holds a certificate and its key."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            receiver.connections += 1
            super().setup()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            received = Received(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            receiver.received.append(received)
            answer = receiver.answer(received)
            time.sleep(answer.slowly)
            try:
                self.send_response(answer.status)
                length = 9999 if answer.trickle else len(answer.body)
                for name, value in {"content-length": str(length), **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)
                for _ in range(100 if answer.trickle else 0):
                    self.wfile.write(b".")
                    time.sleep(0.05)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # whoever sent has gone

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's signature
            """Nothing: the tests' output is theirs."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Nothing: some who send do not wait for the end of the answer."""

    listening = Server(("127.0.0.1", 0), Handler)
    port, scheme = listening.server_address[1], "http"
    if certificate is not None:
        context, scheme = SSLContext(PROTOCOL_TLS_SERVER), "https"
        context.load_cert_chain(certificate)
        listening.socket = context.wrap_socket(listening.socket, server_side=True)
    receiver = Receiver(port, f"{scheme}://127.0.0.1:{port}/changes")
    thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()

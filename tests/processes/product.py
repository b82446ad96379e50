"""The whole product, run as `make run` runs it, on servers and a port of its own."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from tests.logs_plugin import LINES

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "demo-pass-117"
START_SECONDS = 120
TERMINATION_SECONDS = 10


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(what: str, question: Callable[[], Any], seconds: float = 90) -> Any:
    """Ask until the answer is true; fail saying what was waited for."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds} s in vain: {what}")


class Product:
    """A running product. `lines` holds what it last said, `parts` which of its parts have spoken so far."""

    def __init__(self, var_dir: Path) -> None:
        self.var_dir = var_dir
        self.port = free_port()
        self.lines: deque[str] = deque(maxlen=400)
        self.parts: set[str] = set()
        self.tokens: dict[str, str] = {}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """Without what the test run itself was given: the product starts servers of its own."""
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
        return {
            **kept,
            "VAR_DIR": str(self.var_dir),
            "PORT": str(self.port),
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "PYTHONUNBUFFERED": "1",
        }

    def start(self) -> None:
        """Start, and wait until the site answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.supervisor"],
            cwd=ROOT,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        until("the site answers", self._is_up, START_SECONDS)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            LINES.look(line, where="the product's own processes")
            words = line.split(maxsplit=2)
            if len(words) > 1 and words[0][:2].isdigit():
                self.parts.add(words[1])

    def _is_up(self) -> bool:
        assert self.process.poll() is None, "\n".join(self.lines)
        try:
            with urllib.request.urlopen(f"{self.address}/health/", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self) -> int:
        """TERM, as a person's service manager would, and the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=TERMINATION_SECONDS)
        self.reader.join(timeout=5)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def process_id(self, part: str) -> int | None:
        """The part's process, or None while it is down."""
        path = self.var_dir / "run" / f"{part}.pid"
        return int(path.read_text()) if path.exists() and path.read_text().strip() else None

    def manage(self, *arguments: str) -> str:
        """A command of manage.py, on this product's servers."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return done.stdout.strip()

    def token(self, email: str) -> str:
        """An access token, by signing in once."""
        if email not in self.tokens:
            status, body = self.call("POST", "auth/token/", {"email": email, "password": PASSWORD})
            assert status == 200, body
            self.tokens[email] = body["access"]
        return self.tokens[email]

    def call(self, method: str, route: str, body: Any = None, *, email: str | None = None) -> tuple[int, Any]:
        """One request to the API: status and decoded body."""
        data = orjson.dumps(body) if body is not None else None
        return self.send(method, route, data, "application/json", email)

    def send(
        self, method: str, route: str, data: bytes | None, content_type: str, email: str | None
    ) -> tuple[int, Any]:
        request = urllib.request.Request(f"{self.address}/api/v1/{route}", data=data, method=method)
        request.add_header("Content-Type", content_type)
        if email:
            request.add_header("Authorization", f"Bearer {self.token(email)}")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                content = answer.read()
                return answer.status, orjson.loads(content) if content else None
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, orjson.loads(refusal.read())

    def upload(self, email: str, document: bytes, name: str, **fields: str) -> tuple[int, Any]:
        """POST contracts/ as multipart."""
        boundary = "----part-of-the-upload"
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
            for field, value in fields.items()
        ]
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="document"; filename="{name}"\r\n'
        parts.append(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + document + b"\r\n")
        data = b"".join(parts) + f"--{boundary}--\r\n".encode()
        return self.send("POST", "contracts/", data, f"multipart/form-data; boundary={boundary}", email)

"""One of several web processes over the same servers."""

import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

import orjson


@dataclass
class Web:
    """One more web process of the product."""

    port: int

    def ask(
        self, token: str, route: str, *, method: str = "GET", body: Any = None, **headers: str
    ) -> tuple[int, Any, Any]:
        """Status, headers and decoded body."""
        data = orjson.dumps(body) if body is not None else None
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1/{route}", data=data, method=method)
        for name, value in {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers}.items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                content = answer.read()
                return answer.status, answer.headers, orjson.loads(content) if content else None
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.headers, refusal.read()

    def answers(self) -> bool:
        try:
            return self.ask("none", "regulations/rules/")[0] in {200, 401}
        except OSError:
            return False

"""The server's side of a conversation, told beforehand: each request is kept, each answer is as the API writes it."""

import json
from base64 import b64encode, urlsafe_b64encode
from collections import deque
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vectorbid_contracts import AsyncClient, Client, ClientCredentials, RetryPolicy

BASE_URL = "https://contracts.example"
QUICK = RetryPolicy(attempts=4, first_wait_seconds=0.001, longest_wait_seconds=0.002)
CREDENTIALS = ClientCredentials("client_1", "a-secret-of-the-client")
RULE: dict[str, Any] = {
    "id": "0b8f4a52-0e0f-4a8e-8a8e-3c1f0a1b2c3d",
    "source": "contract",
    "rule_id": "10-b",
    "category": "rest",
    "title": "Rest",
    "description": "",
    "rule_text": "A Pilot shall receive no fewer than 11 hours of rest.",
    "citation": "10.B",
    "is_hard_constraint": True,
    "weight": 1,
    "applies_to": {},
    "parameters": {"hours": 11},
    "predicate": {"metric": "rest", "operator": ">=", "value": 11, "unit": "hours", "period": None},
    "effective_date": "2026-01-01",
    "expiration_date": None,
    "parsing_confidence": 0.9,
    "evidence": {"page": 1, "box": [1, 2.5, 3, 4], "quote": "no fewer", "document_sha256": "0" * 64},
    "a_member_of_tomorrow": True,
}
LOOKUP: dict[str, Any] = {
    "pilot_id": "CSC-1042",
    "airline": "CSC",
    "contract": None,
    "supplements": [],
    "rules": [RULE],
}

Answer = Callable[[httpx.Request], httpx.Response]


class FakeServer:
    """Answers by method and path. `script` holds answers, or faults to raise, that come before the routes', by path."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.script: dict[str, deque[httpx.Response | Exception]] = {}
        self.tokens_issued = 0
        self.good_tokens: set[str] = set()
        self.expires_in = 900
        self.key = Ed25519PrivateKey.generate()
        self.pack = json.dumps({"rules": []}).encode()
        self.changes = [change(position) for position in range(1, 6)]
        self.routes: dict[str, Answer] = {
            "/api/v1/auth/client-token/": self.token,
            "/api/v1/auth/token/": self.token,
            "/api/v1/auth/refresh/": self.token,
            "/api/v1/pilots/CSC-1042/rules/": lambda request: tagged(request, LOOKUP),
            "/api/v1/airlines/CSC/rule-pack/": self.rule_pack,
            "/.well-known/jwks.json": lambda _: httpx.Response(200, json={"keys": [self.jwk("first", self.key)]}),
            "/api/v1/changes/": self.change_page,
            "/api/v1/webhooks/": lambda _: httpx.Response(201, json={"id": "1"}),
        }

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        path = request.url.path
        if told := self.script.get(path):
            answer = told.popleft()
            if isinstance(answer, Exception):
                raise answer
            return answer
        needs_token = "/auth/" not in path and path.startswith("/api/")
        if needs_token and request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.good_tokens:
            return problem(401, "not_authenticated")
        return self.routes[path](request)

    def tell(self, path: str, *answers: httpx.Response | Exception) -> None:
        """What is answered first at that path."""
        self.script[path] = deque(answers)

    def asked(self, path: str) -> list[httpx.Request]:
        """The requests that came to that path."""
        return [request for request in self.requests if request.url.path == path]

    def client(self, **options: Any) -> Client:
        return Client(
            BASE_URL, **{"credentials": CREDENTIALS, "retries": QUICK, "transport": self.transport, **options}
        )

    def async_client(self, **options: Any) -> AsyncClient:
        given = {"credentials": CREDENTIALS, "retries": QUICK, "transport": self.transport, **options}
        return AsyncClient(BASE_URL, **given)

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self)

    def token(self, request: httpx.Request) -> httpx.Response:
        self.tokens_issued += 1
        token = f"token-{self.tokens_issued}"
        self.good_tokens.add(token)
        issued: dict[str, Any] = {"access": token, "expires_in": self.expires_in}
        if "client-token" not in request.url.path:
            issued["refresh"] = f"refresh-{self.tokens_issued}"
        return httpx.Response(200, json=issued)

    def jwk(self, key_id: str, key: Ed25519PrivateKey) -> dict[str, str]:
        x = urlsafe_b64encode(key.public_key().public_bytes_raw()).rstrip(b"=").decode()
        return {"kty": "OKP", "crv": "Ed25519", "kid": key_id, "x": x}

    def rule_pack(self, request: httpx.Request) -> httpx.Response:
        signature = b64encode(self.key.sign(self.pack)).decode()
        headers = {"X-Signature-Ed25519": signature, "X-Signature-Key-Id": "first", "Content-Type": "application/json"}
        return tagged(request, self.pack, headers)

    def change_page(self, request: httpx.Request) -> httpx.Response:
        """Two a page; the cursor is the last position."""
        given = parse_qs(request.url.query.decode()).get("cursor", [None])[0]
        behind = [entry for entry in self.changes if entry["position"] > int(given or 0)]
        page = behind[:2]
        cursor = str(page[-1]["position"]) if page else given
        more = f"https://elsewhere.example/?cursor={cursor}" if len(behind) > len(page) else None
        return httpx.Response(200, json={"next": more, "previous": None, "results": page, "cursor": cursor})


def change(position: int) -> dict[str, Any]:
    return {
        "id": f"id-{position}",
        "position": position,
        "kind": "contract.activated",
        "airline": "CSC",
        "contract": {"id": "c", "contract_type": "cba", "contract_version": "2026.1"},
        "pilot_id": None,
        "old_hash": None,
        "new_hash": "0" * 64,
        "recorded_at": "2026-11-21T08:00:00.120000Z",
        "published_at": "2026-11-21T08:00:01.450000Z",
    }


def tagged(request: httpx.Request, body: Any, headers: dict[str, str] | None = None) -> httpx.Response:
    """With an ETag that follows from the body; 304 where it is known."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    etag = f'"{hash(content)}"'
    if request.headers.get("If-None-Match") == etag:
        return httpx.Response(304, headers={"ETag": etag})
    return httpx.Response(200, content=content, headers={**(headers or {}), "ETag": etag})


def problem(status: int, code: str, headers: dict[str, str] | None = None, **members: Any) -> httpx.Response:
    body = {"type": "about:blank", "title": "No", "status": status, "detail": "Why.", "code": code, **members}
    given = {"Content-Type": "application/problem+json", "X-Request-ID": "r-1", **(headers or {})}
    return httpx.Response(status, content=json.dumps(body).encode(), headers=given)

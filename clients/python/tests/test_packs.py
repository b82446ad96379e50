"""Rule packs: only what was signed with a key that is published."""

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fake_server import FakeServer
from loops import finished

from vectorbid_contracts import RulePack, SignatureInvalid

PACK = "/api/v1/airlines/CSC/rule-pack/"
KEYS = "/.well-known/jwks.json"


def test_a_pack_is_verified_and_kept(server: FakeServer) -> None:
    with server.client() as contracts:
        first, second = contracts.get_rule_pack("CSC", shape="flat"), contracts.get_rule_pack("CSC", shape="flat")

    assert first == second
    assert (first.document(), first.key_id, first.media_type) == ({"rules": []}, "first", "application/json")
    assert [("If-None-Match" in asked.headers) for asked in server.asked(PACK)] == [False, True]
    assert len(server.asked(KEYS)) == 1


def test_keys_are_asked_for_without_a_token(server: FakeServer) -> None:
    with server.client() as contracts:
        contracts.get_rule_pack("CSC")

    assert "Authorization" not in server.asked(KEYS)[0].headers


@pytest.mark.parametrize("spoilt", ["body", "signature", "none"])
def test_a_pack_that_was_touched_is_refused(server: FakeServer, spoilt: str) -> None:
    def touched(request: httpx.Request) -> httpx.Response:
        whole = server.rule_pack(request)
        headers = {**whole.headers, **({"X-Signature-Ed25519": "AAAA"} if spoilt == "signature" else {})}
        if spoilt == "none":
            del headers["x-signature-ed25519"]
        return httpx.Response(200, content=whole.content + b" " * (spoilt == "body"), headers=_sendable(headers))

    server.routes[PACK] = touched

    with server.client() as contracts, pytest.raises(SignatureInvalid):
        contracts.get_rule_pack("CSC")


def test_a_new_key_is_looked_for_and_one_that_is_gone_is_trusted_no_more(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vectorbid_contracts.core.KEYS_GOOD_SECONDS", 0.0)
    with server.client() as contracts:
        contracts.get_rule_pack("CSC")
        server.routes[KEYS] = lambda _: httpx.Response(
            200, json={"keys": [server.jwk("second", Ed25519PrivateKey.generate())]}
        )
        with pytest.raises(SignatureInvalid, match="not published"):
            contracts.get_rule_pack("CSC")
        server.routes[KEYS] = lambda _: httpx.Response(200, json={"keys": [server.jwk("first", server.key)]})
        again = contracts.get_rule_pack("CSC")

    assert again.key_id == "first"


def test_the_asynchronous_client_verifies_too(server: FakeServer) -> None:
    async def ask() -> RulePack:
        async with server.async_client() as contracts:
            return await contracts.get_rule_pack("CSC")

    assert finished(ask()).body == server.pack


def _sendable(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() != "content-length"}

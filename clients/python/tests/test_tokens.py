"""Tokens: got once, renewed in time, never used twice where that would harm."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from fake_server import CREDENTIALS, FakeServer, problem
from loops import finished

from vectorbid_contracts import AccessToken, NotAuthenticated, PersonCredentials

RULES = "/api/v1/pilots/CSC-1042/rules/"
REFRESH = "/api/v1/auth/refresh/"
SIGN_IN = "/api/v1/auth/token/"
PERSON = PersonCredentials("pilot@demo.test", "a-long-password")


def test_one_token_serves_many_requests(server: FakeServer) -> None:
    with server.client() as contracts:
        for _ in range(3):
            contracts.get_pilot_active_rules("CSC-1042")

    assert server.tokens_issued == 1


def test_a_token_is_renewed_before_it_ends(server: FakeServer) -> None:
    server.expires_in = 0

    with server.client() as contracts:
        for _ in range(2):
            contracts.get_pilot_active_rules("CSC-1042")

    assert server.tokens_issued == 2
    assert not any(answer.url.path == REFRESH for answer in server.requests)


def test_a_refused_token_is_renewed_once(server: FakeServer) -> None:
    with server.client() as contracts:
        contracts.get_pilot_active_rules("CSC-1042")
        server.good_tokens.clear()
        contracts.get_pilot_active_rules("CSC-1042")
        server.tell(RULES, problem(401, "authentication_failed"), problem(401, "authentication_failed"))
        with pytest.raises(NotAuthenticated):
            contracts.get_pilot_active_rules("CSC-1042")

    assert server.tokens_issued == 3


def test_a_persons_session_is_refreshed(server: FakeServer) -> None:
    with server.client(credentials=PERSON) as contracts:
        contracts.get_pilot_active_rules("CSC-1042")
        server.good_tokens.clear()
        contracts.get_pilot_active_rules("CSC-1042")

    (asked,) = server.asked(REFRESH)
    assert json.loads(asked.content) == {"refresh": "refresh-1"}
    assert len(server.asked(SIGN_IN)) == 1


@pytest.mark.parametrize(
    "fault", [problem(401, "authentication_failed"), httpx.ReadError("reset")], ids=["401", "lost"]
)
def test_a_refresh_token_is_sent_once_whatever_comes_of_it(
    server: FakeServer, fault: httpx.Response | Exception
) -> None:
    server.tell(REFRESH, fault)

    with server.client(credentials=PERSON) as contracts:
        contracts.get_pilot_active_rules("CSC-1042")
        server.good_tokens.clear()
        contracts.get_pilot_active_rules("CSC-1042")

    assert (len(server.asked(REFRESH)), len(server.asked(SIGN_IN))) == (1, 2)


def test_a_second_factors_code_is_asked_for_at_each_sign_in(server: FakeServer) -> None:
    codes = iter(["111111", "222222"])
    server.tell(REFRESH, problem(401, "authentication_failed"))

    with server.client(credentials=PersonCredentials("a@b.test", "password", lambda: next(codes))) as contracts:
        contracts.get_pilot_active_rules("CSC-1042")
        server.good_tokens.clear()
        contracts.get_pilot_active_rules("CSC-1042")

    assert [json.loads(asked.content)["otp"] for asked in server.asked(SIGN_IN)] == ["111111", "222222"]


def test_a_token_of_somebody_elses_is_used_as_it_is(server: FakeServer) -> None:
    server.good_tokens.add("given")

    with server.client(credentials=AccessToken("given")) as contracts:
        contracts.get_pilot_active_rules("CSC-1042")
        server.good_tokens.clear()
        with pytest.raises(NotAuthenticated):
            contracts.get_pilot_active_rules("CSC-1042")

    assert [request.url.path for request in server.requests] == [RULES, RULES]


def test_wrong_credentials_are_told(server: FakeServer) -> None:
    server.tell("/api/v1/auth/client-token/", problem(401, "authentication_failed"))

    with server.client() as contracts, pytest.raises(NotAuthenticated):
        contracts.get_pilot_active_rules("CSC-1042")

    assert len(server.requests) == 1


def test_many_threads_get_one_token(server: FakeServer) -> None:
    with server.client() as contracts, ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(contracts.get_pilot_active_rules, ["CSC-1042"] * 32))

    assert (len(answers), server.tokens_issued) == (32, 1)


def test_many_tasks_get_one_token(server: FakeServer) -> None:
    async def ask() -> int:
        async with server.async_client() as contracts:
            return len(await asyncio.gather(*(contracts.get_pilot_active_rules("CSC-1042") for _ in range(32))))

    assert (finished(ask()), server.tokens_issued) == (32, 1)


def test_no_repr_shows_a_secret(server: FakeServer) -> None:
    cache_of = server.client()
    shown = repr([CREDENTIALS, PERSON, AccessToken("given-token"), cache_of, vars(cache_of)])

    assert not any(
        secret in shown for secret in ("a-secret-of-the-client", "pilot@demo.test", "password", "given-token")
    )

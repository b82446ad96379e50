"""What is sent again, and what is not."""

import logging
import pickle
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from fake_server import CREDENTIALS, FakeServer, problem
from loops import finished

from vectorbid_contracts import (
    AccessToken,
    AsyncClient,
    Client,
    ConnectionFailed,
    Invalid,
    RetryPolicy,
    ServerFault,
    TimedOut,
    TooManyRequests,
    WrongState,
)
from vectorbid_contracts.retries import retry_after_seconds

RULES = "/api/v1/pilots/CSC-1042/rules/"
WEBHOOKS = "/api/v1/webhooks/"
LOST = [httpx.ReadError("reset"), httpx.ReadTimeout("slow"), httpx.ConnectError("refused")]


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: type(fault).__name__)
def test_what_reads_is_asked_again_after_a_lost_connection(server: FakeServer, fault: Exception) -> None:
    server.tell(RULES, fault, problem(503, "unavailable"))

    with server.client() as contracts:
        rules = contracts.get_pilot_active_rules("CSC-1042")

    assert (len(rules), len(server.asked(RULES))) == (1, 3)


def test_attempts_end(server: FakeServer) -> None:
    server.tell(RULES, *[httpx.ReadTimeout("slow")] * 4)

    with server.client() as contracts, pytest.raises(TimedOut):
        contracts.get_pilot_active_rules("CSC-1042")

    assert len(server.asked(RULES)) == 4


def test_a_server_that_never_answers_is_given_up() -> None:
    options: dict[str, Any] = {"timeout": 0.2, "retries": RetryPolicy(attempts=1)}

    async def ask(address: str) -> None:
        async with AsyncClient(address, AccessToken("t"), **options) as contracts:
            await contracts.get_pilot_active_rules("CSC-1042")

    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, and says nothing
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with Client(address, AccessToken("t"), **options) as contracts, pytest.raises(TimedOut):
            contracts.get_pilot_active_rules("CSC-1042")
        with pytest.raises(TimedOut):
            finished(ask(address))


def test_a_refusal_is_final(server: FakeServer) -> None:
    fault = {"pointer": "/category", "code": "invalid_choice", "detail": "No such category."}
    server.tell(RULES, problem(400, "invalid", errors=[fault], hint="x"))

    with server.client() as contracts, pytest.raises(Invalid) as refusal:
        contracts.get_pilot_rules("CSC-1042", category="nonsense")

    assert len(server.asked(RULES)) == 1
    told = pickle.loads(pickle.dumps(refusal.value))  # noqa: S301 - our own: it crosses to other processes
    assert str(told) == str(refusal.value) == "400 invalid: Why."
    assert (told.status, told.code, told.request_id, told.problem.extra) == (400, "invalid", "r-1", {"hint": "x"})
    assert [error.pointer for error in told.errors] == ["/category"]


def test_a_write_is_sent_again_under_one_key(server: FakeServer) -> None:
    server.tell(WEBHOOKS, httpx.ReadError("reset"))

    with server.client() as contracts:
        contracts.create("webhooks/", {"url": "https://receiver.example"})
        contracts.create("webhooks/", {"url": "https://receiver.example"}, idempotency_key="my-own")

    keys = [request.headers["Idempotency-Key"] for request in server.asked(WEBHOOKS)]
    assert keys[0] == keys[1] != keys[2] == "my-own"


def test_a_conflict_is_told_and_not_repeated(server: FakeServer) -> None:
    server.tell(WEBHOOKS, problem(409, "wrong_state"))

    with server.client() as contracts, pytest.raises(WrongState):
        contracts.create("webhooks/", {})

    assert len(server.asked(WEBHOOKS)) == 1


def test_a_write_whose_first_attempt_was_lost_waits_for_it_to_end(server: FakeServer) -> None:
    server.tell(WEBHOOKS, httpx.ReadTimeout("slow"), problem(409, "wrong_state"))

    with server.client() as contracts:
        made = contracts.create("webhooks/", {})

    assert (made, len(server.asked(WEBHOOKS))) == ({"id": "1"}, 3)


def test_retry_after_is_honoured(server: FakeServer) -> None:
    server.tell(RULES, problem(429, "too_many_requests", {"Retry-After": "1"}))
    began = datetime.now(UTC)

    with server.client() as contracts:
        contracts.get_pilot_active_rules("CSC-1042")

    assert datetime.now(UTC) - began >= timedelta(seconds=1)


def test_a_retry_after_that_is_too_long_is_told_at_once(server: FakeServer) -> None:
    server.tell(RULES, problem(429, "too_many_requests", {"Retry-After": "3600"}))

    with server.client() as contracts, pytest.raises(TooManyRequests) as refusal:
        contracts.get_pilot_active_rules("CSC-1042")

    assert refusal.value.retry_after_seconds == 3600


def test_a_proxys_fault_is_a_fault_of_the_server(server: FakeServer) -> None:
    server.tell(RULES, *[httpx.Response(502, html="<h1>Bad gateway") for _ in range(4)])

    with server.client() as contracts, pytest.raises(ServerFault, match="502"):
        contracts.get_pilot_active_rules("CSC-1042")


def test_the_asynchronous_client_waits_too(server: FakeServer) -> None:
    async def ask() -> int:
        async with server.async_client() as contracts:
            return len(await contracts.get_pilot_active_rules("CSC-1042"))

    server.tell(RULES, httpx.ReadError("reset"))

    assert finished(ask()) == 1


def test_waits_double_within_their_bounds_and_differ() -> None:
    policy = RetryPolicy(attempts=20, first_wait_seconds=1, longest_wait_seconds=8)
    waits = [[policy.wait_seconds(attempt) or 0 for _ in range(50)] for attempt in (1, 2, 3, 4, 15)]

    for drawn, longest in zip(waits, (1, 2, 4, 8, 8), strict=True):
        assert longest / 2 <= min(drawn) < max(drawn) <= longest
    assert policy.wait_seconds(20) is None


def test_retry_after_is_read_as_seconds_and_as_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)

    assert retry_after_seconds("7") == 7
    assert 85 <= (retry_after_seconds(later) or 0) <= 90
    assert retry_after_seconds("Sat, 21 Nov 2020 08:00:00 GMT") == 0
    assert retry_after_seconds("soon") is None


def test_logs_and_texts_name_no_pilot_and_no_secret(server: FakeServer, caplog: pytest.LogCaptureFixture) -> None:
    server.tell(RULES, *[httpx.ReadError("reset")] * 4)

    with caplog.at_level(logging.DEBUG, "vectorbid_contracts"), server.client() as contracts:
        with pytest.raises(ConnectionFailed) as fault:
            contracts.get_pilot_active_rules("CSC-1042")
        told = f"{[record.getMessage() for record in caplog.records if record.name == 'vectorbid_contracts']}{fault.value!r}"

    assert "lookup: ConnectionFailed" in told
    assert not any(secret in told for secret in ("CSC-1042", CREDENTIALS.client_secret, "token-1"))

"""Each provider's protocol, spoken by a local server, and what becomes of its bad days."""

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from threading import Timer
from typing import Any

import pytest

from config.addresses import EVERYWHERE
from contracts.language_models.addresses import checked_address, is_own_address
from contracts.language_models.interface import (
    BadAnswer,
    FaultCode,
    LanguageModel,
    ModelFault,
    ModelRequest,
    Provider,
    Refused,
    Unavailable,
)
from contracts.language_models.providers import model_at
from contracts.language_models.transport import Limits, Transport
from tests.contracts.model_server import ANSWERS, KEY, ModelServer, Reply, openai_answer, reported, rule, running_server

QUICK = Limits(
    connect_seconds=1,
    read_seconds=0.3,
    answer_seconds=1,
    tries=3,
    first_wait_seconds=0.01,
    longest_wait_seconds=1.5,
    answer_bytes=100_000,
)
ASKED = ModelRequest("You read contracts.", "Page 1: fourteen (14) hours", {"type": "object"}, 500)
PATHS = {
    Provider.OPENAI_COMPATIBLE: "/chat/completions",
    Provider.ANTHROPIC: "/v1/messages",
    Provider.BEDROCK: "/model/some%3Amodel/converse",
}


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with running_server() as running:
        yield running


@pytest.fixture
def transport() -> Iterator[Transport]:
    made = Transport(QUICK, hosts=EVERYWHERE, deadline=time.monotonic() + 20)
    yield made
    made.close()


def model(provider: str, server: ModelServer, transport: Transport) -> LanguageModel:
    return model_at(Provider(provider), transport=transport, address=server.address, model_name="some:model", key=KEY)


@pytest.mark.parametrize("provider", list(Provider))
def test_a_question_is_asked_and_answered_in_each_protocol(
    server: ModelServer, transport: Transport, provider: Provider
) -> None:
    server.replies = [Reply(ANSWERS[provider](reported([rule()])))]

    answer = model(provider, server, transport).ask(ASKED)

    (asked,) = server.asked
    assert asked.path == PATHS[provider]
    assert asked.prompt == ASKED.prompt
    assert KEY in {asked.headers.get("x-api-key"), asked.headers.get("authorization", "").removeprefix("Bearer ")}
    assert '"duty_period"' in answer.text
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (1000, 200)
    assert answer.model_version == {"bedrock": "some:model"}.get(provider, answer.model_version)
    assert (transport.requests, transport.retries) == (1, 0)


def test_the_schema_and_the_ceiling_of_tokens_go_along(server: ModelServer, transport: Transport) -> None:
    for provider in Provider:
        server.replies = [Reply(ANSWERS[provider](reported([])))]
        model(provider, server, transport).ask(ASKED)

    openai, anthropic, bedrock = (asked.body for asked in server.asked)
    assert openai["response_format"]["json_schema"]["schema"] == ASKED.schema
    assert anthropic["tools"][0]["input_schema"] == ASKED.schema
    assert bedrock["toolConfig"]["tools"][0]["toolSpec"]["inputSchema"]["json"] == ASKED.schema
    assert (openai["max_tokens"], anthropic["max_tokens"], bedrock["inferenceConfig"]["maxTokens"]) == (500,) * 3
    assert anthropic["system"] == bedrock["system"][0]["text"] == openai["messages"][0]["content"] == ASKED.system


@pytest.mark.parametrize("provider", list(Provider))
def test_prose_is_handed_on_as_it_is(server: ModelServer, transport: Transport, provider: Provider) -> None:
    server.replies = [Reply(ANSWERS[provider]("I found these: nothing."))]

    assert model(provider, server, transport).ask(ASKED).text == "I found these: nothing."


@pytest.mark.parametrize(
    ("provider", "finish"),
    [("openai_compatible", "length"), ("anthropic", "max_tokens"), ("bedrock", "max_tokens")],
)
def test_an_answer_that_broke_off_is_a_bad_one_with_its_cost(
    server: ModelServer, transport: Transport, provider: str, finish: str
) -> None:
    server.replies = [Reply(ANSWERS[provider](reported([rule()]), finish=finish))]

    with pytest.raises(BadAnswer) as raised:
        model(provider, server, transport).ask(ASKED)

    assert raised.value.code == FaultCode.TRUNCATED
    assert raised.value.usage.output_tokens == 200


@pytest.mark.parametrize(
    ("provider", "reply"),
    [
        ("openai_compatible", openai_answer(None, refusal="I cannot help with that.")),
        ("openai_compatible", openai_answer("", finish="content_filter")),
        ("anthropic", ANSWERS["anthropic"]("No.", finish="refusal")),
        ("bedrock", ANSWERS["bedrock"]("No.", finish="guardrail_intervened")),
    ],
)
def test_a_refusal_is_told_from_an_answer(
    server: ModelServer, transport: Transport, provider: str, reply: dict[str, Any]
) -> None:
    server.replies = [Reply(reply)]

    with pytest.raises(Refused) as raised:
        model(provider, server, transport).ask(ASKED)

    assert raised.value.code == FaultCode.CONTENT_REFUSED


@pytest.mark.parametrize("provider", list(Provider))
@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        b"{}",
        b"",
        b'"x"',
        {"choices": [], "content": 3, "output": None},
        {"choices": [{"message": 4}], "content": {}, "output": {"message": []}},
    ],
)
def test_what_is_not_the_protocol_is_a_bad_answer(
    server: ModelServer, transport: Transport, provider: Provider, body: Any
) -> None:
    server.replies = [Reply(body)]

    with pytest.raises(BadAnswer) as raised:
        model(provider, server, transport).ask(ASKED)

    assert raised.value.code == FaultCode.NOT_THE_PROTOCOL
    assert transport.requests == 1


@pytest.mark.parametrize("provider", list(Provider))
def test_an_answer_without_words_costs_what_it_says(
    server: ModelServer, transport: Transport, provider: Provider
) -> None:
    usage = ANSWERS[provider]("")["usage"]
    server.replies = [Reply({"usage": usage, "choices": [], "content": None, "output": {}})]

    with pytest.raises(BadAnswer) as raised:
        model(provider, server, transport).ask(ASKED)

    assert (raised.value.usage.input_tokens, raised.value.usage.output_tokens) == (1000, 200)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b""])
def test_an_answer_that_says_nothing_of_its_cost_may_have_cost_all(
    server: ModelServer, transport: Transport, body: bytes
) -> None:
    server.replies = [Reply(body)]

    with pytest.raises(BadAnswer):
        model("anthropic", server, transport).ask(ASKED)

    assert transport.unanswered == 1


def test_an_answer_nested_beyond_writing_is_a_bad_one(server: ModelServer, transport: Transport) -> None:
    nested = b'{"content":[{"type":"tool_use","name":"report_rules","input":' + b'{"a":' * 400 + b"1" + b"}" * 400
    server.replies = [Reply(nested + b'}],"usage":{"input_tokens":1000,"output_tokens":200}}')]

    with pytest.raises(BadAnswer) as raised:
        model("anthropic", server, transport).ask(ASKED)

    assert raised.value.usage.output_tokens == 200


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        {"prompt_tokens": "many", "completion_tokens": -4},
        {"prompt_tokens": 12.5, "completion_tokens": True},
        {"prompt_tokens": 10**9, "completion_tokens": 10**9},
        [1],
        7,
    ],
)
def test_tokens_that_are_not_told_are_estimated(server: ModelServer, transport: Transport, usage: Any) -> None:
    server.replies = [Reply({**openai_answer(reported([rule()])), "usage": usage})]

    answer = model("openai_compatible", server, transport).ask(ASKED)

    assert 10 < answer.usage.input_tokens < 100
    assert 50 < answer.usage.output_tokens < 200


@pytest.mark.parametrize("provider", list(Provider))
def test_a_busy_server_is_asked_again_when_it_says(
    server: ModelServer, transport: Transport, provider: Provider
) -> None:
    good = Reply(ANSWERS[provider](reported([])))
    server.replies = [Reply({}, status=429, headers={"retry-after": "1"}), Reply(b"oops", status=500), good]
    before = time.monotonic()

    model(provider, server, transport).ask(ASKED)

    assert time.monotonic() - before >= 1
    assert (transport.requests, transport.retries) == (3, 2)


def test_who_asks_to_wait_for_long_is_not_waited_for(server: ModelServer, transport: Transport) -> None:
    server.replies = [Reply({}, status=429, headers={"retry-after": "3600"})]

    with pytest.raises(Unavailable) as raised:
        model("anthropic", server, transport).ask(ASKED)

    assert raised.value.code == FaultCode.OVERLOADED
    assert transport.requests == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 529])
def test_tries_are_bounded(server: ModelServer, transport: Transport, status: int) -> None:
    server.replies = [Reply({}, status=status)]

    with pytest.raises(Unavailable):
        model("bedrock", server, transport).ask(ASKED)

    assert transport.requests == len(server.asked) == QUICK.tries


def test_a_silent_server_is_given_up_and_counted_as_unanswered(server: ModelServer, transport: Transport) -> None:
    server.replies = [Reply({}, slowly=1)]

    with pytest.raises(Unavailable) as raised:
        model("openai_compatible", server, transport).ask(ASKED)

    assert raised.value.code == FaultCode.TIMED_OUT
    assert (transport.requests, transport.unanswered) == (3, 3)


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_server_that_trickles_is_given_up_in_time(server: ModelServer, part: str) -> None:
    server.replies = [Reply(trickle=part)]
    once = Transport(replace(QUICK, tries=1, answer_seconds=0.5), hosts=EVERYWHERE, deadline=time.monotonic() + 20)
    before = time.monotonic()

    with pytest.raises(Unavailable) as raised:
        model("anthropic", server, once).ask(ASKED)

    once.close()
    assert time.monotonic() - before < 1.5
    assert (raised.value.code, once.unanswered) == (FaultCode.TIMED_OUT, 1)


def test_what_is_under_way_ends_when_all_is_stopped(server: ModelServer) -> None:
    server.replies = [Reply({}, slowly=4)]
    patient = Transport(
        replace(QUICK, read_seconds=30, answer_seconds=30), hosts=EVERYWHERE, deadline=time.monotonic() + 30
    )
    Timer(0.2, patient.stop).start()
    before = time.monotonic()

    with pytest.raises(Unavailable):
        model("anthropic", server, patient).ask(ASKED)

    patient.close()
    assert time.monotonic() - before < 2
    assert patient.requests == 1


@pytest.mark.parametrize("status", [408, 500, 502, 504])
def test_a_gateways_failure_may_have_cost_what_the_model_wrote(
    server: ModelServer, transport: Transport, status: int
) -> None:
    server.replies = [Reply({}, status=status), Reply(ANSWERS["anthropic"](reported([])))]

    model("anthropic", server, transport).ask(ASKED)

    assert (transport.requests, transport.unanswered) == (2, 1)


@pytest.mark.parametrize("status", [429, 503, 529])
def test_who_is_turned_away_pays_nothing(server: ModelServer, transport: Transport, status: int) -> None:
    server.replies = [Reply({}, status=status), Reply(ANSWERS["anthropic"](reported([])))]

    model("anthropic", server, transport).ask(ASKED)

    assert (transport.requests, transport.unanswered) == (2, 0)


def test_nobody_there_is_unavailable(transport: Transport) -> None:
    nobody = ModelServer("http://127.0.0.1:1")

    with pytest.raises(Unavailable) as raised:
        model("anthropic", nobody, transport).ask(ASKED)

    assert raised.value.code == FaultCode.UNREACHABLE


def test_nothing_is_sent_after_the_deadline(server: ModelServer) -> None:
    late = Transport(QUICK, hosts=EVERYWHERE, deadline=time.monotonic() - 1)

    with pytest.raises(Unavailable) as raised:
        model("anthropic", server, late).ask(ASKED)

    late.close()
    assert raised.value.code == FaultCode.STOPPED
    assert server.asked == []


def test_a_huge_body_is_not_read_to_its_end(server: ModelServer, transport: Transport) -> None:
    server.replies = [Reply(openai_answer("x" * 5_000_000))]

    with pytest.raises(BadAnswer) as raised:
        model("openai_compatible", server, transport).ask(ASKED)

    assert raised.value.code == FaultCode.TOO_LARGE


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(server: ModelServer, transport: Transport, status: int) -> None:
    server.replies = [Reply(b"", status=status, headers={"location": f"{server.address}/elsewhere"})]

    with pytest.raises(Refused) as raised:
        model("anthropic", server, transport).ask(ASKED)

    assert raised.value.code == FaultCode.REDIRECTED
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "key_refused"), (403, "key_refused"), (400, "request_refused"), (404, "request_refused")],
)
def test_a_refused_key_or_request_is_not_sent_again(
    server: ModelServer, transport: Transport, status: int, code: str
) -> None:
    server.replies = [Reply({"error": {"message": f"Incorrect key provided: {KEY}"}}, status=status)]

    with pytest.raises(Refused) as raised:
        model("openai_compatible", server, transport).ask(ASKED)

    assert raised.value.code == code
    assert len(server.asked) == 1


def chain_of(error: BaseException | None) -> str:
    """Everything that an error and those behind it could print."""
    said = ""
    while error is not None:
        said += f"{error!r} {vars(error)!r} "
        error = error.__cause__ or error.__context__
    return said


@pytest.mark.parametrize("provider", list(Provider))
@pytest.mark.parametrize(
    "reply",
    [
        Reply({"error": KEY}, status=401),
        Reply({}, slowly=1),
        Reply(b"<html>"),
        Reply({}, status=500),
        Reply(b"", status=302, headers={"location": "http://127.0.0.1:1/"}),
    ],
)
def test_a_fault_never_holds_the_key(
    server: ModelServer, transport: Transport, provider: Provider, reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.replies = [reply]
    asked = model(provider, server, transport)

    with pytest.raises(ModelFault) as raised:
        asked.ask(ASKED)

    assert KEY not in chain_of(raised.value)
    assert KEY not in repr(asked)
    assert KEY not in caplog.text


def test_proxies_and_passwords_of_the_surroundings_are_not_asked(
    server: ModelServer, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    server.replies = [Reply(openai_answer(reported([])))]
    surrounded = Transport(QUICK, hosts=EVERYWHERE, deadline=time.monotonic() + 5)

    model("openai_compatible", server, surrounded).ask(ASKED)

    surrounded.close()
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("provider", "given", "address"),
    [
        ("openai_compatible", "", "https://api.openai.com/v1"),
        ("anthropic", "", "https://api.anthropic.com"),
        ("openai_compatible", "https://models.example/v1/", "https://models.example/v1"),
        ("openai_compatible", "http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/v1"),
        ("openai_compatible", "http://[::1]:8080", "http://[::1]:8080"),
        ("openai_compatible", "http://localhost:8080", "http://localhost:8080"),
    ],
)
def test_an_address_is_taken(provider: str, given: str, address: str) -> None:
    assert checked_address(Provider(provider), given, hosts=EVERYWHERE, allow_loopback=True) == address


@pytest.mark.parametrize(
    "given",
    [
        "http://models.example/v1",
        "http://127.0.0.1.models.example",
        "http://10.0.0.5:8080",
        "http://2130706433:80",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "https://",
        "https://user:password@models.example",
        "https://models.example/v1?key=1",
        "https://models.example/#x",
        "https://models.example:port",
        "https://models.example/a b",
        "https://models.example\r\nhost: x",
        "models.example",
    ],
)
def test_an_address_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match=r"[.]$"):
        checked_address(Provider.OPENAI_COMPATIBLE, given, hosts=EVERYWHERE, allow_loopback=True)


def test_this_machine_is_refused_where_local_models_are() -> None:
    with pytest.raises(ValueError, match="https"):
        checked_address(Provider.OPENAI_COMPATIBLE, "http://127.0.0.1:11434", hosts=EVERYWHERE, allow_loopback=False)


def test_bedrock_needs_its_region() -> None:
    with pytest.raises(ValueError, match="region"):
        checked_address(Provider.BEDROCK, "", hosts=EVERYWHERE, allow_loopback=True)

    assert is_own_address(Provider.BEDROCK, "https://bedrock-runtime.us-east-1.amazonaws.com")
    assert is_own_address(Provider.BEDROCK, "https://bedrock-runtime.us-gov-west-1.amazonaws.com")
    assert not is_own_address(Provider.BEDROCK, "https://bedrock-runtime.us-east-1.amazonaws.com.evil.example")
    assert not is_own_address(Provider.OPENAI_COMPATIBLE, "https://models.example/v1")

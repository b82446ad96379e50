"""The README's examples of changes and webhooks. The others run against a real server, in the product's own tests."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

import httpx
import pytest
import readme
from fake_server import BASE_URL, CREDENTIALS, FakeServer
from test_webhooks import BODY, SECRET, headers


def test_the_example_of_changes_reads_all_and_goes_on_where_it_ended(
    server: FakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = readme.examples()["Follow changes"]
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", lambda _, request: server(request))
    monkeypatch.setenv("CONTRACTS_URL", BASE_URL)
    monkeypatch.setenv("CONTRACTS_CLIENT_ID", CREDENTIALS.client_id)
    monkeypatch.setenv("CONTRACTS_CLIENT_SECRET", CREDENTIALS.client_secret)
    monkeypatch.setenv("CURSOR_FILE", str(tmp_path / "cursor"))

    readme.executed(example)
    first = capsys.readouterr().out
    readme.executed(example)

    assert first.count("contract.activated CSC") == 5
    assert capsys.readouterr().out == ""
    assert (tmp_path / "cursor").read_text() == "5"


def test_the_example_of_webhooks_answers_what_is_genuine() -> None:
    (example,) = readme.examples()["Receive a webhook"]
    answer = cast("Callable[..., tuple[int, str]]", readme.executed(example)["answer"])
    ping = '{"type": "webhook.ping", "id": "e-1", "timestamp": "2026-11-21T08:00:01Z", "data": {"challenge": "c"}}'

    assert answer(SECRET, headers(), BODY.encode()) == (204, "")
    assert answer(SECRET, headers(ping), ping.encode()) == (200, "c")
    assert answer(SECRET, headers(), b"{}") == (401, "")

"""What a log line may say."""

import logging
from io import StringIO

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import IntegrityError
from django.http import Http404
from django.test import Client

from config.logging import logging_settings, write_traceback


def failing(password: str) -> None:
    raise RuntimeError("it broke")


def written(error: Exception) -> str:
    stream = StringIO()
    write_traceback(stream, (type(error), error, error.__traceback__))
    return stream.getvalue()


def test_a_traceback_shows_no_local_variables() -> None:
    secret = "s3cret-" + "117"  # in two, since the trace quotes the line of the call

    with pytest.raises(RuntimeError) as caught:
        failing(secret)

    text = written(caught.value)

    assert "it broke" in text
    assert "failing" in text
    assert secret not in text


def test_a_refusal_of_the_database_is_not_quoted() -> None:
    text = written(IntegrityError("Key (email)=(robin@people.test) already exists."))

    assert "IntegrityError" in text
    assert "robin@people.test" not in text


def test_a_fault_in_a_page_is_logged_by_route_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("config.views._database_answers", broken)
    client = Client(raise_request_exception=False)

    with caplog.at_level(logging.INFO):
        answer = client.get("/health/?who=robin@people.test")

    assert answer.status_code == 500
    assert any("fault" in record.getMessage() for record in caplog.records if record.name == "config.requests")
    assert "robin@people.test" not in caplog.text.replace("client.get", "")


@pytest.mark.parametrize("refusal", [PermissionDenied, Http404, SuspiciousOperation, BadRequest])
def test_what_a_page_refuses_is_no_fault(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, refusal: type[Exception]
) -> None:
    def refusing(*_: object) -> None:
        raise refusal("not for you")

    monkeypatch.setattr("config.views._database_answers", refusing)

    with caplog.at_level(logging.INFO):
        answer = Client().get("/health/")

    assert answer.status_code in {400, 403, 404}
    assert not [record for record in caplog.records if "fault" in record.getMessage()]


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_whom_the_product_calls_itself_is_in_no_line(level: str) -> None:
    """Addresses of webhooks hold secrets, those of our own API pilots' numbers."""
    loggers = logging_settings(level=level)["loggers"]

    assert {name: loggers[name]["level"] for name in ("httpx", "httpcore")} == {
        "httpx": "WARNING",
        "httpcore": "WARNING",
    }


def test_the_frameworks_own_lines_about_failed_requests_are_off() -> None:
    assert logging_settings(level="INFO")["loggers"]["django.request"]["level"] == "CRITICAL"

"""What is masked in a log line, what is left, and that no line is too long for it."""

import logging
import sys
import uuid
from io import StringIO
from typing import Any

import pytest
import structlog
from django.conf import settings
from django.db import IntegrityError

from config.logging import LineFormatter, logging_settings, tell_end
from config.masking import masked, masked_value
from config.requests import answering
from config.servers.postgresql import SETTINGS

MEGABYTE = 1_000_000


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("mailed to Robin.X+y@people.test, twice", "mailed to R…@…, twice"),
        ("<pilot@demo.test>", "<p…@…>"),
        ("from 192.0.2.75.", "from 192.0.2.x."),
        ("192.0.2.75:51324 - GET", "192.0.2.x:51324 - GET"),
        ("::ffff:192.0.2.75", "::ffff:192.0.2.x"),
        ("peer [2001:db8:aa:1::5]:443", "peer [2001:db8:aa:x]:443"),
        ("2001:DB8::1: no", "2001:db8:0:x: no"),
        ("Authorization: Bearer abcdefghijkl", "Authorization: …"),
        ("sent Bearer abcdefghijkl", "sent Bearer …"),
        ("Cookie: sessionid=abc; csrftoken=def", "Cookie: …"),
        ("a=1&token=abc.def&b=2", "a=1&token=…&b=2"),
        ("{'password': 'two words', 'user_email': \"x\"}", "{'password': …, 'user_email': …}"),
        ("id eyJhbGciOi.eyJzdWIi.c2ln end", "id … end"),
        ("postgresql://vectorbid:s3cret@db/x", "postgresql://…@db/x"),
        ("pilot_id=P-10001 seat=captain", "pilot_id=… seat=captain"),
        ("DETAIL:  Key (email)=(x@y.test) already exists.", "DETAIL: …"),
        ("Key (full_name)=(Robin Calloway) already exists.", "Key (full_name)= …"),
        ("Failing row contains (1, Robin\nCalloway, x).\nTraceback (most", "Failing row contains …\nTraceback (most"),
        ('invalid input syntax for type integer: "Calloway"', "invalid input syntax for type integer: …"),
        ("LINE 1: SELECT 'Calloway'\n               ^", "LINE 1: …"),
        ("IntegrityError('no\\nDETAIL:  Key (a)=(b)')", "IntegrityError('no\\nDETAIL: …"),
    ],
)
def test_what_names_a_person_or_lets_one_in_is_masked(said: str, told: str) -> None:
    assert masked(said) == told


@pytest.mark.parametrize(
    "said",
    [
        "listening on http://127.0.0.1:8000 and [::1]:8000, 0.0.0.0",
        "2026-11-22T10:20:30.123456Z",
        'File "/srv/config/door.py", line 3, in acting',
        "tests/config/test_masking.py::test_that",
        "decorated @login_required",
        "worker@contracts-1 ready.",
        "route=api/v1/pilots/<str:pilot_id>/rules/ status=200 milliseconds=1.2",
        "version 999.1.2.3",
        "3 tokens were left",
    ],
)
def test_what_names_nobody_is_left(said: str) -> None:
    assert masked(said) == said


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "a@",
            "a",
            ".",
            "1.",
            "1:",
            "::",
            "eyJ",
            "eyJ.",
            "token",
            "token=",
            "'",
            "Key (",
            "Key (a)=",
            "DETAIL: ",
            "\n",
        ),
        *("\nA.", "Failing row contains", "://", "://a:", "Bearer ", "Cookie:", "2001:db8::1 ", "192.0.2.1 ", "a_-"),
    ],
)
def test_a_line_of_a_megabyte_is_masked_in_linear_time(piece: str) -> None:
    """In quadratic time this would take hours each."""
    line = (piece * MEGABYTE)[:MEGABYTE]

    assert "robin" not in masked(line + " robin@people.test")


def test_values_under_a_personal_name_are_left_out_however_deep() -> None:
    given = {"email": "x", "rows": [{"full_name": "y", "at": "192.0.2.75"}], "count": 3, "password_hash": "z"}

    told = masked_value("given", given)

    assert told == {"email": "…", "rows": [{"full_name": "…", "at": "192.0.2.x"}], "count": 3, "password_hash": "z"}


@pytest.fixture
def stream() -> Any:
    """A logger and what it writes, by the handler that the product has."""
    given = logging_settings(level="INFO")["formatters"]["line"]
    formatter = LineFormatter(**{name: value for name, value in given.items() if name != "()"})
    handler = logging.StreamHandler(StringIO())
    handler.setFormatter(formatter)
    logger = logging.getLogger("tests.masking")
    logger.addHandler(handler)
    logger.propagate = False
    yield handler.stream
    logger.removeHandler(handler)
    logger.propagate = True


def test_a_library_that_names_somebody_is_masked(stream: StringIO) -> None:
    logging.getLogger("tests.masking").warning("%s came from %s", "robin@people.test", "192.0.2.75")

    assert "r…@… came from 192.0.2.x" in stream.getvalue()


def test_our_own_lines_are_masked_by_name(stream: StringIO) -> None:
    structlog.get_logger("tests.masking").warning("refused", email="robin", address="192.0.2.75")

    assert "email=…" in stream.getvalue()
    assert "192.0.2.x" in stream.getvalue()
    assert "robin" not in stream.getvalue()


def test_a_traceback_is_masked(stream: StringIO) -> None:
    try:
        uuid.UUID("robin@people.test" * 2)
    except ValueError:
        logging.getLogger("tests.masking").exception("it broke for %s", "192.0.2.75")

    assert "it broke for 192.0.2.x" in stream.getvalue()
    assert "ValueError: badly formed" in stream.getvalue()


def test_a_program_that_ends_by_a_fault_says_neither_values_nor_the_faults_before(
    capsys: pytest.CaptureFixture[str],
) -> None:
    fault = RuntimeError("not possible for 192.0.2.75")
    fault.__cause__ = IntegrityError("DETAIL: Key (email)=(robin@people.test)")

    tell_end(RuntimeError, fault, None)

    told = capsys.readouterr().err
    assert "RuntimeError: not possible for 192.0.2.x" in told
    assert "people" not in told
    assert sys.excepthook is tell_end


def test_every_handler_masks_and_the_servers_own_are_replaced() -> None:
    given = settings.LOGGING

    assert {name: handler["formatter"] for name, handler in given["handlers"].items()} == {
        "stream": "line",
        "ready": "ready",
    }
    assert given["formatters"]["line"]["()"] is LineFormatter
    assert [name for name, logger in given["loggers"].items() if "ready" in logger.get("handlers", [])] == [
        "config.requests.lines"
    ]
    assert given["loggers"]["_granian"]["handlers"] == given["loggers"]["granian.access"]["handlers"] == ["stream"]
    assert given["loggers"]["django.db.backends"]["level"] == "INFO"


@pytest.mark.parametrize("given", ["192.0.2.75", "eyJhbGciOi.eyJzdWIi"])
def test_an_id_that_names_an_address_or_opens_something_is_replaced(given: str) -> None:
    with answering({"HTTP_X_REQUEST_ID": given, "REMOTE_ADDR": "127.0.0.1"}) as context:
        assert given not in context.request_id


def test_postgresql_writes_no_values_into_its_log() -> None:
    assert SETTINGS["log_error_verbosity"] == "terse"
    assert SETTINGS["log_min_error_statement"] == "panic"
    assert SETTINGS["log_parameter_max_length_on_error"] == "0"


def test_the_server_at_work_was_told_so(db: None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('log_error_verbosity'), current_setting('log_min_error_statement')")
        assert cursor.fetchone() == ("terse", "panic")

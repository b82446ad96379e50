"""Reports of breaches of the policy: taken in, bounded, and told without a word about the person."""

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from structlog.testing import capture_logs

from config.reports import MAXIMUM_BYTES, MOST_AT_ONCE

pytestmark = pytest.mark.django_db
OLD, NEW = "application/csp-report", "application/reports+json"
PERSON = "dana.pilot@demo.test"
PAGE = f"https://contracts.test/contracts/00000000-0000-0000-0000-000000000075/?q={PERSON}"


def sent(report: Any, media_type: str = OLD, **environ: Any) -> tuple[HttpResponse, list[dict[str, Any]]]:
    body = report if isinstance(report, bytes) else json.dumps(report).encode()
    with capture_logs() as lines:
        # As browsers do: without a token, enforced.
        answer: Any = Client(enforce_csrf_checks=True).generic("POST", "/csp-reports/", body, media_type, **environ)
    return answer, [dict(line) for line in lines]


def test_both_shapes_are_told_in_one_line_each() -> None:
    old = {
        "csp-report": {
            "document-uri": PAGE,
            "referrer": PAGE,
            "blocked-uri": f"https://evil.test/steal?{PERSON}",
            "effective-directive": "script-src-elem",
            "script-sample": PERSON,
        }
    }
    body = {"documentURL": PAGE, "blockedURL": "inline", "effectiveDirective": "style-src-attr", "sample": PERSON}
    new = [{"type": "csp-violation", "url": PAGE, "user_agent": "Browser/9", "body": body}, {"type": "deprecation"}]

    first, told = sent(old)
    second, told_too = sent(new, NEW)

    assert (first.status_code, second.status_code) == (204, 204)
    (line,), (other,) = told, told_too
    assert (line["directive"], line["blocked"]) == ("script-src-elem", "https://evil.test")
    assert line["page"] == "contracts/<uuid:contract_id>/"
    assert (other["directive"], other["blocked"]) == ("style-src-attr", "inline")
    assert PERSON not in str([told, told_too])
    assert "00000075" not in str([told, told_too]).replace("-", "")


@pytest.mark.parametrize(
    "report",
    [
        {"document-uri": "https://[broken", "blocked-uri": "https://[broken", "effective-directive": "x\ny"},
        {"document-uri": 4, "blocked-uri": ["a"], "effective-directive": {"a": 1}},
        {"blocked-uri": "javascript:alert(1)\nforged line", "violated-directive": "script-src 'self'"},
        {},
    ],
)
def test_what_is_written_by_hand_forges_no_line(report: dict[str, object]) -> None:
    answer, (line,) = sent({"csp-report": report})

    assert answer.status_code == 204
    assert "\n" not in "".join(str(value) for value in line.values())
    assert line["page"] == "unmatched" or not report.get("document-uri")


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"{", OLD, 400),
        (b"[" * 10_000, NEW, 400),
        (b'"text"', OLD, 400),
        (b'{"csp-report": []}', OLD, 400),
        (b"\xff\xfe", OLD, 400),
        (b"{}" + b" " * MAXIMUM_BYTES, OLD, 413),
        (b"{}", "text/plain", 415),
    ],
)
def test_anything_else_is_refused_and_not_told(body: bytes, media_type: str, status: int) -> None:
    answer, lines = sent(body, media_type)

    assert (answer.status_code, lines) == (status, [])


def test_a_long_list_is_told_in_part() -> None:
    report = {"type": "csp-violation", "body": {"effectiveDirective": "img-src", "blockedURL": "data"}}

    _, lines = sent([report] * 50, NEW)

    assert len(lines) == MOST_AT_ONCE


def test_one_address_cannot_fill_the_log() -> None:
    answers = [sent({"csp-report": {}})[0] for _ in range(61)]

    assert [answer.status_code for answer in answers[-2:]] == [204, 429]
    assert int(answers[-1]["Retry-After"]) >= 1
    assert sent({"csp-report": {}}, REMOTE_ADDR="198.51.100.1")[0].status_code == 204


@override_settings(ALLOWED_HOSTS=["testserver"])
def test_addresses_of_ours_are_told_as_ours() -> None:
    _, (line,) = sent(
        {"csp-report": {"blocked-uri": "https://testserver/static/x.js", "document-uri": "https://testserver/"}}
    )

    assert (line["blocked"], line["page"]) == ("self", "home")


def test_pages_say_where_to_report_to() -> None:
    answer = Client().get("/login/")

    assert "report-uri /csp-reports/" in answer["Content-Security-Policy"]
    assert "report-to csp" in answer["Content-Security-Policy"]
    assert answer["Reporting-Endpoints"] == 'csp="/csp-reports/"'

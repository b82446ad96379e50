"""Check a roster: the page, from the form to the drawings."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from regulations.rosters.columns import COLUMNS
from regulations.views.roster import MOST_BODY_BYTES, SAMPLE

ROSTER = "/regulations/roster/"
SAMPLE_FILE = "/regulations/roster/sample.csv"
DUTY = {"kind": "duty", "start": "2026-02-02T06:00-05:00", "end": "2026-02-02T12:00-05:00"}
LEGAL = {"home_base": "JFK", "items": [DUTY]}

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilot(client: Client, pilot_user: User) -> Client:
    client.force_login(pilot_user)
    return client


def sent(client: Client, **fields: object) -> Any:
    return client.post(ROSTER, fields)


def shown(response: Any) -> str:
    text: str = response.content.decode()
    return text


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    for response in (client.get(ROSTER), sent(client, schedule="{}")):
        assert response.status_code == 302
        assert response["Location"].startswith("/login/")
    assert ROSTER not in shown(client.get("/regulations/limits/")).partition("</header>")[0]


def test_anybody_with_an_account_may_ask(client: Client, pilot_user: User, approver: User) -> None:
    for user in (pilot_user, approver):
        client.force_login(user)
        assert client.get(ROSTER).status_code == 200


def test_the_sample_can_be_had_and_tried(pilot: Client) -> None:
    response = pilot.get(SAMPLE_FILE)

    assert response["Content-Type"].startswith("text/csv")
    assert "attachment" in response["Content-Disposition"]
    page = shown(pilot.get(ROSTER, {"sample": ""}))
    assert response.content.decode().splitlines()[1] in page
    assert 'value="ORD"' in page


def test_the_page_describes_every_column(pilot: Client) -> None:
    page = shown(pilot.get(ROSTER))

    for name in COLUMNS:
        assert f"<code>{name}</code>" in page


def test_a_roster_is_drawn_listed_and_judged(pilot: Client) -> None:
    response = sent(pilot, schedule=SAMPLE.read_text(), home_base="ord")

    page = shown(response)
    assert response.status_code == 200
    assert "Illegal: 2 violations" in page
    assert page.count("FDP 13 h 45 min exceeds 13 h 00 min (Table B, report 05:55 at SEA") == 3  # list, timeline, table
    assert 'href="/regulations/FAR117_REST_10H/"' in page
    assert "Clock of Chicago" in page
    assert "Mon 2 Feb" in page
    assert "FDP time in 168 consecutive hours" in page
    assert "Cumulative totals" in page
    assert "Two pilots are the minimum crew of the aircraft." in page
    assert 'id="item-9"' in page


def test_json_can_be_pasted_and_its_home_base_is_enough(pilot: Client) -> None:
    page = shown(sent(pilot, schedule=json.dumps(LEGAL)))

    assert '<h2 id="verdict-heading">Legal</h2>' in page


def test_what_cannot_be_known_is_undetermined(pilot: Client) -> None:
    unknown = {
        "home_base": "JFK",
        "items": [
            {
                "kind": "fdp",
                "report": "2026-02-02T12:00Z",
                "release": "2026-02-02T20:00Z",
                "pilots": 3,
                "rest_facility": 1,
                "segments": [
                    {"from": "JFK", "to": "LAX", "out": "2026-02-02T13:00Z", "in": "2026-02-02T19:00Z"},
                ],
            }
        ],
    }

    page = shown(sent(pilot, schedule=json.dumps(unknown)))

    assert "Undetermined" in page
    assert "2 points cannot be judged from what the roster says." in page
    assert "Not known" in page


def test_a_file_takes_the_place_of_the_text_and_is_shown(pilot: Client) -> None:
    for content in (SAMPLE.read_bytes(), b"\xef\xbb\xbf" + SAMPLE.read_bytes(), SAMPLE.read_text().encode("utf-16")):
        file = SimpleUploadedFile("roster.csv", content)

        page = shown(sent(pilot, schedule="nonsense", home_base="ORD", file=file))

        assert "Illegal: 2 violations" in page
        assert "fdp,C4017,SEA,SFO,2026-02-03 06:40" in page
        assert "nonsense" not in page


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"kind,id\n\xff\xfe\xfa", "The file is no text in UTF-8."),
        (b"PK\x03\x04\x00\x00", "NUL characters"),
        (b"", "Paste a roster, or choose a file."),
        (b"kind" + b" " * 1_000_001, "A roster has at most 1 MB."),
    ],
)
def test_a_file_that_is_no_roster_is_refused(pilot: Client, content: bytes, fault: str) -> None:
    response = sent(pilot, home_base="ORD", file=SimpleUploadedFile("roster.csv", content))

    assert response.status_code == 422
    assert fault in shown(response)


def test_faults_are_listed_and_what_was_typed_stays(pilot: Client) -> None:
    text = SAMPLE.read_text().replace("2026-02-03 05:55", "soon").replace(",SAN,", ",XQZ,")

    response = sent(pilot, schedule=text, home_base="ORD", position="QQQ", theater_clock="report_station")

    page = shown(response)
    assert response.status_code == 422
    assert "3 faults in the roster; it stands below as you sent it." in page
    assert 'data-line="6"' in page
    assert "Line 6, column report" in page
    assert "fdp,C4017,SEA,SFO,2026-02-03 06:40,2026-02-03 08:55,soon" in page
    assert 'value="QQQ"' in page
    assert '<option value="report_station" selected>' in page
    assert "verdict" not in page.partition("<main")[2]


def test_of_very_many_faults_the_first_are_shown(pilot: Client) -> None:
    page = shown(sent(pilot, schedule="kind\n" + "holiday\n" * 3_000, home_base="ORD"))

    assert "3000 faults in the roster" in page
    assert page.count("There is no kind “holiday”") == 50
    assert "These are the first 50." in page


def test_a_csv_needs_a_home_base(pilot: Client) -> None:
    response = sent(pilot, schedule=SAMPLE.read_text())

    assert response.status_code == 422
    assert "Give your home base." in shown(response)


def test_nothing_sent_is_told_so(pilot: Client) -> None:
    assert "Paste a roster, or choose a file." in shown(sent(pilot, schedule="  \n"))


def test_a_clock_that_is_not_offered_is_refused(pilot: Client) -> None:
    response = sent(pilot, schedule=SAMPLE.read_text(), home_base="ORD", theater_clock="moon")

    assert response.status_code == 422
    assert "Select a valid choice" in shown(response)


EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


@pytest.mark.parametrize(
    "schedule",
    [
        json.dumps(LEGAL | {"items": [DUTY | {"id": EVIL}]}),
        json.dumps({EVIL: EVIL}),
        json.dumps({"home_base": EVIL, "items": [{"kind": EVIL}]}),
        f"kind,id,start,end\nduty,'{EVIL}',2026-02-02 06:00,2026-02-02 07:00\n",
        f"kind,id,start,end\n{EVIL},,,\n",
        f"{EVIL},kind\n",
        EVIL,
    ],
)
def test_nothing_sent_becomes_markup(pilot: Client, schedule: str) -> None:
    page = shown(sent(pilot, schedule=schedule, home_base="JFK", position=EVIL[:4]))

    assert "<script>alert" not in page
    assert "<img" not in page


@pytest.mark.parametrize("by_file", [False, True])
def test_nothing_is_stored_cached_or_logged(
    pilot: Client,
    by_file: bool,  # noqa: FBT001 # the case
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr("tempfile.NamedTemporaryFile", no_file)
    text = SAMPLE.read_text().replace("C4017", "SECRETPAIRING")
    roster = {"file": SimpleUploadedFile("roster.csv", text.encode())} if by_file else {"schedule": text}
    with caplog.at_level(logging.DEBUG), django_assert_num_queries(3):  # the session, the person and the bell
        response = sent(pilot, home_base="ORD", **roster)
    assert "SECRETPAIRING" in shown(response)
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    assert "SECRETPAIRING" not in caplog.text


def no_file(*arguments: object, **options: object) -> None:
    raise AssertionError("a temporary file was made")


def test_the_number_of_queries_does_not_grow(pilot: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    items = [
        {"kind": "duty", "start": f"2026-02-{day:02d}T06:00Z", "end": f"2026-02-{day:02d}T09:00Z"}
        for day in range(1, 29)
    ]
    with django_assert_num_queries(3):
        sent(pilot, schedule=json.dumps({"home_base": "JFK", "items": items}))


def test_too_large_a_body_is_refused_unread(pilot: Client) -> None:
    environment: dict[str, Any] = {
        "wsgi.input": Unreadable(),
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "CONTENT_LENGTH": str(MOST_BODY_BYTES + 1),
    }

    response = pilot.generic("POST", ROSTER, **environment)

    assert response.status_code == 413
    assert "Too large." in shown(response)


class Unreadable:
    """A body that must not be read."""

    def read(self, *arguments: object) -> bytes:
        raise AssertionError("the body was read")

    readline = read


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_roster_of_the_largest_size_can_be_sent_again(pilot: Client, newline: str) -> None:
    text = SAMPLE.read_text() + (" " * 70 + "\n") * 13_500
    again = text.replace("\n", newline)

    response = sent(
        pilot, home_base="ORD", schedule=again, file=SimpleUploadedFile("roster.csv", again.encode()[:1_000_000])
    )

    assert response.status_code == 200


def test_another_site_cannot_send_a_roster(pilot_user: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(pilot_user)

    assert strict.post(ROSTER, {"schedule": json.dumps(LEGAL)}).status_code == 403


def test_the_page_is_within_its_content_security_policy(pilot: Client) -> None:
    page = shown(sent(pilot, schedule=SAMPLE.read_text(), home_base="ORD"))

    assert " style=" not in page
    assert "<style" not in page
    assert " onclick=" not in page
    assert "<script>" not in page


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(pilot: Client, method: str) -> None:
    ask: Callable[[str], Any] = getattr(pilot, method)

    assert ask(ROSTER).status_code == 405

"""Judgement of schedules over the API and by the command: who may, same bytes, exact refusals."""

import io
import json
import logging
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from django.core.management import CommandError, call_command
from jsonschema import Draft202012Validator
from pytest_django import DjangoAssertNumQueries

from accounts.models import Scope, ServiceClient, User
from audit.models import AuditEntry
from regulations.api.schedule_schema import ANSWER, SCHEDULE_DOCUMENT
from tests import factories
from tests.accounts.callers import calling_as

EVALUATE = "/api/v1/regulations/evaluate/"
VECTORS = Path(__file__).parent / "far117" / "vectors"


def schedule(**more: Any) -> dict[str, Any]:
    """One legal day, with more members in its FDP."""
    flight = {"from": "JFK", "to": "BOS", "out": "2026-02-02T08:00-05:00", "in": "2026-02-02T09:10-05:00"}
    duty = {
        "kind": "fdp",
        "report": "2026-02-02T07:00-05:00",
        "release": "2026-02-02T09:40-05:00",
        "segments": [flight],
    }
    return {"home_base": "JFK", "items": [{**duty, **more}]}


@pytest.fixture
def validating_client(db: None) -> ServiceClient:
    """A program that may validate and nothing else."""
    return factories.ServiceClientFactory.create(scopes=[Scope.VALIDATE.value])


@pytest.fixture
def reading_client(db: None) -> ServiceClient:
    """A program that may read rules and nothing else."""
    return factories.ServiceClientFactory.create(scopes=[Scope.RULES_READ.value])


def test_a_person_gets_the_answer(pilot_user: User) -> None:
    answer = calling_as(pilot_user).post(EVALUATE, schedule(), format="json")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["verdict"] == "legal"
    assert answer.json()["ruleset"] == "14 CFR 117, 2013-11-19"


def test_who_may_have_a_schedule_judged(
    pilot_user: User, validating_client: ServiceClient, reading_client: ServiceClient
) -> None:
    callers: list[tuple[User | ServiceClient | None, int]] = [
        (pilot_user, 200),
        (validating_client, 200),
        (reading_client, 403),
        (None, 401),
    ]

    statuses = [calling_as(caller).post(EVALUATE, schedule(), format="json").status_code for caller, _ in callers]

    assert statuses == [expected for _, expected in callers]


def test_the_same_input_gives_the_same_bytes(pilot_user: User) -> None:
    caller = calling_as(pilot_user)
    turned = json.loads(json.dumps(schedule()), object_pairs_hook=lambda pairs: dict(reversed(pairs)))

    first, second = (caller.post(EVALUATE, document, format="json").content for document in (schedule(), turned))

    assert first == second


def test_judging_asks_the_database_only_who_asks(
    pilot_user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    caller = calling_as(pilot_user)
    entries = AuditEntry.objects.count()

    with django_assert_num_queries(1):
        caller.post(EVALUATE, schedule(), format="json")

    assert AuditEntry.objects.count() == entries


def test_a_refused_document_names_every_fault(pilot_user: User) -> None:
    document = schedule(crew=2, release="2026-02-02T06:00-05:00")

    answer = calling_as(pilot_user).post(EVALUATE, document, format="json")

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [
        ("/items/0/crew", "unknown_field"),
        ("/items/0/release", "not_after_start"),
    ]


@pytest.mark.parametrize("body", [b"", b"{", b'{"home_base": NaN}', b"[" * 100_000])
def test_what_is_no_json_is_refused(pilot_user: User, body: bytes) -> None:
    answer = calling_as(pilot_user).post(EVALUATE, body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_other_media_types_and_methods_are_refused(pilot_user: User) -> None:
    caller = calling_as(pilot_user)

    assert caller.post(EVALUATE, b"kind,report", content_type="text/csv").status_code == 415
    assert caller.get(EVALUATE).status_code == 405
    assert caller.post(f"{EVALUATE}?strict=1", schedule(), format="json").status_code == 400


def test_an_oversized_document_is_refused_before_it_is_read(pilot_user: User) -> None:
    answer = calling_as(pilot_user).post(EVALUATE, b" " * (2 * 1024 * 1024 + 1), content_type="application/json")

    assert answer.status_code == 413


def test_nothing_of_a_roster_is_logged(pilot_user: User, caplog: pytest.LogCaptureFixture) -> None:
    caller = calling_as(pilot_user)

    with caplog.at_level(logging.DEBUG):
        caller.post(EVALUATE, schedule(id="SECRET-PAIRING"), format="json")
        caller.post(EVALUATE, schedule(id="SECRET-PAIRING", crew="SECRET-CREW"), format="json")

    assert "SECRET" not in caplog.text


@pytest.mark.parametrize("name", ["boundaries", "sourced"])
def test_documents_and_answers_fit_their_schemas(pilot_user: User, name: str) -> None:
    caller = calling_as(pilot_user)
    asked, answered = Draft202012Validator(SCHEDULE_DOCUMENT), Draft202012Validator(ANSWER)

    for case in yaml.safe_load((VECTORS / f"{name}.yaml").read_text("utf-8"))[::7]:
        asked.validate(case["schedule"])
        answered.validate(caller.post(EVALUATE, case["schedule"], format="json").json())


def test_the_command_prints_the_answer_of_the_api(pilot_user: User, tmp_path: Path) -> None:
    file, printed = tmp_path / "roster.json", io.StringIO()
    file.write_bytes(orjson.dumps(schedule()))

    call_command("evaluate_schedule", str(file), stdout=printed)

    assert json.loads(printed.getvalue()) == calling_as(pilot_user).post(EVALUATE, schedule(), format="json").json()


def test_the_command_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(orjson.dumps(schedule()))))

    call_command("evaluate_schedule", "-", stdout=printed)

    assert json.loads(printed.getvalue())["verdict"] == "legal"


def test_the_command_prints_every_fault_and_fails(tmp_path: Path) -> None:
    file, printed = tmp_path / "roster.json", io.StringIO()
    file.write_bytes(orjson.dumps(schedule(crew=2)))

    with pytest.raises(CommandError, match="refused"):
        call_command("evaluate_schedule", str(file), stdout=printed)

    assert [fault["pointer"] for fault in json.loads(printed.getvalue())["errors"]] == ["/items/0/crew"]


@pytest.mark.parametrize(("content", "words"), [(None, "cannot be read"), (b"{", "is not JSON")])
def test_the_command_says_what_it_cannot_read(tmp_path: Path, content: bytes | None, words: str) -> None:
    file = tmp_path / "roster.json"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(CommandError, match=words):
        call_command("evaluate_schedule", str(file))

"""Which rows each role finds in each list, no more and no fewer; and that an answer has the same members whoever asks."""

from collections.abc import Mapping, Set
from typing import Any

import pytest
from django.urls import reverse

from tests.api.matrix.community import SEEN, TAKEN_BACK
from tests.api.matrix.lines import HOME_READERS, PROGRAMS, SEES, content
from tests.api.matrix.rules import RULES
from tests.api.matrix.test_matrix import SUBJECTS
from tests.api.world import CLIENTS, PEOPLE, World, world

pytestmark = pytest.mark.django_db

Readers = Set[str]
IN_FORCE = {name: RULES[name] for name in ("binding", "binding elsewhere")}
OF_ACTIVE = {name: RULES[name] for name in ("binding", "rejected")}
IMPROVEMENTS = {"open improvement": SEEN, "declined improvement": SEEN, "taken back improvement": TAKEN_BACK}
CODES: dict[str, Readers] = {
    "HOM": frozenset(PEOPLE) | HOME_READERS,
    "AWY": frozenset(PEOPLE) | {"client elsewhere"},
    "NIL": frozenset(PEOPLE),
}
OWN_SESSIONS: dict[str, Readers] = {f"session of the {role}": frozenset({role}) for role in PEOPLE}

# Of each list: who finds which of these things in it. Nothing else is there for any of them.
LISTS: dict[tuple[str, str], Mapping[str, Readers]] = {
    ("contract-list", ""): SEES,
    ("contract-rules", "active"): OF_ACTIVE,
    ("contract-reviews", "active"): {"rating": SEEN, "another's rating": SEEN},
    ("contract-improvements", "active"): IMPROVEMENTS,
    ("improvement-list", ""): IMPROVEMENTS,
    ("rule-search", ""): IN_FORCE,
    ("session-list", ""): OWN_SESSIONS,
    ("webhook-list", ""): {"webhook": frozenset({"client"})},
}


@pytest.fixture
def where(db: None) -> World:
    return world()


def test_each_role_finds_its_rows(where: World) -> None:
    wrong = []

    for (name, thing), rows in LISTS.items():
        expected = {row: str(where.things[row].pk) for row in rows}
        address = reverse(name, args=[where.things[thing].pk] if thing else [])
        for role in (*PEOPLE, *CLIENTS):
            found = _ids(where, role, address)
            due = {expected[row] for row, readers in rows.items() if role in readers}
            if found is not None and found != due:
                wrong.append(f"{name} {thing} by {role}: {len(found - due)} too many, {len(due - found)} too few")

    assert not wrong, "\n".join(wrong)


def _ids(where: World, role: str, address: str) -> set[str] | None:
    """None for whom there is no list."""
    answer = where.calling(role).get(address)
    return {row["id"] for row in answer.json()["results"]} if answer.status_code == 200 else None


def test_each_role_finds_its_airlines_and_the_batch_its_rules(where: World) -> None:
    ids = {name: str(where.things[name].pk) for name in RULES}

    for role in PEOPLE + tuple(PROGRAMS & SEES["active"]):
        airlines = where.calling(role).get("/api/v1/airlines/").json()["results"]
        batch = where.calling(role).post("/api/v1/rules/batch/", {"ids": list(ids.values())}, format="json").json()

        assert {row["code"] for row in airlines} == {code for code, readers in CODES.items() if role in readers}, role
        seen = [ids[name] for name in RULES if role in RULES[name]]
        assert [rule["id"] for rule in batch["results"]] == seen, role
        assert batch["missing"] == [key for key in ids.values() if key not in seen], role


def test_an_answer_has_the_same_members_whoever_asks(where: World) -> None:
    """What a role may not know is empty or no row at all, never a member less."""
    wrong = []

    for line in (line for lines in SUBJECTS.values() for line in lines if line.method == "get"):
        if line.name in {"schema", "contract-document", "data-export-file"}:
            continue
        shapes = {}
        for role, status in line.told.items():
            if status == 200:
                answer = line.sent(where, role)
                shapes[role] = _members(answer.json()) if content(answer) else set()
        if len({frozenset(shape) for shape in shapes.values()} - {frozenset()}) > 1:
            wrong.append(f"{line}: {shapes}")

    assert not wrong, "\n".join(wrong)


def _members(body: Any) -> set[str]:
    """Of a thing, or of a list's first row."""
    row = body if "results" not in body else (body["results"] or [{}])[0]
    return set(row)

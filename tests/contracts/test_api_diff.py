"""`contracts/{id}/diff/`: the comparison for programs."""

from datetime import date
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import Airline, Scope, User
from contracts.api import differences
from contracts.lifecycle import Status
from contracts.models import ContractRule, Occasion, PilotContract
from contracts.services.revisions import revision_keep
from tests.accounts.callers import calling_as
from tests.contracts.test_compare_page import contract_with
from tests.factories import ContractFactory, PilotFactory, RuleFactory, ServiceClientFactory, UserFactory, grant_review

pytestmark = pytest.mark.django_db
DIFF_QUERIES = 5


def address(contract: PilotContract) -> str:
    return f"/api/v1/contracts/{contract.pk}/diff/"


@pytest.fixture
def versions(airline: Airline) -> tuple[PilotContract, PilotContract]:
    """Five rules: one stays, two are amended, one goes, one comes."""
    duty = {"rule_id": "A", "citation": "10.A", "rule_text": "Duty ends after fourteen hours."}
    rest = {"rule_id": "B", "citation": "10.B", "metric": "rest_between_duty_periods", "operator": ">="}
    gone, come = {"rule_id": "C", "rule_text": "Uniforms are free."}, {"rule_id": "D", "rule_text": "Meals are hot."}
    same = {"rule_id": "E", "citation": "10.E"}
    old = contract_with(
        airline,
        Status.SUPERSEDED,
        duty,
        rest | {"value": 10},
        gone,
        same,
        effective_date=date(2024, 1, 1),
        expiration_date=date(2024, 12, 31),
    )
    amended = duty | {"value": 15, "rule_text": "Duty ends after fifteen hours."}
    new = contract_with(airline, Status.ACTIVE, amended, rest | {"value": 12}, come, same)
    return old, new


def test_the_answer_is_rule_by_rule_and_field_by_field(
    pilot_user: User, versions: tuple[PilotContract, PilotContract]
) -> None:
    old, new = versions

    answer = calling_as(pilot_user).get(address(new), {"against": str(old.pk)}).json()

    assert answer["summary"] == {"added": 1, "removed": 1, "changed": 2, "unchanged": 1, "tighter": 1, "looser": 1}
    assert (answer["next"], answer["previous"]) == (None, None)
    assert [answer[side]["contract"] for side in ("before", "after")] == [str(old.pk), str(new.pk)]
    assert [(found["kind"], (found["after"] or found["before"])["rule_id"]) for found in answer["results"]] == [
        ("changed", "A"),
        ("changed", "B"),
        ("removed", "C"),
        ("added", "D"),
    ]
    duty, rest = answer["results"][:2]
    assert duty["changes"] == [
        {
            "field": "rule_text",
            "before": "Duty ends after fourteen hours.",
            "after": "Duty ends after fifteen hours.",
            "parts": [
                {"change": "same", "text": "Duty ends after "},
                {"change": "removed", "text": "fourteen"},
                {"change": "added", "text": "fifteen"},
                {"change": "same", "text": " hours."},
            ],
        },
        {"field": "value", "before": 14, "after": 15, "parts": []},
    ]
    assert duty["paired"] == {"by": "rule_id", "likeness": None, "words": "The same rule id on both sides."}
    assert [(found["limit"]["change"], found["limit"]["favours"]) for found in (duty, rest)] == [
        ("looser", "airline"),
        ("tighter", "pilot"),
    ]
    assert rest["after"]["id"] == str(ContractRule.objects.get(contract=new, rule_id="B").pk)
    assert rest["after"]["predicate"]["value"] == 12


@pytest.mark.parametrize(
    ("show", "rule_ids"),
    [
        ("added", ["D"]),
        ("removed", ["C"]),
        ("changed", ["A", "B"]),
        ("tighter", ["B"]),
        ("looser", ["A"]),
        ("unchanged", ["E"]),
        ("everything", ["A", "B", "C", "D", "E"]),
    ],
)
def test_kinds_of_change_are_asked_for(
    pilot_user: User, versions: tuple[PilotContract, PilotContract], show: str, rule_ids: list[str]
) -> None:
    answer = calling_as(pilot_user).get(address(versions[1]), {"against": str(versions[0].pk), "show": show}).json()

    assert [(found["after"] or found["before"])["rule_id"] for found in answer["results"]] == rule_ids
    assert answer["summary"]["unchanged"] == 1


def test_beside_part_117_each_limit_says_which_binds(
    pilot_user: User, versions: tuple[PilotContract, PilotContract]
) -> None:
    answer = calling_as(pilot_user).get(address(versions[1]), {"against": "far117"}).json()

    [finding] = answer["results"]
    assert answer["law"]["part"] == "14 CFR Part 117"
    assert answer["summary"]["contract_binds"] == 1
    assert sum(answer["summary"].values()) == answer["contract"]["rule_count"] == 4
    assert finding["words"] == "The contract requires 12 h, the law 10 h (14 CFR 117.25(e)): the contract binds."
    assert finding["figures"][0]["least"] == 600


def test_answers_have_the_shape_that_is_documented(
    pilot_user: User, versions: tuple[PilotContract, PilotContract]
) -> None:
    client = calling_as(pilot_user)
    diff = client.get(address(versions[1]), {"against": str(versions[0].pk)}).json()
    law = client.get(address(versions[1]), {"against": "far117", "show": "everything"}).json()

    assert _members(differences.DiffSerializer().fields, diff) == []
    assert _members(differences.LawDiffSerializer().fields, law) == []


def _members(fields: Any, body: Any) -> list[str]:
    """Members that the one has and the other lacks, all the way down."""
    if body is None:
        return []
    faults = sorted(set(fields) ^ set(body))
    for name, field in fields.items():
        child = getattr(field, "child", field)
        values = body[name] if isinstance(body.get(name), list) else [body.get(name)]
        if hasattr(child, "fields"):
            faults += [f"{name}.{fault}" for value in values for fault in _members(child.fields, value)]
    return faults


def test_a_long_comparison_comes_in_pages(airline: Airline, pilot_user: User) -> None:
    old = contract_with(airline, Status.SUPERSEDED, effective_date=date(2024, 1, 1), expiration_date=date(2024, 12, 31))
    new = contract_with(airline, Status.ACTIVE, *[{"rule_id": f"{n:03}"} for n in range(7)])
    client, seen = calling_as(pilot_user), []
    link: str | None = f"{address(new)}?against={old.pk}&page_size=3"
    for _ in range(3):
        answer = client.get(link or "").json()
        seen.append([found["after"]["rule_id"] for found in answer["results"]])
        link = answer["next"]

    assert seen == [["000", "001", "002"], ["003", "004", "005"], ["006"]]
    assert link is None
    assert [found["after"]["rule_id"] for found in client.get(answer["previous"]).json()["results"]] == seen[1]
    assert len(client.get(address(new), {"against": str(old.pk), "page_size": "900"}).json()["results"]) == 7


def test_a_page_of_what_has_changed_since_is_refused(airline: Airline, approver: User) -> None:
    contract = contract_with(airline, Status.IN_REVIEW, {"rule_id": "A"}, {"rule_id": "B"})
    other = contract_with(airline, Status.IN_REVIEW)
    client = calling_as(approver)
    following = client.get(address(contract), {"against": str(other.pk), "page_size": "1"}).json()["next"]
    RuleFactory.create(contract=contract)

    response = client.get(following)

    assert (response.status_code, response.json()["code"]) == (409, "wrong_state")
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("query", "status", "pointer"),
    [
        ({}, 400, "/against"),
        ({"against": "nonsense"}, 400, "/against"),
        ({"against": ""}, 400, "/against"),
        ({"against": "x" * 65}, 400, "/against"),
        ({"against": "far117", "show": "added"}, 400, "/show"),
        ({"against": "far117", "show": "x"}, 400, "/show"),
        ({"against": "far117", "revision": "x"}, 400, "/revision"),
        ({"against": "far117", "kind": "x"}, 400, "/kind"),
        ({"against": "far117", "cursor": "x"}, 404, None),
        ({"against": "far117", "cursor": "1." + "0" * 16}, 409, None),
        ({"against": "far117", "revision": "0" * 64}, 404, None),
        ({"against": "0" * 64}, 404, None),
        ({"against": "00000000-0000-0000-0000-000000000000"}, 404, None),
    ],
)
def test_other_questions_are_refused(
    airline: Airline, pilot_user: User, query: dict[str, str], status: int, pointer: str | None
) -> None:
    contract = contract_with(airline, Status.ACTIVE, {"rule_id": "A"})

    response = calling_as(pilot_user).get(address(contract), query)

    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert [fault["pointer"] for fault in response.json().get("errors", [])][:1] == ([pointer] if pointer else [])


STATES = ("draft", "in_review", "approved", "active", "superseded", "retired", "rejected", "withdrawn")
PUBLISHED = {"active", "superseded", "retired"}
SEEN_IN = {
    "uploader": set(STATES),
    "colleague": PUBLISHED,
    "pilot elsewhere": set[str](),
    "approver": set(STATES) - {"draft"},
    "approver elsewhere": set[str](),
    "administrator": set(STATES),
    "client": PUBLISHED,
    "client elsewhere": set[str](),
}


@pytest.mark.parametrize("state", STATES)
def test_who_may_compare_what(airline: Airline, approver: User, state: str) -> None:
    elsewhere, uploader = PilotFactory.create(), PilotFactory.create(airline=airline).user
    approver_elsewhere = UserFactory.create(approver=True)
    grant_review(approver_elsewhere, elsewhere.airline)
    contract = ContractFactory.create(airline=airline, uploaded_by=uploader, state=Status(state), rules=1)
    common = ContractFactory.create(airline=airline, active=True, contract_type="policy", rules=1)
    callers: dict[str, Any] = {
        "uploader": uploader,
        "colleague": PilotFactory.create(airline=airline).user,
        "pilot elsewhere": elsewhere.user,
        "approver": approver,
        "approver elsewhere": approver_elsewhere,
        "administrator": UserFactory.create(administrator=True),
        "client": ServiceClientFactory.create(airlines=[airline]),
        "client elsewhere": ServiceClientFactory.create(airlines=[elsewhere.airline]),
    }

    found = {
        name: [
            calling_as(caller).get(address(one), {"against": other}).status_code
            for one, other in ((contract, "far117"), (contract, str(common.pk)), (common, str(contract.pk)))
        ]
        for name, caller in callers.items()
    }
    without_scope = ServiceClientFactory.create(airlines=[airline], scopes=[Scope.VALIDATE.value])

    assert found == {name: [200 if state in SEEN_IN[name] else 404] * 3 for name in callers}
    assert calling_as(without_scope).get(address(contract), {"against": "far117"}).status_code == 403
    assert APIClient().get(address(contract), {"against": "far117"}).status_code == 401


def test_revisions_are_for_those_who_take_part(airline: Airline, approver: User) -> None:
    colleague, program = PilotFactory.create(airline=airline).user, ServiceClientFactory.create(airlines=[airline])
    contract = contract_with(airline, Status.ACTIVE, {"rule_id": "A"})
    kept = revision_keep(contract=contract, occasion=Occasion.APPROVED)
    queries = ({"against": kept.digest}, {"against": "far117", "revision": kept.digest})

    found = [
        [calling_as(caller).get(address(contract), query).status_code for query in queries]
        for caller in (approver, colleague, program)
    ]
    answer = calling_as(approver).get(address(contract), queries[0]).json()

    assert found == [[200, 200], [404, 404], [404, 404]]
    assert (answer["before"]["is_kept"], answer["after"]["is_kept"]) == (True, False)
    assert answer["before"]["revision"] == answer["after"]["revision"] == kept.digest


@pytest.mark.parametrize("count", [1, 60])
def test_queries_do_not_grow_with_rules(
    airline: Airline, approver: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rules = [{"rule_id": str(n)} for n in range(count)]
    old = contract_with(airline, Status.IN_REVIEW, *rules)
    new = contract_with(airline, Status.IN_REVIEW, *[rule | {"value": 13} for rule in rules])
    client = calling_as(approver)
    client.get(address(new), {"against": "far117"})

    with django_assert_num_queries(DIFF_QUERIES):
        client.get(address(new), {"against": str(old.pk)})

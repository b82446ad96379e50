"""Who may do what over the API: one table over caller, action and the contract's state."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Airline, Scope, ServiceClient, User
from audit.models import AuditEntry
from contracts.lifecycle import Status
from contracts.models import ContractDecision, ContractRule, PilotContract
from contracts.policies import may_upload, uploadable_airlines
from tests.accounts.callers import calling_as
from tests.factories import (
    ContractFactory,
    PilotFactory,
    RuleFactory,
    ServiceClientFactory,
    UserFactory,
    grant_review,
    walk,
)

pytestmark = pytest.mark.django_db


@dataclass
class Scene:
    """A contract of one airline, and everybody who might ask for it."""

    contract: PilotContract
    callers: dict[str, User | ServiceClient | None]

    @property
    def rule(self) -> ContractRule:
        return self.contract.rules.order_by("position").first() or ContractRule()


CALLERS = (
    "anonymous",
    "uploader",
    "colleague",
    "pilot elsewhere",
    "approver",
    "approver elsewhere",
    "administrator",
    "client",
    "client without scope",
    "client elsewhere",
)
STATES = (
    "draft",
    "in_review",
    "changes_requested",
    "approved",
    "active",
    "superseded",
    "retired",
    "rejected",
    "withdrawn",
)


def scene(airline: Airline, state: str) -> Scene:
    elsewhere = PilotFactory.create()
    approver, approver_elsewhere = UserFactory.create_batch(2, approver=True)
    grant_review(approver, airline)
    grant_review(approver_elsewhere, elsewhere.airline)
    uploader = PilotFactory.create(airline=airline).user
    undecided = 1 if state in {"in_review", "changes_requested", "draft"} else 0
    contract = ContractFactory.create(
        airline=airline, uploaded_by=uploader, state=Status(state), rules=1, proposals=undecided
    )
    return Scene(
        contract=contract,
        callers={
            "anonymous": None,
            "uploader": uploader,
            "colleague": PilotFactory.create(airline=airline).user,
            "pilot elsewhere": elsewhere.user,
            "approver": approver,
            "approver elsewhere": approver_elsewhere,
            "administrator": UserFactory.create(administrator=True),
            "client": ServiceClientFactory.create(airlines=[airline]),
            "client without scope": ServiceClientFactory.create(airlines=[airline], scopes=[Scope.VALIDATE.value]),
            "client elsewhere": ServiceClientFactory.create(airlines=[elsewhere.airline]),
        },
    )


Act = Callable[[APIClient, Scene], Any]


def _get(path: str) -> Act:
    return lambda client, where: client.get(path.format(contract=where.contract.pk, rule=where.rule.pk))


def _post(path: str, **body: object) -> Act:
    return lambda client, where: client.post(
        path.format(contract=where.contract.pk, rule=where.rule.pk), body, format="json"
    )


READS = {
    "contract": _get("/api/v1/contracts/{contract}/"),
    "rules": _get("/api/v1/contracts/{contract}/rules/"),
    "history": _get("/api/v1/contracts/{contract}/history/"),
    "reviews": _get("/api/v1/contracts/{contract}/reviews/"),
    "improvements": _get("/api/v1/contracts/{contract}/improvements/"),
    "rule": _get("/api/v1/rules/{rule}/"),
}
MOVES = {
    "submit": _post("/api/v1/contracts/{contract}/submit/"),
    "withdraw": _post("/api/v1/contracts/{contract}/withdraw/"),
    "approve": _post("/api/v1/contracts/{contract}/approve/"),
    "reject": _post("/api/v1/contracts/{contract}/reject/", reason="No."),
    "request changes": _post("/api/v1/contracts/{contract}/request-changes/", reason="Please."),
    "activate": _post("/api/v1/contracts/{contract}/activate/"),
    "accept": _post("/api/v1/rules/{rule}/accept/"),
    "correct": _post("/api/v1/rules/{rule}/correct/", changes={"title": "Another title"}),
    "reject rule": _post("/api/v1/rules/{rule}/reject/"),
}

PUBLISHED = frozenset({"active", "superseded", "retired"})
ALL = frozenset(STATES)
# In which states of the contract each caller sees it. Who may not even read is told so, whatever the state.
SEEN_IN = {
    "uploader": ALL,
    "colleague": PUBLISHED,
    "pilot elsewhere": frozenset[str](),
    "approver": ALL - {"draft"},
    "approver elsewhere": frozenset[str](),
    "administrator": ALL,
    "client": PUBLISHED,
    "client elsewhere": frozenset[str](),
}
# Who may move, from which states: elsewhere it is 409 for them, and 403 for everyone else who sees the contract.
MAY = {
    "submit": ("uploader", {"draft", "changes_requested"}),
    "withdraw": ("uploader", {"draft", "changes_requested", "in_review"}),
    "approve": ("approver", {"in_review"}),
    "reject": ("approver", {"in_review"}),
    "request changes": ("approver", {"in_review"}),
    "activate": ("approver", {"approved"}),
    "accept": ("approver", {"in_review"}),
    "correct": ("approver", {"in_review"}),
    "reject rule": ("approver", {"in_review"}),
}
OWN = {"approve", "reject", "request changes", "activate", "accept", "correct", "reject rule"}


def read_status(caller: str, state: str) -> int:
    if caller == "anonymous":
        return 401
    if caller == "client without scope":
        return 403
    return 200 if state in SEEN_IN[caller] else 404


def move_status(caller: str, action: str, state: str) -> int:
    """`approve` finds an undecided rule: the one thing that stops the approver (422)."""
    if caller == "anonymous":
        return 401
    if caller.startswith("client"):
        return 403
    if state not in SEEN_IN[caller]:
        return 404
    who, states = MAY[action]
    if caller != who:
        return 403
    if state not in states:
        return 409
    return 422 if action == "approve" else 200


def picture(contract: PilotContract) -> tuple[object, ...]:
    """All that a refused request must leave as it was."""
    row = PilotContract.objects.filter(pk=contract.pk).values().get()
    rules = list(ContractRule.objects.filter(contract=contract).order_by("pk").values())
    about = AuditEntry.objects.filter(object_pk=str(contract.pk)).count()
    return row, rules, ContractDecision.objects.filter(contract=contract).count(), about


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", READS)
def test_reading(airline: Airline, action: str, state: str) -> None:
    where = scene(airline, state)

    found = {name: READS[action](calling_as(where.callers[name]), where).status_code for name in CALLERS}

    assert found == {name: read_status(name, state) for name in CALLERS}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", MOVES)
def test_moving(airline: Airline, action: str, state: str) -> None:
    where = scene(airline, state)
    before = picture(where.contract)
    may = MAY[action][0]

    for name in [*(caller for caller in CALLERS if caller != may), may]:
        response = MOVES[action](calling_as(where.callers[name]), where)

        assert (name, response.status_code) == (name, move_status(name, action, state))
        if response.status_code != 200:
            assert response["Content-Type"] == "application/problem+json"
            assert picture(where.contract) == before
        if name == "uploader" and action in OWN:
            assert response.json()["code"] == "own_contract"


def test_undecided_and_rejected_rules_are_not_found_by_those_outside_the_review(airline: Airline) -> None:
    where = scene(airline, "draft")
    rejected = RuleFactory.create(contract=where.contract, rejected=True)
    ContractRule.objects.filter(contract=where.contract, decision="proposed").delete()
    walk(where.contract, Status.ACTIVE)
    where.contract.refresh_from_db()

    found = {
        name: calling_as(where.callers[name]).get(f"/api/v1/rules/{rejected.pk}/").status_code
        for name in ("uploader", "approver", "administrator", "colleague", "client")
    }
    listed = {
        name: len(
            calling_as(where.callers[name]).get(f"/api/v1/contracts/{where.contract.pk}/rules/").json()["results"]
        )
        for name in found
    }

    assert found == {"uploader": 200, "approver": 200, "administrator": 200, "colleague": 404, "client": 404}
    assert listed == {"uploader": 2, "approver": 2, "administrator": 2, "colleague": 1, "client": 1}


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
@pytest.mark.parametrize(
    "path",
    [
        "airlines/",
        "airlines/TST/contracts/active/",
        "airlines/TST/rule-pack/",
        "contracts/",
        "contracts/{id}/",
        "contracts/{id}/rules/",
        "contracts/{id}/document/",
        "contracts/{id}/extraction/",
        "contracts/{id}/history/",
        "contracts/{id}/diff/",
        "contracts/{id}/submit/",
        "rules/",
        "rules/{id}/",
        "rules/batch/",
        "pilots/me/",
        "pilots/me/assignment/",
        "pilots/P-1/rules/",
        "pilots/P-1/validate/",
        "auth/sessions/",
    ],
)
def test_nothing_answers_without_a_token(db: None, path: str, method: str) -> None:
    address = f"/api/v1/{path.format(id='00000000-0000-0000-0000-000000000000')}"

    response = getattr(APIClient(), method)(address)

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="api"'
    assert response["Content-Type"] == "application/problem+json"


def test_nobody_uploads_for_an_airline_or_by_an_account_that_was_closed(
    airline: Airline, pilot_user: User, approver: User, administrator: User
) -> None:
    people = [pilot_user, approver, administrator]
    before = [may_upload(person, airline) for person in people]

    pilot_user.is_active = False
    closed_account = (may_upload(pilot_user, airline), list(uploadable_airlines(pilot_user)))
    pilot_user.is_active = True
    Airline.objects.filter(pk=airline.pk).update(is_active=False)
    closed_airline = [may_upload(person, airline) for person in people]

    assert before == [True, True, True]
    assert closed_account == (False, [])
    assert closed_airline == [False, False, False]

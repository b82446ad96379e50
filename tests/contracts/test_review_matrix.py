"""The permission matrix: every role, action and state, through service, pages, desk, API and SQL. What is denied changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import Airline, User
from config.errors import NotAllowed, ProductError, WrongState
from contracts.lifecycle import TRANSITIONS, Action, Party, Status, edges
from contracts.policies import possible_actions
from contracts.review_selectors import review_progress
from contracts.selectors import revision_hash
from contracts.services import claims, comments, lifecycle, rules
from contracts.services.activation import contract_undo_activation
from contracts.services.rounds import round_open
from tests.accounts.callers import calling_as
from tests.contracts.review_scene import REVIEWERS, ROLES, Scene, picture, scene, undone

pytestmark = pytest.mark.django_db

REASON = "Because."


def allowed(role: str, action: str, state: Status) -> bool:
    """The table of who may do what, when."""
    if action in set(Action):
        transition = TRANSITIONS[Action(action)]
        if state not in transition.sources:
            return False
        if transition.party == Party.UPLOADER:
            return role == "uploader"
        return role == "member" or (role == "reviewer" and action != Action.APPROVE)
    if action == "comment":
        in_time = state in {Status.IN_REVIEW, Status.CHANGES_REQUESTED, Status.APPROVED}
        return in_time and role in {*REVIEWERS, "uploader"}
    if action == "reassign":
        return state == Status.IN_REVIEW and role == "administrator"
    return state == Status.IN_REVIEW and role in REVIEWERS


Attempt = Callable[[Scene, User], object]
SERVICE: dict[str, Attempt] = {
    Action.SUBMIT: lambda at, who: lifecycle.contract_submit(actor=who, contract_id=at.contract.pk),
    Action.WITHDRAW: lambda at, who: lifecycle.contract_withdraw(actor=who, contract_id=at.contract.pk),
    Action.REQUEST_CHANGES: lambda at, who: lifecycle.contract_request_changes(
        actor=who, contract_id=at.contract.pk, reason=REASON
    ),
    Action.REJECT: lambda at, who: lifecycle.contract_reject(actor=who, contract_id=at.contract.pk, reason=REASON),
    Action.APPROVE: lambda at, who: lifecycle.contract_approve(actor=who, contract_id=at.contract.pk),
    Action.REOPEN: lambda at, who: lifecycle.contract_reopen(actor=who, contract_id=at.contract.pk, reason=REASON),
    Action.ACTIVATE: lambda at, who: lifecycle.contract_activate(actor=who, contract_id=at.contract.pk),
    Action.UNDO_ACTIVATION: lambda at, who: contract_undo_activation(
        actor=who, contract_id=at.contract.pk, reason=REASON
    ),
    Action.RETIRE: lambda at, who: lifecycle.contract_retire(actor=who, contract_id=at.contract.pk, reason=REASON),
    "reject rule": lambda at, who: rules.rule_reject(actor=who, rule_id=at.rule.pk),
    "correct": lambda at, who: rules.rule_correct(actor=who, rule_id=at.rule.pk, changes={"title": "Another"}),
    "reopen rule": lambda at, who: rules.rule_reopen(actor=who, rule_id=at.rule.pk),
    "claim": lambda at, who: claims.claim_take(actor=who, contract_id=at.contract.pk),
    "reassign": lambda at, who: claims.claim_reassign(actor=who, contract_id=at.contract.pk, to=at.people["member"]),
    "comment": lambda at, who: comments.comment_add(actor=who, contract_id=at.contract.pk, body="A word."),
}


@pytest.mark.parametrize("state", list(Status))
def test_services(airline: Airline, state: Status) -> None:
    at = scene(airline, state)
    before = picture(at)
    for action, attempt in SERVICE.items():
        for role in ROLES:
            at.contract.refresh_from_db()
            cell, may = (role, str(action), state.value), allowed(role, action, state)
            if action in set(Action):
                offered = action in possible_actions(at.people[role], at.contract)
                assert (cell, offered) == (cell, may)
            with undone():
                try:
                    attempt(at, at.people[role])
                    outcome: object = True
                except ProductError as refusal:
                    outcome = isinstance(refusal, NotAllowed | WrongState) and False
                assert (cell, outcome) == (cell, may)
                assert (cell, picture(at) == before) == (cell, not may)


ADMIN_ACTIONS = (
    Action.REQUEST_CHANGES,
    Action.REJECT,
    Action.APPROVE,
    Action.REOPEN,
    Action.ACTIVATE,
    Action.UNDO_ACTIVATION,
    Action.RETIRE,
)


def desk_post(at: Scene, role: str, action: str) -> int:
    contract, rule, given = at.contract, at.rule, {"version": at.contract.version, "reason": REASON}
    if action in set(Action):
        address = reverse("admin:contracts_act", args=[contract.pk, action])
    elif action in {"claim", "reassign"}:
        address, given = (
            reverse("admin:contracts_claim", args=[contract.pk, action]),
            {
                **given,
                "to": str(at.people["member"].pk),
            },
        )
    elif action == "comment":
        address, given = reverse("admin:contracts_comment", args=[contract.pk]), {"body": "A word."}
    else:
        name = {"reject rule": "reject", "reopen rule": "reopen"}[action]
        address = reverse("admin:contracts_rule_decide", args=[contract.pk, rule.pk, name])
        given = {"version": rule.version, "reason": ""}
    return at.browser(role).post(address, given).status_code


@pytest.mark.parametrize("state", list(Status))
def test_the_desk(airline: Airline, state: Status) -> None:
    """Pilots do not get in; whoever may not see the contract finds none."""
    at = scene(airline, state)
    before = picture(at)
    for action in (*ADMIN_ACTIONS, "reject rule", "reopen rule", "claim", "reassign", "comment"):
        for role in ROLES:
            cell, may = (role, str(action), state.value), allowed(role, action, state)
            at.contract.refresh_from_db()
            at.browser(role)
            with undone():
                status = desk_post(at, role, action)
                assert (cell, picture(at) == before) == (cell, not may)
                assert (cell, status in {302, 403, 404, 409}) == (cell, True)
                if role in {"colleague", "pilot elsewhere", "closed approver"} or may:
                    assert (cell, status) == (cell, 302)
                else:
                    assert (cell, status in {403, 404, 409}) == (cell, True)


@pytest.mark.parametrize("state", list(Status))
def test_the_pilots_pages(airline: Airline, state: Status) -> None:
    at = scene(airline, state)
    before = picture(at)
    for action, name in ((Action.SUBMIT, "submit"), (Action.WITHDRAW, "withdraw"), ("comment", "comment")):
        for role in ROLES:
            cell, may = (role, str(action), state.value), allowed(role, action, state)
            address = reverse(f"contracts:{name}", args=[at.contract.pk])
            at.browser(role)
            with undone():
                status = at.browser(role).post(address, {"body": "A word.", "reason": ""}).status_code
                assert (cell, picture(at) == before) == (cell, not may)
                assert (cell, status in {302, 403, 404}) == (cell, True)


API = {
    Action.SUBMIT: ("submit", {}),
    Action.WITHDRAW: ("withdraw", {}),
    Action.REQUEST_CHANGES: ("request-changes", {"reason": REASON}),
    Action.REJECT: ("reject", {"reason": REASON}),
    Action.APPROVE: ("approve", {}),
    Action.ACTIVATE: ("activate", {}),
    Action.UNDO_ACTIVATION: ("undo-activation", {"reason": REASON}),
}


@pytest.mark.parametrize("state", list(Status))
def test_the_api(airline: Airline, state: Status) -> None:
    at = scene(airline, state)
    before = picture(at)
    for action, (route, body) in API.items():
        for role in ROLES:
            cell, may = (role, str(action), state.value), allowed(role, action, state)
            caller = calling_as(at.people[role])
            with undone():
                response: Any = caller.post(f"/api/v1/contracts/{at.contract.pk}/{route}/", body, format="json")
                expected = {200} if may else {401, 403, 404, 409}
                assert (cell, response.status_code in expected) == (cell, True)
                assert (cell, picture(at) == before) == (cell, not may)


def sql_approve(at: Scene, person: User) -> None:
    """The rows of an approval, and the move, as anybody with the application's role could write them."""
    revision = revision_hash(at.contract)
    steps = review_progress(at.contract)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contract_decisions (contract_id, kind, decided_by_id, step_id, revision, reason) "
            "VALUES (%s, 'approved', %s, %s, %s, '')",
            [at.contract.pk, person.pk, steps[0].step.pk if steps else None, revision],
        )
        cursor.execute(
            "UPDATE pilot_contracts SET status = 'approved', approved_by_id = %s, approved_at = now(), "
            "approved_revision = %s WHERE id = %s",
            [person.pk, revision, at.contract.pk],
        )


@pytest.mark.parametrize("state", list(Status))
def test_approving_in_sql(airline: Airline, state: Status) -> None:
    """The database knows no sessions, yet lets only the step's group approve, and only in review."""
    at = scene(airline, state)
    before = picture(at)
    for role in ROLES:
        cell, may = (role, state.value), role == "member" and state == Status.IN_REVIEW
        with undone():
            try:
                with transaction.atomic():
                    sql_approve(at, at.people[role])
                done = True
            except IntegrityError:
                done = False
            assert (cell, done) == (cell, may)
            assert (cell, picture(at) == before) == (cell, not may)


@pytest.mark.parametrize("state", list(Status))
def test_every_other_move_in_sql(airline: Airline, state: Status) -> None:
    """By the table's edges alone, into review only with a round of its own, and back to active only by undoing what superseded it."""
    at = scene(airline, state)
    before = picture(at)
    for target in Status:
        if target == state:
            continue
        may = (state.value, target.value) in edges() and target != Status.APPROVED
        may = may and (state, target) != (Status.SUPERSEDED, Status.ACTIVE)
        opened = round_open(contract=at.contract).pk if target == Status.IN_REVIEW else at.contract.review_round_id
        with undone():
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(
                        "UPDATE pilot_contracts SET status = %s, review_round_id = %s WHERE id = %s",
                        [target, opened, at.contract.pk],
                    )
                done = True
            except IntegrityError:
                done = False
            assert ((state.value, target.value), done) == ((state.value, target.value), may)
            assert (picture(at) == before) == (not may)

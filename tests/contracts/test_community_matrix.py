"""Who may rate, vote, flag, moderate, propose and decide: one table over people, actions and states.

Each cell is tried through the service, over the API and, where there is one, on the page; a refusal changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import Airline, Role, User
from audit.models import AuditEntry
from config.errors import ProductError
from contracts.lifecycle import Status
from contracts.models import (
    ContractImprovement,
    ContractReview,
    ContractRule,
    PilotContract,
    ReviewFlag,
    ReviewVote,
)
from contracts.services import improvements, ratings
from tests.accounts.callers import calling_as
from tests.factories import ContractFactory, PilotFactory, ServiceClientFactory, UserFactory, grant_review, walk

pytestmark = pytest.mark.django_db

PEOPLE = (
    "author",
    "colleague",
    "uploader",
    "pilot elsewhere",
    "approver",
    "flying approver",
    "approver elsewhere",
    "administrator",
)
STATES = ("draft", "in_review", "approved", "active", "superseded", "retired", "rejected", "withdrawn")
PUBLISHED = {"active", "superseded", "retired"}
CAME_INTO_FORCE = {"active", "superseded", "retired"}


@dataclass
class Scene:
    """A contract in a state; where it was ever in force, `author`'s rating, flagged by one more, and his proposal."""

    contract: PilotContract
    people: dict[str, User]
    review: ContractReview
    improvement: ContractImprovement


def scene(airline: Airline, state: str) -> Scene:
    elsewhere = PilotFactory.create()
    uploader, author = (PilotFactory.create(airline=airline).user for _ in range(2))
    flying = PilotFactory.create(airline=airline, user=UserFactory.create(role=Role.APPROVER)).user
    approver, stranger = UserFactory.create_batch(2, approver=True)
    for user, place in ((approver, airline), (flying, airline), (stranger, elsewhere.airline)):
        grant_review(user, place)
    first = "active" if state in CAME_INTO_FORCE else "draft"
    contract = ContractFactory.create(airline=airline, uploaded_by=uploader, state=Status(first), rules=1)
    review, improvement = ContractReview(), ContractImprovement()
    if first == "active":
        review = ratings.review_write(actor=author, contract_id=contract.pk, accuracy=3, completeness=3, comment="So.")
        flagger = PilotFactory.create(airline=airline).user
        ratings.review_flag(actor=flagger, review_id=review.pk, reason="Odd.")
        improvement = improvements.improvement_propose(
            actor=author,
            contract_id=contract.pk,
            kind="correct_rule",
            rule_id=contract.rules.get().pk,
            proposal={"value": "13"},
            comment="Page 1.",
        )
        if state != first:
            PilotContract.objects.filter(pk=contract.pk).update(status=state)
    else:
        walk(contract, Status(state))
    contract.refresh_from_db()
    people = {
        "author": author,
        "colleague": PilotFactory.create(airline=airline).user,
        "uploader": uploader,
        "pilot elsewhere": elsewhere.user,
        "approver": approver,
        "flying approver": flying,
        "approver elsewhere": stranger,
        "administrator": UserFactory.create(administrator=True),
    }
    return Scene(contract, people, review, improvement)


@dataclass(frozen=True)
class Act:
    """One action: through the service, over the API, on a page (None where there is none)."""

    service: Callable[[User, Scene], Any]
    api: Callable[[APIClient, Scene], Any]
    web: Callable[[Client, Scene], Any] | None = None
    may: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset(PUBLISHED)


def _review(what: str, **body: Any) -> Callable[[APIClient, Scene], Any]:
    return lambda client, where: client.post(f"/api/v1/reviews/{where.review.pk}/{what}/", body, format="json")


def _improvement(what: str, **body: Any) -> Callable[[APIClient, Scene], Any]:
    return lambda client, where: client.post(
        f"/api/v1/improvements/{where.improvement.pk}/{what}/", body, format="json"
    )


def _admin(name: str, pk: Callable[[Scene], Any], **body: Any) -> Callable[[Client, Scene], Any]:
    return lambda client, where: client.post(reverse(f"admin:contracts_{name}", args=[pk(where)]), body)


STARS: dict[str, Any] = {"accuracy": 4, "completeness": 4}
PROPOSAL: dict[str, Any] = {"kind": "metadata", "proposal": {"title": "Another"}, "comment": "Page 1."}
DETAILS = {
    "title": "Another",
    "contract_version": "2026",
    "effective_date": "2026-01-01",
    "expiration_date": "",
    "description": "",
    "comment": "Page 1.",
}

ACTS = {
    "rate": Act(
        lambda person, where: ratings.review_write(actor=person, contract_id=where.contract.pk, **STARS),
        lambda client, where: client.post(f"/api/v1/contracts/{where.contract.pk}/reviews/", STARS, format="json"),
        lambda client, where: client.post(reverse("contracts:ratings", args=[where.contract.pk]), STARS),
        frozenset({"colleague", "flying approver"}),
    ),
    "edit": Act(
        lambda person, where: ratings.review_edit(actor=person, review_id=where.review.pk, **STARS),
        lambda client, where: client.patch(f"/api/v1/reviews/{where.review.pk}/", STARS, format="json"),
        None,
        frozenset({"author"}),
    ),
    "vote": Act(
        lambda person, where: ratings.review_vote(actor=person, review_id=where.review.pk, is_helpful=True),
        lambda client, where: client.put(f"/api/v1/reviews/{where.review.pk}/helpful/"),
        lambda client, where: client.post(reverse("contracts:rating_vote", args=[where.review.pk])),
        frozenset({"colleague", "flying approver"}),
    ),
    "flag": Act(
        lambda person, where: ratings.review_flag(actor=person, review_id=where.review.pk, reason="Odd."),
        _review("flags", reason="Odd."),
        lambda client, where: client.post(reverse("contracts:rating_flag", args=[where.review.pk]), {"reason": "Odd."}),
        frozenset({"colleague", "uploader", "approver", "flying approver", "administrator"}),
    ),
    "hide": Act(
        lambda person, where: ratings.review_hide(actor=person, review_id=where.review.pk, reason="Odd."),
        _review("hide", reason="Odd."),
        _admin("review_hide", lambda where: where.review.pk, reason="Odd."),
        frozenset({"administrator"}),
    ),
    "keep": Act(
        lambda person, where: ratings.review_keep(actor=person, review_id=where.review.pk),
        _review("keep"),
        _admin("review_keep", lambda where: where.review.pk),
        frozenset({"administrator"}),
    ),
    "propose": Act(
        lambda person, where: improvements.improvement_propose(
            actor=person,
            contract_id=where.contract.pk,
            **PROPOSAL,
        ),
        lambda client, where: client.post(
            f"/api/v1/contracts/{where.contract.pk}/improvements/", PROPOSAL, format="json"
        ),
        lambda client, where: client.post(reverse("contracts:propose", args=[where.contract.pk, "details"]), DETAILS),
        frozenset({"author", "colleague", "uploader", "flying approver"}),
        frozenset({"active"}),
    ),
    "withdraw": Act(
        lambda person, where: improvements.improvement_withdraw(actor=person, improvement_id=where.improvement.pk),
        _improvement("withdraw"),
        lambda client, where: client.post(reverse("contracts:improvement_withdraw", args=[where.improvement.pk])),
        frozenset({"author"}),
    ),
    "decline": Act(
        lambda person, where: improvements.improvement_decline(
            actor=person, improvement_id=where.improvement.pk, reason="No."
        ),
        _improvement("decline", reason="No."),
        _admin("improvement_decline", lambda where: where.improvement.pk, reason="No."),
        frozenset({"approver", "flying approver"}),
    ),
    "apply": Act(
        lambda person, where: improvements.improvement_apply(actor=person, improvement_id=where.improvement.pk),
        _improvement("apply"),
        _admin("improvement_apply", lambda where: where.improvement.pk),
        frozenset({"approver", "flying approver"}),
        frozenset({"active"}),
    ),
}
OF_CONTRACT = {"rate", "propose"}
AT_THE_DESK = {"hide", "keep", "decline", "apply"}
# Who sees the contract in which states; the API and the pages say "not found" to all others.
SEES = {
    "author": PUBLISHED,
    "colleague": PUBLISHED,
    "uploader": set(STATES),
    "pilot elsewhere": set[str](),
    "approver": set(STATES) - {"draft"},
    "flying approver": set(STATES) - {"draft"},
    "approver elsewhere": set[str](),
    "administrator": set(STATES),
}


def picture(where: Scene) -> tuple[object, ...]:
    """All that a refusal must leave as it was."""
    return (
        list(PilotContract.objects.order_by("pk").values()),
        list(ContractRule.objects.order_by("pk").values()),
        list(ContractReview.objects.order_by("pk").values()),
        list(ContractImprovement.objects.order_by("pk").values()),
        ReviewVote.objects.count(),
        list(ReviewFlag.objects.order_by("pk").values()),
        AuditEntry.objects.exclude(event__in=["token.issued", "user.signed_in"]).count(),
    )


def states_of(action: str) -> list[str]:
    return list(STATES) if action in OF_CONTRACT else sorted(CAME_INTO_FORCE)


CELLS = [(action, state) for action in ACTS for state in states_of(action)]


def expected(action: str, person: str, state: str) -> set[int]:
    """What the service raises, by status; 0 for done. The author has rated already: 409 where he may rate at all."""
    act = ACTS[action]
    if person in act.may:
        return {0} if state in act.states else {409}
    if action == "rate" and person == "author":
        return {409}
    return {403}


def through_service(act: Act, person: User, where: Scene) -> int:
    try:
        act.service(person, where)
    except ProductError as refusal:
        return int(refusal.status)
    return 0


@pytest.mark.parametrize(("action", "state"), CELLS)
def test_through_the_services(airline: Airline, action: str, state: str) -> None:
    where = scene(airline, state)
    refused = [name for name in PEOPLE if expected(action, name, state) != {0}]
    before = picture(where)

    found = {name: {through_service(ACTS[action], where.people[name], where)} for name in refused}
    after = picture(where)
    done = [name for name in PEOPLE if name not in refused][:1]
    allowed = [through_service(ACTS[action], where.people[name], where) for name in done]

    assert found == {name: expected(action, name, state) for name in refused}
    assert after == before
    assert allowed == [0] * len(done)


def _api_status(action: str, person: str, state: str) -> int:
    if state not in SEES[person]:
        return 404
    (status,) = expected(action, person, state)
    return status


@pytest.mark.parametrize(("action", "state"), CELLS)
def test_over_the_api(airline: Airline, action: str, state: str) -> None:
    where = scene(airline, state)
    refused = [name for name in PEOPLE if _api_status(action, name, state) != 0]
    clients = {name: calling_as(where.people[name]) for name in PEOPLE}
    program = calling_as(ServiceClientFactory.create(airlines=[airline]))
    before = picture(where)

    found = {name: ACTS[action].api(clients[name], where).status_code for name in refused}
    outside = [ACTS[action].api(client, where).status_code for client in (APIClient(), program)]
    after = picture(where)
    done = [name for name in PEOPLE if name not in refused][:1]
    allowed = [ACTS[action].api(clients[name], where).status_code for name in done]

    assert found == {name: _api_status(action, name, state) for name in refused}
    assert outside == [401, 403]
    assert after == before
    assert set(allowed) <= {200, 201}


def _web_refusals(action: str, person: str, state: str, *, is_staff: bool) -> set[int]:
    """302 leads back with a message, or to the desk's sign-in."""
    if action in AT_THE_DESK:
        if not is_staff:
            return {302}
        is_administrator = person == "administrator"
        if action in {"hide", "keep"}:
            return {404}
        return {403, 409} if is_administrator or state in SEES[person] else {404}
    if state not in SEES[person]:
        return {404}
    return {302, 403}


@pytest.mark.parametrize(("action", "state"), [cell for cell in CELLS if ACTS[cell[0]].web is not None])
def test_on_the_pages(airline: Airline, action: str, state: str) -> None:
    where, web = scene(airline, state), ACTS[action].web
    assert web is not None
    refused = [name for name in PEOPLE if expected(action, name, state) != {0}]
    if action == "rate":
        refused.remove("author")  # the page lets him change the rating that he has
    clients = {name: Client() for name in PEOPLE}
    for name, client in clients.items():
        client.force_login(where.people[name])
    before = picture(where)

    found = {name: web(clients[name], where).status_code for name in refused}
    after = picture(where)
    done = [name for name in PEOPLE if expected(action, name, state) == {0}][:1]
    allowed = [web(clients[name], where).status_code for name in done]

    wrong = {
        name: status
        for name, status in found.items()
        if status not in _web_refusals(action, name, state, is_staff=where.people[name].is_staff)
    }
    assert wrong == {}
    assert after == before
    assert set(allowed) <= {200, 302}
    assert not done or picture(where) != before


def test_strangers_sign_in_first(client: Client, airline: Airline) -> None:
    where = scene(airline, "active")

    answers = [act.web(client, where) for act in ACTS.values() if act.web is not None]

    assert all(answer.status_code == 302 and "login" in answer.headers["Location"] for answer in answers)

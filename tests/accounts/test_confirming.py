"""Confirming who one is before approving, granting and exporting: on pages, at the desk, over the API."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.factors import services
from accounts.factors.policies import ReauthenticationRequired, is_fresh
from accounts.models import Airline, Role, Scope, ServiceClient, User, UserSession
from accounts.services import client_create, grant_add, session_open, user_create, user_update
from audit.events import AuditEvent
from audit.models import AuditEntry
from contracts.lifecycle import Status
from contracts.services.delegations import delegation_create
from contracts.services.review_settings import group_save, step_save
from tests.accounts.apps import App
from tests.accounts.callers import calling_as
from tests.factories import PASSWORD, ContractFactory

pytestmark = pytest.mark.django_db
CONFIRM = reverse("confirm")


@pytest.fixture
def app(approver: User) -> App:
    return App(approver)


def long_ago(user: User) -> None:
    UserSession.objects.filter(user=user).update(authenticated_at=timezone.now() - timedelta(minutes=11))


def test_approving_asks_who_it_is_where_that_was_long_ago(approver: User, airline: Airline) -> None:
    contract = ContractFactory.create(airline=airline, in_review=True, rules=1)
    desk, api = Client(), calling_as(approver)
    desk.force_login(approver)
    long_ago(approver)
    act = reverse("admin:contracts_act", args=[contract.pk, "approve"])

    by_desk = desk.post(act, {"version": contract.version})
    by_api = api.post(reverse("contract-approve", args=[contract.pk]), {}, format="json")

    contract.refresh_from_db()
    assert contract.status == Status.IN_REVIEW
    assert by_desk.headers["Location"].startswith(CONFIRM)
    assert (by_api.status_code, by_api.json()["code"]) == (403, "reauthentication_required")
    assert by_api.json()["reauthenticate"] == "/api/v1/auth/reauthenticate/"
    confirmed = api.post(by_api.json()["reauthenticate"], {"password": PASSWORD}, format="json")
    assert confirmed.status_code == 204
    assert api.post(reverse("contract-approve", args=[contract.pk]), {}, format="json").status_code == 200


def test_confirming_in_a_browser_leads_on(client: Client, app: App) -> None:
    client.force_login(app.user)
    UserSession.objects.update(waits_for_second_factor=False)
    long_ago(app.user)

    wrong = client.post(CONFIRM, {"password": "wrong", "next": "/admin/"})
    assert "not your password" in wrong.content.decode()
    by_code = client.post(CONFIRM, {"code": app.code(), "next": "/admin/"})

    assert by_code.headers["Location"] == "/admin/"
    assert AuditEntry.objects.filter(event=AuditEvent.REAUTHENTICATED, actor=app.user).count() == 1
    session = UserSession.objects.get(user=app.user)
    assert timezone.now() - session.authenticated_at < timedelta(minutes=1)


@pytest.mark.parametrize(
    "act",
    [
        lambda a, user, airline: grant_add(actor=a, user=user, airline=airline),
        lambda a, user, _: user_update(actor=a, user=user, changes={"role": Role.ADMINISTRATOR}),
        lambda a, *_: user_create(actor=a, email="x@people.test", password="a-good-one-117", role=Role.APPROVER),
        lambda a, _, airline: client_create(actor=a, name="X", scopes=[Scope.VALIDATE], airlines=[airline]),
        lambda a, user, _: services.factors_reset(actor=a, user=user, reason="Lost."),
        lambda a, user, _: user_update(actor=a, user=user, changes={"email": "other@people.test"}),
        lambda a, _, airline: group_save(actor=a, airline=airline, name="Legal", members=[]),
        lambda a, _, airline: step_save(actor=a, airline=airline, fields={"position": 1, "name": "Legal"}),
        lambda a, user, _: delegation_create(
            actor=a, delegator=user, delegate=a, starts_on=date(2030, 1, 1), ends_on=date(2030, 1, 2)
        ),
    ],
)
def test_granting_asks_who_it_is_where_that_was_long_ago(
    administrator: User, approver: User, airline: Airline, act: Callable[[User, User, Airline], object]
) -> None:
    session_open(user=administrator)
    long_ago(administrator)
    administrator.session = UserSession.objects.get(user=administrator)
    entries = AuditEntry.objects.count()

    with pytest.raises(ReauthenticationRequired):
        act(administrator, approver, airline)

    assert AuditEntry.objects.count() == entries


def test_the_desk_asks_before_it_shows_a_form_that_grants(administrator: User, approver: User) -> None:
    desk = Client()
    desk.force_login(administrator)
    long_ago(administrator)

    for place in (
        reverse("admin:accounts_user_change", args=[approver.pk]),
        reverse("admin:accounts_serviceclient_add"),
        reverse("admin:contracts_reviewgroup_add"),
        reverse("admin:contracts_reviewstep_add"),
        reverse("admin:contracts_reviewdelegation_add"),
    ):
        assert desk.get(place).headers["Location"] == f"{CONFIRM}?next={place.replace('/', '%2F')}"


def test_a_form_that_was_filled_in_for_too_long_keeps_what_was_typed_and_says_where_to_confirm(
    administrator: User, airline: Airline
) -> None:
    desk = Client()
    desk.force_login(administrator)
    long_ago(administrator)

    typed = {"name": "A program of ours", "scopes": ["validate"], "serves": [str(airline.pk)], "networks": ""}
    page = desk.post(reverse("admin:accounts_serviceclient_add"), typed).content.decode()

    assert not ServiceClient.objects.exists()
    assert "A program of ours" in page
    assert f'href="{CONFIRM}" target="_blank"' in page


def test_a_person_exports_a_rule_pack_only_lately_confirmed_and_a_program_always(
    approver: User, airline: Airline, service_client: Any
) -> None:
    ContractFactory.create(airline=airline, active=True, rules=1)
    person, program = calling_as(approver), calling_as(service_client)
    long_ago(approver)
    place = reverse("rule-pack", args=[airline.code])

    assert person.get(place).json()["code"] == "reauthentication_required"
    assert program.get(place).status_code == 200
    person.post("/api/v1/auth/reauthenticate/", {"password": PASSWORD}, format="json")
    assert person.get(place).status_code == 200


def test_the_demo_lets_one_sign_in_do_for_a_day(approver: User, settings: Settings) -> None:
    settings.REAUTHENTICATION_SECONDS = 24 * 3600
    session_open(user=approver)
    long_ago(approver)
    approver.session = UserSession.objects.get(user=approver)

    assert is_fresh(approver)


def test_files_are_given_to_whoever_confirmed_lately(approver: User, airline: Airline) -> None:
    contract = ContractFactory.create(airline=airline, active=True, rules=1)
    desk = Client()
    desk.force_login(approver)
    files = [
        reverse("admin:contracts_dashboard_csv", args=["queue"]) + "?days=30",
        reverse("contracts:compare_csv", args=[contract.pk]) + "?against=far117",
    ]
    given = [desk.get(file) for file in files]
    long_ago(approver)

    asked = [desk.get(file) for file in files]
    confirmed = [desk.post(CONFIRM, {"password": PASSWORD, "next": file}) for file in files]

    assert [answer.headers["Content-Type"][:8] for answer in given] == ["text/csv"] * 2
    assert [answer.headers["Location"] for answer in asked] == [f"{CONFIRM}?{urlencode({'next': f})}" for f in files]
    assert [answer.headers["Location"] for answer in confirmed] == files

"""Accounts, grants, airlines and clients: administrators' writes, each with its entry."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings

from accounts.models import Airline, AirlineGrant, Role, Scope, ServiceClient, User, UserSession
from accounts.policies import may_review_airline
from accounts.services import (
    ClientRefused,
    airline_create,
    airline_update,
    client_create,
    client_secret_renew,
    client_token_issue,
    client_update,
    grant_add,
    grant_remove,
    session_open,
    user_create,
    user_update,
    web_sign_in_record,
    web_sign_out_record,
)
from audit.events import AuditEvent
from audit.models import AuditEntry
from config.errors import NotAllowed, RuleBroken
from config.settings import base
from tests.factories import UserFactory, grant_review

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-enough-passphrase"


@override_settings(PASSWORD_HASHERS=base.PASSWORD_HASHERS)
def test_an_account_is_made_with_a_hash_of_twelve_rounds(administrator: User) -> None:
    user = user_create(actor=administrator, email="New.Person@People.test", password=PASSWORD, role=Role.APPROVER)

    assert user.email == "new.person@people.test"
    assert user.password.startswith("bcrypt_sha256$$2b$12$")
    assert user.check_password(PASSWORD)
    assert AuditEntry.objects.get(event=AuditEvent.USER_CREATED).object_pk == str(user.pk)


@pytest.mark.parametrize("password", ["short", "password1234"])
def test_a_weak_password_is_refused(administrator: User, password: str) -> None:
    with pytest.raises(ValidationError):
        user_create(actor=administrator, email="new@people.test", password=password)

    assert not User.objects.filter(email="new@people.test").exists()


@pytest.mark.parametrize("changes", [{"role": Role.APPROVER}, {"is_active": False}])
def test_a_change_of_role_or_a_closed_account_ends_its_sessions(
    administrator: User, changes: dict[str, object]
) -> None:
    user = UserFactory.create()
    session_open(user=user)

    user_update(actor=administrator, user=user, changes=changes)

    assert not UserSession.objects.live().filter(user=user).exists()
    assert AuditEntry.objects.filter(event=AuditEvent.USER_UPDATED, object_pk=str(user.pk)).count() == 1


def test_another_name_leaves_the_sessions_alone(administrator: User) -> None:
    user = UserFactory.create()
    session_open(user=user)

    user_update(actor=administrator, user=user, changes={"full_name": "Other Name"})

    assert UserSession.objects.live().filter(user=user).exists()


def test_nobody_closes_his_own_account_or_changes_his_own_role(administrator: User) -> None:
    for changes in ({"is_active": False}, {"role": Role.APPROVER}):
        with pytest.raises(RuleBroken):
            user_update(actor=administrator, user=administrator, changes=changes)

    administrator.refresh_from_db()
    assert (administrator.is_active, administrator.role) == (True, Role.ADMINISTRATOR)


def test_a_grant_is_given_once_and_taken_back(administrator: User, airline: Airline) -> None:
    user = UserFactory.create(approver=True)

    first, second = (grant_add(actor=administrator, user=user, airline=airline) for _ in range(2))
    held = may_review_airline(user, airline)
    grant_remove(actor=administrator, user=user, airline=airline)
    grant_remove(actor=administrator, user=user, airline=airline)

    assert first == second
    assert held
    assert not may_review_airline(user, airline)
    events = AuditEntry.objects.filter(object_pk=str(user.pk)).order_by("timestamp").values_list("event", flat=True)
    assert list(events) == [AuditEvent.GRANT_ADDED, AuditEvent.GRANT_REMOVED]


def test_only_approvers_are_given_grants(administrator: User, airline: Airline) -> None:
    with pytest.raises(RuleBroken):
        grant_add(actor=administrator, user=UserFactory.create(), airline=airline)

    assert not AirlineGrant.objects.exists()


def test_an_airline_is_made_and_changed(administrator: User) -> None:
    airline = airline_create(actor=administrator, fields={"code": "NEW", "name": "New Air", "time_zone": "UTC"})

    airline_update(actor=administrator, airline=airline, changes={"name": "Newer Air"})

    airline.refresh_from_db()
    assert airline.name == "Newer Air"
    assert AuditEntry.objects.get(event=AuditEvent.AIRLINE_UPDATED).changes == {"name": ["New Air", "Newer Air"]}


def test_an_airline_in_no_time_zone_is_refused(administrator: User) -> None:
    with pytest.raises(ValidationError):
        airline_create(actor=administrator, fields={"code": "NEW", "name": "New Air", "time_zone": "Mars/Olympus"})


def test_a_client_is_changed_and_its_secret_renewed(administrator: User, airline: Airline) -> None:
    client, secret = client_create(actor=administrator, name="VectorBid", scopes=[Scope.RULES_READ], airlines=[airline])

    client_update(actor=administrator, client=client, changes={"scopes": [Scope.VALIDATE.value]}, airlines=[])
    renewed = client_secret_renew(actor=administrator, client=client)

    client.refresh_from_db()
    assert (client.scopes, list(client.airlines.all())) == (["validate"], [])
    with pytest.raises(ClientRefused):
        client_token_issue(client_id=client.client_id, client_secret=secret)
    assert client_token_issue(client_id=client.client_id, client_secret=renewed)


def writes(actor: User, user: User, airline: Airline, client: ServiceClient) -> dict[str, Callable[[], object]]:
    """Every write that is administrators' alone, ready to be tried."""
    scopes = [Scope.VALIDATE]
    return {
        "user_create": lambda: user_create(actor=actor, email="x@y.test", password=PASSWORD),
        "user_update": lambda: user_update(actor=actor, user=user, changes={"full_name": "X"}),
        "grant_add": lambda: grant_add(actor=actor, user=user, airline=airline),
        "grant_remove": lambda: grant_remove(actor=actor, user=user, airline=airline),
        "airline_create": lambda: airline_create(actor=actor, fields={"code": "X1"}),
        "airline_update": lambda: airline_update(actor=actor, airline=airline, changes={"name": "X"}),
        "client_create": lambda: client_create(actor=actor, name="X", scopes=scopes, airlines=[airline]),
        "client_update": lambda: client_update(actor=actor, client=client, changes={"name": "X"}),
        "client_secret_renew": lambda: client_secret_renew(actor=actor, client=client),
    }


@pytest.mark.parametrize("role", [Role.PILOT, Role.APPROVER, "closed administrator"])
def test_only_active_administrators_write(airline: Airline, service_client: ServiceClient, role: str) -> None:
    closed = role == "closed administrator"
    actor = UserFactory.create(role=Role.ADMINISTRATOR if closed else role, is_active=not closed)
    user = UserFactory.create(approver=True)
    before = [list(model.objects.order_by("pk").values()) for model in (User, Airline, AirlineGrant, ServiceClient)]

    for write in writes(actor, user, airline, service_client).values():
        with pytest.raises(NotAllowed):
            write()

    after = [list(model.objects.order_by("pk").values()) for model in (User, Airline, AirlineGrant, ServiceClient)]
    assert after == before
    assert not AuditEntry.objects.exists()


def test_fields_that_are_not_changed_here_are_refused(administrator: User, airline: Airline) -> None:
    with pytest.raises(ValueError, match="password"):
        user_update(actor=administrator, user=UserFactory.create(), changes={"password": "x"})
    with pytest.raises(ValueError, match="id"):
        airline_update(actor=administrator, airline=airline, changes={"id": "x"})


def test_signing_in_and_out_of_the_pages_is_written_down(pilot_user: User) -> None:
    web_sign_in_record(user=pilot_user)
    web_sign_out_record(user=pilot_user)

    events = AuditEntry.objects.order_by("timestamp").values_list("event", flat=True)
    assert list(events) == [AuditEvent.USER_SIGNED_IN, AuditEvent.USER_SIGNED_OUT]


@pytest.mark.parametrize("role", [Role.PILOT, Role.ADMINISTRATOR])
def test_who_is_no_approver_any_more_loses_his_grants_for_good(
    administrator: User, airline: Airline, role: Role
) -> None:
    user = UserFactory.create(approver=True)
    grant_review(user, airline)

    user_update(actor=administrator, user=user, changes={"role": role})
    back = user_update(actor=administrator, user=user, changes={"role": Role.APPROVER})

    assert not may_review_airline(back, airline)
    removed = AuditEntry.objects.get(event=AuditEvent.GRANT_REMOVED)
    assert (removed.object_pk, removed.additional_data) == (str(user.pk), {"airline": airline.code})


def test_another_change_leaves_an_approvers_grants(administrator: User, approver: User, airline: Airline) -> None:
    user_update(actor=administrator, user=approver, changes={"full_name": "Another Name"})

    assert may_review_airline(approver, airline)


def test_a_changed_e_mail_is_kept_and_written_down_in_lower_case(administrator: User) -> None:
    user = UserFactory.create()

    changed = user_update(actor=administrator, user=user, changes={"email": "New.Name@People.TEST"})

    changed.refresh_from_db()
    assert changed.email == "new.name@people.test"
    assert AuditEntry.objects.get(event=AuditEvent.USER_UPDATED).changes["email"][1] == "new.name@people.test"

"""Airlines, people and service clients in the admin, and who gets in."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import Airline, AirlineGrant, Role, ServiceClient, User
from audit.models import AuditEntry, SecurityEvent
from tests.factories import PASSWORD, UserFactory, grant_review


@pytest.fixture
def desk(client: Client, administrator: User) -> Client:
    """The administrator's browser."""
    client.force_login(administrator)
    return client


def sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    return client.post(f"{reverse('admin:login')}?next=/admin/", {"username": email, "password": password})


def events_of(row: Any) -> list[str]:
    return list(AuditEntry.objects.filter(object_pk=str(row.pk)).order_by("timestamp").values_list("event", flat=True))


def test_the_desks_own_page_for_passwords_leads_to_the_one_that_there_is(administrator: User) -> None:
    desk = Client()
    desk.force_login(administrator)

    response = desk.post(
        reverse("admin:password_change"), {"new_password1": "a-b-c-117-x", "new_password2": "a-b-c-117-x"}
    )

    assert response.headers["Location"] == reverse("password_change")
    administrator.refresh_from_db()
    assert administrator.check_password(PASSWORD)


def test_an_approver_signs_in_by_e_mail_in_any_case(client: Client, approver: User) -> None:
    answer = sign_in(client, approver.email.upper())

    assert answer.status_code == 302
    assert events_of(approver) == ["user.signed_in"]


def test_a_pilot_with_the_right_password_is_told_where_to_go(client: Client, pilot_user: User) -> None:
    answer = sign_in(client, pilot_user.email)

    assert answer.status_code == 200
    assert "Pilots sign in on the site itself" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_signed_in_pilot_is_told_that_the_desk_is_not_his(client: Client, pilot_user: User) -> None:
    client.force_login(pilot_user)

    answer = client.get(reverse("admin:index"), follow=True)

    assert "the desk is for approvers and administrators" in answer.content.decode()


@pytest.mark.parametrize(("email", "counted_by"), [("nobody@people.test", "unknown"), ("known@people.test", "account")])
def test_wrong_credentials_get_one_answer_and_leave_security_events(
    client: Client, db: None, email: str, counted_by: str
) -> None:
    UserFactory.create(approver=True, email="known@people.test")

    answer = sign_in(client, email, "wrong-password")

    assert "That e-mail and password do not match an account here." in answer.content.decode()
    assert set(SecurityEvent.objects.values_list("counted_by", flat=True)) == {counted_by, "address"}
    assert SecurityEvent.objects.filter(subject=email).exists() == (counted_by == "account")


@pytest.mark.parametrize(("email", "password"), [("", "x"), ("a@b.test", ""), ("", ""), ("a\0@b.test", "x")])
def test_a_form_that_is_not_filled_in_signs_nobody_in(client: Client, db: None, email: str, password: str) -> None:
    answer = sign_in(client, email, password)

    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session
    assert not AuditEntry.objects.exists()
    assert not SecurityEvent.objects.exists()


def test_a_sign_in_that_breaks_off_is_not_written_down_as_one(
    client: Client, approver: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("django.contrib.auth.views.auth_login", broken)

    with pytest.raises(RuntimeError):
        sign_in(client, approver.email)

    assert events_of(approver) == []


@pytest.mark.parametrize(
    "lookup", ["password__startswith", "password", "sessions__token_id_hash__startswith", "email__regex"]
)
def test_a_list_cannot_be_asked_for_what_it_does_not_offer(desk: Client, lookup: str) -> None:
    answer = desk.get(reverse("admin:accounts_user_changelist"), {lookup: "b"})

    assert answer.status_code == 400


def test_a_list_is_narrowed_by_its_filters_and_searched(desk: Client, approver: User, pilot_user: User) -> None:
    address = reverse("admin:accounts_user_changelist")

    asked = [{"role__exact": "approver"}, {"is_active__exact": "1"}, {"q": approver.email}]
    pages = [desk.get(address, query) for query in asked]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert pilot_user.email not in pages[0].content.decode()
    assert approver.email in pages[0].content.decode()


def test_groups_and_model_permissions_have_no_page(desk: Client) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(f"admin:{Group._meta.app_label}_group_changelist")


@pytest.mark.parametrize("name", ["accounts_airline", "accounts_user", "accounts_serviceclient", "pilots_pilot"])
def test_an_approver_sees_no_administration(client: Client, approver: User, name: str) -> None:
    client.force_login(approver)

    answer = client.get(reverse(f"admin:{name}_changelist"))

    assert answer.status_code == 403


@pytest.mark.parametrize("name", ["accounts_airline", "accounts_user", "accounts_serviceclient", "pilots_pilot"])
def test_every_list_and_every_row_opens_for_an_administrator(
    desk: Client, pilot_user: User, service_client: ServiceClient, name: str
) -> None:
    rows = {
        "accounts_airline": Airline.objects.all(),
        "accounts_user": User.objects.all(),
        "accounts_serviceclient": ServiceClient.objects.all(),
        "pilots_pilot": [pilot_user.pilot],
    }

    pages = [desk.get(reverse(f"admin:{name}_changelist"))]
    pages += [desk.get(reverse(f"admin:{name}_change", args=[row.pk])) for row in rows[name]]

    assert {page.status_code for page in pages} == {200}


@pytest.mark.parametrize("name", ["accounts_airline", "accounts_user", "accounts_serviceclient"])
def test_every_form_for_a_new_row_opens_for_an_administrator(desk: Client, name: str) -> None:
    page = desk.get(reverse(f"admin:{name}_add"))

    assert page.status_code == 200


def test_an_airline_is_made_and_changed_with_entries_in_the_trail(desk: Client) -> None:
    terms = {"code": "NEW", "name": "Newair", "time_zone": "Europe/Paris", "is_active": "on"}
    terms |= {"activation_undo_hours": "24"}
    desk.post(reverse("admin:accounts_airline_add"), terms)
    airline = Airline.objects.get(code="NEW")

    desk.post(reverse("admin:accounts_airline_change", args=[airline.pk]), {**terms, "name": "Newer Air"})

    airline.refresh_from_db()
    assert airline.name == "Newer Air"
    assert events_of(airline) == ["airline.created", "airline.updated"]


def test_an_unknown_time_zone_is_refused_at_its_field_and_what_was_typed_stays(desk: Client) -> None:
    terms = {"code": "NEW", "name": "Newair", "time_zone": "Mars/Olympus", "is_active": "on"}

    answer = desk.post(reverse("admin:accounts_airline_add"), terms)

    assert "Mars/Olympus is not an IANA time zone." in answer.content.decode()
    assert "Newair" in answer.content.decode()
    assert not Airline.objects.filter(code="NEW").exists()


def test_taking_the_airline_out_of_an_account_takes_the_grant_back(
    desk: Client, approver: User, airline: Airline
) -> None:
    desk.post(
        reverse("admin:accounts_user_change", args=[approver.pk]),
        {"email": approver.email, "full_name": approver.full_name, "role": "approver", "is_active": "on"},
    )

    assert not AirlineGrant.objects.filter(user=approver).exists()
    assert events_of(approver) == ["grant.removed"]


def test_a_grant_for_a_pilot_is_refused_at_its_field(desk: Client, pilot_user: User, airline: Airline) -> None:
    answer = desk.post(
        reverse("admin:accounts_user_change", args=[pilot_user.pk]),
        {"email": pilot_user.email, "full_name": "", "role": "pilot", "is_active": "on", "reviews": [airline.pk]},
    )

    assert "Only approvers review contracts" in answer.content.decode()
    assert not AirlineGrant.objects.filter(user=pilot_user).exists()


def test_a_closed_account_no_longer_gets_in(desk: Client, approver: User, airline: Airline) -> None:
    grant_review(UserFactory.create(approver=True), airline)
    desk.post(
        reverse("admin:accounts_user_change", args=[approver.pk]),
        {"email": approver.email, "full_name": approver.full_name, "role": "approver", "reviews": [airline.pk]},
    )

    answer = sign_in(Client(), approver.email)

    approver.refresh_from_db()
    assert not approver.is_active
    assert "do not match an account here" in answer.content.decode()


def test_an_administrator_cannot_give_up_his_own_role(desk: Client, administrator: User) -> None:
    answer = desk.post(
        reverse("admin:accounts_user_change", args=[administrator.pk]),
        {"email": administrator.email, "full_name": administrator.full_name, "role": "pilot", "is_active": "on"},
    )

    administrator.refresh_from_db()
    assert "Nobody changes his own role" in answer.content.decode()
    assert administrator.role == Role.ADMINISTRATOR


def test_a_service_clients_secret_is_shown_once(desk: Client, airline: Airline) -> None:
    made = desk.post(
        reverse("admin:accounts_serviceclient_add"),
        {"name": "VectorBid", "scopes": ["rules:read"], "serves": [airline.pk]},
    )
    client = ServiceClient.objects.get(name="VectorBid")
    later = desk.get(reverse("admin:accounts_serviceclient_change", args=[client.pk]))

    secret = made.context["secret"]
    assert len(secret) >= 40
    assert secret in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    assert secret not in later.content.decode()
    assert list(client.airlines.all()) == [airline]
    assert events_of(client) == ["client.created"]


def test_a_lost_secret_is_renewed_and_shown_once(desk: Client, service_client: ServiceClient) -> None:
    before = service_client.secret_hash

    answer = desk.post(reverse("admin:accounts_renew_secret", args=[service_client.pk]))

    service_client.refresh_from_db()
    assert answer.context["secret"] in answer.content.decode()
    assert service_client.secret_hash not in {before, answer.context["secret"]}
    assert events_of(service_client) == ["client.updated"]


def test_an_approver_renews_no_secret(client: Client, approver: User, service_client: ServiceClient) -> None:
    before = service_client.secret_hash
    client.force_login(approver)

    answer = client.post(reverse("admin:accounts_renew_secret", args=[service_client.pk]))

    service_client.refresh_from_db()
    assert answer.status_code == 404
    assert service_client.secret_hash == before


def test_a_service_client_is_changed_and_shut_off(desk: Client, service_client: ServiceClient) -> None:
    desk.post(
        reverse("admin:accounts_serviceclient_change", args=[service_client.pk]),
        {"name": service_client.name, "scopes": ["validate"], "serves": []},
    )

    service_client.refresh_from_db()
    assert (service_client.scopes, service_client.is_active) == (["validate"], False)
    assert not service_client.airlines.exists()
    assert events_of(service_client) == ["client.updated"]


@pytest.mark.parametrize("name", ["accounts_airline", "accounts_user", "accounts_serviceclient"])
def test_nobody_deletes_rows(desk: Client, airline: Airline, service_client: ServiceClient, name: str) -> None:
    row = {
        "accounts_airline": airline,
        "accounts_user": User.objects.first(),
        "accounts_serviceclient": service_client,
    }[name]
    assert row is not None

    answer = desk.post(reverse(f"admin:{name}_delete", args=[row.pk]), {"post": "yes"})

    assert answer.status_code == 403
    assert type(row)._default_manager.filter(pk=row.pk).exists()

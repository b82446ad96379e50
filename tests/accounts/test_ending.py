"""Sign-ins that are ended: one's own, asked again; others', by administrators, with a reason, on every process at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.factors.policies import ReauthenticationRequired
from accounts.models import ServiceClient, User, UserSession
from accounts.services import session_open, sessions_end_of_everybody, sessions_end_of_person
from audit.events import AuditEvent, SecurityEventKind
from audit.models import AuditEntry, SecurityEvent
from config.errors import NotAllowed, RuleBroken
from tests.accounts.callers import calling_as
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
SAFE = reverse("account")
EVERYBODY = reverse("admin:accounts_end_all_sign_ins")
AIRLINES = "/api/v1/airlines/"


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def is_in(client: Client) -> bool:
    return client.get(SAFE).status_code == 200


def long_ago(user: User) -> None:
    UserSession.objects.filter(user=user).update(authenticated_at=timezone.now() - timedelta(minutes=11))


def test_ending_another_of_ones_own_asks_who_it_is_where_that_was_long_ago(pilot_user: User) -> None:
    mine, other = browser_of(pilot_user), browser_of(pilot_user)
    row = pilot_user.sessions.latest("created_at")
    long_ago(pilot_user)

    one = mine.post(reverse("session_end", args=[row.pk]))
    others = mine.post(reverse("sessions_end_others"))

    assert [answer.headers["Location"].split("?")[0] for answer in (one, others)] == [reverse("confirm")] * 2
    assert is_in(other)
    UserSession.objects.update(authenticated_at=timezone.now())
    mine.post(reverse("session_end", args=[row.pk]))
    assert not is_in(other)
    assert is_in(mine)


def test_leaving_is_never_asked(pilot_user: User) -> None:
    listed, leaving = browser_of(pilot_user), browser_of(pilot_user)
    first = pilot_user.sessions.earliest("created_at")
    long_ago(pilot_user)

    by_list = listed.post(reverse("session_end", args=[first.pk]))
    leaving.post(reverse("logout"))

    assert by_list.headers["Location"] == reverse("session_list")
    assert not UserSession.objects.live().exists()


def test_a_program_is_asked_too_and_leaves_unasked(pilot_user: User) -> None:
    api = calling_as(pilot_user)
    session_open(user=pilot_user)
    other = pilot_user.sessions.latest("created_at")
    long_ago(pilot_user)

    refused = [
        api.delete(f"/api/v1/auth/sessions/{other.pk}/").json()["code"],
        api.delete("/api/v1/auth/sessions/").json()["code"],
    ]
    left = api.post("/api/v1/auth/revoke/", {}, format="json")

    assert refused == ["reauthentication_required"] * 2
    assert left.status_code == 204
    assert list(UserSession.objects.live()) == [other]


def test_an_administrator_ends_all_of_somebodys_and_nobody_elses(
    administrator: User, pilot_user: User, approver: User
) -> None:
    desk, web, api, bystander = (
        browser_of(administrator),
        browser_of(pilot_user),
        calling_as(pilot_user),
        browser_of(approver),
    )

    answer = desk.post(
        reverse("admin:accounts_end_sign_ins", args=[pilot_user.pk]), {"reason": "His phone was stolen."}, follow=True
    )

    assert "2 sign-ins ended" in answer.content.decode()
    assert not is_in(web)
    assert api.get(AIRLINES).status_code == 401
    assert is_in(bystander)
    entry = AuditEntry.objects.get(event=AuditEvent.SESSIONS_ENDED)
    assert (entry.actor, entry.object_pk, entry.reason) == (administrator, str(pilot_user.pk), "His phone was stolen.")
    assert AuditEntry.objects.filter(event=AuditEvent.SESSION_REVOKED).count() == 2
    event = SecurityEvent.objects.get()
    assert (event.kind, event.user) == (SecurityEventKind.SIGN_INS_ENDED, administrator)


def test_an_administrator_ends_everybodys_his_own_too_but_not_programs_of_the_airlines(
    administrator: User, pilot_user: User, service_client: ServiceClient
) -> None:
    desk, web, api, program = (
        browser_of(administrator),
        browser_of(pilot_user),
        calling_as(pilot_user),
        calling_as(service_client),
    )
    asked = desk.get(EVERYBODY).content.decode()

    answer = desk.post(EVERYBODY, {"reason": "A copy of the database was lost."}, follow=True)

    assert "3 sign-ins are in use now" in asked
    assert "3 sign-ins ended, yours too." in answer.content.decode()
    assert not is_in(desk)
    assert not is_in(web)
    assert api.get(AIRLINES).status_code == 401
    assert program.get(AIRLINES).status_code == 200
    entry = AuditEntry.objects.get(event=AuditEvent.SESSIONS_ENDED_OF_EVERYBODY)
    assert (entry.actor, entry.reason, entry.additional_data) == (
        administrator,
        "A copy of the database was lost.",
        {"sessions": 3},
    )
    assert SecurityEvent.objects.get().kind == SecurityEventKind.SIGN_INS_ENDED


def test_what_lay_unused_is_ended_too_and_never_wakes(administrator: User, pilot_user: User) -> None:
    browser = browser_of(pilot_user)
    UserSession.objects.update(last_used_at=timezone.now() - timedelta(hours=20))

    sessions_end_of_person(actor=administrator, user=pilot_user, reason="To be sure.")

    UserSession.objects.update(last_used_at=timezone.now())
    assert not is_in(browser)


DEEDS: list[Callable[[User, User, str], object]] = [
    lambda actor, user, reason: sessions_end_of_person(actor=actor, user=user, reason=reason),
    lambda actor, _, reason: sessions_end_of_everybody(actor=actor, reason=reason),
]


@pytest.mark.parametrize("end", DEEDS)
@pytest.mark.parametrize("role", ["pilot", "approver"])
def test_nobody_but_an_administrator_ends_others(end: Callable[[User, User, str], object], role: str) -> None:
    actor, user = UserFactory.create(role=role), UserFactory.create()
    browser = browser_of(user)

    with pytest.raises(NotAllowed):
        end(actor, user, "Because.")

    assert is_in(browser)


@pytest.mark.parametrize("end", DEEDS)
def test_it_needs_a_reason_and_somebody_who_has_proved_himself_lately(
    administrator: User, pilot_user: User, end: Callable[[User, User, str], object]
) -> None:
    browser = browser_of(pilot_user)

    with pytest.raises(RuleBroken):
        end(administrator, pilot_user, "  ")
    session_open(user=administrator)
    long_ago(administrator)
    administrator.session = administrator.sessions.get()
    with pytest.raises(ReauthenticationRequired):
        end(administrator, pilot_user, "Because.")

    assert is_in(browser)
    assert not AuditEntry.objects.filter(event=AuditEvent.SESSION_REVOKED).exists()


def test_the_pages_lead_to_the_confirmation_and_say_what_is_missing(administrator: User, pilot_user: User) -> None:
    desk, person = browser_of(administrator), reverse("admin:accounts_end_sign_ins", args=[pilot_user.pk])

    without = [desk.post(place, {"reason": ""}, follow=True).content.decode() for place in (person, EVERYBODY)]
    long_ago(administrator)
    away = [desk.post(place, {"reason": "Because."}).headers["Location"] for place in (person, EVERYBODY)]

    assert all("Say why" in page for page in without)
    assert all(place.startswith(reverse("confirm")) for place in away)


def test_the_number_of_statements_does_not_grow_with_the_sign_ins(
    administrator: User, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for _ in range(30):
        session_open(user=UserFactory.create())

    with django_assert_max_num_queries(20):  # type: ignore[attr-defined] # a context manager
        sessions_end_of_everybody(actor=administrator, reason="A leak.")

    assert not UserSession.objects.live().exists()

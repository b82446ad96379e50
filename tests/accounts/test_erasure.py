"""Erasing an account: asked for, called off, held up, carried out once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.factors.policies import ReauthenticationRequired
from accounts.letters.mailing import account_letters_mail
from accounts.letters.models import AccountLetter, LetterPurpose
from accounts.letters.services import password_reset_request
from accounts.models import Role, User, UserSession
from accounts.notifications.models import Notification
from accounts.privacy.erasing import (
    GRACE,
    erasure_call_off,
    erasure_carry_out,
    erasure_order,
    erasure_request,
    erasures_sweep,
)
from accounts.privacy.models import Erasure, ErasureState
from accounts.services import session_open, user_create, user_update
from audit.events import AuditEvent
from audit.models import AuditEntry
from config.errors import NotAllowed, NotFoundForActor, ProductError, RuleBroken, WrongState
from tests import factories
from tests.audit.trail import verified

PASSWORD = factories.PASSWORD


def due(erasure: Erasure) -> Erasure:
    """As if the grace were over."""
    Erasure.objects.filter(pk=erasure.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    return erasure


def erased(user: User) -> User:
    assert erasure_carry_out(due(erasure_request(actor=user, email=user.email)).pk)
    return User.objects.get(pk=user.pk)


def all_text() -> str:
    """Each row of each table, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
            " AND NOT c.relispartition"
        )
        tables = [name for (name,) in cursor.fetchall()]
        texts = []
        for table in tables:
            cursor.execute(f'SELECT string_agg(to_jsonb(t)::text, chr(10)) FROM "{table}" t')
            texts.append(f"{table}: {cursor.fetchone()[0]}")
    return "\n".join(texts)


@pytest.fixture
def ann(transactional_db: None, roots_dir: Any) -> User:
    """A pilot who has left traces all over."""
    person: User = factories.UserFactory.create(full_name="Ann Lindqvist", email="ann@flyers.test")
    factories.PilotFactory.create(user=person, pilot_id="VB-77123", base="PDX")
    client = Client(REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="Annium/7")
    client.post(reverse("login"), {"username": person.email, "password": PASSWORD})
    client.post(reverse("login"), {"username": person.email, "password": "wrong"})
    session_open(user=person)
    password_reset_request(email=person.email)
    colleague = factories.UserFactory.create(full_name="Bo Ek")
    Notification.objects.create(
        recipient=colleague,
        kind="contract_submitted",
        event_key="x",
        title="Ann Lindqvist wrote",
        path="/",
        subject_id="1",
        mail="unwanted",
    )
    return person


def test_nothing_that_tells_of_the_person_is_left_in_any_table(ann: User) -> None:
    assert "Lindqvist" in all_text()

    erased(ann)

    left = all_text()
    for trace in ("Lindqvist", "ann@flyers.test", "VB-77123", "203.0.113.77", "Annium"):
        assert [line[:200] for line in left.splitlines() if trace.lower() in line.lower()] == []
    assert verified().faults == []


def test_the_account_is_a_closed_row_under_a_pseudonym(ann: User) -> None:
    gone = erased(ann)

    erasure = Erasure.objects.get(user=gone)
    assert gone.full_name == str(gone) == erasure.pseudonym
    assert gone.email == f"{erasure.pseudonym}@erased.invalid"
    assert (gone.is_active, gone.role, gone.has_usable_password()) == (False, Role.PILOT, False)
    assert gone.pilot.pilot_id == erasure.pseudonym
    assert (erasure.state, erasure.pseudonym[:7], len(erasure.pseudonym)) == (ErasureState.ERASED, "erased-", 15)
    assert not UserSession.objects.filter(user=gone).exists()
    entry = AuditEntry.objects.get(event=AuditEvent.USER_ERASED)
    assert (entry.object_pk, entry.object_repr, entry.actor) == (str(gone.pk), erasure.pseudonym, None)


def test_sessions_end_at_once_and_nobody_comes_back(ann: User, administrator: User) -> None:
    browser = Client()
    browser.force_login(ann)
    assert browser.get(reverse("account")).status_code == 200

    gone = erased(ann)

    assert browser.get(reverse("account")).status_code == 302
    assert not Client().login(username="ann@flyers.test", password=PASSWORD)
    password_reset_request(email=gone.email)
    assert account_letters_mail() == 0
    assert mail.outbox == []
    with pytest.raises(WrongState):
        user_update(actor=administrator, user=gone, changes={"is_active": True})
    with pytest.raises(IntegrityError, match="stays erased"):
        User.objects.filter(pk=gone.pk).update(is_active=True)


def test_the_address_may_be_registered_anew(ann: User, administrator: User) -> None:
    gone = erased(ann)

    again = user_create(
        actor=administrator, email="ann@flyers.test", password="a-quite-good-one-117", full_name="Ann Lindqvist"
    )

    assert again.pk != gone.pk
    assert again.is_active


@pytest.mark.usefixtures("db")
def test_one_confirms_who_one_is_and_types_the_address() -> None:
    person = factories.UserFactory.create()
    person.session = UserSession(user=person, authenticated_at=timezone.now() - timedelta(days=2))

    with pytest.raises(ReauthenticationRequired):
        erasure_request(actor=person, email=person.email)
    person.session = None
    with pytest.raises(RuleBroken, match="not the e-mail address"):
        erasure_request(actor=person, email="another@people.test")

    assert not Erasure.objects.exists()


@pytest.mark.usefixtures("db")
def test_before_the_grace_is_over_nothing_happens() -> None:
    person = factories.UserFactory.create()
    erasure = erasure_request(actor=person, email=f" {person.email.upper()} ")
    assert account_letters_mail() == 1
    assert mail.outbox[0].to == [person.email]
    assert "will be erased" in mail.outbox[0].subject

    assert erasures_sweep() == 0
    assert not erasure_carry_out(erasure.pk)
    assert abs(erasure.due_at - timezone.now() - GRACE) < timedelta(minutes=5)
    with pytest.raises(WrongState, match="already"):
        erasure_request(actor=person, email=person.email)


@pytest.mark.usefixtures("db")
def test_what_was_called_off_never_goes_on() -> None:
    person = factories.UserFactory.create()
    erasure = due(erasure_request(actor=person, email=person.email))

    erasure_call_off(actor=person, user=person)

    assert not erasure_carry_out(erasure.pk)
    assert User.objects.get(pk=person.pk).erased_at is None
    with pytest.raises(NotFoundForActor):
        erasure_call_off(actor=person, user=person)
    with pytest.raises(IntegrityError, match="stays as it is"):
        Erasure.objects.filter(pk=erasure.pk).update(state=ErasureState.REQUESTED, ended_at=None)


@pytest.mark.usefixtures("db")
def test_it_is_carried_out_once() -> None:
    person = factories.UserFactory.create()
    erasure = due(erasure_request(actor=person, email=person.email))

    assert erasures_sweep() == 1
    assert erasures_sweep() == 0
    assert not erasure_carry_out(erasure.pk)
    assert AuditEntry.objects.filter(event=AuditEvent.USER_ERASED).count() == 1


@pytest.mark.usefixtures("db")
def test_an_order_is_an_administrators_with_a_reason(administrator: User, approver: User) -> None:
    person = factories.UserFactory.create()

    for actor, user, reason, refusal in (
        (approver, person, "A letter came.", NotAllowed),
        (administrator, person, " ", RuleBroken),
        (administrator, administrator, "A letter came.", RuleBroken),
    ):
        with pytest.raises(refusal):
            erasure_order(actor=actor, user=user, reason=reason)
    assert not Erasure.objects.exists()
    erasure_order(actor=administrator, user=person, reason="A letter came.")

    entry = AuditEntry.objects.get(event=AuditEvent.ERASURE_REQUESTED)
    assert (entry.actor, entry.reason) == (administrator, "A letter came.")
    with pytest.raises(NotAllowed, match="administrator ordered"):
        erasure_call_off(actor=person, user=person)
    with pytest.raises(ProductError):
        erasure_call_off(actor=approver, user=person)
    erasure_call_off(actor=administrator, user=person)
    assert Erasure.objects.get().state == ErasureState.CALLED_OFF


@pytest.mark.usefixtures("db")
def test_the_last_administrator_stays(administrator: User) -> None:
    with pytest.raises(RuleBroken, match="last active administrator"):
        erasure_request(actor=administrator, email=administrator.email)
    other = factories.UserFactory.create(administrator=True)
    erasure = due(erasure_request(actor=administrator, email=administrator.email))
    User.objects.filter(pk=other.pk).update(is_active=False)

    assert not erasure_carry_out(erasure.pk)

    erasure.refresh_from_db()
    assert "last active administrator" in erasure.held_up_by
    User.objects.filter(pk=other.pk).update(is_active=True)
    assert erasure_carry_out(erasure.pk)


@pytest.mark.usefixtures("db")
def test_a_namesake_keeps_his_name_in_others_words() -> None:
    first, second = (factories.UserFactory.create(full_name="Ann Lindqvist") for _ in range(2))
    told = Notification.objects.create(
        recipient=second,
        kind="contract_submitted",
        event_key="x",
        title="Ann Lindqvist wrote",
        path="/",
        subject_id="1",
        mail="unwanted",
    )

    erased(first)

    told.refresh_from_db()
    assert told.title == "Ann Lindqvist wrote"
    assert User.objects.get(pk=second.pk).full_name == "Ann Lindqvist"


@pytest.mark.usefixtures("db")
def test_letters_to_him_are_gone() -> None:
    person = factories.UserFactory.create()
    password_reset_request(email=person.email)

    erased(person)

    assert not AccountLetter.objects.filter(purpose=LetterPurpose.PASSWORD_RESET).exists()


@pytest.mark.usefixtures("db")
def test_on_the_pages_it_is_asked_for_and_called_off() -> None:
    person = factories.UserFactory.create()
    browser = Client()
    browser.force_login(person)
    asked, overview = reverse("own_data_erase"), reverse("own_data")
    assert person.email in browser.get(asked).content.decode()

    refused = browser.post(asked, {"email": "another@people.test"}).content.decode()
    assert "not the e-mail address" in refused
    assert not Erasure.objects.exists()
    told = browser.post(asked, {"email": person.email}, follow=True).content.decode()
    assert "Call it off" in told
    assert "asked for already" in browser.get(asked).content.decode()

    again = Client()
    page = again.post(reverse("login"), {"username": person.email, "password": PASSWORD}, follow=True).content.decode()
    assert "Your account will be erased on" in page
    browser.post(reverse("own_data_erase_call_off"))
    assert Erasure.objects.get().state == ErasureState.CALLED_OFF
    assert "Call it off" not in browser.get(overview).content.decode()


@pytest.mark.usefixtures("db")
def test_without_a_fresh_sign_in_the_page_leads_to_the_confirmation() -> None:
    person = factories.UserFactory.create()
    browser = Client()
    browser.force_login(person)
    UserSession.objects.update(authenticated_at=timezone.now() - timedelta(days=2))

    answer = browser.post(reverse("own_data_erase"), {"email": person.email})

    assert reverse("confirm") in answer.url  # type: ignore[attr-defined] # a redirect has one
    assert not Erasure.objects.exists()


@pytest.mark.usefixtures("db")
def test_at_the_desk_it_is_ordered_and_called_off(administrator: User) -> None:
    person = factories.UserFactory.create()
    desk = Client()
    desk.force_login(administrator)
    place, form = (reverse(f"admin:accounts_{name}", args=[person.pk]) for name in ("erasure", "user_change"))
    assert "Have the account erased" in desk.get(form).content.decode()

    desk.post(place, {"reason": "A letter came."})
    shown = desk.get(form).content.decode()

    assert "as ordered: A letter came." in shown
    desk.post(place, {"action": "call_off"})
    assert Erasure.objects.get().state == ErasureState.CALLED_OFF

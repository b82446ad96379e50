"""Agreeing to the very text that was shown, being asked about a new one, and taking it back."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.checks import texts_are_as_agreed
from accounts.consents import documents
from accounts.consents.documents import TEXTS, Document, Text, current_texts, text_of
from accounts.consents.models import Act, Consent
from accounts.consents.selectors import in_force, owed_texts
from accounts.consents.services import STALE, consent_withdraw, consents_give
from accounts.letters import services as letters
from accounts.letters.links import token_of
from accounts.letters.models import AccountLetter
from accounts.models import User, UserSession
from accounts.services import session_open
from audit.events import AuditEvent
from audit.models import AuditEntry
from config.errors import NotFoundForActor
from contracts.demo.people import people_load
from tests.factories import PASSWORD, UserFactory
from tests.owner import owning

pytestmark = pytest.mark.django_db
NEW = "a-quite-good-one-117"
SHOWN = [text.sha256 for text in current_texts()]
# A second version: the file is the first's, the hash another.
SECOND = Text(Document.TERMS, 2, date(2027, 1, 1), "a" * 64)


@pytest.fixture
def new_terms(monkeypatch: pytest.MonkeyPatch) -> Text:
    """The terms have a new version, whose text is the privacy notice's."""
    second = Text(Document.TERMS, 2, date(2027, 1, 1), "a" * 64)
    monkeypatch.setattr(documents, "TEXTS", (*TEXTS, second))
    monkeypatch.setattr(Text, "template", "legal/privacy-1.html")
    return second


@pytest.fixture
def stranger() -> User:
    """Somebody whom an administrator gave an account: he was never asked."""
    user: User = UserFactory.create(agrees=False)
    return user


def signed_in(user: User) -> Client:
    client = Client(HTTP_USER_AGENT="Browser/117")
    client.post(reverse("login"), {"username": user.email, "password": PASSWORD})
    return client


def bearer(token: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}"})


def registered(client: Client, **changes: Any) -> Any:
    given = {"email": "nora@people.test", "password": NEW, "agrees": "on", "shown": " ".join(SHOWN)}
    return client.post(reverse("register"), {**given, **changes})


def test_registering_records_consent_to_the_very_texts_that_were_shown(client: Client) -> None:
    page = client.get(reverse("register")).content.decode()
    sent = registered(client, REMOTE_ADDR="198.51.100.7")
    letter = AccountLetter.objects.get()

    user = letters.registration_complete(token=token_of(letter.pk), password=NEW)

    consents = {consent.document: consent for consent in Consent.objects.filter(person=user)}
    assert all(text.sha256 in page for text in TEXTS)
    assert sent.status_code == 302
    assert {name: consent.text_sha256 for name, consent in consents.items()} == {
        text.document.value: text.sha256 for text in TEXTS
    }
    assert {consent.at.isoformat() for consent in consents.values()} == {letter.agreed_to[0]["at"]}
    assert AuditEntry.objects.filter(event=AuditEvent.CONSENT_GIVEN, actor=user).count() == len(TEXTS)
    assert AccountLetter.objects.get().agreed_to == []


@pytest.mark.parametrize("changes", [{"agrees": ""}, {"shown": ""}, {"shown": "b" * 64}], ids=["no", "none", "stale"])
def test_without_agreeing_to_the_present_texts_nobody_registers(client: Client, changes: dict[str, str]) -> None:
    response = registered(client, **changes)

    page = response.content.decode()
    assert response.status_code == 200
    assert not AccountLetter.objects.exists()
    assert all(text.sha256 in page for text in TEXTS)
    assert (STALE in page) is ("shown" in changes)
    assert " checked" not in page or "agrees" in changes
    assert "nora@people.test" in page


def test_over_the_api_texts_may_be_named_and_must_then_be_the_present_ones() -> None:
    given = {"email": "nora@people.test", "password": NEW}
    client = Client()

    def answer(**more: Any) -> int:
        return client.post("/api/v1/auth/register/", {**given, **more}, content_type="application/json").status_code

    stale, present, none = answer(agreed_to=["b" * 64]), answer(agreed_to=SHOWN), answer()

    assert (stale, present, none) == (400, 202, 202)
    assert sorted(len(letter.agreed_to) for letter in AccountLetter.objects.all()) == [0, len(TEXTS)]


def test_whoever_has_not_agreed_is_led_to_the_texts_wherever_he_goes(stranger: User) -> None:
    client = signed_in(stranger)

    response = client.get("/account/sessions/?after=x")
    part = client.get("/account/", headers={"HX-Request": "true"})

    onward = urlencode({"next": "/account/sessions/?after=x"})
    assert response.headers["Location"] == f"/consent/?{onward}"
    assert part.headers["HX-Redirect"] == "/consent/"
    assert client.post("/account/sessions/end-others/").headers["Location"] == "/consent/"
    assert client.get("/legal/terms/").status_code == 200


def test_agreeing_lets_on_to_where_he_wanted(stranger: User) -> None:
    client = signed_in(stranger)
    page = client.get("/consent/?next=/account/").content.decode()

    response = client.post("/consent/", {"agrees": "on", "shown": " ".join(SHOWN), "next": "/account/"})

    assert "Terms of use" in page
    assert response.headers["Location"] == "/account/"
    assert client.get("/account/").status_code == 200
    consent = in_force(stranger)[0]
    assert (consent.user_agent, consent.address) == ("Browser/117", "127.0.0.1")
    assert owed_texts(stranger) == []


@pytest.mark.parametrize("changes", [{"agrees": ""}, {"shown": "b" * 64}, {"shown": ""}], ids=["no", "stale", "none"])
def test_a_stale_or_unticked_form_comes_back_with_the_present_texts(stranger: User, changes: dict[str, str]) -> None:
    client = signed_in(stranger)

    response = client.post("/consent/", {"agrees": "on", "shown": " ".join(SHOWN), **changes})

    assert response.status_code == 200
    assert f'value="{" ".join(SHOWN)}"' in response.content.decode() or "agrees" in changes
    assert not Consent.objects.filter(person=stranger).exists()
    assert client.get("/account/").status_code == 302


def test_he_may_sign_out_instead(stranger: User) -> None:
    client = signed_in(stranger)

    client.post(reverse("logout"))

    assert client.get("/account/").headers["Location"] == "/login/?next=/account/"


def test_a_new_version_asks_at_the_next_sign_in_and_not_before(pilot_user: User, new_terms: Text) -> None:
    client = Client()
    client.force_login(pilot_user)

    assert owed_texts(pilot_user) == [new_terms]
    assert client.get("/account/").headers["Location"].startswith("/consent/")
    stale = client.post("/consent/", {"agrees": "on", "shown": " ".join(SHOWN)})
    assert STALE in stale.content.decode()
    client.post("/consent/", {"agrees": "on", "shown": new_terms.sha256})
    assert client.get("/account/").status_code == 200
    assert {consent.version for consent in in_force(pilot_user)} == {1, 2}


def test_a_browser_that_is_signed_in_goes_on(pilot_user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(pilot_user)
    monkeypatch.setattr(documents, "TEXTS", (*TEXTS, SECOND))

    assert client.get("/account/").status_code == 200


def test_programs_are_not_held_up(stranger: User) -> None:
    assert bearer(session_open(user=stranger).access).get("/api/v1/airlines/").status_code == 200


def test_withdrawing_adds_a_row_ends_every_sign_in_and_asks_again(pilot_user: User) -> None:
    client = signed_in(pilot_user)
    session_open(user=pilot_user)

    response = client.post(reverse("consent_withdraw", args=["privacy"]))

    assert response.headers["Location"] == "/login/"
    assert not UserSession.objects.live().filter(user=pilot_user).exists()
    last = Consent.objects.filter(person=pilot_user)[0]
    assert (last.document, last.act) == ("privacy", Act.WITHDRAWN)
    assert AuditEntry.objects.filter(event=AuditEvent.CONSENT_WITHDRAWN, actor=pilot_user).count() == 1
    assert [text.document for text in owed_texts(pilot_user)] == [Document.PRIVACY]
    assert signed_in(pilot_user).get("/account/").status_code == 302


def test_what_was_not_agreed_to_is_not_withdrawn(pilot_user: User) -> None:
    consent_withdraw(actor=pilot_user, document="terms")
    before = Consent.objects.count()

    for document in ("terms", "nonsense"):
        with pytest.raises(NotFoundForActor):
            consent_withdraw(actor=pilot_user, document=document)
    again = signed_in(UserFactory.create()).post(reverse("consent_withdraw", args=["nonsense"]))

    assert again.headers["Location"] == reverse("consent_list")
    assert Consent.objects.filter(person=pilot_user).count() == before


def test_agreeing_twice_is_recorded_once(stranger: User) -> None:
    first = consents_give(actor=stranger, shown=SHOWN)
    again = consents_give(actor=stranger, shown=SHOWN)

    assert (len(first), again) == (len(TEXTS), [])


def test_agreeing_to_a_part_is_refused_as_a_whole(stranger: User) -> None:
    with pytest.raises(ValidationError):
        consents_give(actor=stranger, shown=SHOWN[:1])

    assert not Consent.objects.filter(person=stranger).exists()


def test_each_sees_what_he_agreed_to_and_nobody_elses(
    pilot_user: User, approver: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Consent.objects.create(
        person=approver, document="terms", version=1, text_sha256="c" * 64, act=Act.GIVEN, user_agent="Elsewhere/1"
    )
    client = signed_in(pilot_user)
    client.get(reverse("consent_list"))

    with django_assert_num_queries(5):
        page = client.get(reverse("consent_list")).content.decode()
    for _ in range(3):
        Consent.objects.create(person=pilot_user, document="terms", version=1, text_sha256="d" * 64, act=Act.GIVEN)
    with django_assert_num_queries(5):
        client.get(reverse("consent_list"))

    assert all(text.sha256 in page for text in TEXTS)
    assert "Elsewhere/1" not in page
    assert Client().get(reverse("consent_list")).status_code == 302


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_log_is_append_only(pilot_user: User, act: str) -> None:
    mine = Consent.objects.filter(person=pilot_user)

    with pytest.raises(DatabaseError, match="kept as they are"), transaction.atomic(), owning():
        mine.update(version=9) if act == "update" else mine.delete()

    assert {consent.version for consent in mine} == {1}


@pytest.mark.parametrize(
    ("path", "status"),
    [("terms/", 200), ("privacy/1/", 200), ("terms/2/", 404), ("nonsense/", 404)],
)
def test_texts_are_everybodys_to_read_by_version(client: Client, path: str, status: int) -> None:
    assert client.get(f"/legal/{path}").status_code == status


def test_a_text_that_was_changed_without_a_new_version_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    assert texts_are_as_agreed(None) == []
    assert text_of("terms") == TEXTS[0]

    monkeypatch.setattr(documents, "TEXTS", (Text(Document.TERMS, 1, date(2026, 1, 1), "e" * 64),))

    (error,) = texts_are_as_agreed(None)
    assert "legal/terms-1.html" in str(error.msg)


def test_the_demos_people_have_agreed_once(settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path
    people = people_load()
    people_load()

    assert [owed_texts(person) for person in people.values()] == [[]] * len(people)
    assert Consent.objects.count() == len(people) * len(TEXTS)


def test_a_consent_of_a_registration_is_as_old_as_the_registration(stranger: User) -> None:
    letters.registration_request(email="nora@people.test", password=NEW, agreed_to=SHOWN)
    letter = AccountLetter.objects.get()
    an_hour_ago = letter.created_at - timedelta(hours=1)
    AccountLetter.objects.update(agreed_to=[{**said, "at": an_hour_ago.isoformat()} for said in letter.agreed_to])

    user = letters.registration_complete(token=token_of(letter.pk), password=NEW)

    assert {consent.at for consent in Consent.objects.filter(person=user)} == {an_hour_ago}

"""Second factors: set up, given, used up, taken away; and confirming who one is before what is grave."""

import re
import time
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.factors import codes, services
from accounts.factors.models import Authenticator, Passkey, RecoveryCode
from accounts.factors.services import FactorPaused, FactorRefused
from accounts.letters.links import token_of
from accounts.letters.models import AccountLetter
from accounts.letters.services import registration_request
from accounts.models import Role, User, UserSession
from accounts.services import session_open
from audit.events import AuditEvent, SecurityEventKind
from audit.models import AuditEntry, SecurityEvent
from config.errors import NotAllowed, RuleBroken
from tests.accounts.apps import App
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
TOKEN = "/api/v1/auth/token/"
# An authenticator's id, a credential's id of one byte, and a public key, as an authenticator writes them.
CREDENTIAL = (
    bytes(16) + b"\x00\x01\x07" + bytes.fromhex("a501020326200121582000") + bytes(31) + b"\x22\x58\x20" + bytes(32)
)
STEP, CONFIRM = reverse("second_factor_step"), reverse("confirm")


@pytest.fixture
def app(approver: User) -> App:
    return App(approver)


def signed_in(user: User, **more: str) -> tuple[Client, str]:
    client = Client()
    response = client.post(reverse("login"), {"username": user.email, "password": PASSWORD, **more})
    return client, response.headers.get("Location", "")


def is_in(client: Client) -> bool:
    return client.get(reverse("account")).status_code == 200


def long_ago(user: User) -> None:
    UserSession.objects.filter(user=user).update(authenticated_at=timezone.now() - timedelta(minutes=11))


def api_sign_in(user: User, **more: str) -> Any:
    body = {"email": user.email, "password": PASSWORD, **more}
    return Client().post(TOKEN, body, content_type="application/json")


def test_an_app_is_set_up_by_picture_and_code_and_gives_recovery_codes_once(client: Client, pilot_user: User) -> None:
    client.force_login(pilot_user)
    client.post(reverse("second_factor_app_begin"))
    page = client.get(reverse("second_factor_app")).content.decode()
    secret = re.search(r'qr__key">([A-Z2-7]{32})<', page)
    assert secret is not None
    assert "<svg" in page
    assert "style=" not in page.split("<svg")[1].split("</svg>")[0]

    wrong = client.post(reverse("second_factor_app"), {"code": "000000"})
    assert "not right" in wrong.content.decode()
    shown = client.post(reverse("second_factor_app"), {"code": pyotp.TOTP(secret[1]).now()}).content.decode()

    given = re.findall(r"<code>([a-z2-7-]{19})</code>", shown)
    assert len(set(given)) == 10
    assert given[0] not in client.get(reverse("second_factor")).content.decode()
    assert not RecoveryCode.objects.filter(code_hash__in=given).exists()
    assert secret[1].encode() not in bytes(Authenticator.objects.get().secret)
    assert AuditEntry.objects.filter(event=AuditEvent.FACTOR_ADDED, actor=pilot_user).count() == 1
    assert is_in(client)


def test_a_password_alone_does_not_let_in_whoever_has_a_factor(app: App) -> None:
    client, went_to = signed_in(app.user, next=reverse("contracts:list"))

    assert went_to == f"{STEP}?next=%2Fcontracts%2F"
    assert not is_in(client)
    assert client.get(reverse("admin:index")).status_code == 302
    assert client.get(reverse("second_factor")).headers["Location"] == STEP
    assert not AuditEntry.objects.filter(event=AuditEvent.USER_SIGNED_IN).exists()
    response = client.post(went_to, {"code": app.code(), "next": reverse("contracts:list")})

    assert response.headers["Location"] == reverse("contracts:list")
    assert is_in(client)
    assert AuditEntry.objects.filter(event=AuditEvent.USER_SIGNED_IN).count() == 1


def test_the_desks_sign_in_leads_to_the_second_step_too(app: App) -> None:
    client = Client()
    response = client.post(reverse("admin:login"), {"username": app.user.email, "password": PASSWORD})

    assert response.headers["Location"].startswith(STEP)
    assert client.get(reverse("admin:login")).headers["Location"].startswith(STEP)
    client.post(STEP, {"code": app.code()})
    assert client.get(reverse("admin:index")).status_code == 200


def test_the_second_step_goes_nowhere_else(app: App) -> None:
    client, _ = signed_in(app.user)

    response = client.post(STEP, {"code": app.code(), "next": "https://elsewhere.test/"})

    assert response.headers["Location"] == "/"


def test_whoever_owes_a_factor_may_sign_in_as_somebody_else(app: App, pilot_user: User) -> None:
    client, _ = signed_in(app.user)

    client.post(reverse("logout"))

    assert not UserSession.objects.live().exists()
    assert client.get(STEP).headers["Location"] == reverse("login")


@pytest.mark.parametrize("role", [Role.APPROVER, Role.ADMINISTRATOR])
def test_where_it_is_required_staff_without_a_factor_can_only_set_one_up(settings: Settings, role: Role) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    user = UserFactory.create(role=role)
    client, went_to = signed_in(user)

    assert went_to.startswith(reverse("second_factor"))
    for place in ("account", "admin:index", "contracts:list", "session_list", "password_change"):
        assert client.get(reverse(place)).status_code == 302
    assert "Set one up to go on" in client.get(went_to).content.decode()
    client.post(reverse("second_factor_app_begin"))
    secret = services.authenticator_secret(user)
    assert secret is not None
    client.post(reverse("second_factor_app"), {"code": pyotp.TOTP(secret).now()})

    assert is_in(client)
    assert client.get(reverse("admin:index")).status_code == 200


def test_where_everybody_needs_one_a_pilot_can_only_set_one_up(settings: Settings, pilot_user: User) -> None:
    settings.SECOND_FACTOR_REQUIRED_OF_EVERYBODY = True

    client, went_to = signed_in(pilot_user)
    by_api = api_sign_in(pilot_user)

    assert went_to.startswith(reverse("second_factor"))
    assert "All accounts must have one." in client.get(went_to).content.decode()
    assert not is_in(client)
    assert (by_api.status_code, by_api.json()["code"]) == (403, "second_factor_missing")
    assert "All accounts need a second factor" in by_api.json()["detail"]


def test_where_everybody_needs_one_a_pilot_keeps_his_last(settings: Settings, pilot_user: User) -> None:
    settings.SECOND_FACTOR_REQUIRED_OF_EVERYBODY = True
    app = App(pilot_user)

    with pytest.raises(RuleBroken, match="All accounts keep one"):
        services.authenticator_remove(actor=app.user)

    assert Authenticator.objects.filter(user=pilot_user).exists()


def test_whoever_registers_where_everybody_needs_one_is_led_to_set_it_up(settings: Settings, db: None) -> None:
    settings.SECOND_FACTOR_REQUIRED_OF_EVERYBODY = True
    registration_request(email="new@people.test", password=PASSWORD)
    client = Client()

    answer = client.post(
        reverse("register_verify", args=[token_of(AccountLetter.objects.get().pk)]), {"password": PASSWORD}
    )

    assert answer.headers["Location"].startswith(reverse("second_factor"))
    assert not is_in(client)
    assert not AuditEntry.objects.filter(event=AuditEvent.USER_SIGNED_IN).exists()


def test_pilots_are_let_in_without_one_where_it_is_required(settings: Settings, pilot_user: User) -> None:
    settings.SECOND_FACTOR_REQUIRED = True

    client, _ = signed_in(pilot_user)

    assert is_in(client)
    assert api_sign_in(pilot_user).status_code == 200


def test_a_code_is_good_once(app: App) -> None:
    code = app.code()
    services.code_check(user=app.user, code=code)

    with pytest.raises(FactorRefused):
        services.code_check(user=app.user, code=code)


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_of_another_time_is_refused(app: App, steps: int) -> None:
    app.code()
    code = app.totp.generate_otp(int(time.time()) // 30 + steps)

    with pytest.raises(FactorRefused):
        services.code_check(user=app.user, code=code)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "١٢٣٤٥٦", "abcdef", "\0" * 6, "-12345"])
def test_what_is_no_code_is_refused(app: App, code: str) -> None:
    with pytest.raises(FactorRefused):
        services.code_check(user=app.user, code=code)


def test_a_recovery_code_lets_in_once_however_it_is_typed(app: App) -> None:
    code = app.recovery[0].upper().replace("-", " ")

    services.code_check(user=app.user, code=code)

    with pytest.raises(FactorRefused):
        services.code_check(user=app.user, code=code)
    event = SecurityEvent.objects.get(kind=SecurityEventKind.RECOVERY_CODE_USED)
    assert event.details == {"left": 9}


def test_wrong_codes_pause_the_account_even_for_the_right_one(app: App) -> None:
    for _ in range(5):
        with pytest.raises(FactorRefused):
            services.code_check(user=app.user, code="000000")

    with pytest.raises(FactorPaused):
        services.code_check(user=app.user, code=app.code())

    assert SecurityEvent.objects.get(kind=SecurityEventKind.SECOND_FACTOR_FAILED, user=app.user).count == 5
    assert api_sign_in(app.user, otp=app.code()).status_code == 429


def test_over_the_api_the_code_comes_with_the_password(app: App) -> None:
    missing, wrong = api_sign_in(app.user), api_sign_in(app.user, otp="000000")
    right, spent = api_sign_in(app.user, otp=app.recovery[0]), api_sign_in(app.user, otp=app.recovery[0])

    assert (missing.status_code, missing.json()["code"]) == (403, "second_factor_required")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "authentication_failed")
    assert (right.status_code, spent.status_code) == (200, 401)
    assert UserSession.objects.get(user=app.user).second_factor_at is not None


def test_over_the_api_staff_without_a_factor_are_sent_to_the_site(settings: Settings, approver: User) -> None:
    settings.SECOND_FACTOR_REQUIRED = True

    response = api_sign_in(approver)

    assert (response.status_code, response.json()["code"]) == (403, "second_factor_missing")
    assert not UserSession.objects.exists()


def test_the_last_factor_stays_with_whoever_must_have_one(app: App, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    with pytest.raises(RuleBroken, match="keep one second factor"):
        services.authenticator_remove(actor=app.user)

    settings.SECOND_FACTOR_REQUIRED = False
    services.authenticator_remove(actor=app.user)

    assert not RecoveryCode.objects.exists()
    assert AuditEntry.objects.filter(event=AuditEvent.FACTOR_REMOVED).count() == 1


def test_new_recovery_codes_make_the_old_ones_worthless(app: App) -> None:
    made = services.recovery_codes_renew(actor=app.user)

    with pytest.raises(FactorRefused):
        services.code_check(user=app.user, code=app.recovery[0])
    services.code_check(user=app.user, code=made[0])


def test_an_administrator_resets_anothers_factors_with_a_reason(app: App, administrator: User) -> None:
    session_open(user=app.user)
    refused = [
        (app.user, app.user, "Lost."),
        (UserFactory.create(), app.user, "Lost."),
        (administrator, administrator, "Lost."),
    ]
    for actor, user, reason in refused:
        with pytest.raises(NotAllowed):
            services.factors_reset(actor=actor, user=user, reason=reason)
    with pytest.raises(RuleBroken):
        services.factors_reset(actor=administrator, user=app.user, reason=" ")
    assert Authenticator.objects.exists()
    desk = Client()
    desk.force_login(administrator)

    desk.post(reverse("admin:accounts_reset_factors", args=[app.user.pk]), {"reason": "Showed his licence by video."})

    assert not Authenticator.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert not UserSession.objects.live().filter(user=app.user).exists()
    assert AuditEntry.objects.get(event=AuditEvent.FACTORS_RESET).reason == "Showed his licence by video."


def test_secrets_are_encrypted_anew_under_a_new_key(app: App, settings: Settings) -> None:
    settings.CREDENTIAL_KEYS = [f"new:{'B' * 43}=", *settings.CREDENTIAL_KEYS]

    call_command("rotate_credentials")

    assert Authenticator.objects.get().key_version == "new"
    services.code_check(user=app.user, code=app.code())


def test_a_secret_opens_for_its_own_person_alone(app: App, pilot_user: User) -> None:
    from config.encryption import Undecipherable

    row = Authenticator.objects.get()
    row.user = pilot_user

    with pytest.raises(Undecipherable):
        codes.opened_secret(row)


@pytest.mark.parametrize("answer", ["", "{}", "[]", "5", '{"id": "x"}', '{"id": "AA", "rawId": "AA", "response": {}}'])
def test_what_is_no_passkey_is_refused(client: Client, app: App, pilot_user: User, answer: str) -> None:
    client.force_login(pilot_user)
    client.get(reverse("second_factor"))
    client.post(reverse("passkey_add"), {"answer": answer, "name": "x"})
    waiting, _ = signed_in(app.user)
    waiting.get(STEP)
    response = waiting.post(STEP, {"answer": answer})

    assert not Passkey.objects.exists()
    assert response.status_code == 200
    assert not is_in(waiting)


def test_the_page_of_factors_costs_the_same_for_one_and_for_many_passkeys(client: Client, pilot_user: User) -> None:
    client.force_login(pilot_user)
    counts = []
    for number in range(2):
        Passkey.objects.create(user=pilot_user, name="key", credential_id=bytes([number]), credential=CREDENTIAL)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("second_factor")).status_code == 200
        counts.append(len(asked))

    # Cookie and sign-in, app, passkeys three times, codes, the bell, and what the cookie keeps.
    assert counts == [10, 10]

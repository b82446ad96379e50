"""Signing in over the API: tokens, sessions, clients, and what is refused."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import jwt
import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from accounts.models import Airline, Scope, User, UserSession
from accounts.services import client_create, client_update, session_open, session_refresh
from audit.clearing import clear
from audit.events import AuditEvent, SecurityEventKind
from audit.models import AuditEntry, SecurityEvent
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
AIRLINES = "/api/v1/airlines/"


def bearer(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def forged(**claims: object) -> str:
    """A token signed with our key, with other claims than ours."""
    now = timezone.now()
    body = {
        "token_type": "access",
        "iss": django_settings.TOKEN_ISSUER,
        "aud": django_settings.TOKEN_AUDIENCE,
        "jti": "0" * 32,
        "iat": now,
        "exp": now + timedelta(minutes=5),
        **claims,
    }
    return jwt.encode(body, str(django_settings.SIMPLE_JWT["SIGNING_KEY"]), algorithm="HS256")


def test_a_password_gives_tokens_that_open_the_api_and_leave_a_session(pilot_user: User) -> None:
    response = APIClient().post(
        "/api/v1/auth/token/", {"email": pilot_user.email.upper(), "password": PASSWORD}, format="json"
    )

    assert response.status_code == 200
    assert set(response.data) == {"access", "refresh", "expires_in"}
    assert response.data["expires_in"] == 15 * 60
    assert response["Cache-Control"] == "no-store"
    assert bearer(response.data["access"]).get(AIRLINES).status_code == 200
    session = UserSession.objects.get(user=pilot_user)
    assert session.expires_at - session.created_at <= timedelta(hours=24)
    assert AuditEntry.objects.filter(event=AuditEvent.USER_SIGNED_IN, actor=pilot_user).count() == 1


def test_the_access_token_names_issuer_audience_subject_and_session(pilot_user: User) -> None:
    opened = session_open(user=pilot_user)

    claims = jwt.decode(opened.access, options={"verify_signature": False})

    assert claims["iss"] == "vectorbid-contracts"
    assert claims["aud"] == "vectorbid-contracts-api"
    assert claims["sub"] == str(pilot_user.pk)
    assert claims["sid"] == str(UserSession.objects.get().pk)
    assert claims["exp"] - claims["iat"] == 15 * 60
    assert len(claims["jti"]) == 32


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(
    pilot_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.auth.hashers import BCryptSHA256PasswordHasher

    hashed: list[str] = []
    encode = BCryptSHA256PasswordHasher.encode

    def counted(self: BCryptSHA256PasswordHasher, password: str, salt: str) -> str:
        hashed.append(salt)
        return encode(self, password, salt)

    monkeypatch.setattr(BCryptSHA256PasswordHasher, "encode", counted)

    wrong = APIClient().post("/api/v1/auth/token/", {"email": pilot_user.email, "password": "no"}, format="json")
    unknown = APIClient().post("/api/v1/auth/token/", {"email": "no@people.test", "password": "no"}, format="json")

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.content == unknown.content
    assert wrong["WWW-Authenticate"] == unknown["WWW-Authenticate"] == 'Bearer realm="api"'
    assert wrong["Content-Type"] == "application/problem+json"
    assert len(hashed) == 2
    assert SecurityEvent.objects.get(kind=SecurityEventKind.SIGN_IN_FAILED, counted_by="address").count == 2
    assert not UserSession.objects.exists()


def test_a_closed_account_does_not_get_in(db: None) -> None:
    user = UserFactory.create(is_active=False)

    response = APIClient().post("/api/v1/auth/token/", {"email": user.email, "password": PASSWORD}, format="json")

    assert response.status_code == 401


def test_too_many_attempts_lock_out_even_the_right_password(pilot_user: User, settings: Settings) -> None:
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 2
    wrong = {"email": pilot_user.email, "password": "no"}
    for _ in range(2):
        APIClient().post("/api/v1/auth/token/", wrong, format="json")

    response = APIClient().post(
        "/api/v1/auth/token/", {"email": pilot_user.email.upper(), "password": PASSWORD}, format="json"
    )

    assert response.status_code == 429
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "too_many_requests"
    assert SecurityEvent.objects.filter(kind=SecurityEventKind.LOCKED_OUT, user=pilot_user).exists()
    assert not UserSession.objects.exists()


def test_token_routes_are_throttled_by_address(db: None) -> None:
    attempt = {"client_id": "nobody", "client_secret": "nothing"}
    sent = (APIClient().post("/api/v1/auth/client-token/", attempt, format="json") for _ in range(62))

    response = next(answer for answer in sent if answer.status_code == 429)  # wherever the minute ended, one was full

    assert int(response["Retry-After"]) > 0


def test_a_refresh_gives_new_tokens_once(pilot_user: User) -> None:
    opened = session_open(user=pilot_user)

    response = APIClient().post("/api/v1/auth/refresh/", {"refresh": opened.refresh}, format="json")

    assert response.status_code == 200
    assert response.data["refresh"] != opened.refresh
    assert bearer(response.data["access"]).get(AIRLINES).status_code == 200
    assert UserSession.objects.count() == 1


def test_a_refresh_token_used_twice_ends_the_session_and_is_reported(pilot_user: User) -> None:
    opened = session_open(user=pilot_user)
    fresh = session_refresh(refresh=opened.refresh)

    response = APIClient().post("/api/v1/auth/refresh/", {"refresh": opened.refresh}, format="json")

    assert response.status_code == 401
    assert UserSession.objects.get().revoked_at is not None
    assert SecurityEvent.objects.get().kind == SecurityEventKind.TOKEN_REUSED
    assert bearer(fresh.access).get(AIRLINES).status_code == 401
    later = APIClient().post("/api/v1/auth/refresh/", {"refresh": fresh.refresh}, format="json")
    assert later.status_code == 401


def test_refreshing_does_not_lengthen_the_session(pilot_user: User) -> None:
    opened = session_open(user=pilot_user)

    fresh = session_refresh(refresh=opened.refresh)

    ends = [jwt.decode(token, options={"verify_signature": False})["exp"] for token in (opened.refresh, fresh.refresh)]
    assert ends[0] == ends[1]


def _ended(session: UserSession) -> None:
    session.revoked_at = timezone.now()
    session.save()


def _expired(session: UserSession) -> None:
    UserSession.objects.filter(pk=session.pk).update(
        created_at=timezone.now() - timedelta(days=2), expires_at=timezone.now() - timedelta(seconds=1)
    )


def _closed(session: UserSession) -> None:
    session.user.is_active = False
    session.user.save()


@pytest.mark.parametrize("end", [_ended, _expired, _closed])
def test_a_token_dies_with_its_session_or_account(pilot_user: User, end: Callable[[UserSession], None]) -> None:
    opened = session_open(user=pilot_user)
    end(UserSession.objects.select_related("user").get())

    response = bearer(opened.access).get(AIRLINES)
    refreshed = APIClient().post("/api/v1/auth/refresh/", {"refresh": opened.refresh}, format="json")

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="api"'
    assert refreshed.status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "somebody-else"},
        {"aud": "another-api"},
        {"token_type": "refresh"},
        {"exp": timezone.now() - timedelta(seconds=1)},
        {"sid": "not-a-uuid"},
        {"sid": None},
        {"sub": "not-a-uuid"},
        {"sub": 5},
        {"client": True, "sub": "nobody"},
        {"jti": None},
    ],
)
def test_a_token_with_other_claims_is_refused(pilot_user: User, claims: dict[str, Any]) -> None:
    session_open(user=pilot_user)
    ours = {"sub": str(pilot_user.pk), "sid": str(UserSession.objects.get().pk)}
    assert bearer(forged(**ours)).get(AIRLINES).status_code == 200

    response = bearer(forged(**{**ours, **claims})).get(AIRLINES)

    assert response.status_code == 401


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Bearer x.y.z", "Bearer \u00e9", "Basic abc", ""])
def test_a_malformed_header_is_refused_with_a_challenge(db: None, header: str) -> None:
    response = APIClient().get(AIRLINES, headers={"Authorization": header})

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="api"'
    assert response["Content-Type"] == "application/problem+json"
    assert response["X-Request-ID"]


def test_an_unsigned_token_is_refused(pilot_user: User) -> None:
    claims = jwt.decode(session_open(user=pilot_user).access, options={"verify_signature": False})

    response = bearer(jwt.encode(claims, "", algorithm="none")).get(AIRLINES)

    assert response.status_code == 401


def test_authentication_costs_one_query(pilot_user: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = bearer(session_open(user=pilot_user).access)

    with django_assert_num_queries(2):
        response = client.get(AIRLINES)

    assert response.status_code == 200


def test_sessions_are_listed_for_their_owner_alone(pilot_user: User, approver: User) -> None:
    session_open(user=approver)
    session_open(user=pilot_user)
    client = bearer(session_open(user=pilot_user).access)

    response = client.get("/api/v1/auth/sessions/")

    assert response.status_code == 200
    assert len(response.data["results"]) == 2
    assert [session["is_current"] for session in response.data["results"]].count(True) == 1


def test_an_own_session_is_ended_and_anothers_is_not_found(pilot_user: User, approver: User) -> None:
    opened = session_open(user=pilot_user)
    session_open(user=approver)
    mine, others = UserSession.objects.get(user=pilot_user), UserSession.objects.get(user=approver)
    client = bearer(opened.access)

    refused = client.delete(f"/api/v1/auth/sessions/{others.pk}/")
    ended = client.delete(f"/api/v1/auth/sessions/{mine.pk}/")

    assert (refused.status_code, ended.status_code) == (404, 204)
    others.refresh_from_db()
    assert others.revoked_at is None
    assert client.get(AIRLINES).status_code == 401
    assert AuditEntry.objects.filter(event=AuditEvent.SESSION_REVOKED).count() == 1


def test_revoking_takes_a_refresh_token_or_the_bearers_session(pilot_user: User) -> None:
    first, second = session_open(user=pilot_user), session_open(user=pilot_user)

    by_refresh = APIClient().post("/api/v1/auth/revoke/", {"refresh": first.refresh}, format="json")
    by_bearer = bearer(second.access).post("/api/v1/auth/revoke/", {}, format="json")
    worthless = APIClient().post("/api/v1/auth/revoke/", {"refresh": "worthless"}, format="json")
    stranger = APIClient().post("/api/v1/auth/revoke/", {}, format="json")

    assert [by_refresh.status_code, by_bearer.status_code, worthless.status_code] == [204, 204, 204]
    assert stranger.status_code == 401
    assert not UserSession.objects.live().exists()


def test_a_client_gets_in_with_its_secret_until_it_is_shut_off(administrator: User, airline: Airline) -> None:
    program, secret = client_create(
        actor=administrator, name="VectorBid", scopes=[Scope.RULES_READ], airlines=[airline]
    )

    response = APIClient().post(
        "/api/v1/auth/client-token/", {"client_id": program.client_id, "client_secret": secret}, format="json"
    )

    assert response.status_code == 200
    assert set(response.data) == {"access", "expires_in"}
    client = bearer(response.data["access"])
    assert [row["code"] for row in client.get(AIRLINES).data["results"]] == [airline.code]
    assert client.get("/api/v1/auth/sessions/").status_code == 403
    client_update(actor=administrator, client=program, changes={"is_active": False})
    assert client.get(AIRLINES).status_code == 401


def test_a_wrong_client_secret_is_refused_and_reported(administrator: User, airline: Airline) -> None:
    program, secret = client_create(
        actor=administrator, name="VectorBid", scopes=[Scope.RULES_READ], airlines=[airline]
    )
    assert secret not in program.secret_hash

    response = APIClient().post(
        "/api/v1/auth/client-token/", {"client_id": program.client_id, "client_secret": secret[:-1]}, format="json"
    )

    assert response.status_code == 401
    told = SecurityEvent.objects.filter(kind=SecurityEventKind.CLIENT_SECRET_WRONG, subject=program.client_id)
    assert told.exists()


def test_a_client_without_the_scope_reads_nothing(administrator: User, airline: Airline) -> None:
    program, secret = client_create(actor=administrator, name="VectorBid", scopes=[Scope.VALIDATE], airlines=[airline])
    issued = APIClient().post(
        "/api/v1/auth/client-token/", {"client_id": program.client_id, "client_secret": secret}, format="json"
    )

    response = bearer(issued.data["access"]).get(AIRLINES)

    assert response.status_code == 403
    assert response.json()["code"] == "not_allowed"


def test_the_command_prints_a_token_that_works(pilot_user: User) -> None:
    out = StringIO()

    call_command("issue_token", pilot_user.email, stdout=out)

    assert bearer(out.getvalue().strip()).get(AIRLINES).status_code == 200


def test_the_command_is_refused_outside_demo_and_for_strangers(pilot_user: User, settings: Settings) -> None:
    with pytest.raises(CommandError, match="no active account"):
        call_command("issue_token", "nobody@people.test")

    settings.DEMO = False
    with pytest.raises(CommandError, match="demo"):
        call_command("issue_token", pilot_user.email)

    assert not UserSession.objects.exists()


def test_the_sweep_deletes_what_is_long_over_and_keeps_the_rest(pilot_user: User) -> None:
    for days in (29, 31):
        session_open(user=pilot_user)
        session = UserSession.objects.latest("created_at")
        UserSession.objects.filter(pk=session.pk).update(
            created_at=timezone.now() - timedelta(days=days + 1), expires_at=timezone.now() - timedelta(days=days)
        )

    clear()

    assert UserSession.objects.count() == 1

"""How the API says no: problem documents on every way of going wrong."""

from base64 import b64encode
from urllib.parse import urlencode

import pytest
from rest_framework.test import APIClient

from accounts.models import Airline, User
from tests.accounts.callers import calling_as
from tests.factories import ContractFactory

pytestmark = pytest.mark.django_db
AIRLINES = "/api/v1/airlines/"


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        ("{", "application/json", 400, "parse_error"),
        ("[]", "application/json", 400, "invalid"),
        ("[" * 100_000, "application/json", 400, "parse_error"),
        ('{"email": NaN}', "application/json", 400, "parse_error"),
        ('{"email": "\\ud800"}', "application/json", 400, "parse_error"),
        ('{"email": "a@b.test", "password": "x", "extra": 1}', "application/json", 400, "invalid"),
        ('{"email": "a@b.test"}', "application/json", 400, "invalid"),
        ('{"email": "a@b.test", "password": "\\u0000"}', "application/json", 400, "parse_error"),
        ('{"a\\u0000b": 1}', "application/json", 400, "parse_error"),
        ('{"email": "a@b.test", "password": [{"x": "\\u0000"}]}', "application/json", 400, "parse_error"),
        ("a=b", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        ('{"email": "' + "x" * 3_000_000 + '"}', "application/json", 413, "too_large"),
    ],
)
def test_bad_bodies_are_answered_with_problem_documents(
    db: None, body: str, content_type: str, status: int, code: str
) -> None:
    response = APIClient().post("/api/v1/auth/token/", body, content_type=content_type)

    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == code


def test_an_unknown_field_is_pointed_to(db: None) -> None:
    response = APIClient().post(
        "/api/v1/auth/token/", {"email": "a@b.test", "password": "x", "passwort": "y"}, format="json"
    )

    assert {"pointer": "/passwort", "code": "unknown_field", "detail": "Unknown field."} in response.json()["errors"]


def test_other_methods_and_addresses_are_answered_with_problem_documents(db: None) -> None:
    method, address = APIClient().put("/api/v1/auth/token/", {}, format="json"), APIClient().get("/api/v1/nothing/")

    assert (method.status_code, address.status_code) == (405, 404)
    assert method["Content-Type"] == address["Content-Type"] == "application/problem+json"


def test_an_unknown_query_parameter_is_refused(pilot_user: User) -> None:
    response = calling_as(pilot_user).get(AIRLINES, {"colour": "blue"})

    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "/colour"


def test_a_backslash_before_u0000_is_no_nul(db: None) -> None:
    body = r'{"email": "a@b.test", "password": "\\u0000"}'

    response = APIClient().post("/api/v1/auth/token/", body, content_type="application/json")

    assert response.json()["code"] == "authentication_failed"


def test_a_form_with_too_many_fields_is_answered_with_a_problem_document(pilot_user: User) -> None:
    fields = {f"field{number}": "x" for number in range(1001)}

    response = calling_as(pilot_user).post("/api/v1/contracts/", fields, format="multipart")

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "invalid"


@pytest.mark.parametrize("position", ["nonsense", "\0", "2026-01-01\0", "9" * 30, "9999-99-99", "\ud7ff"])
@pytest.mark.parametrize(
    "path", ["auth/sessions/", "airlines/", "contracts/", "rules/", "regulations/rules/", "contracts/{id}/rules/"]
)
def test_no_cursor_breaks_a_list(airline: Airline, pilot_user: User, path: str, position: str) -> None:
    contract = ContractFactory.create(airline=airline, active=True, rules=1)
    cursor = b64encode(urlencode({"p": position}).encode()).decode()

    response = calling_as(pilot_user).get(f"/api/v1/{path.format(id=contract.pk)}", {"cursor": cursor})

    assert response.status_code in {200, 404}
    assert "\0" not in position or response.status_code == 404


def test_a_tampered_cursor_is_not_found(pilot_user: User) -> None:
    client = calling_as(pilot_user)

    statuses = {
        client.get("/api/v1/auth/sessions/", {"cursor": cursor}).status_code for cursor in ("x", "cD1ub25zZW5zZQ==")
    }

    assert statuses == {404}

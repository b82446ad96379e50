"""What goes wrong before a view is asked, or within it: problem documents with an X-Request-ID, whoever answers."""

from typing import Any

import pytest
from django.test import override_settings
from rest_framework.test import APIClient

from accounts.api.views import AirlineListView
from accounts.models import User
from tests.accounts.callers import calling_as

pytestmark = pytest.mark.django_db

RULES = "/api/v1/regulations/rules/"
PROBLEM = "application/problem+json"


def test_a_fault_of_ours_says_so_and_no_more(pilot_user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: AirlineListView) -> Any:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(AirlineListView, "rows", broken)
    caller = calling_as(pilot_user)
    caller.raise_request_exception = False

    answer = caller.get("/api/v1/airlines/", headers={"x-request-id": "asked-by-117"})

    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (500, PROBLEM, "server_error")
    assert b"secret" not in answer.content
    assert answer["X-Request-ID"] == "asked-by-117"


@override_settings(ALLOWED_HOSTS=["contracts.test"])
@pytest.mark.parametrize("address", [RULES, RULES.rstrip("/"), "/api/v1/nowhere/"])
def test_a_foreign_host_gets_a_problem_document(address: str) -> None:
    answer = APIClient().get(address, headers={"host": "elsewhere.test"})

    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert answer["X-Request-ID"]


@pytest.mark.parametrize("address", ["/api/", "/api/v1/", "/api/v2/rules/", "/api/v1/nowhere", "/api/v1/contracts/1/"])
@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_an_address_that_no_route_has_is_not_found(address: str, method: str) -> None:
    answer = getattr(APIClient(), method)(address)

    assert (answer.status_code, answer["Content-Type"], answer.json()["status"]) == (404, PROBLEM, 404)
    assert answer["X-Request-ID"]


@pytest.mark.parametrize("method", ["get", "head", "post", "put", "patch", "delete"])
def test_a_missing_slash_keeps_method_and_body(method: str) -> None:
    answer = getattr(APIClient(), method)("/api/v1/auth/token?a=1")

    assert (answer.status_code, answer["Location"]) == (308, "/api/v1/auth/token/?a=1")
    assert answer["X-Request-ID"]


def test_a_slash_too_many_leads_nowhere_else() -> None:
    answer = APIClient().get("//elsewhere.test/api/v1/airlines")

    assert answer.get("Location", "/").startswith("/")
    assert not answer.get("Location", "/").startswith("//")


@pytest.mark.parametrize("given", ["short", "x" * 65, "with space 117", "new\tline-117", "höchst-eigen"])
def test_a_request_id_that_is_none_is_replaced(given: str) -> None:
    answer = APIClient().get(RULES, headers={"x-request-id": given})

    assert answer["X-Request-ID"] != given
    assert len(answer["X-Request-ID"]) == 32


def test_a_refused_token_is_refused_in_yaml_too() -> None:
    """The schema is given as YAML, and so is its refusal's code."""
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION="Bearer nonsense")

    answer = caller.get("/api/v1/schema/")

    assert answer.status_code == 401
    assert b"authentication_failed" in answer.content
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_the_other_methods_that_http_has() -> None:
    options, head = APIClient().options(RULES), APIClient().head(RULES)
    trace = APIClient().generic("TRACE", RULES)

    assert (options.status_code, head.status_code, head.content) == (200, 200, b"")
    assert (trace.status_code, trace["Content-Type"]) == (405, PROBLEM)

"""Who gives no token, or one that is none, is told so wherever a token is needed; a bad one is refused everywhere."""

from http import HTTPStatus

import pytest
from rest_framework.test import APIClient

from tests.api_contract.documented import faults_of, operations
from tests.api_contract.scene import Scene, sample

pytestmark = pytest.mark.django_db
# They take no token: what they are sent says who it is.
UNSIGNED = {
    f"POST /api/v1/auth/{route}/"
    for route in (
        "token",
        "refresh",
        "client-token",
        "register",
        "verify-email",
        "password-reset",
        "password-reset/confirm",
        "email-change/confirm",
    )
}


def address(path: str) -> str:
    """An address that the route takes, with ids of nothing."""
    names = {"pilot_id": "P-1", "code": "CSC"}
    for name in (
        "contract",
        "rule",
        "review",
        "improvement",
        "webhook",
        "delivery",
        "session",
        "notification",
        "export",
    ):
        names[f"{name}_id"] = sample("nothing")
    return path.format(**names)


@pytest.mark.parametrize(("method", "path"), operations(), ids=str)
def test_without_a_token_nothing_is_answered_but_what_is_for_everybody(scene: Scene, method: str, path: str) -> None:
    is_public = {} in operations()[method, path]["security"]

    answer = APIClient().generic(method, address(path))

    assert (answer.status_code == HTTPStatus.UNAUTHORIZED) is not is_public or path.endswith("revoke/")
    assert faults_of(method, path, answer.status_code, answer.headers, answer.content) == []


@pytest.mark.parametrize(("method", "path"), operations(), ids=str)
def test_a_token_that_is_none_is_refused_everywhere(scene: Scene, method: str, path: str) -> None:
    answer = APIClient().generic(method, address(path), headers={"Authorization": "Bearer none"})

    if f"{method} {path}" not in UNSIGNED:
        assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert faults_of(method, path, answer.status_code, answer.headers, answer.content) == []

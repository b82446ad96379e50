"""The OpenAPI document: complete, without warnings, and true of refusals."""

from io import StringIO
from typing import Any

import pytest
import yaml
from django.core.management import call_command

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    written: dict[str, Any] = yaml.safe_load(out.getvalue())
    return written


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path.removeprefix('/api/v1/')}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_it_names_every_route_of_the_interface(document: dict[str, Any]) -> None:
    expected = {
        "POST auth/token/",
        "POST auth/refresh/",
        "POST auth/revoke/",
        "GET auth/sessions/",
        "DELETE auth/sessions/{session_id}/",
        "POST auth/client-token/",
        "GET notifications/",
        "POST notifications/read/",
        "POST notifications/{notification_id}/read/",
        "GET airlines/",
        "GET airlines/{code}/contracts/active/",
        "GET airlines/{code}/rule-pack/",
        "GET contracts/",
        "POST contracts/",
        "GET contracts/{contract_id}/",
        "GET contracts/{contract_id}/rules/",
        "GET contracts/{contract_id}/document/",
        "GET contracts/{contract_id}/history/",
        "GET contracts/{contract_id}/diff/",
        "GET contracts/{contract_id}/reviews/",
        "GET contracts/{contract_id}/improvements/",
        "POST contracts/{contract_id}/submit/",
        "POST contracts/{contract_id}/withdraw/",
        "GET rules/",
        "GET rules/{rule_id}/",
        "POST rules/batch/",
        "GET changes/",
        "GET webhooks/",
        "POST webhooks/",
        "GET webhooks/{webhook_id}/",
        "DELETE webhooks/{webhook_id}/",
        "POST webhooks/{webhook_id}/ping/",
        "POST webhooks/{webhook_id}/secret/",
        "POST webhooks/{webhook_id}/replay/",
        "GET webhooks/{webhook_id}/deliveries/",
        "GET webhooks/{webhook_id}/deliveries/{delivery_id}/attempts/",
        "POST webhooks/{webhook_id}/deliveries/{delivery_id}/replay/",
        "GET pilots/me/",
        "PATCH pilots/me/",
        "PUT pilots/me/assignment/",
        "GET pilots/{pilot_id}/rules/",
        "POST pilots/{pilot_id}/validate/",
        "GET regulations/rules/",
        "GET regulations/rules/{rule_id}/",
        "GET regulations/limits/",
    }

    assert expected <= set(operations(document))


def test_every_operation_says_how_it_refuses(document: dict[str, Any]) -> None:
    without = [
        name
        for name, operation in operations(document).items()
        if "application/problem+json" not in operation["responses"].get("4XX", {}).get("content", {})
    ]

    assert without == []


def test_lists_are_pages_and_tokens_are_bearers(document: dict[str, Any]) -> None:
    listed = operations(document)["GET contracts/"]
    page = listed["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]

    assert set(document["components"]["schemas"][page]["properties"]) == {"next", "previous", "results"}
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert {"bearer": []} in listed["security"]
    assert {"status", "airline", "type", "cursor", "page_size"} == {given["name"] for given in listed["parameters"]}

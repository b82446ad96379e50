"""The OpenAPI document: complete, without warnings, and true of refusals."""

from io import StringIO
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from config.api.document import document as committed
from config.api.document import document_bytes

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


def test_it_is_the_one_that_is_committed(document: dict[str, Any]) -> None:
    assert document == committed(), "Run `make schema`, look at the difference, and commit it."


def test_every_operation_names_itself_who_may_and_each_way_to_refuse(document: dict[str, Any]) -> None:
    for name, operation in operations(document).items():
        refusals = {status for status in operation["responses"] if status >= "4"}
        assert operation["summary"], name
        assert operation["tags"], name
        assert operation["security"], name
        assert {"400", "401", "406", "429"} <= refusals, name
        assert "4XX" not in refusals, name
        assert {"413", "415"} <= refusals or "requestBody" not in operation, name


def test_the_document_is_served_as_it_is_committed(client: Client) -> None:
    yaml_answer, json_answer = client.get("/api/v1/schema/"), client.get("/api/v1/schema/?format=json")

    assert yaml_answer.content == document_bytes()
    assert yaml_answer["Content-Type"].startswith("application/vnd.oai.openapi")
    assert json_answer.json() == committed()
    again = client.get("/api/v1/schema/", headers={"If-None-Match": yaml_answer["ETag"]})
    assert again.status_code == 304


def test_lists_are_pages_and_tokens_are_bearers(document: dict[str, Any]) -> None:
    listed = operations(document)["GET contracts/"]
    page = listed["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]

    assert set(document["components"]["schemas"][page]["properties"]) == {"next", "previous", "results"}
    assert document["components"]["securitySchemes"]["person"]["scheme"] == "bearer"
    assert listed["security"] == [{"person": []}, {"client": ["rules:read"]}]
    assert {"status", "airline", "type", "cursor", "page_size"} == {given["name"] for given in listed["parameters"]}

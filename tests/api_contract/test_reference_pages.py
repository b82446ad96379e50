"""The pages of the API's reference: whole, for everybody, and from nowhere but here."""

import re

import pytest
from django.test import Client

from config.api.document import document
from config.api.reference import references

pytestmark = pytest.mark.django_db
DOCS = "/api/v1/docs/"


def test_the_reference_lists_every_operation_and_leads_to_each(client: Client) -> None:
    page = client.get(DOCS)

    text = page.content.decode()
    assert page.status_code == 200
    assert "script-src 'nonce-" in page["Content-Security-Policy"]
    for operation_id in references():
        assert f"{DOCS}operations/{operation_id}/" in text


@pytest.mark.parametrize("operation_id", references())
def test_an_operations_page_tells_its_answers_and_codes(client: Client, operation_id: str) -> None:
    operation = references()[operation_id]

    page = client.get(f"{DOCS}operations/{operation_id}/")

    text = page.content.decode()
    assert page.status_code == 200
    for answer in operation.answers:
        assert f"{answer.status} {answer.phrase}" in text
        assert all(f"<code>{code}</code>" in text for code in answer.codes)


def test_every_shape_has_a_page(client: Client) -> None:
    answers = {name: client.get(f"{DOCS}shapes/{name}/").status_code for name in document()["components"]["schemas"]}

    assert set(answers.values()) == {200}


@pytest.mark.parametrize("address", [DOCS, f"{DOCS}operations/pilots_validate/", f"{DOCS}shapes/Problem/"])
def test_nothing_is_loaded_from_elsewhere_and_no_script_stands_in_the_page(client: Client, address: str) -> None:
    text = client.get(address).content.decode()

    loaded = re.findall(r'<(?:link|script|img)[^>]*(?:href|src)="([^"]+)"', text)
    assert loaded
    assert all(place.startswith("/") and not place.startswith("//") for place in loaded)
    assert re.findall(r"<script(?![^>]*\bsrc=)", text) == []
    assert " style=" not in text


@pytest.mark.parametrize("address", [f"{DOCS}operations/none/", f"{DOCS}shapes/None/"])
def test_what_there_is_not_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404

"""Each example of the OpenAPI document is sent, and answered as the document says.

`RECORD_EXAMPLES=1` writes the answers of those that have none: leave `answer` out, run, look at what was written.
"""

import json
import os
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase

from config.api.examples import Example, examples_file, examples_folder
from tests.accounts.callers import calling_as
from tests.api_contract.documented import compiled, faults_of, operations, resolved
from tests.api_contract.scene import (
    ACCESS_TOKEN,
    REFRESH_TOKEN,
    WEBHOOK_SECRET,
    Scene,
)

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("api examples")]
APPS = ("accounts", "pilots", "regulations", "contracts")
FILES = [path for app in APPS for path in sorted(examples_folder(app).glob("*.json"))]
EXAMPLES = [
    (operation_id, example)
    for path in FILES
    for operation_id, examples in examples_file(path).items()
    for example in examples
]
BY_ID = {operation["operationId"]: place for place, operation in operations().items()}
HIDDEN = {"access": ACCESS_TOKEN, "refresh": REFRESH_TOKEN, "secret": WEBHOOK_SECRET}


def alive(scene: Scene, given: Any) -> Any:
    """What an example says, with real ids and tokens for the samples."""
    text = json.dumps(given)
    for sample, living in scene.living.items():
        text = text.replace(sample, living)
    return json.loads(text)


def sent(scene: Scene, operation_id: str, example: Example) -> tuple[HttpResponseBase, bytes]:
    method, path = BY_ID[operation_id]
    address = path.format(**alive(scene, example.get("path", {})))
    if query := example.get("query"):
        address += "?" + urlencode(alive(scene, query))
    caller = example["caller"]
    client = calling_as(scene.callers[caller] if caller else None)
    body = alive(scene, example.get("body"))
    kind = "json"
    if example.get("body") and "multipart/form-data" in operations()[method, path]["requestBody"]["content"]:
        kind = "multipart"
        file = SimpleUploadedFile("letter-7.txt", body["document"].encode(), content_type="text/plain")
        body = {**body, "document": file}
    response = client.generic if body is None else getattr(client, method.lower())
    answer = (
        response(method, address, headers=example.get("headers", {}))
        if body is None
        else response(address, body, format=kind, headers=example.get("headers", {}))
    )
    return answer, b"".join(answer)  # streaming or not


@pytest.mark.parametrize(
    ("operation_id", "example"), EXAMPLES, ids=[f"{name}: {example['name']}" for name, example in EXAMPLES]
)
def test_an_example_is_answered_as_the_document_says(scene: Scene, operation_id: str, example: Example) -> None:
    method, path = BY_ID[operation_id]

    answer, content = sent(scene, operation_id, example)

    assert answer.status_code == example["status"], content
    assert faults_of(method, path, answer.status_code, answer.headers, content) == []
    if os.environ.get("RECORD_EXAMPLES"):
        recorded(scene, operation_id, example, answer, content)
    described = resolved(operations()[method, path]["responses"][str(example["status"])])
    if "application/json" in described.get("content", {}) and content:
        assert set(json.loads(content)) == set(example["answer"])


def test_every_operation_has_an_example_and_every_example_an_operation() -> None:
    assert {operation_id for operation_id, _ in EXAMPLES} == set(BY_ID)


def test_what_examples_show_is_what_the_document_describes() -> None:
    wrong = [
        (place, name, error.message)
        for place, operation in operations().items()
        for part in [operation.get("requestBody", {}), *map(resolved, operation["responses"].values())]
        for media_type, content in part.get("content", {}).items()
        for name, example in content.get("examples", {}).items()
        for error in compiled(content["schema"]).iter_errors(example["value"])
    ]

    assert wrong == []


def recorded(scene: Scene, operation_id: str, example: Example, answer: HttpResponseBase, content: bytes) -> None:
    """Write what was answered into the example's file, with samples for what is the scene's."""
    if "answer" in example or not content or not answer.headers.get("Content-Type", "").endswith("json"):
        return
    text = content.decode()
    for sample, living in scene.living.items():
        text = text.replace(living, sample)
    said = {name: HIDDEN.get(name, value) for name, value in json.loads(text).items()}
    example["answer"] = said
    path = next(path for path in FILES if any(example is one for one in examples_file(path).get(operation_id, [])))
    path.write_text(json.dumps(examples_file(path), indent=2, ensure_ascii=False) + "\n", "utf-8")

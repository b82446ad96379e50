"""Examples of the OpenAPI document: requests that the tests really send, each with an answer that was really given.

They lie beside the views, in `<app>/api/examples/<tag>.json`: by operation id a list of them, each with `name`, `caller` (a role of
the tests' scene, null for a stranger), `status`, and where there are any `path`, `query`, `headers`, `body` and `answer`. A form's
body has the text of its file in place of the file. Ids and tokens are the scene's samples: the tests put living ones in their place.
"""

import json
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from django.apps import apps

Json = dict[str, Any]
JSON_MEDIA_TYPE = "application/json"


class Example(TypedDict):
    """One request and its answer. Without `answer` the answer has no JSON body."""

    name: str
    caller: str | None
    status: int
    path: NotRequired[dict[str, str]]
    query: NotRequired[dict[str, str]]
    headers: NotRequired[dict[str, str]]
    body: NotRequired[Any]
    media_type: NotRequired[str]
    answer: NotRequired[Any]


def examples_folder(app: str) -> Path:
    """Where an app keeps its examples."""
    return Path(apps.get_app_config(app).path) / "api" / "examples"


@lru_cache
def examples_file(path: Path) -> dict[str, list[Example]]:
    """The examples of one tag, by operation id; none where there is no file."""
    if not path.exists():
        return {}
    found: dict[str, list[Example]] = json.loads(path.read_text("utf-8"))
    return found


def examples_of(app: str, tag: str, operation_id: str) -> list[Example]:
    """The examples of one operation."""
    return examples_file(examples_folder(app) / f"{tag}.json").get(operation_id, [])


def with_examples(operation: Json, examples: list[Example]) -> Json:
    """The operation, with what is sent and answered in its places."""
    shown = deepcopy(operation)
    for example in examples:
        _with_example(shown, example)
    return shown


def _with_example(operation: Json, example: Example) -> None:
    name = example["name"]
    given = {
        "path": example.get("path", {}),
        "query": example.get("query", {}),
        "header": example.get("headers", {}),
    }
    for parameter in operation.get("parameters", ()):
        values = given[parameter["in"]]
        if parameter["name"] in values:
            parameter.setdefault("examples", {})[name] = {"value": values[parameter["name"]]}
    if "body" in example:
        bodies: Json = operation["requestBody"]["content"]
        media_type = example.get("media_type") or next(iter(bodies))
        bodies[media_type].setdefault("examples", {})[name] = {"value": example["body"]}
    answer = operation["responses"].get(str(example["status"]), {})
    if "answer" in example and JSON_MEDIA_TYPE in answer.get("content", {}):
        answer["content"][JSON_MEDIA_TYPE].setdefault("examples", {})[name] = {"value": example["answer"]}

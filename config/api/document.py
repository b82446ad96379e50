"""The OpenAPI document as it is committed: `make schema` writes it from the code, a test compares the two."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

PLACE = Path(__file__).with_name("openapi.yaml")


@cache
def document_bytes() -> bytes:
    """As YAML, as it lies there."""
    return PLACE.read_bytes()


@cache
def document() -> dict[str, Any]:
    """Parsed, once a process. Nobody changes it."""
    parsed: dict[str, Any] = yaml.load(document_bytes(), Loader=yaml.CSafeLoader)
    return parsed

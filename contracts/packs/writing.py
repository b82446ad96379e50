"""A shaped pack as the bytes that are sent and signed: the same for the same rules."""

import json
from collections.abc import Sequence
from enum import StrEnum
from urllib.parse import quote

import orjson
import yaml

from contracts.packs.content import NotExpressed, Shaped

# Headers beyond some 8 KB are refused on the way.
_MOST_IN_HEADER = 4_000


class MediaType(StrEnum):
    """What a pack is written as."""

    JSON = "application/json"
    YAML = "application/yaml"


def written(shaped: Shaped, media_type: MediaType) -> bytes:
    """The pack. In YAML a shape that has no room for it begins with what it does not say, as comments."""
    if media_type is MediaType.JSON:
        return orjson.dumps(shaped.document)
    text = yaml.dump(shaped.document, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=120)
    comments = "" if shaped.has_room else "".join(map(_comment, shaped.not_expressed))
    return f"{comments}{text}".encode()


def _comment(rule: NotExpressed) -> str:
    """One line whatever the words hold: as JSON in ASCII."""
    return f"# not expressed: {json.dumps(rule.rule_id)}: {json.dumps(rule.reason)}\n"


def listed(rules: Sequence[NotExpressed]) -> str:
    """Their ids for a header: percent-encoded, by comma; "..." ends a list that is too long."""
    found: list[str] = []
    length = 0
    for rule in rules:
        name = quote(rule.rule_id, safe="")
        length += len(name) + 1
        if length > _MOST_IN_HEADER:
            return ",".join([*found, "..."])
        found.append(name)
    return ",".join(found)

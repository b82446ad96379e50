"""Reads the worked examples out of the pages of `docs/far117/`.

An example is a fenced block `yaml example`: one case with `id`, `title`, `citation`, `schedule` and `expect`. A block
`json row ID N` shows members of item N's row in the answer to the example ID of the same page.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PAGES = Path(__file__).resolve().parents[3] / "docs" / "far117"
# An index, and two pages made by programs.
WITHOUT_EXAMPLES = frozenset({"README.md", "catalogue.md", "mutation.md"})
_EXAMPLE = re.compile(r"^```yaml example\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^```json row (\S+) (\d+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Example:
    """One worked case. `expect` has either `verdict`, `findings`, `info` and `numbers`, or `error_pointers`."""

    page: str
    id: str
    citation: str
    schedule: Any
    expect: Mapping[str, Any]

    @property
    def refused(self) -> bool:
        return "error_pointers" in self.expect


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """Members of an item's row as a page prints them."""

    page: str
    example_id: str
    item: int
    members: Mapping[str, Any]


@cache
def pages() -> tuple[str, ...]:
    """The names of all pages, in order."""
    return tuple(sorted(path.name for path in PAGES.glob("*.md")))


@cache
def examples() -> tuple[Example, ...]:
    """The examples of all pages, in reading order."""
    return tuple(_example(name, block) for name in pages() for block in _EXAMPLE.findall(_text(name)))


@cache
def printed_rows() -> tuple[PrintedRow, ...]:
    """The rows that pages print as JSON."""
    return tuple(
        PrintedRow(page=name, example_id=example_id, item=int(item), members=json.loads(members))
        for name in pages()
        for example_id, item, members in _ROW.findall(_text(name))
    )


def _text(name: str) -> str:
    return (PAGES / name).read_text(encoding="utf-8")


def _example(page: str, block: str) -> Example:
    case = yaml.safe_load(block)
    if set(case) != {"id", "title", "citation", "schedule", "expect"}:
        raise ValueError(f"{page}: an example has the members {sorted(case)}")
    if not all(isinstance(case[member], str) for member in ("id", "title", "citation")):
        raise ValueError(f"{page}: {case['id']}: id, title and citation are texts")
    return Example(
        page=page, id=case["id"], citation=case["citation"], schedule=case["schedule"], expect=case["expect"]
    )

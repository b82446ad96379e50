"""What the documents about security promise is there: requirements, tests, files, variables."""

import ast
import re
from collections import Counter
from functools import cache

import pytest

from config.refusals import OPTIONAL_SECRETS, SECRETS
from tests.asvs import PAGE, ROOT, SECTIONS, State, levels, page, requirements

DOCUMENTS = ("SECURITY.md", "THREAT_MODEL.md")
_TEST = re.compile(r"`((?:tests/)?[a-z0-9_/]+\.py)::(test_\w+)`")
_FILE = re.compile(r"`([\w./-]+\.(?:md|py|csv|yaml|example))`")


@cache
def functions_of(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.exists():
        return frozenset()
    return frozenset(node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef))


def is_there(test: str) -> bool:
    path, _, name = test.partition("::")
    return name in functions_of(path)


def test_the_standard_has_345_requirements_of_which_253_are_of_the_first_two_levels() -> None:
    counts = Counter("".join(SECTIONS.values()))

    assert counts == {"1": 70, "2": 183, "3": 92}


def test_no_requirement_is_missing_or_there_twice() -> None:
    wanted = {number: level for number, level in levels().items() if level in "12"}
    given = [(requirement.number, requirement.level) for requirement in requirements()]

    assert len(given) == len(set(given))
    assert dict(given) == wanted


def test_every_state_is_shown_or_explained() -> None:
    unshown = [found.number for found in requirements() if found.state is State.MET and not found.tests]
    unexplained = [found.number for found in requirements() if found.state is not State.MET and not found.note]

    assert (unshown, unexplained) == ([], [])


def test_every_test_that_the_table_names_exists() -> None:
    named = sorted({test for requirement in requirements() for test in requirement.tests})

    assert [test for test in named if not is_there(test)] == []


def test_the_page_says_what_the_file_says() -> None:
    assert PAGE.read_text() == page()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_the_documents_name_is_there(document: str) -> None:
    text = (ROOT / document).read_text()
    tests = [f"tests/{path.removeprefix('tests/')}::{name}" for path, name in _TEST.findall(text)]
    files = {name for name in _FILE.findall(text) if "::" not in name}

    assert [test for test in tests if not is_there(test)] == []
    assert [name for name in files if not (ROOT / name).exists() and not (ROOT / "docs" / name).exists()] == []


def test_the_runbook_tells_how_each_secret_is_changed() -> None:
    keys = (ROOT / "SECURITY.md").read_text().partition("## Keys")[2].partition("\n## ")[0]

    assert [name for name in (*SECRETS, *OPTIONAL_SECRETS) if f"`{name}`" not in keys] == []

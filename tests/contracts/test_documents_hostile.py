"""Two hundred hostile files: each is read or refused in words, within the limits of the child that reads it."""

from pathlib import Path
from random import Random

import pytest

from contracts.documents.faults import DocumentFault
from contracts.documents.isolation import DEFAULT_LIMITS, inspect_in_child, read_pages_in_child
from contracts.documents.pages import Page
from contracts.extraction import extract_proposals
from tests.contracts.hostile_files import FAMILIES

MOST_SECONDS = 60
MOST_BYTES = 512 * 1024**2


def test_there_are_two_hundred_of_them() -> None:
    assert sum(count for count, _ in FAMILIES.values()) >= 200


def test_a_child_may_not_take_more_than_is_promised() -> None:
    assert DEFAULT_LIMITS.memory_bytes <= MOST_BYTES
    assert DEFAULT_LIMITS.cpu_seconds <= MOST_SECONDS
    assert DEFAULT_LIMITS.wall_seconds <= MOST_SECONDS


def read_or_refused(path: Path) -> list[Page] | str:
    """The pages, or the words of the refusal; whatever else is raised is an error of the reader."""
    try:
        return list(read_pages_in_child(path, inspect_in_child(path).media_type))
    except DocumentFault as fault:
        return fault.message


@pytest.mark.parametrize("family", FAMILIES)
def test_a_hostile_file_is_read_or_refused_in_words(family: str, tmp_path: Path) -> None:
    count, make = FAMILIES[family]
    for seed in range(count):
        path = make(tmp_path / f"{seed}.bin", Random(f"{family} {seed}"))  # noqa: S311 # repeatable, not secret

        found = read_or_refused(path)

        assert found, (family, seed)
        if isinstance(found, str):
            assert found[0].isupper()
            assert found.endswith(".")
            assert str(tmp_path) not in found
        else:
            assert [page.number for page in found] == list(range(1, len(found) + 1))
            extract_proposals(found[:50])
        path.unlink()

"""A pytest plugin that reads every line that the product logs while its suite runs, and fails the run for one that names somebody.

What the product's formatters write is read as they write it, whatever pytest captures; so are the logs that servers and processes of
the tests leave under `var/test` and in the tests' own folders. Workers of a run in parallel hand on what they found. What is
looked for is written here anew, apart from `config.masking`.
"""

import ipaddress
import logging
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from config.supervisor.plan import WELCOME
from tests.servers_plugin import TEST_VAR_DIR

MOST_SHOWN = 25
LONGEST_SHOWN = 300
HANDED_ON = "lines_that_name_somebody"
# The suite's people: those of the factories and those of the demo.
PEOPLE = re.compile(
    r"\b(?:Person \d+|P-1\d{4}|CSC-\d{4}|Robin Calloway|Sasha Lindqvist|Morgan Achterberg|Jules Okonedo|Nora Body)\b"
)
EMAIL = re.compile(r"[A-Za-z0-9]@[A-Za-z0-9-]{1,63}\.[A-Za-z]{2}")
IPV4 = re.compile(
    r"(?<![\d.])(?!127\.|0\.0\.0\.0)(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?!\.?\d)"
)
COLONS = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]{3,45}(?![\w:])")


def named_in(line: str) -> str | None:
    """What in the line names somebody; None for a line that names nobody."""
    for looked_for in (EMAIL, PEOPLE, IPV4):
        if found := looked_for.search(line):
            return found.group()
    if line.count(":") > 1:
        for found in COLONS.finditer(line):
            if _is_somebodys(found.group()):
                return found.group()
    return None


def _is_somebodys(text: str) -> bool:
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)


def _is_welcome(line: str) -> bool:
    """What `make run` tells on purpose: whom to sign in as."""
    return any(said in line for said in WELCOME)


class Lines:
    """What was found, and how much was looked through."""

    def __init__(self) -> None:
        self.read = 0
        self.found: list[str] = []

    def look(self, text: str, *, where: str) -> None:
        """Look through what was written, line by line."""
        for line in text.splitlines():
            self.read += 1
            if len(self.found) < MOST_SHOWN and (what := named_in(line)) and not _is_welcome(line):
                self.found.append(f"{where}: {what!r} in {line[:LONGEST_SHOWN]}")


LINES = Lines()
_begun_at: dict[Path, int] = {}


def logs_of_processes(folder: Path) -> Iterator[Path]:
    """The logs under a folder, without the databases' own files."""
    return (path for path in folder.rglob("*.log") if path.is_file() and "pg_wal" not in path.parts)


def look_through(path: Path, begin: int) -> None:
    """Look through what was added to a file from there on."""
    with path.open("rb") as file:
        file.seek(begin if begin <= path.stat().st_size else 0)
        for line in file:
            LINES.look(line.decode(errors="replace"), where=path.name)


def _read_along(formatter: type[logging.Formatter]) -> None:
    write: Callable[[logging.Formatter, logging.LogRecord], str] = formatter.format

    def format_and_look(self: logging.Formatter, record: logging.LogRecord) -> str:
        written = write(self, record)
        LINES.look(written, where=os.environ.get("PYTEST_CURRENT_TEST", "between the tests"))
        return written

    formatter.format = format_and_look  # type: ignore[method-assign] # for as long as the process lives


class RequestLines(logging.Handler):
    """Reads the lines that are written as they stand."""

    def emit(self, record: logging.LogRecord) -> None:
        LINES.look(record.getMessage(), where=os.environ.get("PYTEST_CURRENT_TEST", "between the tests"))


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    from config.logging import LineFormatter

    _read_along(LineFormatter)
    logging.getLogger("config.requests.lines").addHandler(RequestLines())
    if not _is_worker(config):
        _begun_at.update({path: path.stat().st_size for path in logs_of_processes(TEST_VAR_DIR)})


def pytest_testnodedown(node: Any) -> None:
    """A worker has ended: what it found is ours."""
    found, read = getattr(node, "workeroutput", {}).get(HANDED_ON, ([], 0))
    LINES.found += found
    LINES.read += read


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _is_worker(session.config):
        session.config.workeroutput[HANDED_ON] = (LINES.found, LINES.read)  # type: ignore[attr-defined] # xdist's
        return
    for path in logs_of_processes(TEST_VAR_DIR):
        look_through(path, _begun_at.get(path, 0))
    if LINES.found and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Names the lines."""
    if not LINES.found:
        terminalreporter.write_line(f"{LINES.read} log lines name nobody")
        return
    terminalreporter.section("log lines that name somebody", red=True)
    for line in LINES.found[:MOST_SHOWN]:
        terminalreporter.write_line(line)


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")

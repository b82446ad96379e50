"""The suite's own reader of logs: it finds what it is there for, and fails a run for it, in one process and in several."""

import subprocess
import sys
from pathlib import Path

import pytest

from config.masking import masked
from tests.logs_plugin import Lines, logs_of_processes, named_in

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    "line",
    [
        "mailed to robin@people.test",
        "from 192.0.2.75: refused",
        "peer 2001:db8::75 left",
        "the pilot P-10001",
        "Person 7 signed in",
        "Robin Calloway signed in",
    ],
)
def test_it_finds_people_and_addresses(line: str) -> None:
    assert named_in(line)


@pytest.mark.parametrize(
    "line",
    [
        "listening on 127.0.0.1:8000, [::1]:8000 and 0.0.0.0",
        "2026-11-22 10:20:30.123 UTC [7] ERROR:  deadlock detected",
        "tests/a.py::test_b route=contracts/<uuid:contract_id>/ status=200",
        masked("robin@people.test from 192.0.2.75 and 2001:db8::75"),
    ],
)
def test_it_leaves_what_names_nobody(line: str) -> None:
    assert named_in(line) is None


def test_it_keeps_the_first_lines_alone_and_counts_all() -> None:
    lines = Lines()

    lines.look("a\n" + "x@people.test\n" * 40, where="here")

    assert (lines.read, len(lines.found)) == (41, 25)
    assert lines.found[0].startswith("here: 'x@people.te' in x@")


def test_it_reads_the_logs_of_processes_and_not_the_databases_files(tmp_path: Path) -> None:
    (tmp_path / "postgresql" / "pg_wal").mkdir(parents=True)
    (tmp_path / "postgresql" / "pg_wal" / "0001.log").touch()
    (tmp_path / "postgresql.log").touch()

    assert [path.name for path in logs_of_processes(tmp_path)] == ["postgresql.log"]


TELLING = """
import logging

def test_tells_too_much():
    logging.getLogger("config.requests.lines").{call}

def test_another():
    pass
"""


@pytest.mark.parametrize(
    ("workers", "call", "code"),
    [("2", 'warning("robin" + "@people.test asks")', 1), ("0", 'warning("somebody asks")', 0)],
    ids=["named", "nobody"],
)
def test_a_run_fails_for_a_line_that_names_somebody(workers: str, call: str, code: int, tmp_path: Path) -> None:
    (tmp_path / "test_telling.py").write_text(TELLING.format(call=call))
    plugins = ["-p", "tests.logs_plugin", "-p", "no:django", "-p", "no:cacheprovider"]
    arguments = ["-q", *plugins, "-n", workers, f"--rootdir={tmp_path}", "--noconftest", str(tmp_path)]

    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == code, done.stdout
    assert ("log lines that name somebody" in done.stdout) is (code == 1)
    assert "2 passed" in done.stdout

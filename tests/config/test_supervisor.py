"""The supervisor on small programs of the tests' own: real processes, real servers, real signals."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config import servers
from config.servers.processes import command_line

pytestmark = pytest.mark.processes

CHECKOUT = Path(__file__).resolve().parent.parent.parent
RUN = """
import json, sys
from pathlib import Path
from config.supervisor import Plan, Program, Step, Stream, Supervisor
var_dir, given = Path(sys.argv[1]), json.loads(sys.argv[2])
plan = Plan(
    steps=tuple(Step(name, (sys.executable, "-c", text)) for name, text in given["steps"]),
    programs=tuple(Program(name, (sys.executable, "-c", text), *rest) for name, text, *rest in given["programs"]),
    health_url=given.get("health_url"),
    welcome=("Come in.",),
)
sys.exit(Supervisor(plan, var_dir, Stream(sys.stdout)).run())
"""
LASTING = "import time; print('here', flush=True); time.sleep(600)"
SAYS_WHEN_ASKED_TO_END = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (print('asked to end', flush=True), sys.exit(0)))
print('here', flush=True)
time.sleep(600)
"""
STUBBORN_WITH_A_CHILD = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
deaf = 'import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)'
child = subprocess.Popen([sys.executable, '-c', deaf])
print('child', child.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture(autouse=True)
def _no_named_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.fixture
def var_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "var"
    servers.stop(tmp_path / "var", force=True)


class Running:
    """A supervisor in a process of its own, and what it has said."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said = ""

    def wait_for(self, pattern: str, *, times: int = 1) -> re.Match[str]:
        """Read on until `pattern` has been seen `times` times; the last of them."""
        assert self.process.stdout is not None
        while len(found := list(re.finditer(pattern, self.said))) < times:
            line = self.process.stdout.readline()
            assert line, f"{pattern!r} was not said:\n{self.said}"
            self.said += line
        return found[-1]

    def end(self) -> int:
        """Read to the end; the exit code."""
        rest, _ = self.process.communicate(timeout=60)
        self.said += rest
        return self.process.returncode


@contextmanager
def supervisor(var_dir: Path, **plan: Any) -> Iterator[Running]:
    given = json.dumps({"steps": [], "programs": []} | plan)
    with subprocess.Popen(
        [sys.executable, "-c", RUN, str(var_dir), given],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=CHECKOUT,
    ) as process:
        running = Running(process)
        try:
            yield running
        finally:
            if process.poll() is None:
                process.terminate()
                running.end()


def pid_of(var_dir: Path, part: str) -> int:
    return int((var_dir / "run" / f"{part}.pid").read_text())


def all_pids(var_dir: Path) -> list[int]:
    return [int(text) for path in (var_dir / "run").glob("*.pid") if (text := path.read_text().strip())]


def await_end_of(pids: list[int]) -> None:
    while any(command_line(pid) is not None for pid in pids):
        time.sleep(0.05)


def test_steps_run_in_order_with_the_servers_before_any_program(var_dir: Path) -> None:
    says_database = "import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'])"
    steps = [["first", "print('one')"], ["second", says_database]]

    with supervisor(var_dir, steps=steps, programs=[["web", LASTING, 0]]) as running:
        running.wait_for("Come in")

    order = [
        running.said.index(word) for word in ("first       | one", "second      | postgresql://", "web         | here")
    ]
    assert order == sorted(order)
    assert re.search(r"(?m)^\d\d:\d\d:\d\d first +\| one$", running.said)


def test_failed_step_ends_everything_with_its_name(var_dir: Path) -> None:
    with supervisor(var_dir, steps=[["migrate", "raise SystemExit(3)"]], programs=[["web", LASTING, 0]]) as running:
        code = running.end()

    assert code == 1
    assert "step migrate ended with exit code 3" in running.said
    assert "web " not in running.said
    assert set(servers.status(var_dir).values()) == {None}


def test_program_that_dies_is_started_again(var_dir: Path) -> None:
    with supervisor(var_dir, programs=[["worker", LASTING, 1]]) as running:
        running.wait_for(r"worker +\| here")
        first = pid_of(var_dir, "worker")
        os.kill(first, signal.SIGKILL)

        running.wait_for(r"worker +\| here", times=2)

        second = pid_of(var_dir, "worker")
    assert "worker was ended by SIGKILL; it is started again" in running.said
    assert second != first


def test_what_a_dead_program_has_started_goes_with_it(var_dir: Path) -> None:
    with supervisor(var_dir, programs=[["worker", STUBBORN_WITH_A_CHILD, 1]]) as running:
        child = int(running.wait_for(r"child (\d+)").group(1))
        os.kill(pid_of(var_dir, "worker"), signal.SIGKILL)

        running.wait_for(r"child (\d+)", times=2)

        assert command_line(child) is None


@pytest.mark.parametrize("name", ["postgresql", "valkey"])
def test_server_that_dies_is_started_again_on_the_same_socket(var_dir: Path, name: str) -> None:
    with supervisor(var_dir, programs=[["web", LASTING, 0]]) as running:
        running.wait_for(r"web +\| here")
        first = pid_of(var_dir, name)
        os.kill(first, signal.SIGKILL)

        running.wait_for(rf"{name} +\| .*[Rr]eady to accept connections")

        with servers.available(var_dir) as found, psycopg.connect(found.database_url) as connection:
            row = connection.execute("SELECT 1").fetchone()
            again = found.pids()[name]
    assert f"{name} has ended; it is started again" in running.said
    assert row == (1,)
    assert again != first


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_all_within_ten_seconds_and_leaves_no_process(var_dir: Path, number: signal.Signals) -> None:
    programs = [["web", SAYS_WHEN_ASKED_TO_END, 0], ["worker", STUBBORN_WITH_A_CHILD, 1]]
    with supervisor(var_dir, programs=programs) as running:
        child = int(running.wait_for(r"child (\d+)").group(1))
        running.wait_for(r"web +\| here")
        pids = [*all_pids(var_dir), child]
        running.process.send_signal(number)

        rest, _ = running.process.communicate(timeout=10)

        assert running.process.returncode == 0
        assert "asked to end" in rest
        assert len(pids) == 6
        assert [command_line(pid) for pid in pids] == [None] * 6
        assert all_pids(var_dir) == []


def test_nothing_that_does_not_end_by_itself_outlives_the_ten_seconds(var_dir: Path) -> None:
    with supervisor(var_dir, programs=[["worker", STUBBORN_WITH_A_CHILD, 1]]) as running:
        child = int(running.wait_for(r"child (\d+)").group(1))
        pids = [*all_pids(var_dir), child]
        for name in ("postgresql", "valkey"):
            os.kill(pid_of(var_dir, name), signal.SIGSTOP)
        running.process.terminate()

        running.process.communicate(timeout=10)

        assert len(pids) == 5
        assert [command_line(pid) for pid in pids] == [None] * 5


def test_second_interrupt_does_not_wait_for_the_stubborn(var_dir: Path) -> None:
    with supervisor(var_dir, programs=[["worker", STUBBORN_WITH_A_CHILD, 1]]) as running:
        running.wait_for("child")
        running.process.send_signal(signal.SIGINT)
        running.wait_for("once more Ctrl-C")
        running.process.send_signal(signal.SIGINT)

        code = running.end()

    assert code == 0
    assert "worker does not end by itself; it is killed" in running.said


def test_signal_during_a_step_ends_it(var_dir: Path) -> None:
    with supervisor(var_dir, steps=[["migrate", LASTING]], programs=[["web", LASTING, 0]]) as running:
        running.wait_for(r"migrate +\| here")
        running.process.terminate()

        code = running.end()

    assert code == 0
    assert "web " not in running.said


def test_killed_supervisor_leaves_nothing_and_the_next_one_starts(var_dir: Path) -> None:
    with supervisor(var_dir, programs=[["worker", LASTING, 1]]) as running:
        running.wait_for(r"worker +\| here")
        pids = all_pids(var_dir)
        running.process.kill()
        running.process.wait()

        await_end_of(pids)

    with supervisor(var_dir, programs=[["worker", LASTING, 1]]) as running:
        running.wait_for(r"worker +\| here")


def test_second_supervisor_names_the_first(var_dir: Path) -> None:
    with supervisor(var_dir, programs=[["worker", LASTING, 1]]) as first:
        first.wait_for(r"worker +\| here")

        with supervisor(var_dir) as second:
            code = second.end()

        assert code == 1
        assert f"process {first.process.pid}" in second.said


def test_welcome_waits_for_the_web(var_dir: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serving = (
        "import http.server\n"
        "class Health(http.server.BaseHTTPRequestHandler):\n"
        "    def do_GET(self): print('asked', flush=True); self.send_response(200); self.end_headers()\n"
        f"http.server.HTTPServer(('127.0.0.1', {port}), Health).serve_forever()\n"
    )

    with supervisor(var_dir, programs=[["web", serving, 0]], health_url=f"http://127.0.0.1:{port}/health/") as running:
        running.wait_for("Come in")
        running.wait_for("asked")

    assert running.said.count("Come in") == 1


def test_worker_leaves_the_web_a_head_start_but_not_a_long_one(var_dir: Path) -> None:
    programs = [["web", LASTING, 0], ["worker", LASTING, 1, True]]
    with supervisor(var_dir, programs=programs, health_url="http://127.0.0.1:1/health/") as running:
        running.wait_for(r"web +\| here")
        begun = time.monotonic()
        running.wait_for(r"worker +\| here")
        waited_seconds = time.monotonic() - begun

    assert 1 < waited_seconds < 6
    assert "Come in" not in running.said


def test_worker_starts_at_once_when_the_web_answers(var_dir: Path) -> None:
    programs = [["worker", LASTING, 1, True]]
    with supervisor(var_dir, programs=programs) as running:
        running.wait_for("Come in")
        begun = time.monotonic()
        running.wait_for(r"worker +\| here")

    assert time.monotonic() - begun < 2


def test_stream_that_nobody_reads_any_more_ends_the_run(var_dir: Path) -> None:
    with supervisor(var_dir, programs=[["web", "import time\nwhile True: print('x'); time.sleep(.1)", 0]]) as running:
        running.wait_for(r"web +\| x")
        pids = all_pids(var_dir)
        assert running.process.stdout is not None
        running.process.stdout.close()

        running.process.wait(timeout=60)

        assert [command_line(pid) for pid in pids] == [None] * len(pids)


def test_named_servers_are_used_and_none_is_started(var_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")

    with supervisor(var_dir, programs=[["web", "import os; print(os.environ['DATABASE_URL'])", 0]]) as running:
        running.wait_for("postgresql://elsewhere/db")

    assert not (var_dir / "servers").exists()

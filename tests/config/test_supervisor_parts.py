"""The supervisor's smaller pieces: ports and their holders, lines, logs, delays, the product's plan."""

import io
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.supervisor.part import HEALTHY_AFTER_SECONDS, Delay
from config.supervisor.plan import product
from config.supervisor.ports import taken_by
from config.supervisor.stream import Lines, LogTail, Stream

CHECKOUT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    made = socket.create_server(("127.0.0.1", 0))
    yield made
    made.close()


def test_taken_port_names_the_process_that_listens(listener: socket.socket) -> None:
    holder = taken_by("127.0.0.1", listener.getsockname()[1])

    assert holder is not None
    assert holder.startswith(f"process {os.getpid()} (")
    assert "python" in holder or "pytest" in holder


def test_port_is_taken_for_all_addresses_when_it_is_for_one(listener: socket.socket) -> None:
    holder = taken_by("0.0.0.0", listener.getsockname()[1])  # noqa: S104 - asked about, not served

    assert holder is not None


def test_port_that_nobody_has_is_free(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    listener.close()

    assert taken_by("127.0.0.1", port) is None


@pytest.mark.processes
def test_run_refuses_a_taken_port_at_once_and_touches_nothing(listener: socket.socket, tmp_path: Path) -> None:
    port = listener.getsockname()[1]

    ended = subprocess.run(
        [sys.executable, "-m", "config.supervisor"],
        env={**os.environ, "PORT": str(port), "VAR_DIR": str(tmp_path / "var")},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert f"Port {port} is taken by process {os.getpid()} (" in ended.stderr
    assert not (tmp_path / "var").exists()


@pytest.mark.processes
@pytest.mark.parametrize(("name", "value"), [("PORT", "many"), ("PORT", "70000"), ("HOST", "no.such.host.invalid")])
def test_run_refuses_an_address_that_is_none(tmp_path: Path, name: str, value: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "config.supervisor"],
        env={**os.environ, "VAR_DIR": str(tmp_path / "var"), name: value},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode in {1, 2}
    assert value in ended.stderr
    assert "Traceback" not in ended.stderr


def test_delays_double_up_to_ten_seconds_and_shrink_after_a_minute_of_health() -> None:
    delay = Delay()

    early = [delay.after(0.1) for _ in range(7)]
    healthy = delay.after(HEALTHY_AFTER_SECONDS)

    assert early == [0.5, 1, 2, 4, 8, 10, 10]
    assert healthy == 0.5


def test_lines_are_put_together_from_pieces() -> None:
    lines = Lines()

    said = [*lines.add(b"one\ntw"), *lines.add(b"o\r\n\xff"), *lines.end()]

    assert said == ["one", "two", "\N{REPLACEMENT CHARACTER}"]


def test_line_without_an_end_is_cut() -> None:
    lines = Lines()

    said = lines.add(b"x" * 100_000)

    assert [len(line) for line in said] == [100_000]


def test_log_is_followed_from_its_end_and_after_it_was_moved_aside(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    log.write_text("old line, long enough\n")
    tail = LogTail(log)

    nothing = tail.new_lines()
    with log.open("a") as file:
        file.write("new\n")
    added = tail.new_lines()
    log.write_text("anew\n")
    moved = tail.new_lines()

    assert (nothing, added, moved) == ([], ["new"], ["anew"])


def test_stream_has_no_colours_outside_a_terminal() -> None:
    target = io.StringIO()

    Stream(target).write("web", "hello")

    assert target.getvalue()[8:] == " web         | hello\n"


def test_product_asks_the_web_to_end_first(tmp_path: Path) -> None:
    plan = product(host="0.0.0.0", port=8001, var_dir=tmp_path)  # noqa: S104 - put on a command line, not served

    first = min(plan.programs, key=lambda program: program.stop_round).name

    assert first == "web"
    assert [program.name for program in plan.programs if not program.after_web] == ["web"]
    assert [step.name for step in plan.steps] == ["prepare"]
    assert plan.health_url == "http://127.0.0.1:8001/health/"

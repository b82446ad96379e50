"""How the embedded servers end: with a user that is told to end, within their time, and never two on the same data."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from config import servers
from config.servers import processes
from config.servers.processes import command_line, working_in
from tests.config.test_servers import CHECKOUT, USER, another_user, pids_told_by, running_pids

pytestmark = pytest.mark.processes

LASTING = "import time; print('here', flush=True); time.sleep(600)"
HANDLES_TERM = "import os, signal; signal.signal(signal.SIGTERM, lambda *_: os.write(1, b'own handler '))\n"
IGNORES_HUP = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
PYTEST = """
import sys
from pathlib import Path
import pytest
from tests import servers_plugin
servers_plugin.TEST_VAR_DIR = Path(sys.argv[1])
sys.exit(pytest.main(["-s", "-c", "/dev/null", "-p", "no:django", "-p", "no:cacheprovider", "-p", "tests.servers_plugin",
                      sys.argv[2]]))
"""


@pytest.fixture(autouse=True)
def _no_named_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.fixture(autouse=True)
def _hang_up_ends() -> Iterator[None]:
    """Also where the suite itself was started to outlive its terminal, which its children would inherit."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture
def var_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "var"
    servers.stop(tmp_path / "var", force=True)


def started(*command: str | Path, var_dir: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=CHECKOUT,
        env={**os.environ, "VAR_DIR": str(var_dir)},
    )


def read_until(word: str, process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    said = ""
    while word not in said:
        line = process.stdout.readline()
        assert line, f"{word!r} was not said:\n{said}"
        said += line


def freeze(pids: list[int]) -> None:
    """Servers that answer no signal but KILL."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_command_that_is_told_to_end_takes_its_servers_along(var_dir: Path, number: signal.Signals) -> None:
    with started("manage.py", "shell", "-c", LASTING, var_dir=var_dir) as command:
        read_until("here", command)
        before = running_pids(var_dir)
        # make and timeout send it twice
        command.send_signal(number)
        command.send_signal(number)
        command.communicate(timeout=20)

    assert len(before) == 2
    assert command.returncode == 128 + number
    assert running_pids(var_dir) == []


def test_command_that_is_told_to_end_while_they_start_leaves_none(var_dir: Path) -> None:
    with another_user(var_dir) as user:
        while not (var_dir / "servers" / "postgresql.log").exists():
            time.sleep(0.002)
        user.terminate()
        user.wait(timeout=60)

    assert running_pids(var_dir) == []
    assert list(working_in(var_dir / "servers" / "postgresql")) == []


def test_suite_that_is_told_to_end_takes_its_servers_along(var_dir: Path, tmp_path: Path) -> None:
    test = tmp_path / "test_lasting.py"
    test.write_text(f"def test_lasting():\n    {LASTING}\n")
    with started("-c", PYTEST, var_dir, test, var_dir=var_dir) as suite:
        read_until("here", suite)
        before = running_pids(var_dir)
        suite.terminate()
        suite.communicate(timeout=20)

    assert len(before) == 2
    assert suite.returncode == pytest.ExitCode.INTERRUPTED
    assert running_pids(var_dir) == []


@pytest.mark.parametrize(("given", "number"), [(HANDLES_TERM, signal.SIGTERM), (IGNORES_HUP, signal.SIGHUP)])
def test_handler_of_the_program_itself_stays(var_dir: Path, given: str, number: signal.Signals) -> None:
    with started("-c", given + USER, var_dir, var_dir=var_dir) as user:
        pids = pids_told_by(user)
        user.send_signal(number)

        after = running_pids(var_dir)
        user.communicate()

    assert after == pids
    assert user.returncode == 0
    assert running_pids(var_dir) == []


def test_signals_are_as_before_after_the_block(var_dir: Path) -> None:
    before = signal.getsignal(signal.SIGHUP)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        with servers.available(var_dir, durable=False):
            inside = signal.getsignal(signal.SIGHUP)
        after = signal.getsignal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)

    assert callable(inside)
    assert after == signal.SIG_DFL


def test_servers_that_do_not_end_by_themselves_are_gone_in_time(var_dir: Path) -> None:
    with servers.available(var_dir, durable=False):
        pids = [*running_pids(var_dir), *working_in(var_dir / "servers" / "postgresql")]
        freeze(pids)
    deadline = time.monotonic() + 30
    while any(command_line(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.1)  # what was killed is gone a moment later

    assert len(set(pids)) > 2
    assert not any(command_line(pid) for pid in pids)  # a dead one that nobody has waited for yet has an empty line


def test_valkey_that_was_not_noted_and_does_not_answer_is_known_all_the_same(var_dir: Path) -> None:
    with another_user(var_dir) as user:
        _, valkey = pids_told_by(user)
        user.kill()
        user.wait()
    (var_dir / "servers" / "valkey" / "valkey.pid").unlink()
    freeze([valkey])

    found = servers.status(var_dir)["valkey"]

    assert found == valkey


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (redis.BusyLoadingError("LOADING"), "busy reading its file"),
        (redis.TimeoutError("slow"), "busy reading its file"),
        (redis.AuthenticationError("WRONGPASS"), "another password"),
    ],
)
def test_valkey_that_refuses_to_say_who_it_is_is_not_doubled(
    var_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Exception, told: str
) -> None:
    with another_user(var_dir) as user:
        pids = pids_told_by(user)
        (var_dir / "servers" / "valkey" / "valkey.pid").unlink()

        def refuse(*_: object) -> None:
            raise answer

        with monkeypatch.context() as without_proc:
            without_proc.setattr(processes, "PROC", tmp_path)
            without_proc.setattr(redis.Redis, "info", refuse)
            with pytest.raises(servers.ServersError, match=told), servers.available(var_dir):
                pass

        assert list(working_in(var_dir / "servers" / "valkey")) == pids[1:]

"""Processes seen from outside: alive or not, ended, and what their logs say last."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

PROC = Path("/proc")
STOP_SECONDS = 3.5  # after which a server is gone, killed if need be
OF_ANOTHER_USER = "{} belongs to another user: remove the folder, or name another one in VAR_DIR."

_let_go: set[int] = set()  # children of ours that may outlive us, to be reaped when they do not


class ServersError(RuntimeError):
    """An embedded server cannot be found, started or stopped. The message is for the person at the terminal."""


def command_line(pid: int) -> str | None:
    """What runs as process `pid`; None where nothing does, or only a zombie that nobody has reaped."""
    _reap(pid)
    if (PROC / "self" / "stat").exists():
        try:
            state = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
            words = (PROC / str(pid) / "cmdline").read_bytes()
        except OSError:
            return None
        return None if state in "ZX" else words.replace(b"\0", b" ").decode(errors="replace").strip()
    shown = subprocess.run(  # noqa: S603 - a fixed command and a number
        ["/bin/ps", "-ww", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    state, _, words_shown = shown.partition(" ")
    return None if not state or state.startswith("Z") else words_shown.strip()


def let_go(process: subprocess.Popen[bytes]) -> int:
    """Turn a started server into a mere process number: it may outlive us, so no Popen object is to complain of it."""
    _let_go.add(process.pid)
    process.returncode = 0
    return process.pid


def _reap(pid: int) -> None:
    """Reap `pid` if it is a child that was let go and has ended."""
    if pid not in _let_go:
        return
    try:
        ended, _status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:  # in a fork of the process that started it
        ended = pid
    if ended:
        _let_go.discard(pid)


def is_running(pid: int | None, mark: str) -> bool:
    """Whether `pid` is alive and its command line holds `mark`: a number alone may have passed to another program."""
    line = command_line(pid) if pid is not None else None
    deadline = time.monotonic() + 1
    while pid is not None and line == "" and time.monotonic() < deadline:
        time.sleep(0.002)  # for an instant of its start and of its end a process has no words
        line = command_line(pid)
    return mark in (line or "")


def working_in(folder: Path) -> Iterator[int]:
    """The processes whose working directory is `folder`. Empty where there is no /proc."""
    for entry in PROC.glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == folder and command_line(int(entry.name)) is not None:
                yield int(entry.name)
        except OSError:  # gone meanwhile, or another user's
            continue


def leader_in(folder: Path, mark: str) -> int | None:
    """The server that works in `folder` with `mark` on its command line, found without a note of its number.

    It leads the session that `start_apart` made for it, which its own children and people's programs do not. None where
    there is no /proc.
    """
    for pid in working_in(folder):
        with contextlib.suppress(ProcessLookupError):
            if os.getsid(pid) == pid and is_running(pid, mark):
                return pid
    return None


def send(pid: int, number: signal.Signals) -> None:
    """Signal a process that may have ended already."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def wait_gone(pid: int, mark: str, *, seconds: float) -> bool:
    """Wait until process `pid` has ended. False when it still runs after `seconds`."""
    deadline = time.monotonic() + seconds
    while is_running(pid, mark):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def start_apart(
    command: Sequence[str],
    *,
    log: IO[bytes],
    environment: dict[str, str],
    folder: Path = Path("/"),
    user: int | None = None,
    group: int | None = None,
) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own: Ctrl-C at the terminal ends the programs that use it first."""
    return subprocess.Popen(  # noqa: S603 - the command is built from paths of our own
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=environment,
        cwd=folder,
        start_new_session=True,
        user=user,
        group=group,
        extra_groups=None if user is None else [],
    )


def last_lines(path: Path, *, count: int = 15) -> str:
    """The end of a log, for an error's message."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 8192))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return "(no log)"
    return "\n".join(lines[-count:]) or "(the log is empty)"

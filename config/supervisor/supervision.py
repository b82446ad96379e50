"""The supervisor: steps, then programs and embedded servers kept running, then an orderly end."""

import contextlib
import fcntl
import os
import select
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from config import servers
from config.supervisor.part import Delay, Part
from config.supervisor.plan import CHECKOUT, Plan, Program, Step
from config.supervisor.stream import LogTail, Stream

OWN = "supervisor"
TICK_SECONDS = 0.2
LOOK_SECONDS = 0.5  # between two looks at the servers, and at the web's health
FIRST_ROUND_SECONDS = 2.0
# All is gone ten seconds after the signal: half a second until it is seen, this for all programs together, half a second
# for the guard, and `servers.STOP_SECONDS` (3.5) for both servers side by side.
END_SECONDS = 5.0
GUARD_SECONDS = 0.5
HEAD_START_SECONDS = 3.0
# The machine's own address, whatever proxy the environment names.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
GUARD = Path(__file__).with_name("guard.py")


class Stop(BaseException):
    """Asked to end, raised only where waiting could be long and may be broken off."""


class Failed(Exception):
    """A reason not to go on, for the person at the terminal."""


class Supervisor:
    """Runs one plan on the servers of one `var` folder."""

    def __init__(self, plan: Plan, var_dir: Path, stream: Stream) -> None:
        self._plan = plan
        self._var_dir = var_dir
        self._run_dir = var_dir / "run"
        self._stream = stream
        self._parts: list[Part] = []
        self._servers: servers.Servers | None = None
        self._tails: dict[str, LogTail] = {}
        self._server_delays: dict[str, Delay] = {}
        self._server_started: dict[str, float] = {}
        self._guard: subprocess.Popen[bytes] | None = None
        self._next_look = 0.0
        self._announced = False
        self._asked_to_stop = 0
        self._may_interrupt = False

    def run(self) -> int:
        """Run until TERM, INT or HUP, or until a step fails. The exit code: 0, or 1 after a failure."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            with ExitStack() as stack:
                stack.enter_context(self._alone())
                self._note("starting the servers")
                with self._interruptible():
                    self._servers = stack.enter_context(servers.available(self._var_dir))
                stack.callback(self._end_programs)
                self._watch_servers()
                for step in self._plan.steps:
                    self._run_step(step)
                self._keep_running(self._plan.programs)
        except Stop:
            pass
        except (Failed, servers.ServersError) as error:
            for line in str(error).splitlines():
                self._note(line)
            return 1
        self._note("ended")
        return 0

    # Signals

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_stop += 1
        if self._may_interrupt:
            self._may_interrupt = False
            raise Stop

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        if self._stopping:
            raise Stop
        self._may_interrupt = True
        try:
            yield
        finally:
            self._may_interrupt = False

    @property
    def _stopping(self) -> bool:
        return self._asked_to_stop > 0 or self._stream.broken

    # Before the programs

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lock that lets one supervisor run in a `var` folder."""
        try:
            self._run_dir.mkdir(parents=True, exist_ok=True)
            own_file = (self._run_dir / "supervisor.pid").open("a+")
        except PermissionError as error:
            raise Failed(f"{error.filename} belongs to another user: remove it, or name another VAR_DIR.") from error
        with own_file as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise Failed(f"Already running on {self._var_dir}: process {file.read().strip()}.") from None
            file.truncate(0)
            file.write(f"{os.getpid()}\n")
            file.flush()
            try:
                yield
            finally:
                file.truncate(0)

    def _run_step(self, step: Step) -> None:
        """Run one step to its end.

        Raises:
            Failed: it did not succeed.
        """
        self._note(f"step {step.name}")
        part = self._part(step.name, step.command)
        self._start(part)
        while part.is_running():
            if self._stopping:
                raise Stop
            self._tick()
        self._parts.remove(part)
        succeeded = part.process is not None and part.process.returncode == 0
        ending = self._finish(part)
        if not succeeded:
            raise Failed(f"step {step.name} {ending}; nothing was started.")

    # While the programs run

    def _keep_running(self, programs: Iterable[Program]) -> None:
        """Run the programs, each started again when it ends, until asked to stop."""
        for program in programs:
            part = self._part(program.name, program.command)
            if program.after_web:
                part.start_at = time.monotonic() + HEAD_START_SECONDS
            else:
                self._start(part)
        while not self._stopping:
            self._tick()
            for part in self._parts:
                if part.process is not None and not part.is_running():
                    ending = self._finish(part)
                    self._note(f"{part.name} {ending}; it is started again")
                elif part.process is None and time.monotonic() >= part.start_at:
                    self._start(part)
            self._announce()

    def _tick(self) -> None:
        """Wait a moment for output, pass it on, and look after the servers now and then."""
        readable = [part.process.stdout for part in self._parts if part.process is not None and part.process.stdout]
        select.select(readable, [], [], TICK_SECONDS)
        # A part that has closed its output is always readable; a short rest keeps that from becoming a busy loop.
        time.sleep(TICK_SECONDS / 10)
        for part in self._parts:
            for line in part.read():
                self._stream.write(part.name, line)
        for name, tail in self._tails.items():
            for line in tail.new_lines():
                self._stream.write(name, line)
        if time.monotonic() >= self._next_look and not self._stopping:
            self._next_look = time.monotonic() + LOOK_SECONDS
            self._look_after_servers()
            self._look_after_guard()

    def _watch_servers(self) -> None:
        if self._servers is None:
            return
        self._tails = {name: LogTail(path) for name, path in self._servers.logs().items()}
        self._server_delays = {name: Delay() for name in self._tails}
        self._server_started = dict.fromkeys(self._tails, time.monotonic())
        self._write_server_pids()

    def _look_after_servers(self) -> None:
        """Start a server again that has died, each time on the same socket."""
        for name, pid in self._servers.pids().items() if self._servers is not None else ():
            if pid is not None or self._servers is None:
                continue
            now = time.monotonic()
            self._note(f"{name} has ended; it is started again")
            self._sleep(self._server_delays[name].after(now - self._server_started[name]))
            try:
                with self._interruptible():
                    self._servers.start_again(name)
            except servers.ServersError as error:
                for line in str(error).splitlines():
                    self._note(line)
            self._server_started[name] = time.monotonic()
            self._write_server_pids()

    def _announce(self) -> None:
        """Once the web answers, say so and how to come in."""
        url = self._plan.health_url
        if self._announced or (url is not None and not _answers(url)):
            return
        self._announced = True
        for part in self._parts:
            if not part.was_started:
                part.start_at = time.monotonic()
        if self._plan.welcome:
            rule = "-" * max(map(len, self._plan.welcome))
            for line in (rule, *self._plan.welcome, rule):
                self._note(line)

    # The end

    def _end_programs(self) -> None:
        """End the programs in their rounds; kill what is left in time for all to be gone within ten seconds."""
        self._may_interrupt = False
        if self._asked_to_stop == 0:
            self._asked_to_stop = 1
        self._note("ending; once more Ctrl-C ends it at once")
        deadline = time.monotonic() + END_SECONDS
        rounds = {program.name: program.stop_round for program in self._plan.programs}
        turns = sorted({rounds.get(part.name, 0) for part in self._parts})
        for turn in turns:
            asked = [part for part in self._parts if rounds.get(part.name, 0) == turn]
            for part in asked:
                part.ask_to_end()
            last = turn == turns[-1]
            self._wait_for(self._parts if last else asked, deadline if last else time.monotonic() + FIRST_ROUND_SECONDS)
        for part in self._parts:
            if part.is_running():
                self._note(f"{part.name} does not end by itself; it is killed")
            if part.process is not None:
                self._finish(part)
        self._dismiss_guard()
        for name in self._tails:
            self._pid_file(name).unlink(missing_ok=True)

    def _wait_for(self, parts: list[Part], deadline: float) -> None:
        while any(part.is_running() for part in parts) and time.monotonic() < deadline and self._asked_to_stop <= 1:
            self._tick()

    # Parts

    def _part(self, name: str, command: tuple[str, ...]) -> Part:
        environment = {"DJANGO_SETTINGS_MODULE": "config.settings.local", **os.environ, "PYTHONUNBUFFERED": "1"}
        environment |= self._plan.environment
        if self._servers is not None:
            environment |= self._servers.environment()
        part = Part(name, command, folder=self._plan.folder, environment=environment)
        self._parts.append(part)
        return part

    def _start(self, part: Part) -> None:
        pid = part.start()
        self._tell_guard(f"add {pid}")
        self._pid_file(part.name).write_text(f"{pid}\n")

    def _finish(self, part: Part) -> str:
        """Reap a part, pass on its last lines; how it ended, in words."""
        pid = part.process.pid if part.process is not None else 0
        lines, ending = part.finish()
        for line in lines:
            self._stream.write(part.name, line)
        self._tell_guard(f"drop {pid}")
        self._pid_file(part.name).unlink(missing_ok=True)
        return ending

    def _pid_file(self, name: str) -> Path:
        return self._run_dir / f"{name}.pid"

    def _write_server_pids(self) -> None:
        for name, pid in self._servers.pids().items() if self._servers is not None else ():
            self._pid_file(name).write_text(f"{pid or ''}\n")

    # The guard

    def _tell_guard(self, line: str) -> None:
        """Keep the guard informed of what it has to end if we are killed; it is started with the first part."""
        if self._guard is None:
            self._guard = subprocess.Popen(  # noqa: S603 - our own script
                [sys.executable, "-I", str(GUARD), sys.executable, "-m", "config.servers", "stop"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "VAR_DIR": str(self._var_dir)},
                cwd=CHECKOUT,
                start_new_session=True,
            )
        if self._guard.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # it was killed: the next look starts another
                self._guard.stdin.write(f"{line}\n".encode())
                self._guard.stdin.flush()

    def _dismiss_guard(self) -> None:
        if self._guard is not None:
            self._tell_guard("done")
            with contextlib.suppress(BrokenPipeError, subprocess.TimeoutExpired):
                self._guard.communicate(timeout=GUARD_SECONDS)

    def _look_after_guard(self) -> None:
        if self._guard is not None and self._guard.poll() is not None:
            self._guard = None
            for part in self._parts:
                if part.process is not None:
                    self._tell_guard(f"add {part.process.pid}")

    def _sleep(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not self._stopping:
            time.sleep(0.05)

    def _note(self, line: str) -> None:
        self._stream.write(OWN, line)


def _answers(url: str) -> bool:
    """Whether a GET of `url` gets 200 at once."""
    try:
        with DIRECT.open(url, timeout=0.5) as response:
            return bool(response.status == 200)  # noqa: PLR2004 - HTTP's "OK"
    except (OSError, ValueError):
        return False

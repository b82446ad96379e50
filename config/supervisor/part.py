"""One command under supervision: started in a process group of its own, read, ended with all that it started."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from config.supervisor.stream import Lines

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 10.0
HEALTHY_AFTER_SECONDS = 60.0
PIECE_BYTES = 64 * 1024


class Delay:
    """How long to wait before a start: longer with each early death, short again after a minute of health."""

    def __init__(self) -> None:
        self._seconds = FIRST_DELAY_SECONDS

    def after(self, lived_seconds: float) -> float:
        """Seconds to wait after a life of `lived_seconds`."""
        if lived_seconds >= HEALTHY_AFTER_SECONDS:
            self._seconds = FIRST_DELAY_SECONDS
        seconds, self._seconds = self._seconds, min(self._seconds * 2, LONGEST_DELAY_SECONDS)
        return seconds


class Part:
    """A named command and, while it runs, its process."""

    def __init__(self, name: str, command: tuple[str, ...], *, folder: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self.process: subprocess.Popen[bytes] | None = None
        self.start_at = 0.0  # on the monotonic clock
        self._command = command
        self._folder = folder
        self._environment = environment
        self._delay = Delay()
        self._started = 0.0
        self._lines = Lines()

    def start(self) -> int:
        """Start the command; its process, which leads a group of the same number."""
        self.process = subprocess.Popen(  # noqa: S603 - the plan's own command
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._environment,
            cwd=self._folder,
            start_new_session=True,
        )
        self._started = time.monotonic()
        os.set_blocking(self._output(), False)
        return self.process.pid

    @property
    def was_started(self) -> bool:
        """Whether it has been started at least once."""
        return self._started > 0

    def is_running(self) -> bool:
        """Whether its process is alive."""
        return self.process is not None and self.process.poll() is None

    def read(self) -> list[str]:
        """The lines that have arrived."""
        if self.process is None:
            return []
        lines: list[str] = []
        with contextlib.suppress(BlockingIOError):
            while piece := os.read(self._output(), PIECE_BYTES):
                lines += self._lines.add(piece)
        return lines

    def ask_to_end(self) -> None:
        """Send TERM to the process itself, which knows how to end its own."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def finish(self) -> tuple[list[str], str]:
        """Kill what is left of the group, and reap: the last lines, and how it ended in words. Sets `start_at`."""
        process = self.process
        if process is None:
            return [], "did not run"
        with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS answers so for a group of zombies
            os.killpg(process.pid, signal.SIGKILL)
        code = process.wait()
        lines = [*self.read(), *self._lines.end()]
        if process.stdout is not None:
            process.stdout.close()
        self.process = None
        now = time.monotonic()
        self.start_at = now + self._delay.after(now - self._started)
        return lines, f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"

    def _output(self) -> int:
        if self.process is None or self.process.stdout is None:
            raise RuntimeError(f"{self.name} does not run")
        return self.process.stdout.fileno()

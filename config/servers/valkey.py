"""The embedded Valkey (Redis's open twin) of one `var` folder: found, started, stopped. It listens on a Unix socket."""

import os
import signal
import time
from pathlib import Path
from urllib.parse import quote

import redis

from config.servers.binaries import valkey
from config.servers.layout import Layout
from config.servers.processes import (
    STOP_SECONDS,
    ServersError,
    is_running,
    last_lines,
    leader_in,
    let_go,
    send,
    start_apart,
    wait_gone,
)

START_SECONDS = 60.0
OTHER_PASSWORD = "The Valkey that runs here was started with another password; stop it first."  # noqa: S105 - a message


class Valkey:
    """One server. `start` and `stop` are called under the start lock of its `var` folder."""

    name = "valkey"

    def __init__(self, layout: Layout, *, durable: bool) -> None:
        self._layout = layout
        self._durable = durable
        self._data = layout.root / "valkey"
        self._configuration = self._data / "valkey.conf"
        self._pid_file = self._data / "valkey.pid"

    @property
    def log(self) -> Path:
        """The file that takes its messages."""
        return self._layout.root / "valkey.log"

    @property
    def url(self) -> str:
        """The server as redis-py reads it: `unix://:PASSWORD@/path/valkey.sock?db=0`."""
        return f"unix://:{self._layout.secret(self.name)}@{quote(str(self._socket()))}?db=0"

    def pid(self) -> int | None:
        """The server's process, None where it does not run; its starter may have died before it noted the number."""
        try:
            noted = int(self._pid_file.read_text())
        except (OSError, ValueError):
            noted = None
        if is_running(noted, str(self._configuration)):
            return noted
        return leader_in(self._data, str(self._configuration))

    def start(self) -> None:
        """Find the server or start it.

        Raises:
            ServersError: it does not start; the message ends with its log.
        """
        found = self.pid() or self._found_by_asking()
        if found is not None:
            self._pid_file.write_text(str(found))
        if (found is None or not self._gets_ready(found)) and not self._gets_ready(self._launch()):
            raise ServersError(f"Valkey ended. {self.log} ends:\n{last_lines(self.log)}")

    def stop(self) -> None:
        """End it within `STOP_SECONDS`; what it has acknowledged is in its append-only file by then."""
        pid = self.pid()
        if pid is None:
            return
        for number, patience in ((signal.SIGTERM, STOP_SECONDS - 0.5), (signal.SIGKILL, 0.5)):
            send(pid, number)
            if wait_gone(pid, str(self._configuration), seconds=patience):
                break
        self._pid_file.unlink(missing_ok=True)

    def _socket(self) -> Path:
        return self._layout.noted_socket_directory() / "valkey.sock"

    def _found_by_asking(self) -> int | None:
        """The process behind the socket, for machines without /proc: a second server would spoil the one's file.

        Raises:
            ServersError: there is one that does not say which.
        """
        client = redis.Redis.from_url(self.url, socket_timeout=5, retry=None)
        try:
            return int(client.info("server")["process_id"])
        except redis.AuthenticationError as error:
            raise ServersError(OTHER_PASSWORD) from error
        except (redis.BusyLoadingError, redis.TimeoutError) as error:
            raise ServersError("A Valkey runs here that is busy reading its file; try again in a minute.") from error
        except redis.ConnectionError:
            return None
        finally:
            client.close()

    def _write_configuration(self) -> None:
        lines = [
            *("port 0", "daemonize no", "databases 16", "always-show-logo no", "set-proc-title no", 'logfile ""'),
            f'unixsocket "{self._socket()}"',
            "unixsocketperm 700",
            f"requirepass {self._layout.secret(self.name)}",
            f'dir "{self._data}"',
            'save ""',
            f"appendonly {'yes' if self._durable else 'no'}",
            "appendfsync everysec",
        ]
        self._configuration.touch(mode=0o600)
        self._configuration.write_text("\n".join(lines) + "\n")

    def _launch(self) -> int:
        program = valkey()
        self._data.mkdir(exist_ok=True, mode=0o700)
        if not self._layout.noted_socket_directory().is_dir():
            self._layout.socket_directory(owner=os.geteuid())
        self._write_configuration()
        command = [str(program), str(self._configuration)]
        with self._layout.log(self.name).open("ab") as file:
            pid = let_go(start_apart(command, log=file, environment=dict(os.environ), folder=self._data))
        # Written here, not by the server: it is then known from the first moment.
        self._pid_file.write_text(str(pid))
        return pid

    def _gets_ready(self, pid: int) -> bool:
        """Wait until it answers: after a crash that takes as long as reading its file. False when `pid` ends."""
        deadline = time.monotonic() + START_SECONDS
        client = redis.Redis.from_url(self.url, socket_timeout=5, retry=None)
        try:
            while not _answers(client):
                if not is_running(pid, str(self._configuration)):
                    return False
                if time.monotonic() > deadline:
                    raise ServersError(f"Valkey does not answer. {self.log} ends:\n{last_lines(self.log)}")
                time.sleep(0.02)
            return True
        finally:
            client.close()


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.AuthenticationError as error:
        raise ServersError(OTHER_PASSWORD) from error
    except (redis.ConnectionError, redis.TimeoutError):  # a server that still reads its file counts as one of these
        return False

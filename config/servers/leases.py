"""Who uses the servers of a `var` folder. The last one out stops them.

Each user holds a shared lock on one file for as long as it needs the servers, and the kernel lets go of it even when
the user is killed. Starting and stopping happen under an exclusive lock on another file.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from config.servers.endings import ending_in_order
from config.servers.layout import Layout
from config.servers.postgresql import PostgreSQL
from config.servers.processes import OF_ANOTHER_USER, ServersError
from config.servers.valkey import Valkey

START_LOCK_SECONDS = 90.0
Server = PostgreSQL | Valkey
VARIABLES: dict[str, Callable[..., Server]] = {"DATABASE_URL": PostgreSQL, "REDIS_URL": Valkey}


class Servers:
    """The servers of a `var` folder that one user needs."""

    def __init__(self, layout: Layout | None, servers: dict[str, Server]) -> None:
        self._layout = layout
        self._servers = servers

    @property
    def database_url(self) -> str:
        """The database as the role that serves: the one that the environment names, else the embedded one."""
        return self._url("DATABASE_URL")

    @property
    def owner_url(self) -> str:
        """The database as the role that owns its tables: likewise, and where the environment names one role, that one."""
        server = self._servers.get("DATABASE_URL")
        if isinstance(server, PostgreSQL):
            return server.owner_url
        return os.environ.get("DATABASE_OWNER_URL") or self.database_url

    @property
    def redis_url(self) -> str:
        """The cache and broker: the one that the environment names, else the embedded one."""
        return self._url("REDIS_URL")

    def environment(self) -> dict[str, str]:
        """The variables that lead a program to the embedded servers, without those that the environment has already."""
        found = {variable: server.url for variable, server in self._servers.items()}
        return {**found, "DATABASE_OWNER_URL": self.owner_url} if "DATABASE_URL" in found else found

    def logs(self) -> dict[str, Path]:
        """Each embedded server's log file, by the server's name."""
        return {server.name: server.log for server in self._servers.values()}

    def pids(self) -> dict[str, int | None]:
        """Each embedded server's process, by the server's name; None for one that does not run."""
        return {server.name: server.pid() for server in self._servers.values()}

    def start_again(self, name: str) -> None:
        """Start the server `name` where it has died: same data, same socket, same password.

        Raises:
            ServersError: it does not start.
        """
        if self._layout is not None:
            with _locked_for_start(self._layout):
                for server in self._servers.values():
                    if server.name == name:
                        server.start()

    def _url(self, variable: str) -> str:
        server = self._servers.get(variable)
        return os.environ[variable] if server is None else server.url


@contextmanager
def available(var_dir: Path, *, durable: bool = True, ended_by: type[BaseException] = SystemExit) -> Iterator[Servers]:
    """Have the servers of `var_dir` while the block runs: they are found or started, and stopped by their last user.

    A server that the environment names (DATABASE_URL, REDIS_URL) is neither started nor touched. `durable=False` trades
    safety against loss of power for speed, where this call is the one that starts them. TERM and HUP, unless somebody
    handles them, raise `ended_by` in the block: a program that they ended at once would leave the servers running.

    Raises:
        ServersError: they do not start.
    """
    needed = [variable for variable in VARIABLES if not os.environ.get(variable)]
    if not needed:
        yield Servers(None, {})
        return
    layout = Layout.of(var_dir)
    servers = {variable: VARIABLES[variable](layout, durable=durable) for variable in needed}
    everything = [*servers.values(), *_servers_beside(layout, servers)]
    lease = _open_lock(layout.root / "lease.lock")
    try:
        with ending_in_order(ended_by) as ending:
            holds_lease = False
            try:
                with _locked_for_start(layout), ending.postponed():
                    fcntl.flock(lease, fcntl.LOCK_SH)
                    holds_lease = True
                    _start_all(servers)
                yield Servers(layout, servers)
            finally:
                if holds_lease:
                    with ending.postponed(), _locked_for_start(layout):
                        _leave(layout, lease, everything)
    finally:
        os.close(lease)


def stop(var_dir: Path, *, force: bool = False) -> bool:
    """Stop the servers of `var_dir`. False, and they stay, when somebody uses them and `force` is not given."""
    layout = Layout.of(var_dir)
    lease = _open_lock(layout.root / "lease.lock")
    try:
        with _locked_for_start(layout):
            free = _nobody_else(lease) or force
            if free:
                _stop_all(layout, _servers_beside(layout, {}))
            return free
    finally:
        os.close(lease)


def status(var_dir: Path) -> dict[str, int | None]:
    """The processes of the servers of `var_dir`, by name; None for one that does not run."""
    layout = Layout.of(var_dir)
    return {server.name: server.pid() for server in _servers_beside(layout, {})}


def _servers_beside(layout: Layout, mine: dict[str, Server]) -> list[Server]:
    """The servers of the folder other than `mine`."""
    return [make(layout, durable=True) for variable, make in VARIABLES.items() if variable not in mine]


def _leave(layout: Layout, lease: int, servers: list[Server]) -> None:
    """Give up our lease; stop the servers where it was the last."""
    if _nobody_else(lease):
        _stop_all(layout, servers)


def _start_all(servers: dict[str, Server]) -> None:
    try:
        for server in servers.values():
            server.start()
    except PermissionError as error:
        raise ServersError(OF_ANOTHER_USER.format(error.filename)) from error


def _stop_all(layout: Layout, servers: list[Server]) -> None:
    """Stop them side by side: each is gone after `STOP_SECONDS`, and so all are."""
    with ThreadPoolExecutor() as side_by_side:
        for stopping in [side_by_side.submit(server.stop) for server in servers]:
            stopping.result()
    layout.forget_temporary_sockets()


def _open_lock(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError as error:
        raise ServersError(OF_ANOTHER_USER.format(path)) from error


def _nobody_else(lease: int) -> bool:
    """Turn our own lease into an exclusive one. Under the start lock nobody else can be taking one."""
    try:
        fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _locked_for_start(layout: Layout) -> Iterator[None]:
    """Keep others from starting and stopping. Waits for them, as a recovery may take its time."""
    lock = _open_lock(layout.root / "start.lock")
    deadline = time.monotonic() + START_LOCK_SECONDS
    try:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise ServersError(
                        f"Another process has been starting the servers of {layout.root} for too long."
                    ) from None
                time.sleep(0.02)
        yield
    finally:
        os.close(lock)

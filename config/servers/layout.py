"""Where the embedded servers of one `var` folder keep their data, logs, sockets and secrets."""

import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from config.local_secrets import kept_secret
from config.servers.processes import OF_ANOTHER_USER, ServersError

# The kernel takes socket paths of 107 bytes (103 on macOS); PostgreSQL adds this name, and ".lock" to a file beside it.
LONGEST_SOCKET_PATH = 103
LONGEST_SOCKET_NAME = len("/.s.PGSQL.5432")
LOG_BYTES_KEPT = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Layout:
    """The folder `var/servers` and what lies in it."""

    root: Path

    @classmethod
    def of(cls, var_dir: Path) -> "Layout":
        """The layout under `var_dir`, which is made if it is not there.

        Raises:
            ServersError: another user owns the folder.
        """
        root = var_dir.resolve() / "servers"
        try:
            root.mkdir(parents=True, exist_ok=True)
            # Root's PostgreSQL runs as another user, who has to pass through; what is secret lies deeper, mode 0600.
            root.chmod(0o711 if os.geteuid() == 0 else 0o700)
        except PermissionError as error:
            raise ServersError(OF_ANOTHER_USER.format(error.filename)) from error
        return cls(root)

    def secret(self, name: str) -> str:
        """The password kept under `name`; random, made on first use, readable by its owner alone."""
        return kept_secret(self.root / "secrets" / name)

    def log(self, name: str) -> Path:
        """The log file of the server `name`; a long one is moved aside first."""
        path = self.root / f"{name}.log"
        if path.exists() and path.stat().st_size > LOG_BYTES_KEPT:
            path.replace(path.with_suffix(".log.1"))
        return path

    def socket_directory(self, *, owner: int) -> Path:
        """A folder of mode 0700, of user `owner`, short enough for sockets: in `var`, else a temporary one."""
        inside = self.root / "socket"
        if _short_enough(inside):
            inside.mkdir(exist_ok=True, mode=0o700)
            os.chown(inside, owner, -1)
            return inside
        note = self.root / "socket-directory"
        noted = Path(note.read_text()) if note.exists() else None
        if noted is not None and _is_private(noted, owner):
            return noted
        for base in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 - mkdtemp makes a private folder of a random name
            if _short_enough(Path(base) / "vectorbid-12345678"):
                made = Path(tempfile.mkdtemp(prefix="vectorbid-", dir=base))
                os.chown(made, owner, -1)
                note.write_text(str(made))
                return made
        raise ServersError(f"No folder is short enough for a socket; {tempfile.gettempdir()} is too long as well.")

    def noted_socket_directory(self) -> Path:
        """The folder that `socket_directory` gave last."""
        inside = self.root / "socket"
        note = self.root / "socket-directory"
        return inside if _short_enough(inside) or not note.exists() else Path(note.read_text())

    def forget_temporary_sockets(self) -> None:
        """Remove a socket folder made outside `var`, once no server uses it."""
        note = self.root / "socket-directory"
        if not note.exists():
            return
        folder = Path(note.read_text())
        if folder.is_dir() and _is_private(folder, folder.stat().st_uid):
            for left in folder.iterdir():
                left.unlink()
            folder.rmdir()
        note.unlink()


def _short_enough(folder: Path) -> bool:
    return len(os.fsencode(folder)) + LONGEST_SOCKET_NAME <= LONGEST_SOCKET_PATH


def _is_private(folder: Path, owner: int) -> bool:
    """Whether `folder` is a real folder of `owner` that nobody else may enter: temporary folders are anybody's."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == owner and stat.S_IMODE(found.st_mode) == 0o700  # noqa: PLR2004 - a file mode

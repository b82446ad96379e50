"""Whether a TCP port is free, and who has it."""

import errno
import shutil
import socket
import subprocess
from pathlib import Path

from config.servers.processes import PROC, command_line

LISTENING = "0A"  # a state in /proc/net/tcp


def taken_by(host: str, port: int) -> str | None:
    """Who listens on `port`, in words; None where it is free to be bound at `host`.

    Raises:
        OSError: it cannot be bound for another reason: the host is unknown, the port reserved.
    """
    if _is_free(host, port):
        return None
    pid = _listener(port)
    line = command_line(pid) if pid is not None else None
    return "another process" if line is None else f"process {pid} ({line})"


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.settimeout(1)
        # Connecting finds what binding may overlook: macOS lets one address be bound beside all addresses.
        if probe.connect_ex((host, port)) == 0:
            return False
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def _listener(port: int) -> int | None:
    """The process that listens on `port`; None where it cannot be told, as for another user's."""
    if (PROC / "net" / "tcp").exists():
        return _listener_by_proc(port)
    lsof = shutil.which("lsof", path="/usr/sbin:/usr/bin:/bin")
    if lsof is None:
        return None
    shown = subprocess.run(  # noqa: S603 - a fixed command and a number
        [lsof, "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-t"], capture_output=True, text=True, check=False
    ).stdout.split()
    return min(map(int, shown), default=None)


def _listener_by_proc(port: int) -> int | None:
    sockets = set()
    for table in ("tcp", "tcp6"):
        path = PROC / "net" / table
        for line in path.read_text().splitlines()[1:] if path.exists() else ():
            columns = line.split()
            if columns[3] == LISTENING and int(columns[1].rpartition(":")[2], 16) == port:
                sockets.add(f"socket:[{columns[9]}]")
    holders = (int(entry.name) for entry in PROC.glob("[0-9]*") if _holds(entry, sockets))
    return min(holders, default=None)


def _holds(process: Path, sockets: set[str]) -> bool:
    """Whether `process`, a folder of /proc, has one of `sockets` open."""
    try:
        return any(_target(descriptor) in sockets for descriptor in (process / "fd").iterdir())
    except OSError:  # gone meanwhile, or another user's
        return False


def _target(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink())
    except OSError:  # closed meanwhile
        return ""

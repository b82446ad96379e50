"""As whom PostgreSQL runs. It refuses to be root, so root starts it as somebody else.

The owner of an existing data folder decides; for a new one the first way that works here is taken.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.servers.binaries import PostgresBinaries
from config.servers.processes import ServersError

NOBODY = "nobody"
SYSTEM_PATH = "/usr/bin:/bin"
SEES = 'cd "$1" && "$2" --version && "$3" --version'


@dataclass(frozen=True, slots=True)
class Identity:
    """One way to run a program."""

    owner: int  # user id that owns its files, as the file system has it
    prefix: tuple[str, ...] = ()  # what stands before the program on the command line
    user: int | None = None  # set before exec; None: as the caller
    group: int | None = None


def identity_for(root: Path, data: Path, binaries: PostgresBinaries) -> Identity:
    """The identity for the data folder `data`, which lies in `root` and need not exist yet.

    Raises:
        ServersError: no identity that PostgreSQL accepts can reach both the folder and its programs.
    """
    if os.geteuid() != 0 and _is_known(os.geteuid()):
        return Identity(owner=os.geteuid())
    owner = data.stat().st_uid if data.exists() else None
    for way in _ways_for_root(owner) if os.geteuid() == 0 else _as_nobody_in_a_namespace():
        if _works(way, root, binaries):
            return way
    raise ServersError(
        f"PostgreSQL does not run as root or as a user without a name, and nobody else can be let into {root}. "
        "Run as an ordinary user, put the checkout elsewhere, or name a server in DATABASE_URL."
    )


def _ways_for_root(owner: int | None) -> Iterator[Identity]:
    """Nobody; else root, called nobody in a namespace of its own; else nobody with leave to pass closed folders."""
    ordinary = _nobody() if owner in {None, 0} else _user(owner or 0)
    if owner != 0:
        yield Identity(owner=ordinary[0], user=ordinary[0], group=ordinary[1])
    if owner in {None, 0}:
        yield from _as_nobody_in_a_namespace()
    setpriv = shutil.which("setpriv", path=SYSTEM_PATH)
    if owner != 0 and setpriv is not None:
        become = (f"--reuid={ordinary[0]}", f"--regid={ordinary[1]}", "--clear-groups")
        passing = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override")
        yield Identity(owner=ordinary[0], prefix=(setpriv, *become, *passing, "--"))


def _as_nobody_in_a_namespace() -> Iterator[Identity]:
    """Ourselves under another number, as PostgreSQL sees it: initdb wants one that has a name."""
    unshare = shutil.which("unshare", path=SYSTEM_PATH)
    if unshare is not None:
        yield Identity(owner=os.geteuid(), prefix=(unshare, "--user", f"--map-user={_nobody()[0]}", "--"))


def _is_known(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def _nobody() -> tuple[int, int]:
    try:
        entry = pwd.getpwnam(NOBODY)
    except KeyError:
        return 65534, 65534
    return entry.pw_uid, entry.pw_gid


def _user(user: int) -> tuple[int, int]:
    try:
        return user, pwd.getpwuid(user).pw_gid
    except KeyError:
        return user, user


def _works(way: Identity, root: Path, binaries: PostgresBinaries) -> bool:
    """Whether that identity can enter `root` and run PostgreSQL: by trying."""
    try:
        tried = subprocess.run(  # noqa: S603 - a fixed script, our own paths as its arguments
            [*way.prefix, "/bin/sh", "-c", SEES, "sh", str(root), binaries.initdb, binaries.postgres],
            user=way.user,
            group=way.group,
            extra_groups=None if way.user is None else [],
            cwd="/",
            capture_output=True,
            check=False,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return tried.returncode == 0

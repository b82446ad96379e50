"""What the Makefile does about a Python without venv, about uv, and about servers in use. Its programs are stand-ins."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.servers.processes import command_line
from tests.config.test_servers import CHECKOUT, another_user, pids_told_by, running_pids

pytestmark = pytest.mark.processes

# Debian's python3: until python3-venv is there it makes an environment without pip, and fails.
PYTHON = """#!/bin/sh
case "$*" in
*"-m venv"*) mkdir -p .venv/bin; cp bin/environment-python .venv/bin/python; test -e has-venv ;;
*ensurepip*) test -e has-venv ;;
esac
"""
ENVIRONMENT_PYTHON = """#!/bin/sh
echo "$*" >> said
test -e has-venv || exit 1
case "$*" in *requirements-uv.txt*|*"-m uv"*) test ! -e no-uv ;; esac
"""
APT_GET = """#!/bin/sh
echo "apt-get $*" >> said
case "$*" in *python3-venv*) touch has-venv ;; esac
"""


@pytest.fixture(autouse=True)
def _no_named_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "MAKEFLAGS", "MFLAGS", "MAKELEVEL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout of the Makefile alone."""
    shutil.copy(CHECKOUT / "Makefile", tmp_path)
    for name in ("requirements.txt", "requirements-uv.txt"):
        (tmp_path / name).touch()
    for name, text in {"python": PYTHON, "environment-python": ENVIRONMENT_PYTHON, "apt-get": APT_GET}.items():
        script(tmp_path / "bin" / name, text)
    return tmp_path


def script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def make(folder: Path, *words: str, user: int = 1000) -> subprocess.CompletedProcess[str]:
    script(folder / "bin" / "id", f"#!/bin/sh\necho {user}\n")
    return subprocess.run(
        ["make", *words],
        cwd=folder,
        env={**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


def install(folder: Path, *, user: int = 1000) -> subprocess.CompletedProcess[str]:
    return make(folder, "PYTHON=bin/python", ".venv/installed", user=user)


def said(folder: Path) -> str:
    return (folder / "said").read_text() if (folder / "said").exists() else ""


def test_python_without_venv_leaves_nothing_and_says_what_to_install(folder: Path) -> None:
    ended = install(folder)

    assert ended.returncode != 0
    assert "bin/python lacks venv: install the package python3-venv" in ended.stdout
    assert not (folder / ".venv").exists()
    assert "apt-get" not in said(folder)


def test_root_installs_venv(folder: Path) -> None:
    ended = install(folder, user=0)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert (folder / ".venv" / "installed").exists()


def test_half_made_environment_is_made_anew(folder: Path) -> None:
    script(folder / ".venv" / "bin" / "python", "#!/bin/sh\necho 'No module named pip' >&2; exit 1\n")
    (folder / "has-venv").touch()

    ended = install(folder)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert (folder / ".venv" / "installed").exists()


def test_uv_is_pinned_by_its_hash_and_installs_the_lock(folder: Path) -> None:
    (folder / "has-venv").touch()

    install(folder)

    lines = said(folder).splitlines()
    assert lines[-2].endswith(
        "-m pip --quiet --disable-pip-version-check install --require-hashes -r requirements-uv.txt"
    )
    assert lines[-1] == "-m uv pip install --quiet --require-hashes -r requirements.txt"
    assert "uv==" in (pinned := (CHECKOUT / "requirements-uv.txt").read_text())
    assert "--hash=sha256:" in pinned


def test_pip_installs_the_same_lock_where_uv_cannot_be_had(folder: Path) -> None:
    (folder / "has-venv").touch()
    (folder / "no-uv").touch()

    ended = install(folder)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert said(folder).splitlines()[-1].endswith("install --require-hashes -r requirements.txt")
    assert "-m pip" in said(folder).splitlines()[-1]


@pytest.mark.parametrize("name", ["var", "var/test"])
def test_clean_spares_servers_in_use_and_their_data(folder: Path, name: str) -> None:
    script(folder / ".venv" / "bin" / "python", f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (folder / "config").symlink_to(CHECKOUT / "config")

    with another_user(folder / name) as user:
        pids = pids_told_by(user)
        refused = make(folder, "clean")
        after = running_pids(folder / name)
        user.kill()
    cleaned = make(folder, "clean")

    assert refused.returncode != 0
    assert "Nothing was removed" in refused.stdout
    assert after == pids
    assert cleaned.returncode == 0, cleaned.stdout + cleaned.stderr
    assert not (folder / "var").exists()
    assert not (folder / ".venv").exists()
    assert [command_line(pid) for pid in pids] == [None, None]


def test_suite_never_installs_a_browser() -> None:
    shown = subprocess.run(["make", "-n", "check"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout

    assert "apt-get install -y -qq --no-install-recommends chromium" not in shown
    assert "make browser" in (CHECKOUT / ".ci" / "run").read_text()

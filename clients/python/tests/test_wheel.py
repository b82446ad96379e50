"""The distribution installs by itself, without an index, and brings its types."""

import subprocess
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pytest

from vectorbid_contracts.sending import VERSION

PROJECT = Path(__file__).resolve().parent.parent


@pytest.mark.skipif(find_spec("uv") is None, reason="uv, which holds the build backend, is not installed")
def test_the_wheel_installs_into_a_fresh_environment_and_imports(tmp_path: Path) -> None:
    uv = [sys.executable, "-m", "uv", "--offline", "--no-cache", "--quiet"]
    fresh = tmp_path / "fresh"
    python = fresh / "bin" / "python"

    _run(*uv, "build", "--wheel", "--out-dir", str(tmp_path), str(PROJECT))
    (wheel,) = tmp_path.glob("*.whl")
    _run(*uv, "venv", "--python", sys.executable, str(fresh))
    _run(*uv, "pip", "install", "--python", str(python), "--no-deps", "--no-index", str(wheel))
    told = _run(
        str(python),
        "-c",
        # Behind its own, the packages that this environment has: httpx, anyio, cryptography.
        f"import sys; sys.path.append({sysconfig.get_paths()['purelib']!r}); import vectorbid_contracts as it; "
        "print(it.__file__, it.Client('https://contracts.example'))",
    )

    assert str(fresh) in told
    assert wheel.name == f"vectorbid_contracts_client-{VERSION}-py3-none-any.whl"
    assert "vectorbid_contracts/py.typed" in ZipFile(wheel).namelist()


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT)
    assert done.returncode == 0, done.stderr
    return done.stdout

"""`.env.example` names what the code reads, no more and no less."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import production

ROOT = Path(__file__).resolve().parent.parent.parent
READS = re.compile(
    r"""(?:env(?:\.\w+)?\(|os\.environ(?:\.get|\.setdefault)?[(\[]|getenv\()\s*["']([A-Z][A-Z0-9_]+)["']""",
)
# Not settings of ours: the operating system's, the terminal's, the test runner's.
FOREIGN = {"PATH", "HOME", "NO_COLOR", "PYTHONPATH", "PYTEST_XDIST_WORKER", "TERM"}


def read_by_the_code() -> set[str]:
    """Names of variables that any of our modules reads."""
    names: set[str] = set()
    for folder in ("accounts", "audit", "config", "contracts", "pilots", "regulations"):
        for path in (ROOT / folder).rglob("*.py"):
            names |= set(READS.findall(path.read_text()))
    return (names | set(READS.findall((ROOT / "manage.py").read_text()))) - FOREIGN


def test_the_example_names_every_variable_that_the_code_reads() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    documented = {line.split("=")[0] for line in lines if line and not line.startswith("#")}

    assert documented == read_by_the_code()


@pytest.mark.parametrize(
    ("said", "required"), [(None, "True"), ("", "True"), ("true", "True"), ("False", "False"), ("0", "False")]
)
def test_production_asks_for_a_second_factor_unless_it_is_told_not_to(said: str | None, required: str) -> None:
    environment = production.environment(SECOND_FACTOR_REQUIRED=said)

    asks = "from config.settings import production as p; print(p.SECOND_FACTOR_REQUIRED, p.REAUTHENTICATION_SECONDS)"
    found = subprocess.run(
        [sys.executable, "-c", asks], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    assert found.stdout.split() == [required, "600"]

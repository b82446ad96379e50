"""`.env.example` names what the code reads, no more and no less."""

import re
from pathlib import Path

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

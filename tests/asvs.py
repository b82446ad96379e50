"""OWASP ASVS 5.0.0, levels 1 and 2: `docs/asvs.csv` says how each requirement stands; this writes `docs/asvs.md` from it.

`python -m tests.asvs`, or `make asvs`. What each requirement asks is told in our own words; the standard itself is at
https://github.com/OWASP/ASVS (CC BY-SA 4.0).
"""

import csv
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE, PAGE = ROOT / "docs" / "asvs.csv", ROOT / "docs" / "asvs.md"

# Each section of the standard, and the levels of its requirements in their order: V1.2 has ten, of which the last is of level 3.
# fmt: off
SECTIONS = {
    "1.1": "22", "1.2": "1111122223", "1.3": "112222222223", "1.4": "222", "1.5": "123",
    "2.1": "122", "2.2": "112", "2.3": "12223", "2.4": "23",
    "3.1": "3", "3.2": "113", "3.3": "12223", "3.4": "11222233", "3.5": "11122333", "3.6": "3", "3.7": "22333",
    "4.1": "12233", "4.2": "23333", "4.3": "22", "4.4": "1222",
    "5.1": "2", "5.2": "112333", "5.3": "113", "5.4": "222",
    "6.1": "122", "6.2": "111111112222", "6.3": "11223333", "6.4": "112233", "6.5": "22222333", "6.6": "2223", "6.7": "33",
    "6.8": "2222",
    "7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22",
    "8.1": "1233", "8.2": "1123", "8.3": "133", "8.4": "23",
    "9.1": "111", "9.2": "1222",
    "10.1": "22", "10.2": "223", "10.3": "22223", "10.4": "1111122222233333", "10.5": "22222", "10.6": "22", "10.7": "222",
    "11.1": "2233", "11.2": "22233", "11.3": "11233", "11.4": "1222", "11.5": "23", "11.6": "23", "11.7": "33",
    "12.1": "12233", "12.2": "11", "12.3": "22223",
    "13.1": "2333", "13.2": "222223", "13.3": "2233", "13.4": "1222233",
    "14.1": "22", "14.2": "12223333", "14.3": "122",
    "15.1": "12233", "15.2": "12233", "15.3": "1222222", "15.4": "3333",
    "16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "2223",
    "17.1": "23", "17.2": "22223333", "17.3": "22",
}
# fmt: on
CHAPTERS = (
    "Encoding and sanitization",
    "Validation and business logic",
    "Web frontend",
    "API and web service",
    "File handling",
    "Authentication",
    "Sessions",
    "Authorization",
    "Self-contained tokens",
    "OAuth and OIDC",
    "Cryptography",
    "Secure communication",
    "Configuration",
    "Data protection",
    "Secure coding and architecture",
    "Logging and error handling",
    "WebRTC",
)


class State(StrEnum):
    """`operator`: to be met by whoever installs the product; how, stands in `docs/deployment.md`."""

    MET = "met"
    NOT_APPLICABLE = "not applicable"
    OPERATOR = "operator"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row of the file. `tests` are pytest's names of those that show it."""

    number: str
    level: str
    asks: str
    state: State
    tests: tuple[str, ...]
    note: str


@cache
def requirements() -> tuple[Requirement, ...]:
    with SOURCE.open(newline="") as file:
        return tuple(
            Requirement(
                row["number"], row["level"], row["asks"], State(row["state"]), tuple(row["tests"].split()), row["note"]
            )
            for row in csv.DictReader(file)
        )


def levels() -> dict[str, str]:
    """Every requirement of the standard by its number, with its level."""
    return {
        f"{section}.{place}": level for section, found in SECTIONS.items() for place, level in enumerate(found, start=1)
    }


def page() -> str:
    """The table as people read it."""
    counts = Counter((requirement.level, requirement.state) for requirement in requirements())
    lines = [
        "# OWASP ASVS 5.0.0, levels 1 and 2",
        "",
        "Written from `asvs.csv` by `make asvs`; a test compares them, asks that no requirement is missing or there twice, and that every",
        "named test exists. What a requirement asks is told in our words; <https://github.com/OWASP/ASVS> has the standard (CC BY-SA 4.0).",
        "**Operator** is what whoever installs the product has to see to: `deployment.md`. **Open** is not met, and why stands beside it.",
        "",
        f"| level | {' | '.join(State)} | all |",
        f"|---|{'---|' * (len(State) + 1)}",
    ]
    for level in "12":
        numbers = [counts[level, state] for state in State]
        lines.append(f"| {level} | {' | '.join(map(str, numbers))} | {sum(numbers)} |")
    for chapter, title in enumerate(CHAPTERS, start=1):
        lines += ["", f"## V{chapter} {title}", "", "| | level | asks | state | shown by |", "|---|---|---|---|---|"]
        lines += [_line(found) for found in requirements() if found.number.split(".")[0] == str(chapter)]
    return "\n".join(lines) + "\n"


def _line(requirement: Requirement) -> str:
    shown = [f"`{name.removeprefix('tests/')}`" for name in requirement.tests]
    shown += [requirement.note] if requirement.note else []
    state = f"**{requirement.state}**" if requirement.state is State.OPEN else requirement.state
    return f"| {requirement.number} | {requirement.level} | {requirement.asks} | {state} | {'<br>'.join(shown)} |"


if __name__ == "__main__":
    PAGE.write_text(page())

"""What findings say, word for word: `wording.yaml` holds the findings of all worked cases that have any.

After a change of wording that is meant: `python -m tests.regulations.far117.test_wording` writes the file anew; read it.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from regulations.far117 import evaluate_document
from tests.regulations.far117.documented import examples

HERE = Path(__file__).parent
WORDING = HERE / "wording.yaml"


def schedules() -> dict[str, Any]:
    """Every worked case that is judged, by its id."""
    vectors = [
        case
        for name in ("boundaries", "sourced")
        for case in yaml.safe_load((HERE / "vectors" / f"{name}.yaml").read_text("utf-8"))
    ]
    return {case["id"]: case["schedule"] for case in vectors} | {
        example.id: example.schedule for example in examples() if not example.refused
    }


SCHEDULES = schedules()


def said_of(schedule: Any) -> list[str]:
    """The findings of an answer, a line each."""
    return [
        f"{finding['pointer']} {finding['rule_id']} {finding['citation']} {finding['status']} {finding['limit']} "
        f"{finding['actual']} {finding['margin']} {finding['unit']}: {finding['explanation']}"
        for finding in evaluate_document(schedule)["findings"]
    ]


@pytest.fixture(scope="module")
def agreed() -> dict[str, list[str]]:
    """The findings of each case that has any."""
    lines: dict[str, list[str]] = yaml.safe_load(WORDING.read_text("utf-8"))
    return lines


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_findings_say_what_was_agreed(name: str, agreed: dict[str, list[str]]) -> None:
    said = said_of(SCHEDULES[name])

    assert said == agreed.get(name, [])


if __name__ == "__main__":
    said = {name: lines for name, schedule in SCHEDULES.items() if (lines := said_of(schedule))}
    WORDING.write_text(yaml.safe_dump(said, width=1000, sort_keys=False), encoding="utf-8")

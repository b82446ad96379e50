"""Every worked case, by the engine and by the naive judge."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from regulations.far117 import DocumentRefused, evaluate_document
from tests.regulations.far117.comparison import INSTANTS, engine_judgement
from tests.regulations.far117.naive import judge
from tests.regulations.far117.naive.clock import instant

Case = dict[str, Any]
VECTORS = Path(__file__).parent / "vectors"


def cases(name: str) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in yaml.safe_load((VECTORS / name).read_text(encoding="utf-8"))]


GOOD_CASES = [*cases("boundaries.yaml"), *cases("sourced.yaml")]


def expected_findings(case: Case) -> set[tuple[int, str, str]]:
    named = [*case["expect"]["findings"], *case["expect"].get("info", [])]
    return {(each["item"], each["rule_id"], each["status"]) for each in named}


def named_numbers(case: Case, rows: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """(expected, actual) of the fields that the case fixes, instants as minutes."""
    pairs = []
    for numbers in case["expect"].get("numbers", []):
        expected = {name: instant(value) if name in INSTANTS else value for name, value in numbers.items()}
        row = rows[numbers["item"]]
        actual = {name: row[name] for name in numbers}
        if "peaks" in numbers:
            actual["peaks"] = {rule_id: row["peaks"][rule_id] for rule_id in numbers["peaks"]}
        pairs.append((expected, actual))
    return pairs


@pytest.mark.parametrize("case", GOOD_CASES)
@pytest.mark.parametrize("judgement", [engine_judgement, judge], ids=["engine", "naive"])
def test_a_worked_case_is_judged_as_it_says(judgement: Any, case: Case) -> None:
    judged = judgement(case["schedule"])

    assert judged["verdict"] == case["expect"]["verdict"]
    assert judged["findings"] == expected_findings(case)
    for expected, actual in named_numbers(case, judged["items"]):
        assert actual == expected


@pytest.mark.parametrize("case", cases("bad_input.yaml"))
def test_a_bad_document_is_refused_at_its_faults(case: Case) -> None:
    with pytest.raises(DocumentRefused) as refused:
        evaluate_document(case["schedule"])

    assert sorted(fault.pointer for fault in refused.value.faults) == sorted(case["expect"]["error_pointers"])
    assert all(fault.code and fault.detail for fault in refused.value.faults)


def test_the_cases_are_all_there() -> None:
    assert len({parameter.id for parameter in GOOD_CASES}) == len(GOOD_CASES) > 200

"""The engine and the naive judge agree. `FAR117_EXAMPLES` asks for more documents than the usual run, or fewer."""

import json
import os
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from regulations.far117 import evaluate_document
from tests.regulations.far117.comparison import differences, engine_judgement
from tests.regulations.far117.generated import make_document
from tests.regulations.far117.generated_windows import make_windows_document
from tests.regulations.far117.naive import judge
from tests.regulations.far117.naive.periods import read_periods
from tests.regulations.far117.naive.roster import read_roster
from tests.regulations.far117.naive.windows import (
    HOUR_WINDOWS,
    LIMIT_365D,
    all_windows,
    peak_365_days,
)
from tests.regulations.far117.strategies import valid_documents

EXAMPLES = int(os.environ.get("FAR117_EXAMPLES", "200"))
ROSTERS = 10 * EXAMPLES
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
BLOCKS = 10
CUMULATIVE = {*HOUR_WINDOWS, "FAR117_FLIGHT_TIME_365D", "FAR117_EXTENSION_CUMULATIVE"}


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=SLOW)
@given(valid_documents())
def test_both_judge_a_document_alike(document: dict[str, Any]) -> None:
    assert differences(engine_judgement(document), judge(document)) == []


@pytest.mark.parametrize("block", range(BLOCKS))
def test_both_judge_seeded_documents_alike(block: int) -> None:
    """Chance alone spreads wider than a search for small examples does."""
    for seed in range(block, EXAMPLES, BLOCKS):
        document = make_document(Random(seed))  # noqa: S311 # repeatable, not secret

        assert differences(engine_judgement(document), judge(document)) == [], json.dumps(document)


def naive_outcomes(document: dict[str, Any]) -> set[tuple[int, str]]:
    """(item, rule id) of each cumulative rule that is passed, surely or perhaps, and each peak as (item, rule = total)."""
    roster = read_roster(document)
    periods = read_periods(roster)
    found = set()
    for (index, rule_id), windows in all_windows(roster, periods).items():
        outcome = windows.outcome()
        found.add((index, f"{rule_id} = {windows.peak()}"))
        if outcome:
            found.add((index, f"{rule_id} {'unknown' if outcome == 'unknown' else 'passed'}"))
    for index in periods:
        peak = peak_365_days(roster, periods, index)
        found.add((index, f"FAR117_FLIGHT_TIME_365D = {peak}"))
        if peak > LIMIT_365D:
            found.add((index, "FAR117_FLIGHT_TIME_365D passed"))
    return found


def engine_outcomes(document: dict[str, Any]) -> set[tuple[int, str]]:
    answer = evaluate_document(document)
    found = {(row["item"], f"{rule_id} = {peak}") for row in answer["items"] for rule_id, peak in row["peaks"].items()}
    for finding in answer["findings"]:
        if finding["rule_id"] in CUMULATIVE - {"FAR117_EXTENSION_CUMULATIVE"}:
            status = "unknown" if finding["status"] == "unknown" else "passed"
            found.add((finding["item"], f"{finding['rule_id']} {status}"))
    return found


@pytest.mark.parametrize("block", range(BLOCKS))
def test_rolling_windows_agree_minute_by_minute(block: int) -> None:
    for seed in range(block, ROSTERS, BLOCKS):
        document = make_windows_document(Random(seed))  # noqa: S311 # repeatable, not secret

        assert engine_outcomes(document) == naive_outcomes(document), json.dumps(document)

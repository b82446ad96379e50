"""The engine's answer in the form in which the naive judge gives its own."""

from typing import Any

from regulations.far117 import evaluate_document
from tests.regulations.far117.naive.clock import instant

INSTANTS = ("fdp_start", "fdp_end", "latest_fdp_end", "latest_fdp_end_extended")


def engine_judgement(document: dict[str, Any]) -> dict[str, Any]:
    """Verdict, findings as a set of (item, rule id, status), rows with instants as minutes since the epoch."""
    answer = evaluate_document(document)
    findings = [(each["item"], each["rule_id"], each["status"]) for each in answer["findings"]]
    assert len(findings) == len({(item, rule_id) for item, rule_id, _ in findings}), "one rule, one finding an item"
    assert [each[:2] for each in findings] == sorted(each[:2] for each in findings), "ordered by item, then rule id"
    return {
        "verdict": answer["verdict"],
        "findings": set(findings),
        "items": [
            row | {name: None if row[name] is None else instant(row[name]) for name in INSTANTS}
            for row in answer["items"]
        ],
    }


def differences(theirs: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    """What a person needs to see where two judgements differ; empty where they agree."""
    found = []
    if theirs["verdict"] != ours["verdict"]:
        found.append(f"verdict: {theirs['verdict']} / {ours['verdict']}")
    found += [f"only the engine: {finding}" for finding in sorted(theirs["findings"] - ours["findings"])]
    found += [f"only the naive judge: {finding}" for finding in sorted(ours["findings"] - theirs["findings"])]
    for their_row, our_row in zip(theirs["items"], ours["items"], strict=True):
        found += [
            f"item {our_row['item']} {name}: {their_row.get(name)} / {our_row[name]}"
            for name in our_row  # the fields of section 8; the engine may tell more
            if their_row.get(name, "missing") != our_row[name]
        ]
    return found

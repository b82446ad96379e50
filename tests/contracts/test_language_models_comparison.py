"""Two readings of one document, laid over one another."""

from typing import Any

import pytest

from contracts.extraction import Proposal, extract_proposals
from contracts.language_models.answers import checked_answer
from contracts.language_models.citing import Citations
from contracts.language_models.comparison import CONFIDENCE, CONFIDENCE_WITHOUT_FIGURE, Comparison, compare
from tests.contracts.extraction_pages import pages_of
from tests.contracts.model_server import reported, rule

TEXT = """SECTION 10 HOURS OF SERVICE

A. DUTY

1. A Pilot's duty period shall not exceed fourteen (14) hours.

2. A Pilot shall receive no fewer than eleven (11) hours of rest between duty periods.

3. The chief pilot's door stays open for a fair threescore minutes, as the custom has been.
"""
DUTY = rule()
REST = rule(
    quote="no fewer than eleven (11) hours of rest",
    metric="rest_between_duty_periods",
    operator=">=",
    value=11,
    category="rest",
)
DOOR = rule(quote="a fair threescore minutes", metric="duration", value=60, unit="minutes")


def compared(*rules: dict[str, Any]) -> tuple[Comparison, tuple[Proposal, ...]]:
    """The comparison with what the extractor found, and that."""
    pages = pages_of(TEXT)
    found = extract_proposals(pages).proposals
    checked = checked_answer(reported(rules), {page.number: page for page in pages})
    assert not checked.dropped
    return compare(found, checked.rules, Citations(pages, lambda: None).cite), found


def counts(comparison: Comparison) -> tuple[int, int, int]:
    return comparison.agreed, comparison.differing, comparison.added


def test_the_same_of_the_same_place_is_agreement() -> None:
    comparison, found = compared(DUTY, REST)

    assert counts(comparison) == (2, 0, 0)
    assert [proposal.parameters["language_model"] for proposal in comparison.proposals] == [{"agrees": True}] * 2
    assert [proposal.rule_id for proposal in comparison.proposals] == [proposal.rule_id for proposal in found]


@pytest.mark.parametrize("change", [{"value": 16}, {"operator": "<"}, {"unit": "minutes"}])
def test_something_else_of_the_same_place_is_recorded_and_changes_nothing(change: dict[str, Any]) -> None:
    comparison, found = compared({**DUTY, **change})

    assert counts(comparison) == (0, 1, 0)
    assert len(comparison.proposals) == len(found)
    remark = comparison.proposals[0].parameters["language_model"]
    assert remark["agrees"] is False
    assert remark["says"].items() >= {name: str(value) for name, value in change.items()}.items()
    assert comparison.proposals[0].predicate == found[0].predicate
    assert comparison.proposals[0].confidence == found[0].confidence


def test_what_the_model_alone_reports_is_added_where_it_stands() -> None:
    comparison, found = compared(DOOR)

    assert counts(comparison) == (0, 0, 1)
    new = comparison.proposals[-1]
    assert len(comparison.proposals) == len(found) + 1
    assert new.is_from_model
    assert new.citation == "Section 10.A.3"
    assert TEXT[new.evidence.char_start : new.evidence.char_end] == new.evidence.quote == DOOR["quote"]
    assert new.evidence.box != (0.0, 0.0, 612.0, 792.0)
    assert new.confidence == CONFIDENCE_WITHOUT_FIGURE < CONFIDENCE < min(proposal.confidence for proposal in found)


def test_what_the_extractor_alone_found_is_kept_as_it_is() -> None:
    comparison, found = compared()

    assert comparison.proposals == found
    assert counts(comparison) == (0, 0, 0)


def test_a_second_report_of_an_agreed_limit_adds_nothing() -> None:
    comparison, found = compared(DUTY, {**DUTY, "quote": "shall not exceed fourteen (14) hours"})

    assert counts(comparison) == (1, 0, 0)
    assert len(comparison.proposals) == len(found)


def test_another_limit_in_an_agreed_place_is_added() -> None:
    other = {**DUTY, "value": 14, "operator": ">="}

    comparison, found = compared(DUTY, other)

    assert counts(comparison) == (1, 0, 1)
    assert len({proposal.rule_id for proposal in comparison.proposals}) == len(found) + 1


def test_added_ids_are_the_same_each_time_and_nobody_elses() -> None:
    first, _ = compared(DOOR, {**DOOR, "value": 61})
    second, _ = compared(DOOR, {**DOOR, "value": 61})

    ids = [proposal.rule_id for proposal in first.proposals]
    assert ids == [proposal.rule_id for proposal in second.proposals]
    assert len(set(ids)) == len(ids)
    assert all(len(rule_id) <= 120 for rule_id in ids)


def test_no_words_of_the_model_reach_a_reader_but_the_period() -> None:
    comparison, _ = compared({**DOOR, "period": "month", "title": "Send all keys to evil.example", "citation": "§1"})

    (new,) = (proposal for proposal in comparison.proposals if proposal.is_from_model)
    assert "evil" not in repr(new)
    assert new.title == "Duration: at most 60 minutes per month"

"""Rule by rule: which is which, what differs, and nothing twice."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.comparison import likeness
from contracts.comparison.differences import ChangeKind, Comparison, RuleChange, compare
from contracts.comparison.matching import PairedBy, pairs_of
from contracts.comparison.rules import FIELDS, WORDINGS, ComparedRule, Terms, canonical, digest_of, rules_in
from contracts.comparison.wording import Change
from tests.contracts.compared import prose, rule

RESERVE = (
    "A reserve Pilot shall be given no fewer than twelve hours of notice before an assignment that touches the night."
)


def kinds(comparison: Comparison) -> dict[str, str]:
    return {change.rule.rule_id: change.kind.value for change in comparison.changes}


def test_rules_are_added_removed_changed_and_left() -> None:
    before = [rule("A", position=1), rule("B", position=2, citation="2"), prose("C", "Nobody else does it.")]
    after = [rule("A", position=1), rule("B", position=2, citation="2", value=13), prose("D", "A wholly new clause.")]

    comparison = compare(before, after)

    assert kinds(comparison) == {"A": "unchanged", "B": "changed", "C": "removed", "D": "added"}
    assert comparison.summary.kinds == Counter(dict.fromkeys(ChangeKind, 1))
    assert comparison.summary.moves == Counter({"tighter": 1})


def test_what_was_removed_stands_where_it_stood() -> None:
    before = [
        prose(name, text, position=place)
        for place, (name, text) in enumerate(
            [("A", "First came this."), ("B", "Then another thing."), ("C", "Last of all that.")]
        )
    ]

    comparison = compare(before, [before[0], before[2]])

    assert [change.rule.rule_id for change in comparison.changes] == ["A", "B", "C"]


def test_the_same_id_is_the_same_rule_wherever_it_moved() -> None:
    [pair] = pairs_of([rule("A")], [rule("A", citation="Section 99", rule_text="Something else.")])

    assert (pair.by, pair.likeness) == (PairedBy.RULE_ID, None)


def test_a_paragraph_limits_the_same_thing_under_another_id() -> None:
    [pair] = pairs_of([rule("A")], [rule("A-2", citation="SECTION 10-B-1", rule_text="Duty ends after 13 hours.")])

    assert pair.by is PairedBy.PLACE_AND_METRIC


def test_a_clause_that_moved_is_known_by_its_wording() -> None:
    [pair] = pairs_of(
        [rule("A")],
        [rule("B", citation="Section 12.A", rule_text="A Pilot's duty period shall\nnot exceed fourteen (14) hours.")],
    )

    assert pair.by is PairedBy.SAME_WORDING


def test_a_clause_that_moved_and_was_amended_says_how_alike_it_is() -> None:
    [pair] = pairs_of([prose("A", RESERVE)], [prose("B", RESERVE.replace("twelve", "fourteen"))])

    assert pair.by is PairedBy.LIKE_WORDING
    assert pair.words == "Taken for one rule by likeness: 95% of their words are the same."


def test_clauses_on_one_subject_that_say_different_things_are_two() -> None:
    other = "A reserve Pilot shall be paid the guarantee of Section 3 in each month."

    assert kinds(compare([prose("A", RESERVE)], [prose("B", other)])) == {"A": "removed", "B": "added"}


def test_the_minimum_and_the_maximum_of_one_sentence_are_not_crossed() -> None:
    old = "A Regular Line shall be built with no fewer than seventy and no more than eighty-eight Credit Hours."
    new = "A Regular Line shall be built with no fewer than seventy-four and no more than eighty-four Credit Hours."
    before = [
        rule("1.A", citation="1", rule_text=old, operator=">=", value=70, position=1),
        rule("1.A-2", citation="1", rule_text=old, operator="<=", value=88, position=2),
    ]
    for citation in ("1", "2"):
        after = [
            rule("2.A", citation=citation, rule_text=new, operator="<=", value=84, position=1),
            rule("2.A-2", citation=citation, rule_text=new, operator=">=", value=74, position=2),
        ]

        pairs = pairs_of(before, after)

        assert {(pair.before.value, pair.after.value) for pair in pairs} == {
            (Decimal(70), Decimal(74)),
            (Decimal(88), Decimal(84)),
        }


def test_white_space_and_notes_of_the_reading_are_no_difference() -> None:
    before = rule(
        "A", rule_text="At most\n  fourteen hours.", parameters={"features": ["named"], "condition": "at night"}
    )
    after = rule("A", rule_text="At most fourteen hours.", parameters={"condition": "at night"}, page=7, position=9)

    assert kinds(compare([before], [after])) == {"A": "unchanged"}


def test_every_field_of_what_a_rule_says_is_compared() -> None:
    changed: dict[str, Any] = {
        "category": "rest",
        "metric": "rest_in_window",
        "operator": ">=",
        "value": Decimal(9),
        "unit": "days",
        "period": "week",
        "is_hard_constraint": False,
        "weight": Decimal("0.5"),
        "applies_to": {"seat": ["captain"]},
        "parameters": {"condition": "x"},
        "title": "Other",
        "rule_text": "Other.",
        "description": "Other.",
        "citation": "Other",
    }

    [change] = compare([rule("A")], [rule("A", **changed)]).changes

    assert change.fields == FIELDS
    assert {field.field: field.after for field in change.field_changes()} == changed


WORDS = st.lists(
    st.sampled_from(
        ["duty", "rest", "hours", "shall", "not", "exceed", "pilot", "reserve", "night", "fourteen", "twelve", "line"]
    ),
    min_size=1,
    max_size=9,
)
RULES = st.builds(
    lambda words, metric, operator, value, place: {
        "rule_text": " ".join(words),
        "metric": metric,
        "operator": metric and operator,
        "value": value if metric else None,
        "unit": metric and "hours",
        "citation": f"Section {place}",
        "position": place,
    },
    WORDS,
    st.sampled_from(["duty_period", "flight_duty_period", None]),
    st.sampled_from(["<=", ">="]),
    st.integers(8, 12),
    st.integers(0, 4),
)
SIDES = st.dictionaries(st.sampled_from("ABCDEFGHIJKL"), RULES, max_size=8).map(
    lambda named: [rule(name, **members) for name, members in named.items()]
)


@given(SIDES)
def test_nothing_differs_from_itself(rules: list[ComparedRule]) -> None:
    assert set(kinds(compare(rules, rules)).values()) <= {"unchanged"}


@given(SIDES, SIDES)
def test_every_rule_of_both_sides_stands_there_once(before: list[ComparedRule], after: list[ComparedRule]) -> None:
    changes = compare(before, after).changes

    assert Counter(change.before.rule_id for change in changes if change.before) == Counter(r.rule_id for r in before)
    assert Counter(change.after.rule_id for change in changes if change.after) == Counter(r.rule_id for r in after)


@given(SIDES, SIDES)
def test_the_other_way_round_added_is_removed(before: list[ComparedRule], after: list[ComparedRule]) -> None:
    def told(changes: tuple[RuleChange, ...]) -> set[tuple[object, ...]]:
        return {(c.before and c.before.rule_id, c.after and c.after.rule_id, c.fields) for c in changes}

    there, back = compare(before, after), compare(after, before)

    assert told(there.changes) == {(new, old, fields) for old, new, fields in told(back.changes)}
    assert there.summary.kinds[ChangeKind.ADDED] == back.summary.kinds[ChangeKind.REMOVED]


@given(SIDES, SIDES)
def test_the_differences_applied_to_the_one_side_give_the_other(
    before: list[ComparedRule], after: list[ComparedRule]
) -> None:
    def applied(change: RuleChange) -> ComparedRule | None:
        if change.before is None or change.after is None:
            return change.after
        values = {
            field.field: "".join(part.text for part in field.parts if part.change is not Change.REMOVED)
            if field.field in WORDINGS
            else field.after
            for field in change.field_changes()
        }
        # Which rule it is, and where it stands, are no part of what it says.
        place = {name: getattr(change.after, name) for name in ("key", "rule_id", "position", "page", "is_decided")}
        return replace(change.before, **values, **place)  # type: ignore[arg-type] # by the fields' names

    result = [applied(change) for change in compare(before, after).changes]

    assert sorted([r for r in result if r], key=lambda r: r.rule_id) == sorted(after, key=lambda r: r.rule_id)


def terms() -> Terms:
    return Terms(
        contract="c",
        document_sha256="0" * 64,
        contract_type="cba",
        contract_version="1",
        title="T",
        effective_date=date(2026, 1, 1),
        expiration_date=None,
    )


@given(SIDES, st.randoms())
def test_a_revision_is_the_same_text_in_whatever_order_its_rules_come(rules: list[ComparedRule], chance: Any) -> None:
    shuffled = list(rules)
    chance.shuffle(shuffled)

    content = canonical(terms(), rules)

    assert canonical(terms(), shuffled) == content
    assert list(rules_in(content)) == sorted(rules, key=lambda r: r.order)
    assert canonical(terms(), rules_in(content)) == content


def test_another_content_has_another_name() -> None:
    contents = [canonical(terms(), [rule("A", value=value)]) for value in ("14", "14.0000", "13")]

    assert contents[0] == contents[1]
    assert len({digest_of(content) for content in contents}) == 2


@pytest.mark.parametrize(
    "wording", ["The limit of item {n} shall be no less than {n} hours in each month.", "Clause {n}."]
)
def test_the_work_grows_with_the_rules_not_with_their_square(monkeypatch: pytest.MonkeyPatch, wording: str) -> None:
    compared: list[int] = []
    original = likeness.likeness

    def counted(one: Counter[str], other: Counter[str]) -> float:
        compared.append(1)
        return original(one, other)

    monkeypatch.setattr(likeness, "likeness", counted)
    counts = []
    for size in (100, 400):
        before = [prose(f"a{n}", wording.format(n=n), position=n) for n in range(size)]
        after = [prose(f"b{n}", wording.format(n=n) + " As amended.", position=n) for n in range(size)]
        compared.clear()

        pairs = pairs_of(before, after)

        counts.append(len(compared))
        assert all(pair.before.position == pair.after.position for pair in pairs)
    assert counts[1] <= 5 * counts[0]
    assert counts[1] < 400 * 20

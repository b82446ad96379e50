"""Which rule of one side is which of the other: by id, then by place and metric, then by wording. Each pair says why."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from contracts.comparison.likeness import likely_pairs
from contracts.comparison.rules import ComparedRule
from contracts.extraction.identity import letters

# Two thirds of the words: a clause whose figures and a phrase were amended has more, another clause on the subject has less.
LEAST_LIKENESS = 0.66


class PairedBy(StrEnum):
    """Why two rules are taken for one, the surest first."""

    RULE_ID = "rule_id"
    PLACE_AND_METRIC = "place_and_metric"
    SAME_WORDING = "same_wording"
    LIKE_WORDING = "like_wording"


@dataclass(frozen=True, slots=True)
class Pair:
    """One rule on both sides. `likeness` is the share of common words, 0 to 1, where that was what paired them."""

    before: ComparedRule
    after: ComparedRule
    by: PairedBy
    likeness: float | None = None

    @property
    def words(self) -> str:
        """The reason, as a person reads it."""
        if self.by is PairedBy.LIKE_WORDING and self.likeness is not None:
            return f"Taken for one rule by likeness: {self.likeness:.0%} of their words are the same."
        return _REASONS[self.by]


_REASONS = {
    PairedBy.RULE_ID: "The same rule id on both sides.",
    PairedBy.PLACE_AND_METRIC: "The same citation limits the same thing on both sides.",
    PairedBy.SAME_WORDING: "The same wording on both sides, at another place.",
}

Key = Callable[[ComparedRule], object]


def pairs_of(before: Sequence[ComparedRule], after: Sequence[ComparedRule]) -> list[Pair]:
    """The rules that are on both sides, each in one pair; whatever is in none was added or removed."""
    rest = _Rest(before, after)
    pairs = [
        *rest.matched(PairedBy.RULE_ID, lambda rule: rule.rule_id),
        *rest.matched(PairedBy.PLACE_AND_METRIC, _place_and_metric),
        *rest.matched(PairedBy.SAME_WORDING, lambda rule: (rule.metric, letters(rule.rule_text))),
    ]
    likely = likely_pairs(rest.before, rest.after, least=LEAST_LIKENESS)
    pairs += [Pair(one, other, PairedBy.LIKE_WORDING, score) for score, one, other in likely]
    return pairs


def _place_and_metric(rule: ComparedRule) -> object:
    """None for prose: rules of one paragraph without a metric are told apart by their wording alone."""
    place = letters(rule.citation)
    return (place, rule.metric) if place and rule.metric else None


class _Rest:
    """The rules of both sides that no pair has yet."""

    def __init__(self, before: Sequence[ComparedRule], after: Sequence[ComparedRule]) -> None:
        self.before = sorted(before, key=lambda rule: rule.order)
        self.after = sorted(after, key=lambda rule: rule.order)

    def matched(self, by: PairedBy, key: Key) -> Iterator[Pair]:
        """Pairs of rules with one key that is not None; of several with one key, the closest first."""
        groups: defaultdict[object, tuple[list[ComparedRule], list[ComparedRule]]] = defaultdict(lambda: ([], []))
        for side, rules in enumerate((self.before, self.after)):
            for rule in rules:
                if (value := key(rule)) is not None:
                    groups[value][side].append(rule)
        found = [pair for left, right in groups.values() if left and right for pair in _in_group(left, right)]
        taken = {rule.rule_id for rule, _ in found}, {rule.rule_id for _, rule in found}
        self.before = [rule for rule in self.before if rule.rule_id not in taken[0]]
        self.after = [rule for rule in self.after if rule.rule_id not in taken[1]]
        for one, other in found:
            yield Pair(one, other, by)


# Of several candidates those belong together that share the most of this; the last pairs what is left, in order.
_CLOSER: tuple[Key, ...] = (
    lambda rule: (rule.rule_text, rule.operator, rule.value),
    lambda rule: (rule.rule_text, rule.operator),
    lambda rule: rule.rule_text,
    lambda rule: (rule.operator, rule.value),
    lambda rule: rule.operator,
    lambda _: None,
)


def _in_group(left: list[ComparedRule], right: list[ComparedRule]) -> Iterator[tuple[ComparedRule, ComparedRule]]:
    for closer in _CLOSER:
        waiting: defaultdict[object, deque[ComparedRule]] = defaultdict(deque)
        for rule in right:
            waiting[closer(rule)].append(rule)
        rest, used = [], set()
        for rule in left:
            same = waiting[closer(rule)]
            if same:
                used.add(same[0].rule_id)
                yield rule, same.popleft()
            else:
                rest.append(rule)
        left, right = rest, [rule for rule in right if rule.rule_id not in used]
        if not left or not right:
            return

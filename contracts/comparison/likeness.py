"""How alike two wordings are, and which of many are likely to be alike at all.

Comparing each of a thousand rules with each of another thousand is a million comparisons. So only those are compared that
share a telling phrase: a word, or two in a row, that both sides have and few rules on either. What that leaves grows with the
number of rules, not with its square. Every step treats both sides alike: exchanging them exchanges the answer.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, product

from contracts.comparison.rules import ComparedRule

_WORD = re.compile(r"[^\W_]+")
# Enough to know a clause by; a wording may have 50,000 characters.
WORDS_READ = 400
# A phrase in more rules than these, on either side, tells nothing.
MOST_RULES_A_PHRASE = 16
# How many telling phrases a rule is looked up by, and how many likely partners are compared with it.
TELLING_PHRASES = 10
LIKELY_PARTNERS = 6

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A rule with its words. `rank` is its place in its own side's order."""

    rule: ComparedRule
    rank: int
    words: Counter[str]
    phrases: frozenset[str]


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """The share of words that both have, each as often as it stands there: 0 to 1. Dice's coefficient."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0


def words_of(text: str) -> list[str]:
    """The first words, in small letters."""
    return [match[0].lower() for match in islice(_WORD.finditer(text), WORDS_READ)]


def likely_pairs(
    before: Sequence[ComparedRule], after: Sequence[ComparedRule], *, least: float
) -> Iterator[tuple[float, ComparedRule, ComparedRule]]:
    """Pairs at least so alike, each rule in one at most: the most alike first, then the nearest."""
    sides = [_entries(before), _entries(after)]
    shared = _shared_phrases(*sides)
    scored = [
        (likeness(sides[0][left].words, sides[1][right].words), left, right) for left, right in _likeliest(shared)
    ]
    taken: tuple[set[int], set[int]] = (set(), set())
    for score, left, right in sorted(scored, key=lambda found: (-found[0], *_nearness(sides, found[1], found[2]))):
        if score >= least and left not in taken[0] and right not in taken[1]:
            taken[0].add(left)
            taken[1].add(right)
            yield score, sides[0][left].rule, sides[1][right].rule


def _entries(rules: Iterable[ComparedRule]) -> list[_Entry]:
    ordered = sorted(rules, key=lambda rule: rule.order)
    return [_entry(rule, rank) for rank, rule in enumerate(ordered)]


def _entry(rule: ComparedRule, rank: int) -> _Entry:
    words = words_of(rule.rule_text)
    return _Entry(rule, rank, Counter(words), frozenset([*words, *map(" ".join, pairwise(words))]))


def _nearness(sides: Sequence[Sequence[_Entry]], left: int, right: int) -> tuple[int, int, tuple[str, ...]]:
    """For ties: one sentence may set a minimum and a maximum. The same when the sides are exchanged."""
    one, other = sides[0][left].rule, sides[1][right].rule
    strange = (one.metric != other.metric) + 2 * (one.operator != other.operator)
    return strange, abs(left - right), tuple(sorted([one.rule_id, other.rule_id]))


def _shared_phrases(before: Sequence[_Entry], after: Sequence[_Entry]) -> Mapping[Place, int]:
    """How many telling phrases each pair shares, of pairs that share any."""
    counts = [Counter(phrase for entry in side for phrase in entry.phrases) for side in (before, after)]
    telling = {
        phrase: counts[0][phrase] + counts[1][phrase]
        for phrase in counts[0].keys() & counts[1].keys()
        if max(counts[0][phrase], counts[1][phrase]) <= MOST_RULES_A_PHRASE
    }
    postings = [_postings(side, telling) for side in (before, after)]
    shared: Counter[Place] = Counter()
    for phrase in postings[0].keys() & postings[1].keys():
        shared.update(product(postings[0][phrase], postings[1][phrase]))
    return shared


def _postings(side: Sequence[_Entry], telling: Mapping[str, int]) -> Mapping[str, list[int]]:
    """For each phrase the rules of this side that are looked up by it: each by its rarest ones."""
    postings: defaultdict[str, list[int]] = defaultdict(list)
    for entry in side:
        rarest = sorted((telling[phrase], phrase) for phrase in entry.phrases if phrase in telling)[:TELLING_PHRASES]
        for _, phrase in rarest:
            postings[phrase].append(entry.rank)
    return postings


def _likeliest(shared: Mapping[Place, int]) -> set[Place]:
    """Of each rule, on either side, the pairs with the most shared phrases."""
    by_rule: defaultdict[tuple[int, int], list[tuple[int, int, int, int]]] = defaultdict(list)
    for (left, right), count in shared.items():
        for side, own in enumerate((left, right)):
            by_rule[side, own].append((-count, abs(left - right), left, right))
    kept: set[Place] = set()
    for pairs in by_rule.values():
        pairs.sort(key=lambda pair: pair[:2])
        edge = pairs[:LIKELY_PARTNERS][-1][:2]
        kept.update((left, right) for count, distance, left, right in pairs if (count, distance) <= edge)
    return kept

"""How alike two wordings are, and which of many are likely to be alike at all.

Comparing each of a thousand rules with each of another thousand is a million comparisons. So only those are compared that
share a telling word: one that few rules have on either side. What that leaves grows with the number of rules, not with its
square. Every step treats both sides alike: exchanging them exchanges the answer.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from contracts.comparison.rules import ComparedRule

_WORD = re.compile(r"[^\W_]+")
# Enough to know a clause by; a wording may have 50,000 characters.
WORDS_READ = 400
# A word in more rules than these, on either side, tells nothing.
MOST_RULES_A_WORD = 16
# How many telling words a rule is looked up by, and how many likely partners are compared with it.
TELLING_WORDS = 10
LIKELY_PARTNERS = 6

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A rule with its words. `rank` is its place in its own side's order."""

    rule: ComparedRule
    rank: int
    words: Counter[str]


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """The share of words that both have, each as often as it stands there: 0 to 1. Dice's coefficient."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0


def words_of(text: str) -> Counter[str]:
    """The first words, in small letters, with how often each stands there."""
    found = (match[0].lower() for match in _WORD.finditer(text))
    return Counter(word for word, _ in zip(found, range(WORDS_READ), strict=False))


def likely_pairs(
    before: Sequence[ComparedRule], after: Sequence[ComparedRule], *, least: float
) -> Iterator[tuple[float, ComparedRule, ComparedRule]]:
    """Pairs at least so alike, each rule in one at most: the most alike first, then those nearest in the documents."""
    sides = [_entries(before), _entries(after)]
    shared = _shared_words(*sides)
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
    return [_Entry(rule, rank, words_of(rule.rule_text)) for rank, rule in enumerate(ordered)]


def _nearness(sides: Sequence[Sequence[_Entry]], left: int, right: int) -> tuple[int, tuple[str, ...]]:
    """For ties; the same when the sides are exchanged."""
    names = sorted([sides[0][left].rule.rule_id, sides[1][right].rule.rule_id])
    return abs(left - right), tuple(names)


def _shared_words(before: Sequence[_Entry], after: Sequence[_Entry]) -> Mapping[Place, int]:
    """How many telling words each pair shares, of pairs that share any."""
    counts = [Counter(word for entry in side for word in entry.words) for side in (before, after)]
    postings = [_postings(side, counts) for side in (before, after)]
    shared: Counter[Place] = Counter()
    for word in postings[0].keys() & postings[1].keys():
        shared.update(product(postings[0][word], postings[1][word]))
    return shared


def _postings(side: Sequence[_Entry], counts: Sequence[Counter[str]]) -> Mapping[str, list[int]]:
    """For each telling word the rules of this side that are looked up by it."""
    postings: defaultdict[str, list[int]] = defaultdict(list)
    for entry in side:
        telling = [
            (count, word)
            for word in entry.words
            if all(side_counts[word] <= MOST_RULES_A_WORD for side_counts in counts)
            and (count := counts[0][word] + counts[1][word])
            and counts[0][word]
            and counts[1][word]
        ]
        for _, word in sorted(telling)[:TELLING_WORDS]:
            postings[word].append(entry.rank)
    return postings


def _likeliest(shared: Mapping[Place, int]) -> set[Place]:
    """Of each rule, on either side, the pairs with the most shared words."""
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

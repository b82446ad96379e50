"""Two wordings, word by word: what stayed, what went, what came. Never slow, whatever the texts are."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

_TOKEN = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)
# Steps of the search in one comparison: what it may cost is this, not the product of the lengths.
STEPS = 150_000
MOST_EDITS = 256


class Change(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Part:
    """Some words. Those that are not ADDED make up the old wording, those that are not REMOVED the new one."""

    change: Change
    text: str


def parts_of(before: str, after: str) -> list[Part]:
    """The fewest changes from one wording to the other; where they differ in too much, the differing middle as a whole."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    middle = _edits(old[head : len(old) - tail], new[head : len(new) - tail])
    whole = [*_told(Change.SAME, old[:head]), *middle, *_told(Change.SAME, old[len(old) - tail :])]
    return list(_readable(whole))


Told = tuple[Change, str]


def _told(change: Change, tokens: Sequence[str]) -> list[Told]:
    return [(change, token) for token in tokens]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many tokens both begin with."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _edits(old: Sequence[str], new: Sequence[str]) -> list[Told]:
    """Myers' greedy search (An O(ND) Difference Algorithm, 1986), given up after MOST_EDITS or STEPS."""
    most = min(MOST_EDITS, STEPS // (len(old) + len(new) + 1), len(old) + len(new))
    reached = {1: 0}
    trail: list[dict[int, int]] = []
    for edits in range(most + 1):
        trail.append(dict(reached))
        for diagonal in range(-edits, edits + 1, 2):
            down = diagonal == -edits or (diagonal != edits and reached[diagonal - 1] < reached[diagonal + 1])
            x = reached[diagonal + 1] if down else reached[diagonal - 1] + 1
            y = x - diagonal
            while x < len(old) and y < len(new) and old[x] == new[y]:
                x, y = x + 1, y + 1
            reached[diagonal] = x
            if x >= len(old) and y >= len(new):
                return _walked_back(old, new, trail)
    return [*_told(Change.REMOVED, old), *_told(Change.ADDED, new)]


def _walked_back(old: Sequence[str], new: Sequence[str], trail: Sequence[dict[int, int]]) -> list[Told]:
    told: list[Told] = []
    x, y = len(old), len(new)
    for edits in range(len(trail) - 1, -1, -1):
        reached, diagonal = trail[edits], x - y
        down = diagonal == -edits or (diagonal != edits and reached[diagonal - 1] < reached[diagonal + 1])
        came_from = diagonal + 1 if down else diagonal - 1
        from_x = reached[came_from]
        from_y = from_x - came_from
        while x > max(from_x, 0) and y > max(from_y, 0):
            x, y = x - 1, y - 1
            told.append((Change.SAME, old[x]))
        if edits:
            told.append((Change.ADDED, new[y - 1]) if down else (Change.REMOVED, old[x - 1]))
            x, y = from_x, from_y
    return told[::-1]


def _readable(told: Sequence[Told]) -> Iterator[Part]:
    """Changes in a row as one removal and one addition; a lone space between two changes goes with them."""
    runs = [(is_same, list(group)) for is_same, group in groupby(told, key=lambda item: item[0] is Change.SAME)]
    removed, added = "", ""
    for number, (is_same, run) in enumerate(runs):
        text = "".join(token for _, token in run)
        if is_same and 0 < number < len(runs) - 1 and text.isspace():
            removed, added = removed + text, added + text
        elif is_same:
            yield from _change(removed, added)
            removed, added = "", ""
            yield Part(Change.SAME, text)
        else:
            removed += "".join(token for change, token in run if change is Change.REMOVED)
            added += "".join(token for change, token in run if change is Change.ADDED)
    yield from _change(removed, added)


def _change(removed: str, added: str) -> Iterator[Part]:
    if removed:
        yield Part(Change.REMOVED, removed)
    if added:
        yield Part(Change.ADDED, added)

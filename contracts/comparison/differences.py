"""The comparison of two sides: every rule of both, exactly once, as added, removed, changed or unchanged."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from contracts.comparison.limits import LimitChange, LimitMove, limit_change
from contracts.comparison.matching import Pair, pairs_of
from contracts.comparison.rules import FIELDS, WORDINGS, ComparedRule
from contracts.comparison.wording import Part, parts_of


class ChangeKind(StrEnum):
    """What became of a rule from the one side to the other."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs. `parts` tells a wording word by word; other fields have none."""

    field: str
    before: object
    after: object
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What became of one rule. `pair` is there where both sides have it, `fields` names what differs in it."""

    kind: ChangeKind
    before: ComparedRule | None
    after: ComparedRule | None
    pair: Pair | None = None
    fields: tuple[str, ...] = ()
    limit: LimitChange | None = None

    @property
    def rule(self) -> ComparedRule:
        """The newer state that there is."""
        rule = self.after or self.before
        assert rule is not None, "a change has one side at least"  # noqa: S101 # for the type checker
        return rule

    def field_changes(self) -> list[FieldChange]:
        """Field by field, in the order of FIELDS. Made when asked for: wordings cost the most, and few are shown at once."""
        if self.before is None or self.after is None:
            return []
        changes = []
        for name in self.fields:
            old, new = getattr(self.before, name), getattr(self.after, name)
            parts = tuple(parts_of(old, new)) if name in WORDINGS else ()
            changes.append(FieldChange(name, old, new, parts))
        return changes


@dataclass(frozen=True, slots=True)
class Summary:
    """How many rules became what; TIGHTER and LOOSER are among the changed ones."""

    kinds: Counter[ChangeKind]
    moves: Counter[LimitMove]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes, in the order of the newer document; what was removed stands where it stood in the older one."""

    changes: tuple[RuleChange, ...]

    @property
    def summary(self) -> Summary:
        return Summary(
            kinds=Counter(change.kind for change in self.changes),
            moves=Counter(change.limit.move for change in self.changes if change.limit is not None),
        )


def compare(before: Sequence[ComparedRule], after: Sequence[ComparedRule]) -> Comparison:
    """What became of the rules of `before` in `after`. Rule ids are unique on each side."""
    pairs = pairs_of(before, after)
    by_new = {pair.after.rule_id: pair for pair in pairs}
    gone = _gone(before, {pair.before.rule_id for pair in pairs})
    changes = [*gone[""]]
    for rule in sorted(after, key=lambda rule: rule.order):
        pair = by_new.get(rule.rule_id)
        if pair is None:
            changes.append(RuleChange(ChangeKind.ADDED, None, rule))
        else:
            changes += [_paired(pair), *gone[pair.before.rule_id]]
    return Comparison(tuple(changes))


def _gone(before: Sequence[ComparedRule], kept: set[str]) -> defaultdict[str, list[RuleChange]]:
    """What was removed, by the id of the last rule before it that was kept; "" at the document's beginning."""
    gone: defaultdict[str, list[RuleChange]] = defaultdict(list)
    last = ""
    for rule in sorted(before, key=lambda rule: rule.order):
        if rule.rule_id in kept:
            last = rule.rule_id
        else:
            gone[last].append(RuleChange(ChangeKind.REMOVED, rule, None))
    return gone


def _paired(pair: Pair) -> RuleChange:
    differing = tuple(name for name in FIELDS if getattr(pair.before, name) != getattr(pair.after, name))
    if not differing:
        return RuleChange(ChangeKind.UNCHANGED, pair.before, pair.after, pair)
    limit = limit_change(pair.before, pair.after)
    return RuleChange(ChangeKind.CHANGED, pair.before, pair.after, pair, differing, limit)

"""What goes into a rule pack, and what of it a shape cannot say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.predicates import JudgedRule
from contracts.predicates.expressions import can_be_written, figures_of
from contracts.vocabulary.computation import FROM_SCHEDULE

_LAW = (
    "14 CFR Part 117 is judged as a whole: POST /api/v1/regulations/evaluate/, or /api/v1/pilots/{pilot_id}/validate/."
)
SEMANTICS = (
    "True: the rule is kept. False: it is broken. None: not known, never to be taken for kept. A figure is a number in its "
    "unit, None where it is not known, 'none' where there is no such thing."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The rules of an airline's agreement with its letters and policies, and the law. `etag` names them.

    `judged` are the contract rules among `bodies`, which are rules as the API gives them, in the same order.
    """

    airline: str
    version: str
    title: str
    effective_date: date
    expiration_date: date | None
    etag: str
    bodies: Sequence[Mapping[str, Any]]
    judged: Sequence[JudgedRule]

    @property
    def pack_id(self) -> str:
        """The pack's own id."""
        return f"{self.airline}-{self.version}"

    @property
    def law(self) -> list[Mapping[str, Any]]:
        """The law's rules."""
        return [body for body in self.bodies if body["source"] != "contract"]


@dataclass(frozen=True, slots=True)
class NotExpressed:
    """A rule that a shape cannot say, and why."""

    rule_id: str
    reason: str

    def body(self) -> dict[str, str]:
        """Not under `id`, which programs collect as those of rules that are there."""
        return {"rule_id": self.rule_id, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Shaped:
    """A pack in one shape. What it does not say is in `not_expressed`, whether or not the shape has room for that."""

    document: dict[str, Any]
    not_expressed: tuple[NotExpressed, ...] = ()
    has_room: bool = True


def expressed(content: Content) -> list[JudgedRule]:
    """The rules that expressions can say."""
    return [rule for rule in content.judged if not why_not_expressed(rule)]


def not_expressed(content: Content) -> Iterator[NotExpressed]:
    """All others, the law's too."""
    for rule in content.judged:
        if why := why_not_expressed(rule):
            yield NotExpressed(rule.rule_id, why)
    for body in content.law:
        yield NotExpressed(body["rule_id"], _LAW)


def why_not_expressed(rule: JudgedRule) -> str:
    """Why expressions cannot say the rule; "" where they can."""
    if rule.limit is None:
        return rule.why_untested
    if not rule.conditions.is_open:
        return f"No expression says when it applies: {rule.conditions.told()}."
    if not can_be_written(rule.limit):
        return "Of several figures none may be this one, which no end of them tells."
    return ""


def figures(rules: Sequence[JudgedRule]) -> dict[str, dict[str, Any]]:
    """Every figure that the rules' expressions ask for: of what it is, in which unit, and how it is computed."""
    found: dict[str, dict[str, Any]] = {}
    for rule in rules:
        if rule.limit is None or not can_be_written(rule.limit):
            continue
        for figure in figures_of(rule.limit):
            measure, window = rule.limit.measure, rule.limit.window
            found[figure.name] = {
                "metric": measure.metric,
                "of": measure.level.value,
                "end": "only" if measure.is_single else figure.end.value,
                "unit": measure.unit.value,
                "window": None if window is None else window.words,
                "meaning": FROM_SCHEDULE[measure.metric],
            }
    return dict(sorted(found.items()))

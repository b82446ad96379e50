"""What the comparison page and its downloads show: the two sides, the choices, the numbers drawn, the rules in question."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from accounts.models import User
from contracts.comparing import (
    LAW,
    RevisionChoice,
    Side,
    contract_choices,
    other_side,
    revision_choices,
    side_for,
    usual_other,
)
from contracts.comparison.against_law import LawFinding, compare_with_law, verdicts_of
from contracts.comparison.choosing import Shown, ShownVerdicts, changes_shown, findings_shown
from contracts.comparison.differences import ChangeKind, Comparison, RuleChange, compare
from contracts.comparison.fields_in_words import FieldInWords, told_fields
from contracts.comparison.limits import LimitMove
from contracts.comparison.verdicts import Verdict
from contracts.models import PilotContract
from contracts.vocabulary.words import limit_in_words

PAGE_SIZE = 30
_START = re.compile(r"[0-9]{1,6}\Z")
_KIND_TONES = {
    ChangeKind.ADDED: "good",
    ChangeKind.REMOVED: "bad",
    ChangeKind.CHANGED: "warn",
    ChangeKind.UNCHANGED: "idle",
}
_VERDICT_TONES = {
    Verdict.LAW_BINDS: "bad",
    Verdict.CONTRACT_BINDS: "good",
    Verdict.EQUAL: "info",
    Verdict.DEPENDS: "warn",
    Verdict.LAW_SETS_NONE: "idle",
    Verdict.NOT_COMPARABLE: "faint",
}
_MOVE_TONES = {LimitMove.TIGHTER: "info", LimitMove.LOOSER: "warn"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for, as far as it means something. `against` empty is the usual other side."""

    against: str
    revision: str
    show: str
    start: int

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        start = query.get("start", "")
        return cls(
            against=query.get("against", "").strip().lower(),
            revision=query.get("revision", "").strip().lower(),
            show=query.get("show", ""),
            start=int(start) if _START.match(start) else 0,
        )

    def query(self, **changes: str | int) -> str:
        """The address's part after the question mark, with `changes` made; the first page has no `start`."""
        parts = {"against": self.against, "revision": self.revision, "show": self.show} | changes
        return urlencode({name: value for name, value in parts.items() if value})


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of the bar: a number with its words, and its place from 0 to 100."""

    label: str
    count: int
    tone: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter over the rules, with how many it shows."""

    label: str
    count: int
    query: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class ChangeCard:
    """One change as the page shows it. `wording` is the one field of running text that everybody wants to see."""

    change: RuleChange
    tone: str
    move_tone: str
    limit_before: str
    limit_after: str
    wording: FieldInWords | None
    others: list[FieldInWords]


@dataclass(frozen=True, slots=True)
class LawCard:
    """One rule beside the law."""

    finding: LawFinding
    label: str
    tone: str
    limit: str


@dataclass(frozen=True)
class ComparisonPage:
    """All that the page says. `other` is None where the other side is the law."""

    asked: Asked
    side: Side
    other: Side | None
    contracts: list[PilotContract]
    revisions: list[RevisionChoice]
    segments: list[Segment]
    choices: list[Choice]
    cards: Sequence[ChangeCard | LawCard]
    total: int
    moves: Counter[LimitMove]

    @property
    def next_query(self) -> str:
        """Of the page that follows; "" on the last one."""
        following = self.asked.start + PAGE_SIZE
        return self.asked.query(start=following) if following < self.total else ""

    @property
    def tighter(self) -> int:
        return self.moves[LimitMove.TIGHTER]

    @property
    def looser(self) -> int:
        return self.moves[LimitMove.LOOSER]

    @property
    def is_elsewhere(self) -> bool:
        """Whether the other side is none of those offered: it was named by its address."""
        if self.other is None or self.other.contract.pk == self.side.contract.pk:
            return False
        offered = {contract.pk for contract in self.contracts}
        return self.other.revision is not None or self.other.contract.pk not in offered

    @property
    def first_query(self) -> str:
        return self.asked.query()

    @property
    def first_number(self) -> int:
        """The place of the first card among all that are shown."""
        return min(self.asked.start + 1, self.total)

    @property
    def last_number(self) -> int:
        return min(self.asked.start + PAGE_SIZE, self.total)


def comparison_page(user: User, contract: PilotContract, query: Mapping[str, str]) -> ComparisonPage:
    """The page for one reader, in a number of queries that no number of rules changes.

    Raises:
        NotFoundForActor, Malformed: see `comparing.other_side` and `comparing.side_for`.
    """
    asked = Asked.of(query)
    contracts, revisions = contract_choices(user, contract), revision_choices(user, contract)
    against = asked.against or usual_other(contract, contracts)
    asked = Asked(against, asked.revision, asked.show, asked.start)
    side = side_for(user, contract, asked.revision)
    common: dict[str, Any] = {"side": side, "contracts": contracts, "revisions": revisions}
    if against == LAW:
        return _law_page(asked, compare_with_law(side.rules), common)
    other = other_side(user, against)
    return _changes_page(asked, compare(other.rules, side.rules), {**common, "other": other})


def shown_of(asked: Asked) -> Shown:
    """Which changes are asked for; the differences where nothing known is."""
    return Shown(asked.show) if asked.show in set(Shown) else Shown.DIFFERENCES


def verdicts_shown(asked: Asked) -> ShownVerdicts:
    """Which rules beside the law are asked for; those that it regulates where nothing known is."""
    return ShownVerdicts(asked.show) if asked.show in set(ShownVerdicts) else ShownVerdicts.REGULATED


def _changes_page(asked: Asked, comparison: Comparison, common: dict[str, Any]) -> ComparisonPage:
    shown, summary = shown_of(asked), comparison.summary
    chosen = changes_shown(comparison.changes, shown)
    counts = {choice: len(changes_shown(comparison.changes, choice)) for choice in Shown}
    return ComparisonPage(
        asked=asked,
        segments=segments([(kind.value, summary.kinds[kind], _KIND_TONES[kind]) for kind in ChangeKind]),
        choices=_choices(asked, counts, shown),
        cards=[_change_card(change) for change in chosen[asked.start : asked.start + PAGE_SIZE]],
        total=len(chosen),
        moves=summary.moves,
        **common,
    )


def _law_page(asked: Asked, findings: Sequence[LawFinding], common: dict[str, Any]) -> ComparisonPage:
    shown, verdicts = verdicts_shown(asked), verdicts_of(findings)
    chosen = findings_shown(findings, shown)
    counts = {choice: len(findings_shown(findings, choice)) for choice in ShownVerdicts}
    return ComparisonPage(
        asked=asked,
        other=None,
        segments=segments(
            [(verdict.replace("_", " "), verdicts[verdict], _VERDICT_TONES[verdict]) for verdict in Verdict]
        ),
        choices=_choices(asked, counts, shown),
        cards=[_law_card(finding) for finding in chosen[asked.start : asked.start + PAGE_SIZE]],
        total=len(chosen),
        moves=Counter(),
        **common,
    )


def segments(counted: Iterable[tuple[str, int, str]]) -> list[Segment]:
    """Parts of a bar from 0 to 100, from (label, count, tone), in their order; parts of no length are left out."""
    counted = [(label, count, tone) for label, count, tone in counted if count]
    total, x, parts = sum(count for _, count, _ in counted), 0.0, []
    for label, count, tone in counted:
        width = count * 100 / total
        parts.append(Segment(label, count, tone, round(x, 2), round(width, 2)))
        x += width
    return parts


def _choices(
    asked: Asked, counts: Mapping[Shown, int] | Mapping[ShownVerdicts, int], current: Shown | ShownVerdicts
) -> list[Choice]:
    """Filters that show something, and the current one whatever it shows."""
    return [
        Choice(choice.label, count, asked.query(show=choice.value), choice is current)
        for choice, count in counts.items()
        if count or choice is current
    ]


def _change_card(change: RuleChange) -> ChangeCard:
    fields = told_fields(change)
    return ChangeCard(
        change=change,
        tone=_KIND_TONES[change.kind],
        move_tone=_MOVE_TONES.get(change.limit.move, "") if change.limit else "",
        limit_before=limit_in_words(change.before) if change.before else "",
        limit_after=limit_in_words(change.after) if change.after else "",
        wording=next((field for field in fields if field.field == "rule_text"), None),
        others=[field for field in fields if field.field not in {"rule_text", "limit"}],
    )


def _law_card(finding: LawFinding) -> LawCard:
    verdict = finding.verdict
    return LawCard(
        finding=finding,
        label=verdict.replace("_", " ").capitalize(),
        tone=_VERDICT_TONES[verdict],
        limit=limit_in_words(finding.rule),
    )

"""What of a comparison is shown."""

from collections.abc import Sequence
from enum import StrEnum

from contracts.comparison.against_law import LawFinding
from contracts.comparison.differences import ChangeKind, RuleChange
from contracts.comparison.limits import LimitMove
from contracts.comparison.verdicts import Verdict


class Shown(StrEnum):
    """Which changes; DIFFERENCES are all but the unchanged rules."""

    DIFFERENCES = "differences"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    TIGHTER = "tighter"
    LOOSER = "looser"
    UNCHANGED = "unchanged"
    EVERYTHING = "everything"

    @property
    def label(self) -> str:
        return self.value.capitalize()

    def includes(self, change: RuleChange) -> bool:
        """Whether the change is among those shown."""
        match self:
            case Shown.EVERYTHING:
                return True
            case Shown.DIFFERENCES:
                return change.kind is not ChangeKind.UNCHANGED
            case Shown.TIGHTER | Shown.LOOSER:
                return change.limit is not None and change.limit.move is LimitMove(self.value)
            case _:
                return change.kind is ChangeKind(self.value)


class ShownVerdicts(StrEnum):
    """Which rules beside the law; REGULATED are those on which the law has a limit to compare with."""

    REGULATED = "regulated"
    LAW_BINDS = "law_binds"
    CONTRACT_BINDS = "contract_binds"
    EQUAL = "equal"
    DEPENDS = "depends"
    LAW_SETS_NONE = "law_sets_none"
    NOT_COMPARABLE = "not_comparable"
    EVERYTHING = "everything"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()

    def includes(self, finding: LawFinding) -> bool:
        """Whether the finding is among those shown."""
        match self:
            case ShownVerdicts.EVERYTHING:
                return True
            case ShownVerdicts.REGULATED:
                return finding.verdict not in {Verdict.LAW_SETS_NONE, Verdict.NOT_COMPARABLE}
            case _:
                return finding.verdict is Verdict(self.value)


def changes_shown(changes: Sequence[RuleChange], shown: Shown) -> list[RuleChange]:
    """Those that are asked for, in their order."""
    return [change for change in changes if shown.includes(change)]


def findings_shown(findings: Sequence[LawFinding], shown: ShownVerdicts) -> list[LawFinding]:
    """Those that are asked for, in their order."""
    return [finding for finding in findings if shown.includes(finding)]

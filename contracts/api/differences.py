"""Shapes of comparisons: of two sides rule by rule, and of one side with Part 117."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rest_framework import serializers

from config.api.serializers import StrictSerializer
from contracts.api.serializers import PredicateSerializer
from contracts.comparing import LAW, Side
from contracts.comparison.against_law import LawFigure, LawFinding, verdicts_of
from contracts.comparison.choosing import Shown, ShownVerdicts
from contracts.comparison.differences import ChangeKind, Comparison, FieldChange, RuleChange
from contracts.comparison.limits import LimitMove
from contracts.comparison.matching import PairedBy
from contracts.comparison.orientation import Favours
from contracts.comparison.rules import FIELDS, ComparedRule
from contracts.comparison.verdicts import Verdict
from contracts.comparison.wording import Change
from contracts.publication.rules import number
from regulations.far117.clock import clock_text
from regulations.far117.loading import catalogue

_SHOW = list(dict.fromkeys([choice.value for kinds in (Shown, ShownVerdicts) for choice in kinds]))
_NUMBERS = frozenset({"value", "weight"})


def _choices(kinds: Any) -> list[tuple[str, str]]:
    return [(kind.value, kind.value.replace("_", " ")) for kind in kinds]


class DiffQuery(StrictSerializer):
    """`against` is the older side, the contract of the address the newer one."""

    against = serializers.CharField(
        max_length=64, help_text=f"A contract's id, the digest of a kept revision, or `{LAW}` for 14 CFR Part 117."
    )
    revision = serializers.RegexField(
        r"\A[0-9a-f]{64}\Z",
        required=False,
        default="",
        help_text="A kept revision of the contract of the address, in place of what it says now.",
    )
    show = serializers.ChoiceField(
        choices=[(name, name) for name in _SHOW],
        required=False,
        help_text="Against contracts and revisions `differences` (all but unchanged rules) unless said otherwise; against "
        "Part 117 `regulated` (rules on which it has a limit to compare with).",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        is_law = attrs["against"] == LAW
        kinds: Any = ShownVerdicts if is_law else Shown
        shown = attrs.get("show", ShownVerdicts.REGULATED if is_law else Shown.DIFFERENCES)
        if shown not in set(kinds):
            known = ", ".join(kind.value for kind in kinds)
            raise serializers.ValidationError({"show": [f"With this other side it is one of: {known}."]})
        return {**attrs, "show": kinds(shown)}


class SideSerializer(serializers.Serializer[Any]):
    """What was compared. `revision` names the content, kept or not; `is_kept` says whether it can be asked for again."""

    contract = serializers.UUIDField()
    revision = serializers.CharField()
    is_kept = serializers.BooleanField()
    airline = serializers.CharField()
    contract_type = serializers.CharField()
    contract_version = serializers.CharField()
    title = serializers.CharField()
    status = serializers.CharField()
    rule_count = serializers.IntegerField()


class ComparedRuleSerializer(serializers.Serializer[Any]):
    """A rule as it stood on one side; `is_decided` is false for a proposal that waits for a reviewer."""

    id = serializers.UUIDField()
    rule_id = serializers.CharField()
    category = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    rule_text = serializers.CharField()
    citation = serializers.CharField()
    is_hard_constraint = serializers.BooleanField()
    weight = serializers.FloatField()
    applies_to = serializers.DictField()
    parameters = serializers.DictField()
    predicate = PredicateSerializer(allow_null=True)
    page = serializers.IntegerField(allow_null=True)
    is_decided = serializers.BooleanField()


class PairingSerializer(serializers.Serializer[Any]):
    """Why two rules are taken for one. `likeness` is the share of common words, where that decided."""

    by: Any = serializers.ChoiceField(choices=_choices(PairedBy))
    likeness = serializers.FloatField(allow_null=True, min_value=0, max_value=1)
    words = serializers.CharField()


class PartSerializer(serializers.Serializer[Any]):
    """Some words of a wording: those not `added` make up the old one, those not `removed` the new one."""

    change: Any = serializers.ChoiceField(choices=_choices(Change))
    text = serializers.CharField()


class FieldChangeSerializer(serializers.Serializer[Any]):
    """One field that differs. `parts` is for wordings; of other fields it is empty."""

    field: Any = serializers.ChoiceField(choices=[(name, name) for name in FIELDS])
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)
    parts = PartSerializer(many=True)


class LimitChangeSerializer(serializers.Serializer[Any]):
    """What became of the limit, and whom that serves; null where the wording alone tells."""

    change: Any = serializers.ChoiceField(choices=_choices(LimitMove))
    favours: Any = serializers.ChoiceField(choices=_choices(Favours), allow_null=True)
    words = serializers.CharField()


class RuleChangeSerializer(serializers.Serializer[Any]):
    kind: Any = serializers.ChoiceField(choices=_choices(ChangeKind))
    before = ComparedRuleSerializer(allow_null=True)
    after = ComparedRuleSerializer(allow_null=True)
    paired = PairingSerializer(allow_null=True)
    changes = FieldChangeSerializer(many=True)
    limit = LimitChangeSerializer(allow_null=True)


class DiffSummarySerializer(serializers.Serializer[Any]):
    """How many rules became what; `tighter` and `looser` count the limits of changed ones."""

    added = serializers.IntegerField()
    removed = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    tighter = serializers.IntegerField()
    looser = serializers.IntegerField()


class DiffSerializer(serializers.Serializer[Any]):
    """Two sides, rule by rule, in the order of the newer document."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    before = SideSerializer()
    after = SideSerializer()
    summary = DiffSummarySerializer()
    results = RuleChangeSerializer(many=True)


class WhereSerializer(serializers.Serializer[Any]):
    """From when to when of the acclimated clock a flight duty period starts, and which limit binds then."""

    start_from = serializers.CharField()
    start_to = serializers.CharField()
    verdict: Any = serializers.ChoiceField(choices=_choices(Verdict))


class LawFigureSerializer(serializers.Serializer[Any]):
    """One limit of the law: from `least` to `most`, for crews of so many pilots (empty: for all)."""

    rule_id = serializers.CharField()
    citation = serializers.CharField()
    pilots: Any = serializers.ListField(child=serializers.IntegerField())
    least = serializers.IntegerField()
    most = serializers.IntegerField()
    unit: Any = serializers.ChoiceField(choices=[("minutes", "minutes"), ("segments", "segments")])
    verdict: Any = serializers.ChoiceField(choices=_choices(Verdict))
    words = serializers.CharField()
    where = WhereSerializer(many=True)


class LawFindingSerializer(serializers.Serializer[Any]):
    """One rule beside the law; `citations` are the paragraphs to look at."""

    verdict: Any = serializers.ChoiceField(choices=_choices(Verdict))
    words = serializers.CharField()
    citations: Any = serializers.ListField(child=serializers.CharField())
    figures = LawFigureSerializer(many=True)
    rule = ComparedRuleSerializer()


class LawSerializer(serializers.Serializer[Any]):
    """Which state of the law was compared with."""

    part = serializers.CharField()
    amended_through = serializers.CharField()


class LawSummarySerializer(serializers.Serializer[Any]):
    """How many rules have which verdict."""

    law_binds = serializers.IntegerField()
    contract_binds = serializers.IntegerField()
    equal = serializers.IntegerField()
    depends = serializers.IntegerField()
    law_sets_none = serializers.IntegerField()
    not_comparable = serializers.IntegerField()


class LawDiffSerializer(serializers.Serializer[Any]):
    """One side beside Part 117, rule by rule, in the document's order."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    contract = SideSerializer()
    law = LawSerializer()
    summary = LawSummarySerializer()
    results = LawFindingSerializer(many=True)


def side_body(side: Side) -> dict[str, object]:
    """One side, without its rules."""
    contract = side.contract
    return {
        "contract": str(contract.pk),
        "revision": side.digest,
        "is_kept": side.revision is not None,
        "airline": contract.airline.code,
        "contract_type": contract.contract_type,
        "contract_version": contract.contract_version,
        "title": contract.title,
        "status": contract.status,
        "rule_count": len(side.rules),
    }


def summary_body(comparison: Comparison) -> dict[str, int]:
    kinds, moves = comparison.summary.kinds, comparison.summary.moves
    counted = {kind.value: kinds[kind] for kind in ChangeKind}
    return counted | {move.value: moves[move] for move in (LimitMove.TIGHTER, LimitMove.LOOSER)}


def law_summary_body(findings: Sequence[LawFinding]) -> dict[str, int]:
    counted = verdicts_of(findings)
    return {verdict.value: counted[verdict] for verdict in Verdict}


def law_body() -> dict[str, str]:
    ruleset = catalogue().ruleset
    return {"part": ruleset.part, "amended_through": ruleset.amended_through}


def change_body(change: RuleChange) -> dict[str, object]:
    """One change with its fields; wordings are compared word by word here."""
    pair, limit = change.pair, change.limit
    return {
        "kind": change.kind.value,
        "before": rule_body(change.before),
        "after": rule_body(change.after),
        "paired": {"by": pair.by.value, "likeness": _rounded(pair.likeness), "words": pair.words} if pair else None,
        "changes": [_field_body(field) for field in change.field_changes()],
        "limit": {"change": limit.move.value, "favours": limit.favours, "words": limit.words} if limit else None,
    }


def finding_body(finding: LawFinding) -> dict[str, object]:
    """One rule beside the law."""
    return {
        "verdict": finding.verdict.value,
        "words": finding.words,
        "citations": list(finding.citations),
        "figures": [_figure_body(figure) for figure in finding.figures],
        "rule": rule_body(finding.rule),
    }


def rule_body(rule: ComparedRule | None) -> dict[str, object] | None:
    """A rule of one side."""
    if rule is None:
        return None
    body: dict[str, object] = {
        name: getattr(rule, name)
        for name in ("rule_id", "category", "title", "description", "rule_text", "citation", "is_hard_constraint")
    }
    predicate: Mapping[str, object] | None = None
    if rule.metric is not None:
        predicate = {name: _json(name, getattr(rule, name)) for name in _PREDICATE}
    return {
        "id": rule.key,
        **body,
        "weight": number(rule.weight),
        "applies_to": rule.applies_to,
        "parameters": rule.parameters,
        "predicate": predicate,
        "page": rule.page,
        "is_decided": rule.is_decided,
    }


_PREDICATE = ("metric", "operator", "value", "unit", "period")


def _json(name: str, value: Any) -> object:
    return number(value) if name in _NUMBERS else value


def _field_body(change: FieldChange) -> dict[str, object]:
    before, after = (_json(change.field, value) for value in (change.before, change.after))
    return {"field": change.field, "before": before, "after": after, "parts": [asdict(part) for part in change.parts]}


def _rounded(likeness: float | None) -> float | None:
    return None if likeness is None else round(likeness, 3)


def _figure_body(figure: LawFigure) -> dict[str, object]:
    law = figure.law
    return {
        "rule_id": law.rule.rule_id,
        "citation": law.rule.citation,
        "pilots": list(law.crews),
        "least": law.least,
        "most": law.most,
        "unit": "segments" if law.is_count else "minutes",
        "verdict": figure.verdict.value,
        "words": figure.words,
        "where": [
            {
                "start_from": clock_text(where.from_minute),
                "start_to": clock_text(where.to_minute),
                "verdict": where.verdict.value,
            }
            for where in figure.where
        ],
    }

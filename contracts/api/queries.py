"""What may be asked in a query string, and what may be sent."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.api.serializers import NumberField, StrictSerializer
from config.search.asking import MAXIMUM_LENGTH
from contracts.lifecycle import Status
from contracts.models import ContractType, RuleDecision
from contracts.models.rules import CATEGORY_CHOICES, OPERATOR_CHOICES
from contracts.packs.shapes import Shape
from contracts.publication.lookup import RuleSource
from contracts.vocabulary import METRICS, Unit
from regulations.far117.vocabulary import RuleCategory

BATCH_MAXIMUM = 200
# A rule's category is one of the contracts' or one of the law's.
ANY_CATEGORY = sorted({category for category, _ in CATEGORY_CHOICES} | {category.value for category in RuleCategory})


class AirlineCodeField(serializers.RegexField):
    """An airline's code; whether there is such an airline is another question."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"\A[A-Z0-9]{2,3}\Z", **kwargs)


class ContractsQuery(StrictSerializer):
    airline = AirlineCodeField(required=False)
    type = serializers.ChoiceField(choices=ContractType.choices, required=False)
    status = serializers.ChoiceField(choices=Status.choices, required=False)


class ActiveContractQuery(StrictSerializer):
    type = serializers.ChoiceField(choices=ContractType.choices, default=ContractType.CBA.value)
    as_of = serializers.DateField(required=False, help_text="A day at the airline; its today where not given.")


class ContractRulesQuery(StrictSerializer):
    category = serializers.ChoiceField(choices=CATEGORY_CHOICES, required=False)
    hard = serializers.BooleanField(required=False, allow_null=True, default=None)
    decision = serializers.ChoiceField(
        choices=RuleDecision.choices,
        required=False,
        help_text="For those who see undecided rules: the uploader, reviewers and administrators.",
    )


SYNTAX = (
    'Words that must all be there, in any form; "words in quotes" stand side by side; `-word` must not be there; '
    "`rest*` begins a word; a code such as `12.C.3` is found as it is written. Where nothing is found so, the nearest known "
    "words are taken for those that stand nowhere; `instead` says which."
)


class _SearchQuery(StrictSerializer):
    airline = AirlineCodeField(required=False)
    contract = serializers.UUIDField(required=False)
    as_of = serializers.DateField(required=False, help_text="A day at the airline.")


class RuleSearchQuery(_SearchQuery):
    """Without `q` the rules of contracts are listed by `rule_id`; with it rules are found, the best first."""

    q = serializers.CharField(required=False, max_length=MAXIMUM_LENGTH, help_text=SYNTAX)
    contract = serializers.UUIDField(
        required=False,
        help_text="Of this one alone, in force or not. Others' rules are found only while they are in force.",
    )
    as_of = serializers.DateField(required=False, help_text="A day at the airline; its today where not given.")
    category = serializers.ChoiceField(choices=[(name, name) for name in ANY_CATEGORY], required=False)
    hard = serializers.BooleanField(required=False, allow_null=True, default=None)
    source: Any = serializers.ChoiceField(
        choices=RuleSource.choices,
        required=False,
        help_text="Where not given, both with `q` and contracts without it. The law is in no airline and no contract.",
    )


class TextSearchQuery(_SearchQuery):
    q = serializers.CharField(max_length=MAXIMUM_LENGTH, help_text=SYNTAX)
    as_of = serializers.DateField(required=False, help_text="Of contracts in force on that day; all where not given.")


class LookupQuery(StrictSerializer):
    category = serializers.ChoiceField(choices=[(name, name) for name in ANY_CATEGORY], required=False)
    hard = serializers.BooleanField(required=False, allow_null=True, default=None)
    source: Any = serializers.ChoiceField(choices=RuleSource.choices, required=False)


class RulePackQuery(StrictSerializer):
    as_of = serializers.DateField(required=False, help_text="A day at the airline; its today where not given.")
    shape = serializers.ChoiceField(choices=[(shape.value, shape.value) for shape in Shape], default=Shape.NATIVE.value)


UNKNOWN_ALL, UNKNOWN_INPUT = "all", "input"


class ValidationQuery(StrictSerializer):
    unknown = serializers.ChoiceField(
        choices=[(UNKNOWN_ALL, UNKNOWN_ALL), (UNKNOWN_INPUT, UNKNOWN_INPUT)],
        required=False,
        help_text="`input` leaves out the rules that no schedule tells anything of; their number stands in `pack.untested`. "
        "`all` where not said, of lines `input`.",
    )


@extend_schema_field(OpenApiTypes.BINARY)
class DocumentField(serializers.FileField):
    """A file of a form."""


@extend_schema_field(
    {
        "oneOf": [{"type": "string", "format": "date"}, {"type": "string", "maxLength": 0}],
        "description": "Empty: none.",
    }
)
class _FormDateField(serializers.DateField):
    """A day, or an empty part of a form."""


class UploadSerializer(StrictSerializer):
    """The document and what its uploader says of it."""

    document = DocumentField(allow_empty_file=True, help_text="PDF, DOCX or plain text, at most 50 MB.")
    airline = AirlineCodeField()
    contract_type = serializers.ChoiceField(choices=ContractType.choices)
    contract_version = serializers.CharField(max_length=64)
    title = serializers.CharField(max_length=200)
    effective_date = serializers.DateField()
    expiration_date: Any = _FormDateField(required=False, allow_null=True, default=None)
    description = serializers.CharField(required=False, allow_blank=True, max_length=10_000, default="")


class MoveSerializer(StrictSerializer):
    """`version` is the contract's as last seen: with it a change by somebody else is met (409 `stale_version`)."""

    version = serializers.IntegerField(min_value=1, max_value=2_147_483_647, required=False)


class WithdrawSerializer(MoveSerializer):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=4000)


class ReasonedMoveSerializer(MoveSerializer):
    reason = serializers.CharField(max_length=4000)


class PredicateChangesSerializer(StrictSerializer):
    metric = serializers.ChoiceField(choices=[(name, metric.label) for name, metric in METRICS.items()])
    operator = serializers.ChoiceField(choices=OPERATOR_CHOICES)
    value = NumberField(max_digits=16, decimal_places=4)
    unit = serializers.ChoiceField(choices=[(unit.value, unit.value) for unit in Unit])
    period = serializers.CharField(max_length=120, allow_null=True)


class RuleChangesSerializer(StrictSerializer):
    """Members of a rule with their right values; those left out stay."""

    category = serializers.ChoiceField(choices=CATEGORY_CHOICES, required=False)
    title = serializers.CharField(max_length=300, required=False)
    description = serializers.CharField(max_length=10_000, allow_blank=True, required=False)
    rule_text = serializers.CharField(max_length=50_000, required=False)
    citation = serializers.CharField(max_length=200, required=False)
    is_hard_constraint = serializers.BooleanField(required=False)
    weight = NumberField(max_digits=4, decimal_places=3, min_value=0, max_value=1, required=False)
    applies_to = serializers.DictField(required=False)
    predicate = PredicateChangesSerializer(required=False, allow_null=True)


def as_columns(changes: Mapping[str, Any]) -> dict[str, object]:
    """A rule's changed members by the names of its columns."""
    columns = dict(changes)
    if "predicate" in columns:
        predicate = columns.pop("predicate") or {}
        columns |= {name: predicate.get(name) for name in ("metric", "operator", "value", "unit", "period")}
    return columns


class RuleAcceptSerializer(StrictSerializer):
    """`version` is the rule's as last seen."""

    version = serializers.IntegerField(min_value=1, max_value=2_147_483_647, required=False)


class RuleRejectSerializer(RuleAcceptSerializer):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=4000)


class RuleCorrectSerializer(RuleRejectSerializer):
    changes = RuleChangesSerializer()


class BatchSerializer(StrictSerializer):
    ids: Any = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=BATCH_MAXIMUM)


class AssignmentSerializer(StrictSerializer):
    contract = serializers.UUIDField(
        allow_null=True,
        help_text="An active agreement of the own airline; null for whichever the airline has in force.",
    )


def filtered(rows: models.QuerySet[Any], **conditions: object) -> models.QuerySet[Any]:
    """`rows` under those conditions that were given: None does not filter."""
    return rows.filter(**{name: value for name, value in conditions.items() if value is not None})

"""Shapes of the law in the API: those of `A rule`, with what only the law has added."""

from typing import Any

from rest_framework import serializers

from config.api.serializers import StrictSerializer
from regulations.far117.clock import CLOCK_PATTERN
from regulations.far117.tables import AUGMENTED_CREWS, MINIMUM_CREW, REST_FACILITY_CLASSES
from regulations.models import CATEGORY_CHOICES, OPERATOR_CHOICES, UNIT_CHOICES, RegulatoryRule


class RuleQuery(StrictSerializer):
    """Filters of the catalogue; what is left out does not filter."""

    category = serializers.ChoiceField(choices=CATEGORY_CHOICES, required=False, allow_blank=True)
    computed = serializers.BooleanField(required=False, allow_null=True, default=None)
    q = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=100,
        help_text="Words in the id, citation, title or summary; the last may be the beginning of one.",
    )


class LimitsQuery(StrictSerializer):
    """One flight duty period, as far as its report tells."""

    report = serializers.RegexField(
        CLOCK_PATTERN, help_text="HH:MM on the clock of the theater that the pilot is, or last was, acclimated to."
    )
    segments = serializers.IntegerField(min_value=1, help_text="Operated segments; deadheads do not count.")
    pilots = serializers.ChoiceField(choices=[MINIMUM_CREW, *AUGMENTED_CREWS], default=MINIMUM_CREW)
    rest_facility = serializers.ChoiceField(
        choices=list(REST_FACILITY_CLASSES),
        allow_blank=True,
        default="",
        help_text="Class 1, 2 or 3: required with 3 or 4 pilots, empty with 2.",
    )
    acclimated = serializers.BooleanField(default=True)


class RegulatoryPredicateSerializer(serializers.Serializer[dict[str, Any]]):
    """Where one number says the whole rule: `metric operator value unit`, within any `period`."""

    metric = serializers.CharField()
    operator = serializers.ChoiceField(choices=OPERATOR_CHOICES)
    value = serializers.IntegerField()
    unit = serializers.ChoiceField(choices=UNIT_CHOICES)
    period = serializers.CharField(allow_null=True)


class RegulatoryRuleSerializer(serializers.ModelSerializer[RegulatoryRule]):
    """One rule of Part 117. `rule_text` is our summary; the words of the law are at `citation`, linked by `source_url`.

    `evidence` and `expiration_date` are always null, and every rule is a hard constraint.
    """

    source = serializers.ChoiceField(choices=[(RegulatoryRule.source, "14 CFR Part 117")])  # type: ignore[assignment] # a field of the answer
    category = serializers.ChoiceField(choices=CATEGORY_CHOICES)
    description = serializers.CharField(source="summary")
    rule_text = serializers.CharField(source="summary")
    is_hard_constraint = serializers.BooleanField()
    weight = serializers.FloatField()
    applies_to = serializers.DictField()
    parameters = serializers.DictField()
    predicate = RegulatoryPredicateSerializer(allow_null=True)
    expiration_date = serializers.DateField(allow_null=True)
    parsing_confidence = serializers.FloatField()
    evidence = serializers.DictField(allow_null=True)
    source_url = serializers.URLField()

    class Meta:
        model = RegulatoryRule
        fields = [
            "id",
            "source",
            "rule_id",
            "category",
            "title",
            "description",
            "rule_text",
            "citation",
            "is_hard_constraint",
            "weight",
            "applies_to",
            "parameters",
            "predicate",
            "effective_date",
            "expiration_date",
            "parsing_confidence",
            "evidence",
            "section",
            "computed",
            "source_url",
        ]


class RegulatoryLimitsSerializer(serializers.Serializer[dict[str, Any]]):
    """What Part 117 allows that duty period, without cumulative limits, reserve and split duty.

    The latest ends are minutes after the midnight before the report, on the clock that was asked with.
    """

    flight_limit_minutes = serializers.IntegerField()
    fdp_limit_minutes = serializers.IntegerField()
    fdp_limit_extended_minutes = serializers.IntegerField(
        help_text="For unforeseen circumstances before takeoff (117.19(a)(1))."
    )
    latest_fdp_end_minute = serializers.IntegerField()
    latest_fdp_end_extended_minute = serializers.IntegerField()
    segment_limit = serializers.IntegerField(allow_null=True)
    segments_allowed = serializers.BooleanField(help_text="False: this many segments are illegal with this crew.")
    citations = serializers.ListField(child=serializers.CharField())
    rule_ids = serializers.ListField(child=serializers.CharField())

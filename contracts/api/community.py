"""Shapes of ratings, improvements and usage, and what may be sent."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import ServiceClient, User
from config.api.serializers import StrictSerializer
from config.errors import NotFoundForActor
from contracts.community.selectors import improvements_seen, rating_seen
from contracts.models import ContractImprovement, ContractReview, ImprovementKind, ImprovementStatus
from contracts.models.ratings import STARS

Caller = User | ServiceClient
LOWEST, HIGHEST = (validator.limit_value for validator in STARS)


class _AuthoredSerializer(serializers.ModelSerializer[Any]):
    """Authors are not named to one another."""

    is_mine = serializers.SerializerMethodField()

    def get_is_mine(self, row: ContractReview | ContractImprovement) -> bool:
        return bool(self.context["caller"].pk == row.author_id)


class ReviewSerializer(_AuthoredSerializer):
    """A pilot's rating. One that was hidden is given to its author and to administrators alone."""

    helpful_count = serializers.IntegerField()
    is_voted = serializers.BooleanField(source="voted", help_text="Whether the caller found it helpful.")
    is_flagged = serializers.BooleanField(source="flagged", help_text="Whether the caller flagged it.")

    class Meta:
        model = ContractReview
        fields = [
            "id",
            "contract",
            "accuracy",
            "completeness",
            "comment",
            "is_mine",
            "helpful_count",
            "is_voted",
            "is_flagged",
            "created_at",
            "edited_at",
            "hidden_at",
            "hidden_reason",
        ]


class ImprovementSerializer(_AuthoredSerializer):
    proposal = serializers.DictField(help_text="Fields with their new values.")
    before = serializers.DictField(help_text="What stood there when it was proposed.")
    decision_reason = serializers.CharField(
        source="told_reason", allow_blank=True, help_text="Told to its author and to those who decide."
    )

    class Meta:
        model = ContractImprovement
        fields = [
            "id",
            "contract",
            "kind",
            "rule",
            "proposal",
            "before",
            "comment",
            "status",
            "is_mine",
            "created_at",
            "decided_at",
            "decision_reason",
            "applied_in",
        ]


class UsageDaySerializer(serializers.Serializer[Any]):
    day = serializers.DateField()
    lookups = serializers.IntegerField()
    page_views = serializers.IntegerField()
    packs = serializers.IntegerField()
    validations = serializers.IntegerField()


class UsageSerializer(serializers.Serializer[Any]):
    """How much a contract is used. Counts lag by up to a minute; days are the airline's, the last thirty."""

    bound_pilots = serializers.IntegerField(help_text="Bound today.")
    lookups = serializers.IntegerField(help_text="Of its rules, in these days.")
    page_views = serializers.IntegerField(help_text="In these days.")
    packs = serializers.IntegerField(help_text="Asked for with its rules in them, in these days.")
    validations = serializers.IntegerField(help_text="Requests to judge by its rules, in these days.")
    total_lookups = serializers.IntegerField()
    total_page_views = serializers.IntegerField()
    total_packs = serializers.IntegerField()
    total_validations = serializers.IntegerField()
    days = UsageDaySerializer(many=True)


# What may be sent


class StarsSerializer(StrictSerializer):
    accuracy = serializers.IntegerField(min_value=LOWEST, max_value=HIGHEST)
    completeness = serializers.IntegerField(min_value=LOWEST, max_value=HIGHEST)
    comment = serializers.CharField(max_length=4000, allow_blank=True, required=False, default="")


class StarsChangeSerializer(StrictSerializer):
    """Members that are left out stay as they are."""

    accuracy = serializers.IntegerField(min_value=LOWEST, max_value=HIGHEST, required=False)
    completeness = serializers.IntegerField(min_value=LOWEST, max_value=HIGHEST, required=False)
    comment = serializers.CharField(max_length=4000, allow_blank=True, required=False)


class FlagSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=1000)


class ReasonSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=4000)


class ImprovementsQuery(StrictSerializer):
    status = serializers.ChoiceField(choices=ImprovementStatus.choices, required=False)
    mine = serializers.BooleanField(required=False, allow_null=True, default=None)


@extend_schema_field({"type": "object", "additionalProperties": True})
class ProposalField(serializers.DictField):
    """Fields by name; which there are depends on the kind, and the service looks."""


class ProposeSerializer(StrictSerializer):
    """`rule` for `correct_rule` and `remove_rule`; `proposal` for all but `remove_rule`."""

    kind = serializers.ChoiceField(choices=ImprovementKind.choices)
    rule: Any = serializers.UUIDField(required=False)
    proposal = ProposalField(
        required=False,
        help_text="Of a rule: category, citation, title, rule_text, metric, operator, value, unit, period, "
        "is_hard_constraint, description. Of the contract: title, contract_version, effective_date, expiration_date, "
        "description.",
    )
    comment = serializers.CharField(max_length=4000)


def seen_rating(caller: Caller, review_id: UUID) -> ContractReview:
    """Raises NotFoundForActor also for one that `caller` may not see."""
    review = rating_seen(caller, review_id)
    if review is None:
        raise NotFoundForActor("There is no such rating.")
    return review


def seen_improvement(caller: Caller, improvement_id: UUID) -> ContractImprovement:
    """Raises NotFoundForActor also for one that `caller` may not see."""
    improvement = improvements_seen(caller).filter(pk=improvement_id).first()
    if improvement is None:
        raise NotFoundForActor("There is no such improvement.")
    return improvement

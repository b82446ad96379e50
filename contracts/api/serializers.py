"""Shapes of contracts, rules and what hangs on them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import ServiceClient, User
from audit.models import AuditEntry
from contracts.lifecycle import Action
from contracts.models import (
    ActivationPlan,
    ContractRule,
    ContractType,
    ExtractionRun,
    PilotContract,
    RuleDecision,
    RuleOrigin,
)
from contracts.policies import possible_actions
from contracts.publication.lookup import RuleSource
from contracts.publication.rules import rule_body
from contracts.selectors import standing_plan

BOX_EDGES = 4


class DocumentSerializer(serializers.ModelSerializer[PilotContract]):
    """The original: its bytes are at `.../document/`."""

    name = serializers.CharField(source="document_name")
    media_type = serializers.CharField(source="document_media_type")
    bytes = serializers.IntegerField(source="document_bytes")
    sha256 = serializers.CharField(source="document_sha256")

    class Meta:
        model = PilotContract
        fields = ["name", "media_type", "bytes", "sha256", "page_count"]


class ContractSerializer(serializers.ModelSerializer[PilotContract]):
    """One contract, without its rules."""

    url = serializers.SerializerMethodField()
    airline = serializers.CharField(source="airline.code")
    document = DocumentSerializer(source="*")
    is_mine = serializers.SerializerMethodField(help_text="Whether the caller uploaded it.")

    class Meta:
        model = PilotContract
        fields = [
            "id",
            "url",
            "airline",
            "contract_type",
            "contract_version",
            "title",
            "description",
            "status",
            "effective_date",
            "expiration_date",
            "revises",
            "revision_number",
            "document",
            "is_mine",
            "submitted_at",
            "approved_at",
            "activated_at",
            "created_at",
            "updated_at",
            "version",
        ]

    def get_url(self, contract: PilotContract) -> str:
        return contract_url(contract)

    def get_is_mine(self, contract: PilotContract) -> bool:
        return bool(self.context["caller"].pk == contract.uploaded_by_id)


class PlannedActivationSerializer(serializers.ModelSerializer[ActivationPlan]):
    """When it is to be activated, and the time zone in which that was stated."""

    class Meta:
        model = ActivationPlan
        fields = ["due_at", "time_zone"]


class ContractDetailSerializer(ContractSerializer):
    """With what the caller may do with it now, and when it is to be activated, if that is planned."""

    possible_actions = serializers.SerializerMethodField()
    planned_activation = serializers.SerializerMethodField()

    class Meta(ContractSerializer.Meta):
        fields = [*ContractSerializer.Meta.fields, "planned_activation", "possible_actions"]

    @extend_schema_field(PlannedActivationSerializer(allow_null=True))
    def get_planned_activation(self, contract: PilotContract) -> dict[str, Any] | None:
        plan = standing_plan(contract)
        return dict(PlannedActivationSerializer(plan).data) if plan else None

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=Action.choices)))
    def get_possible_actions(self, contract: PilotContract) -> list[str]:
        caller: User | ServiceClient = self.context["caller"]
        return [action.value for action in possible_actions(caller, contract)] if isinstance(caller, User) else []


def contract_url(contract: PilotContract) -> str:
    """Its address, without host: what is stored with an Idempotency-Key must not name one."""
    return f"/api/v1/contracts/{contract.pk}/"


class PredicateSerializer(serializers.Serializer[Any]):
    """The rule as a test: `metric operator value unit`, within any `period`."""

    metric = serializers.CharField()
    operator = serializers.CharField()
    value = serializers.FloatField()
    unit = serializers.CharField()
    period = serializers.CharField(allow_null=True)


class EvidenceSerializer(serializers.Serializer[Any]):
    """Where the rule stands in the document."""

    page = serializers.IntegerField(min_value=1)
    box: Any = serializers.ListField(
        child=serializers.FloatField(),
        min_length=BOX_EDGES,
        max_length=BOX_EDGES,
        help_text="x0, y0, x1, y1 in PDF points from the page's top left.",
    )
    quote = serializers.CharField()
    document_sha256 = serializers.CharField()
    char_start = serializers.IntegerField(allow_null=True, help_text="Offset in the text of the whole file.")
    char_end = serializers.IntegerField(allow_null=True)


class AnyRuleSerializer(serializers.Serializer[Any]):
    """A rule of a contract or of the law, in the one shape that all routes share."""

    id = serializers.UUIDField()
    source: Any = serializers.ChoiceField(choices=RuleSource.choices)
    rule_id = serializers.CharField()
    category = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    rule_text = serializers.CharField()
    citation = serializers.CharField()
    is_hard_constraint = serializers.BooleanField()
    weight = serializers.FloatField(min_value=0, max_value=1)
    applies_to = serializers.DictField()
    parameters = serializers.DictField()
    predicate = PredicateSerializer(allow_null=True)
    effective_date = serializers.DateField()
    expiration_date = serializers.DateField(allow_null=True)
    parsing_confidence = serializers.FloatField(allow_null=True, min_value=0, max_value=1)
    evidence = EvidenceSerializer(allow_null=True)
    contract_id = serializers.UUIDField(required=False, help_text="For rules of contracts.")


class RuleSerializer(AnyRuleSerializer):
    """A rule of a contract."""

    def to_representation(self, instance: ContractRule) -> dict[str, object]:
        return rule_body(instance)


class ContractRuleSerializer(RuleSerializer):
    """With where its review stands."""

    decision = serializers.ChoiceField(choices=RuleDecision.choices)
    origin = serializers.ChoiceField(choices=RuleOrigin.choices)
    version = serializers.IntegerField()

    def to_representation(self, instance: ContractRule) -> dict[str, object]:
        review = {"decision": instance.decision, "origin": instance.origin, "version": instance.version}
        return {**rule_body(instance), **review}


class BatchAnswerSerializer(serializers.Serializer[Any]):
    results = RuleSerializer(many=True)
    missing: Any = serializers.ListField(
        child=serializers.UUIDField(), help_text="Ids of no rule that the caller may see."
    )


class ContractHeaderSerializer(serializers.ModelSerializer[PilotContract]):
    """What identifies a contract in a lookup."""

    class Meta:
        model = PilotContract
        fields = ["id", "contract_version", "title", "effective_date", "expiration_date"]


class SupplementSerializer(ContractHeaderSerializer):
    contract_type = serializers.ChoiceField(choices=ContractType.choices)

    class Meta(ContractHeaderSerializer.Meta):
        fields = ["id", "contract_type", "contract_version", "title", "effective_date", "expiration_date"]


class LookupSerializer(serializers.Serializer[Any]):
    """The rules that bind a pilot today: those of his contract, of its letters and policies, of the law."""

    pilot_id = serializers.CharField()
    airline = serializers.CharField()
    contract = ContractHeaderSerializer(allow_null=True)
    supplements = SupplementSerializer(many=True)
    rules = AnyRuleSerializer(many=True)


class AssignmentAnswerSerializer(serializers.Serializer[Any]):
    contract = ContractHeaderSerializer(allow_null=True)
    assigned_at = serializers.DateTimeField(allow_null=True)


class ExtractionSerializer(serializers.ModelSerializer[ExtractionRun]):
    """How far the reading of the document is."""

    percent = serializers.SerializerMethodField()
    page_count = serializers.IntegerField(source="contract.page_count")

    class Meta:
        model = ExtractionRun
        fields = [
            "status",
            "percent",
            "attempt",
            "page_count",
            "pages_read",
            "pages_searched",
            "proposal_count",
            "warnings",
            "fault_code",
            "fault_message",
            "started_at",
            "finished_at",
        ]
        extra_kwargs = {"warnings": {"help_text": "Sentences."}}

    def get_percent(self, run: ExtractionRun) -> int:
        return run.percent(run.contract.page_count)


class HistorySerializer(serializers.ModelSerializer[AuditEntry]):
    """One thing that was done. Who did it, why and with what effect is told to those who take part in the review.

    Of entries that `selectors.history_for` gives.
    """

    at = serializers.DateTimeField(source="timestamp")
    what = serializers.CharField(source="get_event_display")
    actor = serializers.CharField(source="told_actor", allow_null=True)
    reason = serializers.CharField(source="told_reason", allow_blank=True)
    changes = serializers.DictField(source="told_changes", allow_null=True, help_text="Before and after, by field.")
    details = serializers.DictField(source="told_details", allow_null=True)

    class Meta:
        model = AuditEntry
        fields = ["id", "at", "event", "what", "actor", "reason", "changes", "details"]

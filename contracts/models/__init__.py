"""Tables of the contracts app, one module an idea."""

from contracts.models.activations import ActivationEffect, ActivationPlan, ContractActivation, PlanStatus
from contracts.models.changes import ASSIGNMENT_KINDS, CONTRACT_KINDS, Change, ChangeKind
from contracts.models.community import (
    ContractImprovement,
    ImprovementKind,
    ImprovementStatus,
    PilotContractAssignment,
)
from contracts.models.contracts import (
    ContractDecision,
    ContractPage,
    ContractType,
    DecisionKind,
    MediaType,
    PilotContract,
)
from contracts.models.desk import RuleAction, RuleActionKind
from contracts.models.extraction import ExtractionRun, RunStatus
from contracts.models.language_models import ModelCredential, ModelOutcome, ModelProvider, ModelRun
from contracts.models.measures import ExtractionAccuracy, ExtractionCalibration, ExtractionMetricsDay
from contracts.models.passages import ContractDefinition, ContractReference, DefinitionKind, ReferenceResolution
from contracts.models.ratings import ContractReview, ContractUsageDay, ReviewFlag, ReviewVote
from contracts.models.reviews import (
    ReminderKind,
    ReviewComment,
    ReviewDelegation,
    ReviewGroup,
    ReviewReminder,
    ReviewRound,
    ReviewRoundStep,
    ReviewStep,
)
from contracts.models.revisions import ContractRevision, Occasion, RevisionOccasion
from contracts.models.rules import (
    BINDING,
    PROPOSED_BY_READINGS,
    ContractRule,
    RuleCorrection,
    RuleDecision,
    RuleOrigin,
)
from contracts.models.search import PageSearchEntry, RuleSearchEntry
from contracts.models.webhooks import (
    DeliveryState,
    DisabledReason,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
    WebhookSecret,
    WebhookState,
)

__all__ = [
    "ASSIGNMENT_KINDS",
    "BINDING",
    "CONTRACT_KINDS",
    "PROPOSED_BY_READINGS",
    "ActivationEffect",
    "ActivationPlan",
    "Change",
    "ChangeKind",
    "ContractActivation",
    "ContractDecision",
    "ContractDefinition",
    "ContractImprovement",
    "ContractPage",
    "ContractReference",
    "ContractReview",
    "ContractRevision",
    "ContractRule",
    "ContractType",
    "ContractUsageDay",
    "DecisionKind",
    "DefinitionKind",
    "DeliveryState",
    "DisabledReason",
    "ExtractionAccuracy",
    "ExtractionCalibration",
    "ExtractionMetricsDay",
    "ExtractionRun",
    "ImprovementKind",
    "ImprovementStatus",
    "MediaType",
    "ModelCredential",
    "ModelOutcome",
    "ModelProvider",
    "ModelRun",
    "Occasion",
    "PageSearchEntry",
    "PilotContract",
    "PilotContractAssignment",
    "PlanStatus",
    "ReferenceResolution",
    "ReminderKind",
    "ReviewComment",
    "ReviewDelegation",
    "ReviewFlag",
    "ReviewGroup",
    "ReviewReminder",
    "ReviewRound",
    "ReviewRoundStep",
    "ReviewStep",
    "ReviewVote",
    "RevisionOccasion",
    "RuleAction",
    "RuleActionKind",
    "RuleCorrection",
    "RuleDecision",
    "RuleOrigin",
    "RuleSearchEntry",
    "RunStatus",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookSecret",
    "WebhookState",
]

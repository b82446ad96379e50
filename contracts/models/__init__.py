"""Tables of the contracts app, one module an idea."""

from contracts.models.activations import ActivationEffect, ActivationPlan, ContractActivation, PlanStatus
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

__all__ = [
    "BINDING",
    "PROPOSED_BY_READINGS",
    "ActivationEffect",
    "ActivationPlan",
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
    "RunStatus",
]

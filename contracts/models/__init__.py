"""Tables of the contracts app, one module an idea."""

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
from contracts.models.extraction import ExtractionRun, RunStatus
from contracts.models.language_models import ModelCredential, ModelOutcome, ModelProvider, ModelRun
from contracts.models.measures import ExtractionAccuracy, ExtractionCalibration, ExtractionMetricsDay
from contracts.models.ratings import ContractReview, ContractUsageDay, ReviewFlag, ReviewVote
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
    "ContractDecision",
    "ContractImprovement",
    "ContractPage",
    "ContractReview",
    "ContractRule",
    "ContractType",
    "ContractUsageDay",
    "DecisionKind",
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
    "PilotContract",
    "PilotContractAssignment",
    "ReviewFlag",
    "ReviewVote",
    "RuleCorrection",
    "RuleDecision",
    "RuleOrigin",
    "RunStatus",
]

"""The approvers' desk: contracts, their review and their record in the Django admin."""

from contracts.admin.accuracy import ExtractionMetricsDayAdmin
from contracts.admin.contracts import PilotContractAdmin
from contracts.admin.delegations import ReviewDelegationAdmin
from contracts.admin.improvements import ContractImprovementAdmin
from contracts.admin.language_models import ModelCredentialAdmin, ModelRunAdmin
from contracts.admin.ratings import ContractReviewAdmin, ContractUsageDayAdmin
from contracts.admin.records import ExtractionRunAdmin, RuleCorrectionAdmin
from contracts.admin.review_settings import ReviewGroupAdmin, ReviewStepAdmin
from contracts.admin.webhooks import ChangeAdmin, WebhookAdmin, WebhookDeliveryAdmin

__all__ = [
    "ChangeAdmin",
    "ContractImprovementAdmin",
    "ContractReviewAdmin",
    "ContractUsageDayAdmin",
    "ExtractionMetricsDayAdmin",
    "ExtractionRunAdmin",
    "ModelCredentialAdmin",
    "ModelRunAdmin",
    "PilotContractAdmin",
    "ReviewDelegationAdmin",
    "ReviewGroupAdmin",
    "ReviewStepAdmin",
    "RuleCorrectionAdmin",
    "WebhookAdmin",
    "WebhookDeliveryAdmin",
]

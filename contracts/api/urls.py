"""Addresses under /api/v1/."""

from django.urls import path, re_path

from contracts.api.views import (
    changes,
    contracts,
    diff,
    improvements,
    lookup,
    packs,
    ratings,
    rules,
    search,
    validation,
    webhooks,
)

CONTRACT = "contracts/<uuid:contract_id>/"
RULE = "rules/<uuid:rule_id>/"
REVIEW = "reviews/<uuid:review_id>/"
IMPROVEMENT = "improvements/<uuid:improvement_id>/"
WEBHOOK = "webhooks/<uuid:webhook_id>/"
DELIVERY = f"{WEBHOOK}deliveries/<uuid:delivery_id>/"

urlpatterns = [
    re_path(
        r"^pilots/(?P<pilot_id>[A-Za-z0-9._-]{1,64})/rules/\Z", lookup.PilotRulesView.as_view(), name="pilot-rules"
    ),
    re_path(
        r"^airlines/(?P<code>[A-Z0-9]{2,3})/contracts/active/\Z",
        contracts.ActiveContractView.as_view(),
        name="active-contract",
    ),
    re_path(r"^airlines/(?P<code>[A-Z0-9]{2,3})/rule-pack/\Z", packs.RulePackView.as_view(), name="rule-pack"),
    path("contracts/", contracts.ContractListView.as_view(), name="contract-list"),
    path(CONTRACT, contracts.ContractView.as_view(), name="contract"),
    path(f"{CONTRACT}rules/", rules.ContractRulesView.as_view(), name="contract-rules"),
    path(f"{CONTRACT}document/", contracts.DocumentView.as_view(), name="contract-document"),
    path(f"{CONTRACT}extraction/", contracts.ExtractionView.as_view(), name="contract-extraction"),
    path(f"{CONTRACT}history/", contracts.HistoryView.as_view(), name="contract-history"),
    path(f"{CONTRACT}diff/", diff.DiffView.as_view(), name="contract-diff"),
    path(f"{CONTRACT}reviews/", ratings.ReviewListView.as_view(), name="contract-reviews"),
    path(f"{CONTRACT}improvements/", improvements.ContractImprovementsView.as_view(), name="contract-improvements"),
    path(f"{CONTRACT}usage/", ratings.UsageView.as_view(), name="contract-usage"),
    path(REVIEW, ratings.ReviewView.as_view(), name="review"),
    path(f"{REVIEW}helpful/", ratings.HelpfulView.as_view(), name="review-helpful"),
    path(f"{REVIEW}flags/", ratings.FlagView.as_view(), name="review-flags"),
    path(f"{REVIEW}hide/", ratings.HideView.as_view(), name="review-hide"),
    path(f"{REVIEW}restore/", ratings.RestoreView.as_view(), name="review-restore"),
    path(f"{REVIEW}keep/", ratings.KeepView.as_view(), name="review-keep"),
    path("improvements/", improvements.ImprovementListView.as_view(), name="improvement-list"),
    path(IMPROVEMENT, improvements.ImprovementView.as_view(), name="improvement"),
    path(f"{IMPROVEMENT}withdraw/", improvements.WithdrawView.as_view(), name="improvement-withdraw"),
    path(f"{IMPROVEMENT}apply/", improvements.ApplyView.as_view(), name="improvement-apply"),
    path(f"{IMPROVEMENT}decline/", improvements.DeclineView.as_view(), name="improvement-decline"),
    path(f"{CONTRACT}submit/", contracts.SubmitView.as_view(), name="contract-submit"),
    path(f"{CONTRACT}withdraw/", contracts.WithdrawView.as_view(), name="contract-withdraw"),
    path(f"{CONTRACT}approve/", contracts.ApproveView.as_view(), name="contract-approve"),
    path(f"{CONTRACT}reject/", contracts.RejectView.as_view(), name="contract-reject"),
    path(f"{CONTRACT}request-changes/", contracts.RequestChangesView.as_view(), name="contract-request-changes"),
    path(f"{CONTRACT}activate/", contracts.ActivateView.as_view(), name="contract-activate"),
    path(f"{CONTRACT}undo-activation/", contracts.UndoActivationView.as_view(), name="contract-undo-activation"),
    path("changes/", changes.ChangeListView.as_view(), name="change-list"),
    path("webhooks/", webhooks.WebhookListView.as_view(), name="webhook-list"),
    path(WEBHOOK, webhooks.WebhookView.as_view(), name="webhook"),
    path(f"{WEBHOOK}ping/", webhooks.PingView.as_view(), name="webhook-ping"),
    path(f"{WEBHOOK}secret/", webhooks.SecretView.as_view(), name="webhook-secret"),
    path(f"{WEBHOOK}replay/", webhooks.ReplayView.as_view(), name="webhook-replay"),
    path(f"{WEBHOOK}deliveries/", webhooks.DeliveryListView.as_view(), name="webhook-deliveries"),
    path(f"{DELIVERY}attempts/", webhooks.AttemptListView.as_view(), name="webhook-attempts"),
    path(f"{DELIVERY}replay/", webhooks.DeliveryReplayView.as_view(), name="webhook-delivery-replay"),
    path("rules/", search.RuleSearchView.as_view(), name="rule-search"),
    path("text/", search.TextSearchView.as_view(), name="text-search"),
    path("rules/batch/", rules.RuleBatchView.as_view(), name="rule-batch"),
    path(RULE, rules.RuleView.as_view(), name="rule"),
    path(f"{RULE}accept/", rules.RuleAcceptView.as_view(), name="rule-accept"),
    path(f"{RULE}correct/", rules.RuleCorrectView.as_view(), name="rule-correct"),
    path(f"{RULE}reject/", rules.RuleRejectView.as_view(), name="rule-reject"),
    path("pilots/me/assignment/", lookup.AssignmentView.as_view(), name="own-assignment"),
    re_path(
        r"^pilots/(?P<pilot_id>[A-Za-z0-9._-]{1,64})/validate/\Z",
        validation.ValidateView.as_view(),
        name="pilot-validate",
    ),
]

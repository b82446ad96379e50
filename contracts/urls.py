"""Pages of the contracts app."""

from django.urls import path

from contracts import views
from contracts.community import views as community

app_name = "contracts"

urlpatterns = [
    path("contracts/", views.contract_list, name="list"),
    path("contracts/upload/", views.upload, name="upload"),
    path("contracts/<uuid:contract_id>/", views.detail, name="detail"),
    path("contracts/<uuid:contract_id>/progress/", views.progress, name="progress"),
    path("contracts/<uuid:contract_id>/read-again/", views.read_again, name="read_again"),
    path("contracts/<uuid:contract_id>/submit/", views.submit, name="submit"),
    path("contracts/<uuid:contract_id>/withdraw/", views.withdraw, name="withdraw"),
    path("contracts/<uuid:contract_id>/document/", views.document, name="document"),
    path("contracts/<uuid:contract_id>/rules/", views.rules, name="rules"),
    path("contracts/<uuid:contract_id>/ratings/", community.ratings, name="ratings"),
    path("contracts/<uuid:contract_id>/improvements/", community.improvements, name="improvements"),
    path("contracts/<uuid:contract_id>/propose/<slug:what>/", community.propose, name="propose"),
    path(
        "contracts/<uuid:contract_id>/rules/<uuid:rule_id>/propose/<slug:what>/", community.propose, name="propose_rule"
    ),
    path("ratings/<uuid:review_id>/helpful/", community.vote, name="rating_vote"),
    path("ratings/<uuid:review_id>/flag/", community.flag, name="rating_flag"),
    path("my-proposals/", community.my_improvements, name="my_improvements"),
    path("my-proposals/<uuid:improvement_id>/withdraw/", community.withdraw, name="improvement_withdraw"),
    path("my-rules/", views.my_rules, name="my_rules"),
]

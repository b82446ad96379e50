"""Pages of the contracts app."""

from django.urls import path

from contracts import compare_views, history_views, own_key_views, search_views, views, well_known
from contracts.community import views as community

app_name = "contracts"

urlpatterns = [
    path(".well-known/jwks.json", well_known.jwk_set, name="jwk_set"),
    path("contracts/", views.contract_list, name="list"),
    path("contracts/upload/", views.upload, name="upload"),
    path("contracts/<uuid:contract_id>/", views.detail, name="detail"),
    path("contracts/<uuid:contract_id>/progress/", views.progress, name="progress"),
    path("contracts/<uuid:contract_id>/read-again/", views.read_again, name="read_again"),
    path("contracts/<uuid:contract_id>/submit/", views.submit, name="submit"),
    path("contracts/<uuid:contract_id>/withdraw/", views.withdraw, name="withdraw"),
    path("contracts/<uuid:contract_id>/comments/", views.comment, name="comment"),
    path("contracts/<uuid:contract_id>/document/", views.document, name="document"),
    path("contracts/<uuid:contract_id>/history/", history_views.page, name="history"),
    path("contracts/<uuid:contract_id>/rules/", views.rules, name="rules"),
    path("contracts/<uuid:contract_id>/compare/", compare_views.page, name="compare"),
    path("contracts/<uuid:contract_id>/compare.csv", compare_views.download, name="compare_csv"),
    path("contracts/<uuid:contract_id>/read-with-model/", views.read_with_model, name="read_with_model"),
    path("account/language-models/", own_key_views.own_key, name="own_key"),
    path("account/language-models/store/", own_key_views.store, name="own_key_store"),
    path("account/language-models/terms/", own_key_views.change_terms, name="own_key_terms"),
    path("account/language-models/replace/", own_key_views.replace, name="own_key_replace"),
    path("account/language-models/revoke/", own_key_views.revoke, name="own_key_revoke"),
    path("contracts/<uuid:contract_id>/definitions/", views.definitions, name="definitions"),
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
    path("search/", search_views.search, name="search"),
    path("contracts/<uuid:contract_id>/rules/<uuid:rule_id>/", search_views.rule, name="rule"),
    path("contracts/<uuid:contract_id>/pages/<int:number>/", search_views.document_page, name="document_page"),
]

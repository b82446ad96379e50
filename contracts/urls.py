"""Pages of the contracts app."""

from django.urls import path

from contracts import views

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
    path("contracts/<uuid:contract_id>/definitions/", views.definitions, name="definitions"),
    path("my-rules/", views.my_rules, name="my_rules"),
]

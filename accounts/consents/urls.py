"""Pages of the texts that people agree to."""

from django.urls import path

from accounts.consents import views

urlpatterns = [
    path("legal/<slug:document>/", views.legal_text, name="legal_text"),
    path("legal/<slug:document>/<int:version>/", views.legal_text, name="legal_version"),
    path("consent/", views.consent, name="consent"),
    path("account/consents/", views.consent_list, name="consent_list"),
    path("account/consents/<slug:document>/withdraw/", views.withdraw, name="consent_withdraw"),
]

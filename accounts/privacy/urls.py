"""Pages of one's data."""

from django.urls import path

from accounts.privacy import views

urlpatterns = [
    path("account/data/", views.overview, name="own_data"),
    path("account/data/copies/", views.export_begin, name="own_data_copy"),
    path("account/data/copies/<uuid:export_id>/", views.export_download, name="own_data_download"),
    path("account/data/erase/", views.erase, name="own_data_erase"),
    path("account/data/erase/call-off/", views.erase_call_off, name="own_data_erase_call_off"),
]

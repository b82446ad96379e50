"""Addresses under /api/v1/. What of a pilot has to do with contracts is in `contracts.api`."""

from django.urls import path

from pilots.api import views

urlpatterns = [path("pilots/me/", views.OwnPilotView.as_view(), name="own-pilot")]

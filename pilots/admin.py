"""Pilots in the admin: to be read by administrators."""

from django.contrib import admin

from config.admin import PolicyAdmin
from pilots.models import Pilot


@admin.register(Pilot)
class PilotAdmin(PolicyAdmin[Pilot]):
    """Who flies where, on what."""

    list_display = ("pilot_id", "user", "airline", "base", "seat", "seniority_percentile")
    list_filter = ("airline", "seat", "base")
    search_fields = ("pilot_id", "user__email", "user__full_name")
    list_select_related = ("user", "airline")

"""Carriers."""

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from typing_extensions import override

from accounts import services
from accounts.admin.administered import AdministeredAdmin, changes_of, take_over
from accounts.models import Airline, User
from accounts.services.people import ACTIVATION_TERMS, AIRLINE_TERMS


@admin.register(Airline)
class AirlineAdmin(AdministeredAdmin[Airline]):
    """Carriers."""

    list_display = ("code", "name", "time_zone", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code", "name")
    fieldsets = (
        (None, {"fields": ("code", "name", "time_zone", "is_active")}),
        (
            "Reviews",
            {
                "fields": AIRLINE_TERMS,
                "description": "For reviews that begin from now on; those that run go on as they began.",
            },
        ),
        (
            "Activations",
            {
                "fields": ACTIVATION_TERMS,
                "description": "Holds at once, for contracts that were activated before too.",
            },
        ),
    )

    @override
    def save_model(self, request: HttpRequest, obj: Airline, form: Any, change: bool) -> None:
        actor = cast("User", request.user)
        names = ("code", "name", "time_zone", "is_active", *AIRLINE_TERMS, *ACTIVATION_TERMS)
        if change:
            take_over(obj, services.airline_update(actor=actor, airline=obj, changes=changes_of(form, names)))
        else:
            fields = {name: form.cleaned_data[name] for name in names}
            take_over(obj, services.airline_create(actor=actor, fields=fields))

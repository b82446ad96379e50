"""What every admin page of ours has in common: who may do what comes from policies, and refusals become messages."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.module_loading import import_string
from typing_extensions import override

from config.errors import ProductError

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin as UnfoldModelAdmin
else:
    from unfold.admin import ModelAdmin as _UnfoldModelAdmin

    class UnfoldModelAdmin(_UnfoldModelAdmin):
        """Unfold's ships no types and cannot be subscripted; for the type checker Django's stands here."""

        @classmethod
        def __class_getitem__(cls, model: type[Model]) -> type["UnfoldModelAdmin"]:
            return cls


RowT = TypeVar("RowT", bound=Model)

# Named, not imported: accounts stands above config, as AUTH_USER_MODEL does.
ADMINISTRATOR_POLICY = "accounts.policies.is_administrator"
# Where a request keeps what a service refused, between the first and the second showing of its form.
REFUSAL = "refusal"

# The sidebar: headings, and under each the admin's models by label, with their symbols.
SIDEBAR = (
    (
        "Review",
        (
            ("contracts.pilotcontract", "Contracts", "description"),
            ("contracts.reviewdelegation", "Standing in", "swap_horiz"),
            ("contracts.contractimprovement", "Proposed improvements", "edit_note"),
            ("contracts.contractreview", "Flagged ratings", "flag"),
            ("contracts.extractionmetricsday", "Extraction accuracy", "monitoring"),
        ),
    ),
    (
        "Administration",
        (
            ("accounts.airline", "Airlines", "flight"),
            ("accounts.user", "Users", "group"),
            ("contracts.reviewgroup", "Review groups", "groups"),
            ("contracts.reviewstep", "Review steps", "checklist"),
            ("pilots.pilot", "Pilots", "badge"),
            ("accounts.serviceclient", "Service clients", "api"),
            ("contracts.webhook", "Webhooks", "webhook"),
            ("contracts.modelcredential", "Language models", "key"),
        ),
    ),
    (
        "Record",
        (
            ("audit.auditentry", "Audit log", "history"),
            ("audit.rowchange", "Row changes", "table_rows"),
            ("audit.securityevent", "Security events", "shield"),
            ("contracts.change", "Changes", "rss_feed"),
            ("contracts.webhookdelivery", "Webhook deliveries", "outgoing_mail"),
            ("contracts.extractionrun", "Readings", "plagiarism"),
            ("contracts.modelrun", "Language models' readings", "neurology"),
            ("contracts.rulecorrection", "Corrections", "edit_note"),
            ("contracts.contractusageday", "Use of contracts", "bar_chart"),
        ),
    ),
    (
        "Law",
        (
            ("regulations.regulatoryrule", "Part 117 rules", "gavel"),
            ("regulations.regulatorytablerow", "Part 117 tables", "table"),
        ),
    ),
)


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar's groups, holding only what the person may see. `UNFOLD["SIDEBAR"]["navigation"]` names this."""
    groups: list[dict[str, Any]] = [
        {
            "items": [
                {"title": "Inbox", "icon": "inbox", "link": reverse("admin:index")},
                {"title": "Dashboard", "icon": "dashboard", "link": reverse("admin:contracts_dashboard")},
            ]
        },
    ]
    if is_administrator(request):
        groups[0]["items"].append({"title": "Security", "icon": "shield", "link": reverse("security:list")})
    for heading, entries in SIDEBAR:
        items = [
            {"title": title, "icon": icon, "link": reverse(f"admin:{label.replace('.', '_')}_changelist")}
            for label, title, icon in entries
            if _is_seen(label, request)
        ]
        if items:
            groups.append({"title": heading, "items": items})
    # The dashboard's address begins like that of the contracts: the longest that fits is where one is.
    every = [item for group in groups for item in group["items"]]
    here = max((item["link"] for item in every if request.path.startswith(item["link"])), key=len, default="")
    for item in every:
        item["active"] = item["link"] == here and (here != reverse("admin:index") or request.path == here)
    return groups


def _is_seen(label: str, request: HttpRequest) -> bool:
    model = apps.get_model(label)
    return admin.site.is_registered(model) and admin.site.get_model_admin(model).has_view_permission(request)


def is_administrator(request: HttpRequest) -> bool:
    """Whether the person at the desk is an active administrator."""
    return bool(import_string(ADMINISTRATOR_POLICY)(request.user))


def sentences_of(error: ProductError | ValidationError) -> list[str]:
    """What an error says, one sentence a fault, those of fields with the field's name before them."""
    if isinstance(error, ProductError):
        return [error.detail]
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    return [
        said if name == NON_FIELD_ERRORS else f"{name.replace('_', ' ').capitalize()}: {said}"
        for name, faults in error.message_dict.items()
        for said in faults
    ]


def _refusing(form: type[ModelForm[Any]], refusal: ProductError | ValidationError) -> type[ModelForm[Any]]:
    """`form` with what a service refused added to what the form itself finds wrong."""

    def clean(self: ModelForm[Any]) -> dict[str, Any]:
        cleaned: dict[str, Any] = form.clean(self) or self.cleaned_data
        by_field = (
            refusal.message_dict if isinstance(refusal, ValidationError) and hasattr(refusal, "error_dict") else {}
        )
        if not by_field:
            self.add_error(None, sentences_of(refusal))
        for name, said in by_field.items():
            self.add_error(name if name in self.fields else None, list(said))
        return cleaned

    return cast("type[ModelForm[Any]]", type(f"Refused{form.__name__}", (form,), {"clean": clean}))


def _filtered_by(entry: Any) -> str:
    """What an entry of `list_filter` reads from the address: a column, or a filter's own parameter."""
    if isinstance(entry, type) and issubclass(entry, admin.SimpleListFilter):
        return str(entry.parameter_name)
    return str(entry[0] if isinstance(entry, tuple) else entry)


class ChosenFilter(admin.SimpleListFilter):
    """One of its values always holds: there is no further link that takes it away."""

    @override
    def choices(self, changelist: Any) -> Any:
        for value, title in self.lookup_choices:
            yield {
                "selected": self.value() == str(value),
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }


class PolicyAdmin(UnfoldModelAdmin[RowT]):
    """Administrators look, nobody changes, until a subclass ties more to its policies.

    Django's model permissions are never asked: nobody has any. Django's own log of admin actions is not written
    either: services write the audit trail.
    """

    list_per_page = 50
    list_filter_sheet = False
    # Actions would act on many rows without asking the policy of each.
    actions: ClassVar[Sequence[Any] | None] = None  # type: ignore[misc] # Django's stub has an instance attribute here

    @override
    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what the page offers: Django would let any column of the model be asked for letter by letter, hashes too."""
        offered = {_filtered_by(entry) for entry in self.list_filter}
        offered |= {self.date_hierarchy} if self.date_hierarchy else set()
        return any(lookup == name or lookup.startswith(f"{name}__") for name in offered)

    @override
    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @override
    def has_view_permission(self, request: HttpRequest, obj: RowT | None = None) -> bool:
        return is_administrator(request)

    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @override
    def has_change_permission(self, request: HttpRequest, obj: RowT | None = None) -> bool:
        return False

    @override
    def has_delete_permission(self, request: HttpRequest, obj: RowT | None = None) -> bool:
        return False

    @override
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """A service's refusal is shown at the fields, with all that was typed kept."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (ProductError, ValidationError) as refusal:
            setattr(request, REFUSAL, refusal)
            return super().changeform_view(request, object_id, form_url, extra_context)

    @override
    def get_form(self, request: HttpRequest, obj: RowT | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        refusal = getattr(request, REFUSAL, None)
        return form if refusal is None else _refusing(form, refusal)

    @override
    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        return None

    @override
    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        return None

"""Keys to language models and what their use found and cost: administrators' work. A key is typed here and never shown."""

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from typing_extensions import override
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from accounts.models import User
from config.admin import PolicyAdmin
from contracts.models import ModelCredential, ModelRun
from contracts.own_key_forms import KEY_HINTS
from contracts.policies import may_administer_credentials
from contracts.services.credentials import (
    TERMS,
    credential_create,
    credential_replace,
    credential_revoke,
    credential_update,
)

if TYPE_CHECKING:
    _CredentialForm = forms.ModelForm[ModelCredential]
else:
    _CredentialForm = forms.ModelForm

OWNER = ("user", "airline", "provider")
COST = ("input_price", "output_price", "run_budget", "monthly_budget")


class CredentialForm(_CredentialForm):
    """A stored key's address and terms. What is typed into `key` replaces the stored one."""

    base_url = forms.CharField(
        required=False,
        max_length=300,
        label="Address",
        help_text="Empty for OpenAI's or Anthropic's own. Bedrock: https://bedrock-runtime.REGION.amazonaws.com",
        widget=UnfoldAdminTextInputWidget,
    )
    key = forms.CharField(
        required=False,
        max_length=2000,
        label="New key",
        help_text="Leave it empty to keep the stored one. Another address needs the key again.",
        widget=UnfoldAdminPasswordWidget(attrs=KEY_HINTS),
    )
    revoke = forms.BooleanField(
        required=False,
        label="Revoke it",
        help_text="The key is forgotten and never used again. There is no way back.",
        widget=UnfoldBooleanWidget,
    )

    class Meta:
        model = ModelCredential
        fields: ClassVar[list[str]] = ["base_url", *TERMS]
        help_texts: ClassVar[dict[str, str]] = {
            "input_price": "Dollars for a million tokens.",
            "output_price": "Dollars for a million tokens.",
            "run_budget": "Dollars for one document. Empty: no ceiling.",
            "monthly_budget": "Dollars in a calendar month (UTC). Empty: no ceiling.",
        }

    @override
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "base_url" in self.changed_data and not cleaned.get("key") and not self.instance._state.adding:
            self.add_error("key", "Type the key again: it was stored for the other address alone.")
        return cleaned


class NewCredentialForm(CredentialForm):
    """A new key, of a person or of an airline."""

    key = forms.CharField(
        max_length=2000,
        help_text="Stored encrypted; only its last four characters are shown again.",
        widget=UnfoldAdminPasswordWidget(attrs=KEY_HINTS),
    )
    revoke = None  # type: ignore[assignment] # Django's way to leave a base's field out

    class Meta(CredentialForm.Meta):
        fields: ClassVar[list[str]] = [*OWNER, "base_url", *TERMS]

    @override
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if bool(cleaned.get("user")) == bool(cleaned.get("airline")):
            self.add_error(None, "Choose a person or an airline, not both.")
        return cleaned


@admin.register(ModelCredential)
class ModelCredentialAdmin(PolicyAdmin[ModelCredential]):
    """Whose key is used for whom, and within which budget."""

    list_display = ("model_name", "provider", "owner", "ending", "key_version", "monthly_budget", "is_active")
    list_filter = ("is_active", "provider")
    list_select_related = ("user", "airline")
    autocomplete_fields = ("user", "airline")

    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_administer_credentials(cast("User", request.user))

    @override
    def has_change_permission(self, request: HttpRequest, obj: ModelCredential | None = None) -> bool:
        return (obj is None or obj.is_active) and may_administer_credentials(cast("User", request.user))

    @override
    @method_decorator(sensitive_post_parameters("key"))
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().changeform_view(request, *args, **kwargs)

    @admin.display(description="of")
    def owner(self, credential: ModelCredential) -> str:
        return str(credential.airline or credential.user)

    @admin.display(description="key ends in")
    def ending(self, credential: ModelCredential) -> str:
        return f"…{credential.key_ending}" if credential.key_ending else "not shown"

    @override
    def get_form(
        self, request: HttpRequest, obj: ModelCredential | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        return super().get_form(
            request, obj, change, **{**kwargs, "form": CredentialForm if change else NewCredentialForm}
        )

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: ModelCredential | None = None) -> tuple[str, ...]:
        return () if obj is None else (*OWNER, "ending", "key_version", "is_active")

    @override
    def get_fieldsets(self, request: HttpRequest, obj: ModelCredential | None = None) -> Any:
        if obj is None:
            return (
                (None, {"fields": (*OWNER, "base_url", "model_name", "key")}),
                ("Prices and budgets", {"fields": COST}),
            )
        typed = ("key", "revoke") if self.has_change_permission(request, obj) else ()
        stored = (*OWNER, "base_url", "model_name", "ending", "key_version", "is_active", *typed)
        return ((None, {"fields": stored}), ("Prices and budgets", {"fields": COST}))

    @override
    def save_model(self, request: HttpRequest, obj: ModelCredential, form: Any, change: bool) -> None:
        saved = self._changed(request, obj, form) if change else self._created(request, form)
        obj.__dict__.update(saved.__dict__)

    @staticmethod
    def _created(request: HttpRequest, form: Any) -> ModelCredential:
        given = form.cleaned_data
        return credential_create(
            actor=cast("User", request.user),
            owner=given["user"] or given["airline"],
            provider=given["provider"],
            key=given["key"],
            base_url=given["base_url"],
            terms={name: given[name] for name in TERMS if given[name] is not None},
        )

    @staticmethod
    def _changed(request: HttpRequest, obj: ModelCredential, form: Any) -> ModelCredential:
        actor, given = cast("User", request.user), form.cleaned_data
        stored = ModelCredential.objects.get(pk=obj.pk)
        if given["revoke"]:
            return credential_revoke(actor=actor, credential=stored)
        if given["key"]:
            stored = credential_replace(actor=actor, credential=stored, key=given["key"], base_url=given["base_url"])
        if changes := {name: given[name] for name in form.changed_data if name in TERMS}:
            stored = credential_update(actor=actor, credential=stored, changes=changes)
        return stored

    @override
    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Services have written all there is."""


@admin.register(ModelRun)
class ModelRunAdmin(PolicyAdmin[ModelRun]):
    """What was asked of language models, what they found and what it cost."""

    list_display = (
        "created_at",
        "contract",
        "model_name",
        "outcome",
        "fault_code",
        "cost",
        "input_tokens",
        "output_tokens",
        "agreed",
        "differing",
        "added",
        "quotes_dropped",
        "vocabulary_dropped",
    )
    list_filter = ("outcome", "provider", "fault_code")
    list_select_related = ("extraction_run__contract",)
    ordering = ("-created_at", "id")

    @admin.display(description="contract")
    def contract(self, run: ModelRun) -> str:
        return str(run.extraction_run.contract)

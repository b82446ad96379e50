"""Forms of the pilot's pages. What they check is checked again by the services; here it is said beside the field."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Airline, User
from config.errors import ErrorCode, ProductError
from contracts.models import ContractType
from contracts.policies import uploadable_airlines
from contracts.services.uploads import Terms
from contracts.storage import Upload


class ReasonForm(forms.Form):
    """Why somebody does a thing. Whether he must say is the services' to know."""

    reason = forms.CharField(required=False, max_length=4000, strip=False)

    @property
    def faults(self) -> list[str]:
        """Of a form that is not valid: sentences."""
        return [f"Reason: {fault}" for fault in self.errors.get("reason", [])]


class CommentForm(forms.Form):
    """A comment on a contract's review, or on one of its rules."""

    body = forms.CharField(max_length=4000, error_messages={"required": "Write something first."})
    rule = forms.UUIDField(required=False)

    def require_valid(self) -> None:
        """Raises ValidationError with a sentence a fault."""
        if not self.is_valid():
            raise ValidationError([fault for faults in self.errors.values() for fault in faults])


class _DateInput(forms.DateInput):
    """The browser's own date field, which wants ISO dates whatever the locale."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class UploadForm(forms.Form):
    """A document and what the uploader says of it."""

    airline = forms.ModelChoiceField(
        Airline.objects.none(),
        error_messages={"required": "Choose the airline.", "invalid_choice": "Choose one of your airlines."},
    )
    contract_type = forms.ChoiceField(
        label="Kind",
        choices=[(kind.value, kind.label.capitalize()) for kind in ContractType],
        error_messages={"required": "Choose what kind of document it is."},
    )
    title = forms.CharField(
        max_length=200,
        help_text="The name that its parties use, such as “Pilot Agreement 2026”.",
        error_messages={"required": "Give the contract a title."},
    )
    contract_version = forms.CharField(
        label="Version",
        max_length=64,
        help_text="Tells it from earlier ones of its kind, such as “2026” or “LOA 3”.",
        error_messages={"required": "Give the contract a version, such as 2026."},
    )
    effective_date = forms.DateField(
        label="In force from",
        widget=_DateInput,
        error_messages={
            "required": "Say from which day it holds.",
            "invalid": "Write the day as a date, such as 2026-01-31.",
        },
    )
    expiration_date = forms.DateField(
        label="Last day in force",
        widget=_DateInput,
        required=False,
        help_text="Leave it empty where none is agreed.",
        error_messages={"invalid": "Write the day as a date, such as 2029-12-31."},
    )
    description = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        required=False,
        help_text="Anything that a reviewer should know.",
    )
    document = forms.FileField(
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.txt,application/pdf,text/plain"}),
        error_messages={"required": "Choose the document.", "missing": "Choose the document."},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.duplicate: dict[str, Any] | None = None
        field = cast("forms.ModelChoiceField[Airline]", self.fields["airline"])
        field.queryset = uploadable_airlines(user)
        self.airlines = list(field.queryset)
        if len(self.airlines) == 1:
            field.widget = forms.HiddenInput()
            field.initial = self.airlines[0].pk

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("effective_date"), cleaned.get("expiration_date")
        if first and last and last < first:
            self.add_error("expiration_date", "The contract would end before it begins.")
        return cleaned

    @property
    def terms(self) -> Terms:
        """Of a valid form."""
        names = ("contract_type", "contract_version", "title", "effective_date", "expiration_date", "description")
        return Terms(**{name: self.cleaned_data[name] for name in names})

    @property
    def upload(self) -> Upload:
        """Of a valid form."""
        upload: Upload = self.cleaned_data["document"]
        return upload

    def add_refusal(self, refusal: ProductError | ValidationError) -> None:
        """Put a service's refusal beside the field that it is about, or above the form."""
        if isinstance(refusal, ValidationError):
            for name, errors in refusal.message_dict.items():
                self.add_error(name if name in self.fields else None, errors)
            return
        if refusal.code == ErrorCode.DUPLICATE_DOCUMENT and isinstance(refusal.extra.get("contract"), dict):
            self.duplicate = refusal.extra["contract"]  # type: ignore[assignment] # a dict, as asked above
        names = {fault.pointer.removeprefix("/") for fault in refusal.errors} & set(self.fields)
        for name in sorted(names):
            self.add_error(name, refusal.detail)
        if not names:
            self.add_error(None, refusal.detail)

"""The tick by which people agree, together with the hashes of what they had before them."""

from typing import Any

from django import forms

from accounts.consents.documents import Text
from accounts.letters.forms import RegistrationForm, ServiceForm


class ConsentForm(ServiceForm):
    """`texts` are those shown. A form that was shown earlier texts comes back with the present ones, not ticked."""

    agrees = forms.BooleanField(label="I agree")
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, texts: list[Text], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts = texts
        self.fields["shown"].initial = self._hashes()

    def clean_shown(self) -> list[str]:
        """The hashes; one that is none where the form was sent without any."""
        return str(self.cleaned_data["shown"]).split() or ["nothing"]

    def take_faults(self, by_field: dict[str, list[str]]) -> None:
        super().take_faults(by_field)
        if "agrees" in by_field:
            sent = {name: value for name, value in self.data.items() if name != "agrees"}
            self.data = {**sent, "shown": self._hashes()}

    def _hashes(self) -> str:
        return " ".join(text.sha256 for text in self.texts)


class AgreeingRegistrationForm(ConsentForm, RegistrationForm):
    """A registration, and what is agreed to by it."""

    field_order = ["email", "full_name", "password", "agrees", "shown"]

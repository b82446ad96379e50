"""Forms for one's own key to a language model. They keep what was typed when they fail, but never the key."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from config.errors import ProductError
from contracts.models import ModelCredential, ModelProvider
from contracts.services.credentials import TERMS

# No password of this site's: no manager should store it or fill it in.
KEY_HINTS = {
    "autocomplete": "new-password",
    "autocapitalize": "off",
    "spellcheck": "false",
    **dict.fromkeys(("data-1p-ignore", "data-lpignore", "data-bwignore"), "true"),
}


class KeyInput(forms.PasswordInput):
    """For a secret that is never sent back."""

    def __init__(self) -> None:
        super().__init__(attrs=KEY_HINTS, render_value=False)


class _RefusableForm(forms.Form):
    """A form that can show what a service says of it."""

    def add_refusal(self, refusal: ProductError | ValidationError) -> None:
        """Put a service's refusal beside the field that it is about, or above the form."""
        if isinstance(refusal, ProductError):
            self.add_error(None, refusal.detail)
            return
        for name, said in refusal.message_dict.items():
            self.add_error(name if name in self.fields else None, said)


def _dollars(label: str, help_text: str, *, digits: int, places: int) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=0,
        max_digits=digits,
        decimal_places=places,
        error_messages={"invalid": "Write an amount of dollars, such as 2.50."},
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
    )


class TermsForm(_RefusableForm):
    """Which model is asked, and what its use may cost."""

    model_name = forms.CharField(
        label="Model",
        max_length=200,
        help_text="As the provider spells it.",
        error_messages={"required": "Name the model, as the provider spells it."},
        widget=forms.TextInput(attrs={"autocapitalize": "off", "autocomplete": "off", "spellcheck": "false"}),
    )
    input_price = _dollars("Price of what is sent", "Dollars for a million tokens.", digits=10, places=4)
    output_price = _dollars("Price of what is answered", "Dollars for a million tokens.", digits=10, places=4)
    run_budget = _dollars("Most for one document", "Dollars. Empty: no ceiling.", digits=10, places=2)
    monthly_budget = _dollars(
        "Most for a month", "Dollars in a calendar month, UTC. Empty: no ceiling.", digits=10, places=2
    )

    @classmethod
    def of(cls, credential: ModelCredential) -> "TermsForm":
        """With what is stored."""
        stored = {name: getattr(credential, name) for name in TERMS}
        # Without the zeros that the columns' scales add.
        plain = {name: format(value.normalize(), "f") for name, value in stored.items() if isinstance(value, Decimal)}
        return cls(initial=stored | plain)

    @property
    def terms(self) -> dict[str, Any]:
        """Of a valid form. A price that was left out is none."""
        given = {name: self.cleaned_data[name] for name in TERMS}
        return given | {name: given[name] or 0 for name in ("input_price", "output_price")}


class NewKeyForm(TermsForm):
    """A key, whose it is to accept, and its terms."""

    provider = forms.ChoiceField(
        choices=ModelProvider.choices, error_messages={"required": "Choose who runs the model."}
    )
    key = forms.CharField(
        label="Key",
        max_length=2000,
        help_text="Stored encrypted. Nobody sees it again; its last four characters are shown, so that you can tell it.",
        error_messages={"required": "Type the key."},
        widget=KeyInput,
    )
    base_url = forms.CharField(
        label="Address",
        required=False,
        max_length=300,
        help_text="Empty for OpenAI's or Anthropic's own. For Bedrock your region's, such as "
        "https://bedrock-runtime.us-east-1.amazonaws.com.",
        widget=forms.TextInput(attrs={"autocapitalize": "off", "spellcheck": "false", "inputmode": "url"}),
    )


class ReplaceForm(_RefusableForm):
    """Another key for the same provider, address and model."""

    key = forms.CharField(
        label="New key",
        max_length=2000,
        help_text="It takes the stored one's place at once.",
        error_messages={"required": "Type the new key."},
        widget=KeyInput,
    )

"""Forms for second factors."""

from typing import Any

from django import forms

from accounts.letters.forms import LONGEST_PASSWORD, ServiceForm

LONGEST_CODE = 32
LONGEST_ANSWER = 20_000


class CodeForm(ServiceForm):
    """A code of an app, or where they are taken a recovery code."""

    code = forms.CharField(
        label="Code",
        max_length=LONGEST_CODE,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false"}),
    )


class PasswordForm(ServiceForm):
    password = forms.CharField(
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasskeyAnswerForm(forms.Form):
    """What the browser says of a passkey, put here by `passkeys.js`."""

    answer = forms.JSONField(widget=forms.HiddenInput)
    name = forms.CharField(
        label="Name of the passkey",
        max_length=80,
        required=False,
        help_text="So that you know it again: “my phone”.",
    )

    def clean_answer(self) -> dict[str, Any]:
        """Raises ValidationError for what is no answer of a browser's."""
        answer = self.cleaned_data["answer"]
        if not isinstance(answer, dict) or len(str(answer)) > LONGEST_ANSWER:
            raise forms.ValidationError("The browser's answer could not be read.")
        return answer

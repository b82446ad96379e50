"""Forms for one's data."""

from typing import Any

from django import forms


class ErasureForm(forms.Form):
    """The address is typed, so that nobody does it by a slip."""

    email: Any = forms.EmailField(
        label="Your e-mail address, to be sure",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )

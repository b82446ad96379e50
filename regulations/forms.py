"""The filter over the catalogue."""

from django import forms

from regulations.models import CATEGORY_CHOICES

COMPUTED_CHOICES = [("", "All rules"), ("true", "Computed"), ("false", "Not computed")]


class RuleFilterForm(forms.Form):
    """All fields may be empty: an empty one does not filter."""

    q = forms.CharField(label="Text", required=False, max_length=100, strip=True)
    category = forms.ChoiceField(label="Category", required=False, choices=[("", "All categories"), *CATEGORY_CHOICES])
    computed = forms.TypedChoiceField(
        label="Computed",
        required=False,
        choices=COMPUTED_CHOICES,
        coerce=lambda value: value == "true",
        empty_value=None,
    )

"""What a reviewer types beside corrections: a rule that was missed, the halves of a split."""

from typing import ClassVar

from django import forms

from contracts.rule_forms import RuleCorrectionForm


class MissedRuleForm(RuleCorrectionForm):
    """A rule that the extractor missed, on a passage that is chosen already; it starts as a draft that is stored nowhere."""

    page = forms.IntegerField(min_value=1, max_value=999_999, widget=forms.HiddenInput)
    start = forms.IntegerField(min_value=0, max_value=10_000_000, widget=forms.HiddenInput)
    end = forms.IntegerField(min_value=1, max_value=10_000_000, widget=forms.HiddenInput)

    def fields_typed(self) -> dict[str, object]:
        """The rule's fields, for a form that is valid."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class HalfForm(RuleCorrectionForm):
    """One half of a proposal that is split: its words and what tells it from the other."""

    quote = forms.CharField(max_length=10_000, label="Its words", widget=forms.Textarea(attrs={"rows": 3}))

    class Meta(RuleCorrectionForm.Meta):
        fields: ClassVar[list[str]] = ["title", "metric", "operator", "value", "unit", "period"]

    category = None  # type: ignore[assignment] # Django's way to leave a declared field out
    reason = None  # type: ignore[assignment] # as above

    def fields_typed(self) -> dict[str, object]:
        """What is told apart, for a form that is valid."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

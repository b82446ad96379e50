"""What a reviewer types: the correction of a rule."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from contracts.admin.words import plain_number
from contracts.models import ContractRule
from contracts.models.rules import CATEGORY_CHOICES, OPERATOR_CHOICES
from contracts.vocabulary import METRICS, Operator, Unit

if TYPE_CHECKING:
    _RuleForm = forms.ModelForm[ContractRule]
else:
    _RuleForm = forms.ModelForm

PREDICATE = ("metric", "operator", "value", "unit")
NONE: tuple[str, str] = ("", "none")


def _operator_label(value: str) -> str:
    return f"{value}  {Operator(value).label}" if Operator(value).label != value else value


class RuleCorrectionForm(_RuleForm):
    """The fields of a proposal that a reviewer puts right. It never saves: `rule_correct` does, with `changes()`."""

    metric = forms.TypedChoiceField(required=False, empty_value=None)
    operator = forms.TypedChoiceField(
        required=False,
        empty_value=None,
        choices=[NONE, *((value, _operator_label(value)) for value, _ in OPERATOR_CHOICES)],
    )
    unit = forms.TypedChoiceField(required=False, empty_value=None)
    category = forms.ChoiceField(choices=CATEGORY_CHOICES)
    reason = forms.CharField(required=False, max_length=2000, label="Why (optional)")

    class Meta:
        model = ContractRule
        fields: ClassVar[list[str]] = [
            "category",
            "citation",
            "title",
            "rule_text",
            "metric",
            "operator",
            "value",
            "unit",
            "period",
            "is_hard_constraint",
            "description",
        ]
        labels: ClassVar[dict[str, str]] = {
            "rule_text": "Wording",
            "is_hard_constraint": "Hard limit: it may never be broken",
            "description": "Note for readers",
        }
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "rule_text": forms.Textarea(attrs={"rows": 5}),
            "description": forms.Textarea(attrs={"rows": 2}),
            "value": forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        }

    def __init__(self, data: Mapping[str, Any] | None = None, *, instance: ContractRule) -> None:
        super().__init__(
            data, instance=instance, initial={"value": plain_number(instance.value)}, auto_id="correction_%s"
        )
        # What is stored stays choosable, also where the vocabulary has moved on since.
        self._offer("metric", [(name, metric.label) for name, metric in METRICS.items()], instance.metric)
        self._offer("unit", [(unit.value, unit.value) for unit in Unit], instance.unit)

    def _offer(self, name: str, known: list[tuple[str, str]], stored: str | None) -> None:
        choices = [NONE, *known]
        if stored and stored not in {value for value, _ in choices}:
            choices.append((stored, stored))
        field = self.fields[name]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - declared above; for the type checker
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        given = [name for name in PREDICATE if cleaned.get(name) is not None]
        if given and len(given) < len(PREDICATE):
            for name in PREDICATE:
                if name not in given and name not in self.errors:
                    self.add_error(name, "A limit needs metric, operator, value and unit, or none of them.")
        return cleaned

    def changes(self) -> dict[str, object]:
        """The corrected fields alone, for a form that is valid."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in self.Meta.fields}

    def differences(self, stored: Mapping[str, object]) -> dict[str, object]:
        """For each field in which what was typed differs from `stored`, what is stored."""
        return {name: stored[name] for name in self.changed_data if name in stored}

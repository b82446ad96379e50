"""The form in which a rule is put right: by a reviewer at the desk, and by a pilot who proposes it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from typing_extensions import override

from contracts.models import ContractRule
from contracts.models.rules import CATEGORY_CHOICES, OPERATOR_CHOICES
from contracts.selectors import rule_snapshot
from contracts.services.deciding import PREDICATE, WHOLE_LIMIT
from contracts.vocabulary import METRICS, Operator, Unit
from contracts.vocabulary.words import plain_number

if TYPE_CHECKING:
    _RuleForm = forms.ModelForm[ContractRule]
else:
    _RuleForm = forms.ModelForm

# Before a field's name: what the form showed, so that it is known what was typed over, whatever is stored by now.
BASE = "base-"
NONE: tuple[str, str] = ("", "none")


def _operator_label(value: str) -> str:
    return f"{value}  {Operator(value).label}" if Operator(value).label != value else value


class PlainSelect(forms.Select):
    """Django's writes each option by a template of its own: with a hundred metrics that is half the time of the screen."""

    @override
    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (option, mark_safe(" selected") if str(option) == chosen else "", label)
                for option, label in self.choices
            ),
        )
        return format_html(
            "<select{}>{}</select>", flatatt({**self.build_attrs(self.attrs, attrs), "name": name}), options
        )


class RuleCorrectionForm(_RuleForm):
    """The fields of a proposal that a reviewer puts right. It never saves: `rule_correct` does, with `changes()`."""

    metric = forms.TypedChoiceField(required=False, empty_value=None, widget=PlainSelect)
    operator = forms.TypedChoiceField(
        required=False,
        empty_value=None,
        widget=PlainSelect,
        choices=[NONE, *((value, _operator_label(value)) for value, _ in OPERATOR_CHOICES)],
    )
    unit = forms.TypedChoiceField(required=False, empty_value=None, widget=PlainSelect)
    category = forms.ChoiceField(choices=CATEGORY_CHOICES, widget=PlainSelect)
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

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, instance: ContractRule, prefix: str | None = None
    ) -> None:
        super().__init__(
            data,
            instance=instance,
            initial={"value": plain_number(instance.value)},
            auto_id="correction_%s",
            prefix=prefix,
        )
        self.stored = shown_values(instance)
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
                    self.add_error(name, WHOLE_LIMIT)
        return cleaned

    def changes(self) -> dict[str, object]:
        """The corrected fields alone, for a form that is valid."""
        touched = self.touched()
        return {name: self.cleaned_data[name] for name in self.changed_data if name in touched}

    def touched(self) -> set[str]:
        """The fields in which something else stands than the form showed; all of them where that was not sent."""
        return {
            name
            for name in self.Meta.fields
            if f"{BASE}{name}" not in self.data or _typed(self.data, name) != _typed(self.data, f"{BASE}{name}")
        }

    def rebased(self, stored: ContractRule) -> "RuleCorrectionForm":
        """The same typing over the rule as it is stored now: what was not touched follows what somebody else saved."""
        data, touched = QueryDict(mutable=True), self.touched()
        data.update({name: str(value) for name, value in shown_values(stored).items() if name not in touched})
        data.update({name: self.data[name] for name in (*touched, "reason") if name in self.data})
        return type(self)(data, instance=stored)

    def conflicts(self) -> dict[str, str]:
        """For each field in which what was typed differs from what is stored, what is stored."""
        return {name: value for name, value in self.stored.items() if " ".join(_typed(self.data, name)) != value}

    def base_values(self) -> list[tuple[str, str]]:
        """What the form shows, for the hidden fields that send it back."""
        return [(f"{BASE}{name}", value) for name, value in self.stored.items()]


def _typed(data: Mapping[str, Any], name: str) -> list[str]:
    """The lines of a field, whatever ends them; a checkbox that is off sends nothing."""
    return str(data.get(name) or "").strip().splitlines()


def shown_values(rule: ContractRule) -> dict[str, str]:
    """Each correctable field as the form sends it back when nobody touches it."""
    stored = rule_snapshot(rule, RuleCorrectionForm.Meta.fields)
    stored |= {"value": plain_number(rule.value), "is_hard_constraint": "on" if rule.is_hard_constraint else ""}
    return {name: "" if value is None else str(value).strip() for name, value in stored.items()}

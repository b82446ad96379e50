"""Forms of ratings and proposals. What they check is checked again by the services; here it is said beside the field."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from config.errors import ProductError
from contracts.community.proposals import DETAIL_FIELDS, NEEDED_FOR_A_RULE, RULE_FIELDS
from contracts.models import ContractReview, ContractRule, PilotContract
from contracts.models.rules import CATEGORY_CHOICES
from contracts.rule_forms import RuleCorrectionForm

if TYPE_CHECKING:
    _ReviewForm = forms.ModelForm[ContractReview]
    _ContractForm = forms.ModelForm[PilotContract]
else:
    _ReviewForm = _ContractForm = forms.ModelForm

STAR_CHOICES = [
    (5, "5 – all right"),
    (4, "4 – small slips"),
    (3, "3 – some faults"),
    (2, "2 – many faults"),
    (1, "1 – of no use"),
]


class _DateInput(forms.DateInput):
    """The browser's own date field, which wants ISO dates whatever the locale."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ReviewForm(_ReviewForm):
    """Stars and a comment. It never saves: the services do."""

    accuracy = forms.TypedChoiceField(
        label="How accurate are the rules?",
        choices=[("", "Choose"), *STAR_CHOICES],
        coerce=int,
        error_messages={"required": "Say how accurate the rules are."},
    )
    completeness = forms.TypedChoiceField(
        label="How complete are they?",
        choices=[("", "Choose"), *STAR_CHOICES],
        coerce=int,
        error_messages={"required": "Say how complete they are."},
    )

    class Meta:
        model = ContractReview
        fields: ClassVar[list[str]] = ["accuracy", "completeness", "comment"]
        widgets: ClassVar[dict[str, forms.Widget]] = {"comment": forms.Textarea(attrs={"rows": 3})}
        help_texts: ClassVar[dict[str, str]] = {
            "comment": "What did you check, and what did you find? Your colleagues read it without your name."
        }


class FlagForm(forms.Form):
    """Why an administrator should look at a rating."""

    reason = forms.CharField(
        label="What is wrong with it?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what is wrong with it."},
    )


def _comment_field() -> forms.CharField:
    return forms.CharField(
        label="Why",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Say what is wrong and where the document says it. An approver of the airline reads it.",
        error_messages={"required": "Say what is wrong and where the document says it."},
    )


class ProposalForm(forms.Form):
    """What every proposal has: a comment. Alone it proposes to remove a rule."""

    comment = _comment_field()

    def changes(self) -> dict[str, object]:
        """The proposed fields, of a valid form."""
        return {}


def add_refusal(form: forms.BaseForm, refusal: ProductError) -> None:
    """Put a service's refusal beside the fields that it points to, or above the form."""
    placed = False
    for fault in refusal.errors:
        name = fault.pointer.rpartition("/")[2]
        if name in form.fields:
            form.add_error(name, fault.detail)
            placed = True
    if not placed:
        form.add_error(None, refusal.detail)


class RuleProposalForm(RuleCorrectionForm):
    """The desk's correction form in a pilot's hands: what he would change, and why."""

    reason = None  # type: ignore[assignment] # Django's way to leave out a base form's field
    comment = _comment_field()

    def __init__(self, data: Mapping[str, Any] | None = None, *, instance: ContractRule) -> None:
        super().__init__(data, instance=instance)
        for name in ("category", "rule_text", "title", "citation"):
            self.fields[name].error_messages["required"] = "This is needed."
        self.fields["is_hard_constraint"].label = "Hard limit: it may never be broken"
        self.order_fields([*RULE_FIELDS, "comment"])


class NewRuleForm(RuleProposalForm):
    """A rule that is missing. Only what was filled in is proposed."""

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, instance=ContractRule())
        self.fields["category"] = forms.ChoiceField(choices=[("", "choose"), *CATEGORY_CHOICES])
        self.fields["category"].error_messages["required"] = "Choose what it is about."
        self.order_fields([*RULE_FIELDS, "comment"])
        self.fields["citation"].help_text = "The place in the document, such as Section 10.B.3."
        self.fields["rule_text"].help_text = "The document's own words."

    def changes(self) -> dict[str, object]:
        given = {name: self.cleaned_data.get(name) for name in RULE_FIELDS}
        return {name: value for name, value in given.items() if value not in {None, ""} or name in NEEDED_FOR_A_RULE}


class DetailsForm(_ContractForm):
    """The contract's details as a pilot would have them."""

    comment = _comment_field()

    class Meta:
        model = PilotContract
        fields: ClassVar[list[str]] = list(DETAIL_FIELDS)
        labels: ClassVar[dict[str, str]] = {
            "contract_version": "Version",
            "effective_date": "In force from",
            "expiration_date": "Last day in force",
        }
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "effective_date": _DateInput(),
            "expiration_date": _DateInput(),
            "description": forms.Textarea(attrs={"rows": 3}),
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("effective_date"), cleaned.get("expiration_date")
        if first and last and last < first:
            self.add_error("expiration_date", "The contract would end before it begins.")
        return cleaned

    def changes(self) -> dict[str, object]:
        """The details that differ, of a valid form."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in DETAIL_FIELDS}

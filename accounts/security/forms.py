"""What the pages of security events are asked, and what is said there."""

from django import forms

from accounts.security.services import OUTCOMES, TEXT_LENGTH
from audit.events import EventState, SecurityEventKind, Severity

STATES = (
    ("", "Not closed"),
    ("open", "Open, nobody has it"),
    ("mine", "Taken by me"),
    (EventState.TAKEN.value, "Taken by anybody"),
    (EventState.CLOSED.value, "Closed"),
    ("all", "All"),
)
SEVERITIES = (
    ("", "Warnings and critical"),
    (Severity.CRITICAL.value, "Critical"),
    (Severity.WARNING.value, "Warnings"),
    (Severity.INFORMATION.value, "Information"),
    ("all", "All"),
)


class FilterForm(forms.Form):
    """What the list shows. Every field may be left out; what cannot be read is told and the rest holds."""

    state = forms.ChoiceField(choices=STATES, required=False, label="State")
    severity = forms.ChoiceField(choices=SEVERITIES, required=False, label="Severity")
    kind = forms.ChoiceField(
        choices=[("", "All"), *((value, label.capitalize()) for value, label in SecurityEventKind.choices)],
        required=False,
        label="Kind",
    )
    subject = forms.CharField(max_length=320, required=False, label="Account or program")
    address = forms.GenericIPAddressField(
        required=False, label="Address", error_messages={"invalid": "Write an IP address."}
    )
    since = forms.DateField(
        required=False,
        label="Seen since",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Write the day as 2026-11-21."},
    )


class CommentForm(forms.Form):
    """A comment."""

    text = forms.CharField(
        label="Comment",
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what you want to say."},
    )


class ClosingForm(forms.Form):
    """What it turned out to be, and why."""

    outcome = forms.ChoiceField(
        label="It turned out to be",
        choices=[("", "Choose"), *((outcome.value, outcome.label.capitalize()) for outcome in OUTCOMES)],
        error_messages={"required": "Say what it turned out to be."},
    )
    reason = forms.CharField(
        label="Reason",
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Give the reason: whoever looks at this event later has nothing else."},
    )


class ReasonForm(forms.Form):
    """Why a closing is taken back."""

    reason = forms.CharField(
        label="Reason",
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Give the reason."},
    )

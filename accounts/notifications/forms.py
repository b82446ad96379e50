"""The choice of when each kind is mailed."""

from collections.abc import Iterator

from django import forms
from django.forms.boundfield import BoundField

from accounts.models import User
from accounts.notifications.kinds import MailChoice, NotificationKind
from accounts.notifications.selectors import choices_of, groups_for


class PreferencesForm(forms.Form):
    """One field a kind, named after it, for the kinds that `person` can be told."""

    def __init__(self, *args: object, person: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # handed through as they come
        self.standing, self.kind_groups = choices_of(person), groups_for(person)
        for kind in (kind for group in self.kind_groups for kind in group.kinds):
            self.fields[kind.value] = forms.ChoiceField(
                choices=MailChoice.choices, initial=self.standing[kind].value, label=kind.label
            )

    @property
    def groups(self) -> Iterator[tuple[str, list[BoundField]]]:
        """Headings, each with its fields."""
        for group in self.kind_groups:
            yield group.heading, [self[kind.value] for kind in group.kinds]

    @property
    def changes(self) -> list[tuple[NotificationKind, MailChoice]]:
        """What was chosen otherwise than it stands."""
        chosen = ((NotificationKind(name), MailChoice(mail)) for name, mail in self.cleaned_data.items())
        return [(kind, mail) for kind, mail in chosen if self.standing[kind] != mail]

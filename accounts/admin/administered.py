"""What the pages of airlines, people and programs share."""

from typing import Any, cast

from django.http import HttpRequest
from typing_extensions import override

from accounts.models import User
from accounts.policies import may_administer_accounts
from config.admin import PolicyAdmin, RowT


class AdministeredAdmin(PolicyAdmin[RowT]):
    """Rows that administrators add and change."""

    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_administer_accounts(cast("User", request.user))

    @override
    def has_change_permission(self, request: HttpRequest, obj: RowT | None = None) -> bool:
        return may_administer_accounts(cast("User", request.user))

    @override
    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Services have written all there is."""


def changes_of(form: Any, names: tuple[str, ...]) -> dict[str, object]:
    """What was changed in the form, of the fields named."""
    return {name: form.cleaned_data[name] for name in form.changed_data if name in names}


def take_over(row: Any, saved: Any) -> None:
    """Let the admin's own row be the one that the service wrote."""
    row.__dict__.update(saved.__dict__)

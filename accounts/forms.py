"""Forms for people's accounts."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError

from accounts.guessing import failure_count, seconds_to_wait
from accounts.services import sign_in_failure_record

SLOWED = "slowed"


class GuardedSignIn:
    """Before a form's `clean` that looks at e-mail and password: attempts wait where they must, failures are counted and written down."""

    def clean(self) -> dict[str, Any]:
        form: Any = self
        email = form.cleaned_data.get("username", "")
        if wait := seconds_to_wait(form.request, email):
            raise ValidationError(
                f"There were too many attempts for this account. Wait {wait} seconds, then try again.", code=SLOWED
            )
        try:
            cleaned: dict[str, Any] = super().clean()  # type: ignore[misc] # of the form that this is mixed into
        except ValidationError:
            # Only what passed its field: the database keeps no NUL, and what was left out is no attempt.
            if email and form.cleaned_data.get("password"):
                locked_out = bool(getattr(form.request, "axes_locked_out", False))
                sign_in_failure_record(email=email, locked_out=locked_out)
                if not locked_out:
                    failure_count(form.request, email)
            raise
        return cleaned


class SignInForm(GuardedSignIn, AuthenticationForm):
    """E-mail and password. One message for an unknown e-mail, a wrong password and a closed account."""

    error_messages = {
        "invalid_login": "That e-mail and password do not match an account here. Check both and try again.",
        "inactive": "That e-mail and password do not match an account here. Check both and try again.",
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # handed through as they come
        email = self.fields["username"]
        email.label = "E-mail"
        email.widget.attrs.update({"type": "email", "autocomplete": "username", "inputmode": "email"})

"""Forms for people's accounts."""

from django.contrib.auth.forms import AuthenticationForm


class SignInForm(AuthenticationForm):
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

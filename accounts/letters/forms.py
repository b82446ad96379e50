"""Forms for registering, lost passwords and other addresses."""

from typing import Any

from django import forms

LONGEST_PASSWORD = 256
PASSWORD_HELP = "At least eight characters; long and your own beats short and odd. None that was stolen or is common."  # noqa: S105 - advice


def _password(label: str, autocomplete: str, help_text: str = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=LONGEST_PASSWORD, widget=widget, help_text=help_text)


def _email(label: str, autocomplete: str = "email") -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": autocomplete, "inputmode": "email"})
    return forms.EmailField(label=label, max_length=254, widget=widget)


class ServiceForm(forms.Form):
    """A form whose faults may also come from a service, by field."""

    def take_faults(self, by_field: dict[str, list[str]]) -> None:
        """Show what a service refused beside its field."""
        for name, faults in by_field.items():
            self.add_error(name if name in self.fields else None, faults)


class RegistrationForm(ServiceForm):
    email: Any = _email("E-mail", "username")
    full_name = forms.CharField(
        label="Name", max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = _password("Password", "new-password", PASSWORD_HELP)


class VerificationForm(ServiceForm):
    password = _password("The password that you chose", "current-password")


class EmailForm(ServiceForm):
    email: Any = _email("E-mail", "username")


class NewPasswordForm(ServiceForm):
    password = _password("New password", "new-password", PASSWORD_HELP)


class PasswordChangeForm(ServiceForm):
    present_password = _password("Present password", "current-password")
    password = _password("New password", "new-password", PASSWORD_HELP)


class EmailChangeForm(ServiceForm):
    email: Any = _email("New e-mail")
    present_password = _password("Password", "current-password")


class ConfirmForm(ServiceForm):
    """A button: links in mails are followed by scanners, so what they lead to changes nothing of itself."""

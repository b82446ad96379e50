"""Who gets into the admin, and what of Django's own it does without."""

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from typing_extensions import override
from unfold.forms import AuthenticationForm

from accounts import services
from accounts.factors.gate import next_of, second_step
from accounts.forms import GuardedSignIn
from accounts.guessing import remember_device
from accounts.models import User

if TYPE_CHECKING:
    from django.contrib.admin.forms import AdminAuthenticationForm
else:
    AdminAuthenticationForm = AuthenticationForm


class DeskSignInForm(GuardedSignIn, AdminAuthenticationForm):
    """The admin's sign-in: e-mail and password, for approvers and administrators. Written down as the site's own is."""

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": "That e-mail and password do not match an account here. Check both and try again.",
        "not_staff": "The desk is for approvers and administrators. Pilots sign in on the site itself.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "E-mail"
        self.fields["username"].widget.attrs.update({"type": "email", "autocomplete": "username"})

    @override
    def confirm_login_allowed(self, user: Any) -> None:
        if not user.is_active:
            raise ValidationError(self.error_messages["invalid_login"], code="invalid_login")
        if not user.is_staff:
            raise ValidationError(self.error_messages["not_staff"], code="not_staff")


admin.site.login_form = DeskSignInForm
_sign_in = admin.site.login


def desk_sign_in(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """The admin's own sign-in. A POST that it answers with a redirect has signed the person in: that is written down.

    Whoever owes a second factor is led to where he gives it, and signed in there.
    """
    onward = next_of(request, "admin:index")
    if request.method != "POST" and (step := second_step(request, onward)):
        return step
    response = _sign_in(request, extra_context)
    if step := second_step(request, onward):
        return step
    if request.method == "POST" and isinstance(response, HttpResponseRedirect) and isinstance(request.user, User):
        services.web_sign_in_record(user=request.user)
        remember_device(request, response, request.user)
    return response


def desk_password_change(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """There is one page for it: Django's own would write the password past the service, which ends sign-ins and tells."""
    return redirect("password_change")


admin.site.login = desk_sign_in  # type: ignore[method-assign] # of this one site, as its form is
admin.site.password_change = desk_password_change  # type: ignore[assignment, method-assign] # likewise
# Nobody's permissions come from groups, and django-axes' own pages ask Django's model permissions, which nobody has:
# what they show is in the security events.
_unused: list[type[Model]] = [Group, *apps.get_app_config("axes").get_models()]
for unused in _unused:
    if admin.site.is_registered(unused):
        admin.site.unregister(unused)

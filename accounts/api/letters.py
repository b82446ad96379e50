"""Registering, lost passwords and other addresses over the API. What strangers ask is answered alike for every address."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.permissions import IsPerson
from accounts.letters import services
from config.api.serializers import StrictSerializer
from config.api.throttles import TokenThrottle

LONGEST_PASSWORD = 256
LONGEST_TOKEN = 200


def _password() -> serializers.CharField:
    return serializers.CharField(max_length=LONGEST_PASSWORD, trim_whitespace=False)


class RegistrationSerializer(StrictSerializer):
    email = serializers.EmailField(max_length=254)
    password = _password()
    full_name = serializers.CharField(max_length=200, required=False)
    agreed_to = serializers.ListField(
        child=serializers.RegexField(r"^[0-9a-f]{64}$"),
        required=False,
        max_length=10,
        help_text="SHA-256 of the texts that were shown, as their pages under `/legal/` name them. Without them the person is "
        "asked at his first sign-in on a page.",
    )


class VerificationSerializer(StrictSerializer):
    """`token` is what the mailed link ends in; `password` the one that was chosen when registering."""

    token = serializers.CharField(max_length=LONGEST_TOKEN)
    password = _password()


class EmailSerializer(StrictSerializer):
    email = serializers.EmailField(max_length=254)


class PasswordResetSerializer(StrictSerializer):
    token = serializers.CharField(max_length=LONGEST_TOKEN)
    password = _password()


class PasswordChangeSerializer(StrictSerializer):
    present_password = _password()
    password = _password()


class EmailChangeSerializer(StrictSerializer):
    email = serializers.EmailField(max_length=254)
    present_password = _password()


class TokenSerializer(StrictSerializer):
    token = serializers.CharField(max_length=LONGEST_TOKEN)


class ConfirmedSerializer(serializers.Serializer[Any]):
    is_changed = serializers.BooleanField(help_text="Whether the other address had said yes: then it is changed now.")


class _Open(ApiView):
    authentication_classes: Any = []
    permission_classes = [AllowAny]
    throttle_classes = [TokenThrottle]


class _Own(ApiView):
    permission_classes = [IsPerson]
    throttle_classes = [TokenThrottle]


class RegisterView(_Open):
    """Register an address: it is written to, whoever has it, and the account is made once the mailed link was used."""

    @extend_schema(request=RegistrationSerializer, responses={202: None})
    def post(self, request: Request) -> Response:
        services.registration_request(**self.body(RegistrationSerializer))
        return Response(status=202)


class VerifyEmailView(_Open):
    """Use the link of a registration: the account is made."""

    @extend_schema(request=VerificationSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        services.registration_complete(**self.body(VerificationSerializer))
        return Response(status=204)


class PasswordResetView(_Open):
    """Ask for a new password: the address is written to if it has an account; the answer does not say whether."""

    @extend_schema(request=EmailSerializer, responses={202: None})
    def post(self, request: Request) -> Response:
        services.password_reset_request(**self.body(EmailSerializer))
        return Response(status=202)


class PasswordResetConfirmView(_Open):
    """Use the mailed link: the new password is set, and every sign-in ends."""

    @extend_schema(request=PasswordResetSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        services.password_reset(**self.body(PasswordResetSerializer))
        return Response(status=204)


class PasswordView(_Own):
    """Change one's own password; every sign-in ends, the one that asks too."""

    @extend_schema(request=PasswordChangeSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        given = self.body(PasswordChangeSerializer)
        services.password_change(actor=self.person, present=given["present_password"], password=given["password"])
        return Response(status=204)


class EmailChangeView(_Own):
    """Ask for another address: the present one and the new one are both written to."""

    @extend_schema(request=EmailChangeSerializer, responses={202: None})
    def post(self, request: Request) -> Response:
        given = self.body(EmailChangeSerializer)
        services.email_change_request(actor=self.person, email=given["email"], present=given["present_password"])
        return Response(status=202)


class EmailChangeConfirmView(_Open):
    """Use the link in either mail. Once both were used, the address changes and every sign-in ends."""

    @extend_schema(request=TokenSerializer, responses={200: ConfirmedSerializer})
    def post(self, request: Request) -> Response:
        return Response({"is_changed": services.email_change_confirm(**self.body(TokenSerializer))})

"""Shapes of the accounts' part of the API."""

from typing import Any

from rest_framework import serializers

from accounts.models import Airline, UserSession
from config.api.serializers import StrictSerializer


class CredentialsSerializer(StrictSerializer):
    """`otp` is for accounts with a second factor: a code of the app, or a recovery code. It is read for those alone."""

    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=256, trim_whitespace=False)
    otp = serializers.CharField(max_length=32, required=False)


class ReauthenticationSerializer(StrictSerializer):
    """Exactly one of the two: the password, or a code of the second factor."""

    password = serializers.CharField(max_length=256, trim_whitespace=False, required=False)
    otp = serializers.CharField(max_length=32, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError("Send exactly one of password and otp.")
        return attrs


class RefreshSerializer(StrictSerializer):
    refresh = serializers.CharField(max_length=4096)


class RevokeSerializer(StrictSerializer):
    """Without `refresh` the session of the bearer token ends."""

    refresh = serializers.CharField(max_length=4096, required=False)


class ClientCredentialsSerializer(StrictSerializer):
    client_id = serializers.CharField(max_length=64)
    client_secret = serializers.CharField(max_length=256, trim_whitespace=False)


class TokensSerializer(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()
    expires_in = serializers.IntegerField(source="expires_in_seconds", help_text="Seconds for which `access` is good.")


class ClientTokenSerializer(serializers.Serializer[Any]):
    access = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds for which `access` is good.")


class SessionSerializer(serializers.ModelSerializer[UserSession]):
    """A sign-in, in a browser (`web`) or over the API (`api`). `is_current` marks the one that asks."""

    device = serializers.CharField(read_only=True, help_text="In words: `Firefox on Windows`, `curl/8.5.0`.")
    is_current = serializers.SerializerMethodField()

    class Meta:
        model = UserSession
        fields = [
            "id",
            "kind",
            "created_at",
            "last_used_at",
            "expires_at",
            "address",
            "user_agent",
            "device",
            "is_current",
        ]

    def get_is_current(self, session: UserSession) -> bool:
        return bool(session.pk == self.context["request"].auth.session)


class AirlineSerializer(serializers.ModelSerializer[Airline]):
    class Meta:
        model = Airline
        fields = ["id", "code", "name", "time_zone", "is_active"]

"""Tokens, sessions and airlines."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.api import serializers
from accounts.api.base import ApiView, ListView
from accounts.api.credentials import authenticated_person, second_factor_given
from accounts.api.permissions import IsPerson
from accounts.factors.services import code_check, password_check, reauthenticate
from accounts.models import Airline, UserSession
from accounts.selectors import live_sessions, visible_airlines
from accounts.tokens import access_lifetime_seconds
from config.api.pagination import CursorPages
from config.api.throttles import TokenThrottle


class TokenView(ApiView):
    """Begin a session by e-mail and password."""

    authentication_classes: Any = []
    permission_classes = [AllowAny]
    throttle_classes = [TokenThrottle]

    @extend_schema(request=serializers.CredentialsSerializer, responses={200: serializers.TokensSerializer})
    def post(self, request: Request) -> Response:
        given = self.body(serializers.CredentialsSerializer)
        user = authenticated_person(request, email=given["email"], password=given["password"])
        proved = second_factor_given(user, given.get("otp"))
        opened = services.session_open(user=user, with_second_factor=proved)
        return _uncached(serializers.TokensSerializer(opened).data)

    def get_authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class RefreshView(TokenView):
    """New tokens for a refresh token, which is then spent. One that is used twice ends its session."""

    @extend_schema(request=serializers.RefreshSerializer, responses={200: serializers.TokensSerializer})
    def post(self, request: Request) -> Response:
        given = self.body(serializers.RefreshSerializer)
        try:
            fresh = services.session_refresh(refresh=given["refresh"])
        except services.RefreshRefused as error:
            raise AuthenticationFailed("The refresh token is not valid, or no longer.") from error
        return _uncached(serializers.TokensSerializer(fresh).data)


class ClientTokenView(TokenView):
    """An access token for a service client."""

    @extend_schema(request=serializers.ClientCredentialsSerializer, responses={200: serializers.ClientTokenSerializer})
    def post(self, request: Request) -> Response:
        given = self.body(serializers.ClientCredentialsSerializer)
        try:
            access = services.client_token_issue(**given)
        except services.ClientRefused as error:
            raise AuthenticationFailed("Client id or secret is wrong.") from error
        return _uncached({"access": access, "expires_in": access_lifetime_seconds()})


class RevokeView(ApiView):
    """End a session: that of the given refresh token, else that of the bearer token."""

    permission_classes = [AllowAny]
    throttle_classes = [TokenThrottle]

    @extend_schema(request=serializers.RevokeSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        given = self.body(serializers.RevokeSerializer)
        if "refresh" in given:
            services.refresh_token_revoke(refresh=given["refresh"])
        else:
            services.session_revoke(actor=self.person, session_id=self.session_id)
        return Response(status=204)


class SessionListView(ListView):
    """Where the account is signed in, in browsers and over the API."""

    permission_classes = [IsPerson]
    serializer_class = serializers.SessionSerializer
    queryset = UserSession.objects.none()

    def rows(self) -> QuerySet[UserSession]:
        return live_sessions(self.person)

    @extend_schema(operation_id="auth_sessions_destroy_others", request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        services.sessions_revoke_others(actor=self.person)
        return Response(status=204)


class SessionView(ApiView):
    """One of the account's own sessions."""

    permission_classes = [IsPerson]

    @extend_schema(responses={204: None})
    def delete(self, request: Request, session_id: UUID) -> Response:
        services.session_revoke(actor=self.person, session_id=session_id)
        return Response(status=204)


class ReauthenticationView(ApiView):
    """Show again who one is, by password or code: for ten minutes one may then approve, grant and export."""

    permission_classes = [IsPerson]
    throttle_classes = [TokenThrottle]

    @extend_schema(
        operation_id="auth_reauthenticate_create",
        request=serializers.ReauthenticationSerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        given = self.body(serializers.ReauthenticationSerializer)
        by_code = "otp" in given
        if by_code:
            code_check(user=self.person, code=given["otp"])
        else:
            password_check(user=self.person, password=given["password"])
        reauthenticate(actor=self.person, with_second_factor=by_code)
        return Response(status=204)


class _AirlinesByCode(CursorPages):
    ordering = ("code", "id")


class AirlineListView(ListView):
    """The airlines that the caller may know of, by code."""

    serializer_class = serializers.AirlineSerializer
    pagination_class = _AirlinesByCode
    queryset = Airline.objects.none()

    def rows(self) -> QuerySet[Airline]:
        return visible_airlines(self.caller)


def _uncached(body: object) -> Response:
    return Response(body, headers={"Cache-Control": "no-store"})

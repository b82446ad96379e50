"""Pilots' ratings over the API, their moderation, and how much a contract is used."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.permissions import IsPerson
from accounts.idempotency import idempotent
from config.api.pagination import CursorPages
from contracts.api import community
from contracts.api.reading import visible_contract
from contracts.api.views.contracts import KEY_HEADER, PartListView
from contracts.community.selectors import HELPFUL_FIRST, ratings_of, usage_of
from contracts.models import ContractReview
from contracts.services import ratings as services


class HelpfulFirst(CursorPages):
    """Many have the same number of votes: the cursor counts among them, as far as a contract has ratings."""

    ordering = HELPFUL_FIRST
    offset_cutoff = 100_000


class ReviewListView(PartListView):
    """Pilots' ratings of the contract's record, the most helpful first; and the way to rate it."""

    serializer_class = community.ReviewSerializer
    pagination_class = HelpfulFirst
    queryset = ContractReview.objects.none()

    def get_permissions(self) -> list[Any]:
        return [IsPerson()] if self.request.method == "POST" else list(super().get_permissions())

    def rows(self) -> QuerySet[ContractReview]:
        return ratings_of(self.caller, self.contract)

    @extend_schema(
        parameters=[KEY_HEADER], request=community.StarsSerializer, responses={201: community.ReviewSerializer}
    )
    @idempotent
    def post(self, request: Request, contract_id: UUID) -> Response:
        """Rate it: pilots of the airline, once each, published contracts that they did not upload."""
        given = self.body(community.StarsSerializer)
        review = services.review_write(actor=self.person, contract_id=self.contract.pk, **given)
        return _answer(self, review.pk, status=201, headers={"Location": f"/api/v1/reviews/{review.pk}/"})


class ReviewView(ApiView):
    """One rating."""

    def get_permissions(self) -> list[Any]:
        return [IsPerson()] if self.request.method == "PATCH" else list(super().get_permissions())

    @extend_schema(responses={200: community.ReviewSerializer})
    def get(self, request: Request, review_id: UUID) -> Response:
        return _answer(self, review_id)

    @extend_schema(request=community.StarsChangeSerializer, responses={200: community.ReviewSerializer})
    def patch(self, request: Request, review_id: UUID) -> Response:
        """Change one's own."""
        given = self.body(community.StarsChangeSerializer)
        community.seen_rating(self.person, review_id)
        services.review_edit(actor=self.person, review_id=review_id, **given)
        return _answer(self, review_id)


class _PersonView(ApiView):
    permission_classes = [IsPerson]


class HelpfulView(_PersonView):
    """Whether the caller finds a rating helpful. Both may be sent again."""

    methods_without_body = frozenset({"PUT", "DELETE"})

    @extend_schema(request=None, responses={200: community.ReviewSerializer})
    def put(self, request: Request, review_id: UUID) -> Response:
        return self._set(review_id, is_helpful=True)

    @extend_schema(request=None, responses={200: community.ReviewSerializer})
    def delete(self, request: Request, review_id: UUID) -> Response:
        return self._set(review_id, is_helpful=False)

    def _set(self, review_id: UUID, *, is_helpful: bool) -> Response:
        community.seen_rating(self.person, review_id)
        services.review_vote(actor=self.person, review_id=review_id, is_helpful=is_helpful)
        return _answer(self, review_id)


class FlagView(_PersonView):
    """Ask administrators to look at a rating."""

    @extend_schema(
        parameters=[KEY_HEADER], request=community.FlagSerializer, responses={201: community.ReviewSerializer}
    )
    @idempotent
    def post(self, request: Request, review_id: UUID) -> Response:
        given = self.body(community.FlagSerializer)
        community.seen_rating(self.person, review_id)
        services.review_flag(actor=self.person, review_id=review_id, **given)
        return _answer(self, review_id, status=201)


class HideView(_PersonView):
    """Administrators: take a rating out of sight. Its author reads the reason."""

    @extend_schema(request=community.ReasonSerializer, responses={200: community.ReviewSerializer})
    def post(self, request: Request, review_id: UUID) -> Response:
        given = self.body(community.ReasonSerializer)
        community.seen_rating(self.person, review_id)
        services.review_hide(actor=self.person, review_id=review_id, **given)
        return _answer(self, review_id)


class RestoreView(_PersonView):
    """Administrators: show a hidden rating again."""

    methods_without_body = frozenset({"POST"})

    @extend_schema(request=None, responses={200: community.ReviewSerializer})
    def post(self, request: Request, review_id: UUID) -> Response:
        community.seen_rating(self.person, review_id)
        services.review_restore(actor=self.person, review_id=review_id)
        return _answer(self, review_id)


class KeepView(_PersonView):
    """Administrators: settle a rating's flags and leave it as it is."""

    methods_without_body = frozenset({"POST"})

    @extend_schema(request=None, responses={200: community.ReviewSerializer})
    def post(self, request: Request, review_id: UUID) -> Response:
        community.seen_rating(self.person, review_id)
        services.review_keep(actor=self.person, review_id=review_id)
        return _answer(self, review_id)


class UsageView(ApiView):
    """How many pilots the contract binds, how often its rules are looked up and its page is opened."""

    @extend_schema(responses={200: community.UsageSerializer})
    def get(self, request: Request, contract_id: UUID) -> Response:
        contract = visible_contract(self.caller, contract_id)
        return Response(community.UsageSerializer(usage_of(contract)).data)


def _answer(view: ApiView, review_id: UUID, **answer: Any) -> Response:
    review = community.seen_rating(view.caller, review_id)
    return Response(community.ReviewSerializer(review, context={"caller": view.caller}).data, **answer)

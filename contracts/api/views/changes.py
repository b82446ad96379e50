"""The change feed."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ListView
from accounts.api.permissions import ReadsChanges
from contracts.api.feed import ChangeSerializer, ChangesQuery, FeedPages
from contracts.models import Change
from contracts.publication.changes import CHANGE_RELATED


class ChangeListView(ListView):
    """What changed in what lookups answer, from the oldest on, as far as the caller may know of it.

    Keep `cursor` and ask with it later. Whoever has read up to a cursor misses nothing that was changed before: a change
    never appears in front of one that has been read.
    """

    permission_classes = [ReadsChanges]
    query_serializer = ChangesQuery
    serializer_class = ChangeSerializer
    pagination_class = FeedPages
    queryset = Change.objects.none()

    def rows(self) -> QuerySet[Change]:
        seen = Change.objects.published().visible_to(self.caller).select_related(*CHANGE_RELATED)
        asked = self.query
        if kind := asked.get("kind"):
            seen = seen.of_kinds([kind])
        return seen.filter(airline__code=asked["airline"]) if "airline" in asked else seen

    @extend_schema(parameters=[ChangesQuery])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

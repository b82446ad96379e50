"""The change feed's shape, its pages and what may be asked of it."""

from base64 import b64decode
from binascii import Error as NotBase64
from typing import Any
from urllib.parse import parse_qs, urlsplit

from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor
from rest_framework.response import Response

from config.api.pagination import CursorPages
from config.api.serializers import StrictSerializer
from contracts.models import Change, ChangeKind, ContractType
from contracts.publication.changes import change_body

LARGEST = 2**63 - 1


class ChangedContractSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    contract_type = serializers.ChoiceField(choices=ContractType.choices)
    contract_version = serializers.CharField()
    effective_date = serializers.DateField(help_text="Its first day: it may be activated before.")


class ChangeSerializer(serializers.Serializer[Any]):
    """One change. `position` orders the feed; hashes are SHA-256 over what was published before and after."""

    id = serializers.UUIDField(help_text="Names the event for ever; webhooks' messages carry it too.")
    position = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=ChangeKind.choices)
    airline = serializers.CharField(allow_null=True, help_text="Its code; null for the law.")
    contract: Any = ChangedContractSerializer(allow_null=True)
    pilot_id = serializers.CharField(allow_null=True, help_text="Of assignments, while the pilot's record is kept.")
    old_hash = serializers.CharField(allow_null=True, help_text="Null where nothing was in force before.")
    new_hash = serializers.CharField(allow_null=True, help_text="Null where nothing is in force any more.")
    recorded_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(help_text="Since when lookups answer by it.")

    def to_representation(self, instance: Change) -> dict[str, object]:
        return change_body(instance)


class ChangesQuery(StrictSerializer):
    kind = serializers.ChoiceField(choices=ChangeKind.choices, required=False)
    airline = serializers.RegexField(r"^[A-Z0-9]{2,3}\Z", required=False, help_text="An airline's code.")


class FeedPages(CursorPages):
    """From the oldest on. `next` is null where there is no more now; `cursor` then says where to go on later."""

    ordering = ("position",)

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> Any:
        self.given = request.query_params.get(self.cursor_query_param)
        return super().paginate_queryset(queryset, request, view)

    def get_paginated_response(self, data: Any) -> Response:
        response = super().get_paginated_response(data)
        response.data["cursor"] = cursor_after(data[-1]["position"]) if data else self.given
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        page: dict[str, Any] = super().get_paginated_response_schema(schema)
        page["required"] = [*page["required"], "cursor"]
        page["properties"]["cursor"] = {
            "type": ["string", "null"],
            "description": "Ask again with it, and the answer begins behind the last change of this page. Null: nothing is there yet.",
            "example": cursor_after(3),
        }
        return page


def cursor_after(position: int) -> str:
    """The cursor of what follows the change at `position`."""
    link = FeedPages()
    link.base_url = ""
    encoded = link.encode_cursor(Cursor(offset=0, reverse=False, position=position))
    return parse_qs(urlsplit(encoded).query)[link.cursor_query_param][0]


def position_of(cursor: str) -> int:
    """The position behind which the feed's `cursor` begins.

    Raises:
        NotFound: for what is no cursor of the feed.
    """
    try:
        said = parse_qs(b64decode(cursor.encode("ascii"), validate=True).decode("ascii"))["p"][0]
        position = int(said)
    except (NotBase64, UnicodeError, KeyError, ValueError) as error:
        raise NotFound(FeedPages.invalid_cursor_message) from error
    if not 0 <= position <= LARGEST:
        raise NotFound(FeedPages.invalid_cursor_message)
    return position

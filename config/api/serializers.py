"""What every input of the API has in common."""

from collections.abc import Mapping
from typing import Any, TypeVar

from rest_framework import serializers
from rest_framework.request import Request

from config.errors import ErrorCode

S = TypeVar("S", bound="StrictSerializer")
_PAGING = frozenset({"cursor", "page_size"})


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses members that it does not know: a misspelt field is a fault, not silence."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError(
                    {
                        name: [serializers.ErrorDetail("Unknown field.", code=ErrorCode.UNKNOWN_FIELD)]
                        for name in unknown
                    }
                )
        return super().to_internal_value(data)


class NoBody(StrictSerializer):
    """For requests that say everything by their address."""


class NoQuery(StrictSerializer):
    """For addresses that take no parameters but paging's."""


def checked_query(request: Request, serializer: type[S]) -> dict[str, Any]:
    """The query parameters, parsed by `serializer`; paging's own are left to the paginator.

    Raises:
        ValidationError: for an unknown parameter or a value that does not parse.
    """
    given = {name: value for name, value in request.query_params.items() if name not in _PAGING}
    checked = serializer(data=given)
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)

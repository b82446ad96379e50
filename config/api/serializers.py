"""What every input of the API has in common."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from rest_framework import serializers
from rest_framework.request import Request

from config.errors import ErrorCode

S = TypeVar("S", bound="StrictSerializer")
_PAGING = frozenset({"cursor", "page_size"})


# What a field takes of JSON. Forms and query strings have texts alone, which their fields parse.
_NUMBER = (int, float)
_JSON_TYPES: dict[type[serializers.Field[Any, Any, Any, Any]], tuple[type, ...]] = {
    serializers.BooleanField: (bool,),
    serializers.IntegerField: (int,),
    serializers.FloatField: _NUMBER,
    serializers.DecimalField: (*_NUMBER, str),
    serializers.ChoiceField: (str,),
    serializers.UUIDField: (str,),
    serializers.DateField: (str,),
    serializers.CharField: (str,),
}
FROM_JSON = {"from_json": True}
DIGITS = r"^-?[0-9]{1,12}(\.[0-9]{1,4})?$"


class NumberField(serializers.DecimalField):
    """A number, or its digits as a text where none of them may be lost. An empty text is no number, and not null either."""

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        if isinstance(data, str) and not re.fullmatch(DIGITS, data):
            self.fail("invalid")
        return super().validate_empty_values(data)


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses members that it does not know: a misspelt field is a fault, not silence.

    With `FROM_JSON` as context it refuses values of another type too: `"yes"` is no boolean and `5` is no text.
    """

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
            if self.context.get("from_json"):
                self._refuse_other_types(data)
        return super().to_internal_value(data)

    def _refuse_other_types(self, data: Mapping[str, Any]) -> None:
        wrong = {
            name: [
                serializers.ErrorDetail("This is of another type than the API's document says.", code="invalid_type")
            ]
            for name, field in self.fields.items()
            if name in data and not _is_of_type(field, data[name])
        }
        if wrong:
            raise serializers.ValidationError(wrong)


def _is_of_type(field: Any, value: Any) -> bool:
    """Whether JSON's value is of the field's type; null and what is nested are the field's own affair."""
    if value is None:
        return True
    if isinstance(field, serializers.ListField):
        return not isinstance(value, list) or all(_is_of_type(field.child, one) for one in value)
    types = next((types for kind, types in _JSON_TYPES.items() if isinstance(field, kind)), None)
    if types is None:
        return True
    if isinstance(value, float) and value.is_integer() and int in types:
        return True  # JSON's 1.0 is the integer 1
    return isinstance(value, types) and (bool in types or not isinstance(value, bool))


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

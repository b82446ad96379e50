"""JSON into the dataclasses of `models`: members that are not known yet are passed over, missing or wrong ones refused."""

import functools
import json
import types
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from vectorbid_contracts.errors import IncompatibleAnswer

T = TypeVar("T")
_PLAIN: dict[type, tuple[type, ...]] = {str: (str,), int: (int,), float: (int, float), bool: (bool,)}


def parsed(body: bytes) -> object:
    """Raises IncompatibleAnswer for what is no JSON."""
    try:
        return json.loads(body)
    except ValueError as error:
        raise IncompatibleAnswer("The answer is not JSON.") from error


def parsed_object(body: bytes) -> dict[str, object]:
    """Raises IncompatibleAnswer for what is no JSON object."""
    members: dict[str, object] = _fitting(parsed(body), (dict,), "")
    return members


def decoded(kind: type[T], value: object, pointer: str = "") -> T:
    """The value as a `kind`.

    Raises:
        IncompatibleAnswer: naming the JSON Pointer of what does not fit, never its value.
    """
    return cast("T", _decoded(kind, value, pointer))


def _decoded(kind: Any, value: object, pointer: str) -> object:
    if get_origin(kind) is not None:
        return _composed(get_origin(kind), get_args(kind), value, pointer)
    if is_dataclass(kind):
        return _record(kind, _fitting(value, (dict,), pointer), pointer)
    if kind in {date, datetime}:
        return _moment(kind, _fitting(value, (str,), pointer), pointer)
    return value if kind is object else _plain(kind, value, pointer)


def _composed(origin: Any, arguments: tuple[Any, ...], value: object, pointer: str) -> object:
    """`X | None`, `tuple[X, ...]` and `Mapping[str, X]`."""
    if origin in {Union, types.UnionType}:
        return None if value is None else _decoded(arguments[0], value, pointer)
    if origin is tuple:
        items = _fitting(value, (list,), pointer)
        return tuple(_decoded(arguments[0], item, f"{pointer}/{place}") for place, item in enumerate(items))
    members = _fitting(value, (dict,), pointer)
    return {name: _decoded(arguments[1], member, f"{pointer}/{name}") for name, member in members.items()}


def _plain(kind: type, value: object, pointer: str) -> object:
    fitting = _fitting(value, _PLAIN[kind], pointer)
    if isinstance(fitting, bool) and kind is not bool:  # Python counts it among the integers, JSON does not
        raise IncompatibleAnswer(f"{pointer} is not what this client expects.")
    return float(fitting) if kind is float else fitting


def _record(kind: Any, members: dict[str, object], pointer: str) -> object:
    given = {}
    for name, hint, is_required in _members(kind):
        if name in members:
            given[name] = _decoded(hint, members[name], f"{pointer}/{name}")
        elif is_required:
            raise IncompatibleAnswer(f"{pointer}/{name} is missing from the answer.")
    return kind(**given)


@functools.cache
def _members(kind: Any) -> tuple[tuple[str, Any, bool], ...]:
    """Name, type and whether it has to be there."""
    hints = get_type_hints(kind)
    return tuple(
        (field.name, hints[field.name], field.default is MISSING and field.default_factory is MISSING)
        for field in fields(kind)
    )


def _moment(kind: Any, text: str, pointer: str) -> date:
    try:
        return cast("date", kind.fromisoformat(text))
    except ValueError as error:
        raise IncompatibleAnswer(f"{pointer} is no {kind.__name__}.") from error


def _fitting(value: object, kinds: tuple[type, ...], pointer: str) -> Any:
    if not isinstance(value, kinds):
        raise IncompatibleAnswer(f"{pointer or 'The answer'} is not what this client expects.")
    return value

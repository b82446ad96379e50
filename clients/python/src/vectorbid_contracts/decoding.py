"""JSON into the dataclasses of `models`: members that are not known yet are passed over, missing or wrong ones refused.

How a type is read is worked out once. Where in the answer something does not fit is put together on the way out of it.
"""

import functools
import json
import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from vectorbid_contracts.errors import IncompatibleAnswer

T = TypeVar("T")
Reader = Callable[[Any], Any]
_PLAIN: dict[type, tuple[type, ...]] = {str: (str,), int: (int,), float: (float, int), bool: (bool,)}


class _Misfit(Exception):
    """What does not fit, and the members that lead there, the innermost first."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.path: list[str] = []


def parsed(body: bytes) -> object:
    """Raises IncompatibleAnswer for what is no JSON."""
    try:
        return json.loads(body)
    except ValueError as error:
        raise IncompatibleAnswer("The answer is not JSON.") from error


def parsed_object(body: bytes) -> dict[str, object]:
    """Raises IncompatibleAnswer for what is no JSON object."""
    members = parsed(body)
    if not isinstance(members, dict):
        raise IncompatibleAnswer("The answer is not a JSON object.")
    return members


def decoded(kind: type[T], value: object) -> T:
    """The value as a `kind`.

    Raises:
        IncompatibleAnswer: naming the JSON Pointer of what does not fit, never its value.
    """
    try:
        return cast("T", _reader(cast("Any", kind))(value))
    except _Misfit as misfit:
        pointer = "".join(f"/{member}" for member in reversed(misfit.path))
        raise IncompatibleAnswer(f"{pointer or 'The answer'} {misfit}") from None


@functools.cache
def _reader(kind: Any) -> Reader:
    if get_origin(kind) is not None:
        return _composed(get_origin(kind), get_args(kind))
    if is_dataclass(kind):
        return _record(kind)
    if kind in {date, datetime}:
        return _moment(kind)
    return _anything if kind is object else _plain(kind)


def _anything(value: object) -> object:
    return value


def _composed(origin: Any, arguments: tuple[Any, ...]) -> Reader:
    """`X | None`, `tuple[X, ...]` and `Mapping[str, X]`."""
    if origin in {Union, types.UnionType}:
        given = _reader(arguments[0])
        return lambda value: None if value is None else given(value)
    if origin is tuple:
        item = _reader(arguments[0])
        return lambda value: tuple(_at(place, item, entry) for place, entry in enumerate(_fitting(value, list)))
    member = _reader(arguments[1])
    return lambda value: {name: _at(name, member, entry) for name, entry in _fitting(value, dict).items()}


def _record(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    plan = [
        (entry.name, _reader(hints[entry.name]), entry.default is MISSING and entry.default_factory is MISSING)
        for entry in fields(kind)
    ]

    def read(value: object) -> object:
        members, given = _fitting(value, dict), {}
        for name, reader, is_required in plan:
            if name in members:
                given[name] = _at(name, reader, members[name])
            elif is_required:
                missing = _Misfit("is missing from the answer.")
                missing.path.append(name)
                raise missing
        return kind(**given)

    return read


def _at(place: object, reader: Reader, value: object) -> object:
    try:
        return reader(value)
    except _Misfit as misfit:
        misfit.path.append(str(place))
        raise


def _moment(kind: Any) -> Reader:
    def read(value: object) -> object:
        try:
            return kind.fromisoformat(_fitting(value, str))
        except ValueError:
            raise _Misfit(f"is no {kind.__name__}.") from None

    return read


def _plain(kind: type) -> Reader:
    kinds = _PLAIN[kind]

    def read(value: object) -> object:
        # Python counts booleans among the integers, JSON does not.
        if not isinstance(value, kinds) or (value.__class__ is bool and kind is not bool):
            raise _Misfit("is not what this client expects.")
        return float(value) if kind is float else value  # type: ignore[arg-type] # one of `kinds`

    return read


def _fitting(value: object, kind: type[T]) -> T:
    if not isinstance(value, kind):
        raise _Misfit("is not what this client expects.")
    return value

"""Every route under /api/v1/, read from the URL configuration itself, so that no table of tests can forget one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver

from config.api import reference_views
from config.urls import api_v1

METHODS = ("get", "post", "put", "patch", "delete")
Route = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Address:
    """One address: its name, the names of its parameters, the methods that it answers, and its view's class."""

    name: str
    parameters: frozenset[str]
    methods: frozenset[str]
    view: Any


def _walked(patterns: list[URLPattern | URLResolver]) -> Iterator[Address]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walked(pattern.url_patterns)
            continue
        view: Any = pattern.callback
        if view.__module__ == reference_views.__name__:
            continue  # pages for people, with tests of their own
        view_class = getattr(view, "cls", None) or view.view_class
        yield Address(
            name=str(pattern.name),
            parameters=frozenset(pattern.pattern.regex.groupindex),
            methods=frozenset(method for method in METHODS if hasattr(view_class, method)),
            view=view_class,
        )


ADDRESSES = {address.name: address for address in _walked(api_v1)}
ROUTES: frozenset[Route] = frozenset(
    (name, method) for name, address in ADDRESSES.items() for method in address.methods
)

"""Services see with their actor's eyes in tests too, as they do where a request calls them: not with the product's.

What tests read besides, to set a scene or to look at what became of it, they read as the product.
"""

import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType, ModuleType
from typing import Any

from config import door, requests

APPS = ("accounts", "pilots", "contracts", "regulations")


def services_see_as_their_actors() -> None:
    """Wrap each service that has an `actor`, under each name by which a module of ours knows it."""
    ours = [module for name, module in list(sys.modules.items()) if name.split(".")[0] in APPS]
    wrapped: dict[FunctionType, Callable[..., Any]] = {
        service: _seeing_as_its_actor(service) for module in ours if _has_services(module) for service in _of(module)
    }
    for module in ours:
        for name, value in list(vars(module).items()):
            if isinstance(value, FunctionType) and value in wrapped:
                setattr(module, name, wrapped[value])


def _has_services(module: ModuleType) -> bool:
    return ".services" in module.__name__


def _of(module: ModuleType) -> Iterator[FunctionType]:
    for name, value in vars(module).items():
        is_own = isinstance(value, FunctionType) and value.__module__ == module.__name__
        if is_own and not name.startswith("_") and "actor" in inspect.signature(value).parameters:
            yield value


def _seeing_as_its_actor(service: FunctionType) -> Callable[..., Any]:
    @functools.wraps(service)
    def seeing(*args: Any, **kwargs: Any) -> Any:
        if door.is_chosen() or requests.is_at_hand() or kwargs.get("actor") is None:
            return service(*args, **kwargs)
        with door.seeing(door.identity_of(kwargs["actor"])):
            return service(*args, **kwargs)

    return seeing


@contextmanager
def as_in_a_web_process() -> Iterator[None]:
    """Outside requests nobody is known in the block, as in what stands in front of Django."""
    before = door._of_process
    door._of_process = door.NOBODY
    try:
        yield
    finally:
        door._of_process = before

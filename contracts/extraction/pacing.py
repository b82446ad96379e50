"""Signs of life during long passes: whoever waits for an extraction hears from it every few seconds."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Tick = Callable[[], None]
_Item = TypeVar("_Item")

ITEMS_PER_TICK = 2_000


def silent() -> None:
    """The tick of a caller who does not wait."""


def paced(items: Iterable[_Item], tick: Tick, *, every: int = ITEMS_PER_TICK) -> Iterator[_Item]:
    """The same items, with a tick before the first and after every so many."""
    for count, item in enumerate(items):
        if count % every == 0:
            tick()
        yield item

"""What one process keeps of what it has worked out. Keys name content, so that nothing here can be stale."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Memory(Generic[T]):
    """At most `most` values, those that were asked for last. Several threads may ask at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[str, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> T | None:
        """The value, if it is remembered."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def keep(self, key: str, value: T) -> T:
        """Remember a value, and forget the one that was asked for longest ago where there are too many."""
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value

    def known(self, key: str, make: Callable[[], T]) -> T:
        """The value, made where it is not remembered."""
        found = self.get(key)
        return self.keep(key, make()) if found is None else found

    def forget(self) -> None:
        """All of it."""
        with self._lock:
            self._values.clear()

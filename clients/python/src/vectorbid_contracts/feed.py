"""The change feed, change by change, with the cursor to keep."""

from collections.abc import AsyncIterator, Iterator

from vectorbid_contracts.core import Core
from vectorbid_contracts.errors import IncompatibleAnswer
from vectorbid_contracts.models import Change
from vectorbid_contracts.transports import finished


class _Feed:
    """Where a reader stands.

    Keep `cursor` after what you do with a change is safe, and begin from it next time. It moves on by pages, once all of a
    page's changes were taken and another is asked for: after a crash some come again, under the same `id`, and none is missed.
    """

    def __init__(
        self, core: Core, cursor: str | None, *, kind: str | None, airline: str | None, poll_seconds: float | None
    ) -> None:
        if poll_seconds is not None and poll_seconds <= 0:
            raise ValueError("Between two questions there is some time: poll_seconds is more than 0.")
        self.cursor = cursor
        self._core = core
        self._kind = kind
        self._airline = airline
        self._poll_seconds = poll_seconds
        self._waiting: list[Change] = []  # the next one last
        self._cursor_behind = cursor
        self._has_more = True

    async def _next(self) -> Change | None:
        """The next change; None where there is no more now and no polling."""
        while not self._waiting:
            self.cursor = self._cursor_behind
            if not self._has_more:
                if self._poll_seconds is None:
                    self._has_more = True
                    return None
                await self._core.transport.sleep(self._poll_seconds)
            await self._read()
        return self._waiting.pop()

    async def _read(self) -> None:
        page = await self._core.change_page(self.cursor, kind=self._kind, airline=self._airline)
        if page.next is not None and page.cursor == self.cursor:
            raise IncompatibleAnswer("The feed says that there is more, but not behind which cursor.")
        self._waiting = list(reversed(page.results))
        self._cursor_behind = page.cursor
        self._has_more = page.next is not None


class ChangeFeed(_Feed, Iterator[Change]):
    """Changes from the oldest on. Iterate again later: it goes on where it stood.

    Iterating raises what requests raise, and can then go on from the same place.
    """

    def __next__(self) -> Change:
        change = finished(self._next())
        if change is None:
            raise StopIteration
        return change


class AsyncChangeFeed(_Feed, AsyncIterator[Change]):
    """As ChangeFeed, with `async for`."""

    async def __anext__(self) -> Change:
        change = await self._next()
        if change is None:
            raise StopAsyncIteration
        return change

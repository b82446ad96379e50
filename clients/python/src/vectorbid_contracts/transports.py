"""How the one core runs both ways.

The core is written once, as coroutines over a `Transport`. The asynchronous transport suspends as usual. The blocking one
never does: its coroutines run to their end in one step, which `finished` takes, in whatever thread calls.
"""

import threading
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol, TypeVar, cast

import anyio
import httpx

T = TypeVar("T")


class Transport(Protocol):
    """What the core needs of the outside."""

    async def send(self, request: httpx.Request) -> httpx.Response:
        """The answer, read whole. Raises httpx.RequestError."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""

    def exclusive(self) -> AbstractAsyncContextManager[None]:
        """Held by one caller at a time."""

    async def close(self) -> None:
        """Let go of all connections."""


class AsyncTransport:
    """Over `httpx.AsyncClient`, under asyncio or trio."""

    def __init__(self, timeout: httpx.Timeout, transport: httpx.AsyncBaseTransport | None) -> None:
        self._client = httpx.AsyncClient(timeout=timeout, transport=transport)
        self._lock = anyio.Lock()

    async def send(self, request: httpx.Request) -> httpx.Response:
        return await self._client.send(request)

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[None]:
        async with self._lock:
            yield

    async def close(self) -> None:
        await self._client.aclose()


class BlockingTransport:
    """Over `httpx.Client`. None of its coroutines ever suspends."""

    def __init__(self, timeout: httpx.Timeout, transport: httpx.BaseTransport | None) -> None:
        self._client = httpx.Client(timeout=timeout, transport=transport)
        self._lock = threading.Lock()

    async def send(self, request: httpx.Request) -> httpx.Response:
        return self._client.send(request)

    async def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[None]:
        with self._lock:
            yield

    async def close(self) -> None:
        self._client.close()


def finished(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that never suspends."""
    try:
        work.send(None)
    except StopIteration as end:
        return cast("T", end.value)
    work.close()
    raise RuntimeError("A coroutine over a blocking transport has suspended.")

"""Coroutines run to their end, whatever loop the thread of the tests has already: a browser's tests leave theirs running."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def finished(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """What the coroutine returns, from a loop of its own."""
    return apart(lambda: asyncio.run(coroutine))


def apart(work: Callable[[], Result]) -> Result:
    """What `work` returns, done in a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()

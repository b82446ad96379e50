"""A pytest plugin that starts the test servers before Django's settings are read. `pyproject.toml` loads it.

They lie under `var/test`, apart from those of `make run`, and lose nothing but durability: fsync is off. Where
DATABASE_URL and REDIS_URL are set, those servers are used. TERM and HUP end the session as Ctrl-C does: a test would
only fail of a SystemExit.
"""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from config import servers

TEST_VAR_DIR = Path(__file__).resolve().parent.parent / "var" / "test"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    """Wraps the hook in which pytest-django reads the settings."""
    running = servers.available(TEST_VAR_DIR, durable=False, ended_by=KeyboardInterrupt)
    os.environ.update(running.__enter__().environment())
    _RUNNING.append(running)
    return (yield)


_RUNNING: list[object] = []


def pytest_unconfigure() -> None:
    """Give the servers back: the last to do so stops them."""
    while _RUNNING:
        _RUNNING.pop().__exit__(None, None, None)  # type: ignore[attr-defined] # a context manager held open over hooks

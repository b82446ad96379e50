"""Fixtures of the accounts' tests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from tests.accounts.mail_server import Mailbox, running_mailbox


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    with running_mailbox(settings) as running:
        yield running


@pytest.fixture
def roots_dir(settings: Any, tmp_path: Path) -> Path:
    """An empty folder for the audit trail's roots."""
    settings.AUDIT_ROOTS_DIR = tmp_path / "roots"
    return tmp_path / "roots"

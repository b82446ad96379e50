"""Fixtures of the accounts' tests."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.accounts.mail_server import Mailbox, running_mailbox


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    with running_mailbox(settings) as running:
        yield running

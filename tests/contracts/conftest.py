"""Fixtures of the contracts' tests."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from contracts.documents import recognition
from tests.contracts.webhook_receiver import Receiver, running_receiver


@pytest.fixture
def without_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which no text can be recognised."""
    monkeypatch.setattr(recognition, "COMMAND", "no-such-command")


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """A receiver of webhooks on this machine, which may be told of changes while it runs."""
    settings.LOCAL_WEBHOOKS = True
    with running_receiver() as running:
        yield running

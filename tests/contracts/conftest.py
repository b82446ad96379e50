"""Fixtures of the contracts' tests."""

import pytest

from contracts.documents import recognition


@pytest.fixture
def without_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which no text can be recognised."""
    monkeypatch.setattr(recognition, "COMMAND", "no-such-command")

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def roots_dir(settings: Any, tmp_path: Path) -> Path:
    """An empty folder for roots."""
    settings.AUDIT_ROOTS_DIR = tmp_path / "roots"
    return tmp_path / "roots"

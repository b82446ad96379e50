"""The two airlines."""

import pytest

from tests.trust.scene import Scene, lay_out


@pytest.fixture
def scene(db: None) -> Scene:
    return lay_out()

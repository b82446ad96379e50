"""What the client's tests share."""

import pytest
from fake_server import FakeServer


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()

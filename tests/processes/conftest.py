"""One product for all tests of this folder; they run in one worker, one after the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.product import Product


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Real processes: marked so, and never spread over workers."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.processes)
            item.add_marker(pytest.mark.xdist_group("product"))


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The running product with the demo loaded."""
    running = Product(tmp_path_factory.mktemp("product"))
    running.start()
    yield running
    assert running.stop() == 0

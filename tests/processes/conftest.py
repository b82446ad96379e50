"""One product for all tests of this folder; they run in one worker, one after the other."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.processes.product import ROOT, Product, free_port, until
from tests.processes.visitor import CHROMIUM, FLAGS
from tests.processes.web import Web


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Real processes: marked so, and never spread over workers."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.processes)
            item.add_marker(pytest.mark.xdist_group("product"))


@pytest.fixture(scope="package")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The running product with the demo loaded."""
    running = Product(tmp_path_factory.mktemp("product"))
    running.start()
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def webs(product: Product) -> Iterator[tuple[Web, Web]]:
    """The product's own web process, and a second one."""
    second = Web(free_port())
    said = "import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'])"
    database, redis = product.manage("shell", "-v0", "-c", said).split()
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(second.port), "config.wsgi:application"],
        cwd=ROOT,
        env={**product.environment(), "DATABASE_URL": database, "REDIS_URL": redis},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until("the second web process answers", second.answers, 60)
        yield Web(product.port), second
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium; each visitor has a profile of his own.

    For this folder alone: while Playwright's event loop runs, Django refuses the database to whoever comes after.
    """
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def pictures(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: `--screenshots=docs/screenshots` keeps them in the repository."""
    kept = pytestconfig.getoption("screenshots")
    folder = ROOT / kept if kept else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder

"""`docs/walkthrough.md` works exactly as it stands, on a product of its own."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.processes.product import ROOT, Product

TEXT = (ROOT / "docs/walkthrough.md").read_text()


@pytest.fixture
def fresh_product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    running = Product(tmp_path_factory.mktemp("walkthrough"))
    running.start()
    yield running
    assert running.stop() == 0


def test_the_walkthrough_works_as_written(fresh_product: Product) -> None:
    script = "\n".join(re.findall(r"```bash\n(.*?)```", TEXT, re.DOTALL))
    for written, here in (
        ("http://127.0.0.1:8000", fresh_product.address),
        ("/tmp/", "var/"),  # noqa: S108 - a text to be replaced
        ("var/", f"{fresh_product.var_dir}/"),
        (".venv/bin/python", sys.executable),
    ):
        script = script.replace(written, here)

    done = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    printed = done.stdout.splitlines()
    first, last = (block.splitlines() for block in re.findall(r"```text\n(.*?)```", TEXT, re.DOTALL))
    assert printed[1 : len(first) + 1] == first
    assert printed[-len(last) :] == last
    assert printed[-len(last) - 4 : -len(last) - 2] == ["304", "404"]
    assert printed[-len(last) - 1] == "720"
    assert "['Corrected in the walkthrough']" in printed

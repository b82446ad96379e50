"""Parts are killed, one after another, in the middle of a reading: it ends right, nothing is lost, nothing is there twice."""

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest

from tests.processes.product import ROOT, Product, until

PILOT = "pilot@demo.test"
PAGES = 900


def long_agreement(version: str) -> tuple[bytes, int]:
    """A text of many pages with three limits each, and the count of its limits."""
    pages = [
        f"SECTION {number} WORKING CONDITIONS OF {version.upper()}\n\n"
        f"A. A Pilot's duty period shall not exceed {8 + number % 7} hours.\n\n"
        f"B. A Pilot shall receive no fewer than {9 + number % 5} hours of rest between duty periods.\n\n"
        f"C. A Pilot on reserve shall have at least {10 + number % 4} days off in each month.\n"
        for number in range(1, PAGES + 1)
    ]
    return "\f".join(pages).encode(), 3 * PAGES


def progress(product: Product, contract: str) -> dict[str, Any]:
    """The reading's state over the API; while a server is down there is none."""
    try:
        status, body = product.call("GET", f"contracts/{contract}/extraction/", email=PILOT)
    except OSError:
        return {"status": "unknown"}
    return body if status == 200 else {"status": "unknown"}


def rules_of(product: Product, contract: str) -> list[dict[str, Any]]:
    """All proposals, page by page."""
    rules: list[dict[str, Any]] = []
    route: str | None = f"contracts/{contract}/rules/?page_size=200"
    while route:
        status, body = product.call("GET", route, email=PILOT)
        assert status == 200, body
        rules += body["results"]
        route = body["next"].split("/api/v1/")[1] if body["next"] else None
    return rules


@pytest.mark.parametrize("part", ["reader", "postgresql", "valkey"])
def test_a_reading_survives_the_death_of(part: str, product: Product) -> None:
    document, limits = long_agreement(part)
    status, contract = product.upload(
        PILOT,
        document,
        "long.txt",
        airline="CSC",
        contract_type="policy",
        contract_version=f"under-fire-{part}",
        title=f"Long agreement ({part})",
        effective_date="2026-01-01",
    )
    assert status == 201, contract
    until("the reading runs", lambda: progress(product, contract["id"])["status"] in {"running", "succeeded"})
    before = product.process_id(part)
    assert before is not None
    assert progress(product, contract["id"])["status"] == "running", "the document was read too fast to be interrupted"

    if part == "reader":
        os.killpg(os.getpgid(before), signal.SIGKILL)
    else:
        os.kill(before, signal.SIGKILL)

    until(f"{part} is started again", lambda: product.process_id(part) not in {None, before})
    done = until(
        "the reading ends",
        lambda: (state := progress(product, contract["id"]))["status"] in {"succeeded", "failed"} and state,
    )
    assert done["status"] == "succeeded", done
    assert done["attempt"] >= (1 if part == "valkey" else 2), "it was not interrupted"
    rules = rules_of(product, contract["id"])
    assert len(rules) == limits
    assert Counter(rule["rule_id"] for rule in rules).most_common(1)[0][1] == 1


def test_a_second_run_on_the_same_port_says_who_has_it(product: Product) -> None:
    rival = Product(product.var_dir.with_name("rival"))
    rival.port = product.port

    said = subprocess.run(
        [sys.executable, "-m", "config.supervisor"],
        cwd=ROOT,
        env=rival.environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    web = product.process_id("web")
    assert said.returncode != 0
    assert f"{product.port}" in said.stdout + said.stderr
    assert re.search(rf"\b{web}\b|granian", said.stdout + said.stderr)


def test_commands_find_the_running_servers(product: Product) -> None:
    token = product.manage("issue_token", PILOT)

    product.tokens[PILOT] = token
    status, me = product.call("GET", "pilots/me/", email=PILOT)

    assert (status, me["pilot_id"]) == (200, "CSC-1042")


def test_the_log_is_one_stream_that_names_its_parts(product: Product) -> None:
    until("every part has spoken", lambda: product.parts >= {"web", "worker", "reader"}, 180)

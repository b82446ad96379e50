"""The desk by keyboard alone, with 400 pages and 1,000 proposals that the product itself read."""

import re
import statistics
from collections import defaultdict
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.processes.product import Product, until
from tests.processes.visitor import CHROMIUM, Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]

PAGES = 400
MOST_MILLISECONDS = 200
REQUEST = re.compile(r"milliseconds=(?P<spent>[\d.]+).* route=(?P<route>\S*pilotcontract\S*)")
ADDED = "Pilots on reserve are called by telephone first."


def document() -> bytes:
    """An invented policy: on every page two or three limits between other sentences."""
    pages = []
    for number in range(1, PAGES + 1):
        limits = [
            f"1. A Pilot's duty period shall not exceed {8 + number % 7} hours in base {number}.",
            f"2. Rest before such a duty period shall be no less than {9 + number % 5} hours.",
            f"3. A Pilot shall have at least {3 + number % 9} days off in each month.",
        ]
        kept = limits if number % 2 else limits[:2]
        head = f"Section {number}\nRules of base {number}\n\nA. Limits\n\n"
        pages.append(head + "\n\n".join(kept) + f"\n\nB. Words\n\n{ADDED}\nThey answer soon.\n")
    return "\f".join(pages).encode()


@pytest.fixture(scope="module")
def contract(product: Product) -> str:
    """The policy, uploaded by a pilot, read by the product, and submitted."""
    fields = {
        "airline": "CSC",
        "contract_type": "policy",
        "contract_version": "desk-400",
        "title": "Policy of four hundred pages",
        "effective_date": "2027-01-01",
    }
    status, body = product.upload("pilot@demo.test", document(), "policy.txt", **fields)
    assert status == 201, body
    route = f"contracts/{body['id']}/"

    def is_read() -> Any:
        return product.call("GET", f"{route}extraction/", email="pilot@demo.test")[1]["status"] == "succeeded"

    until("the policy is read", is_read, 180)
    status, answer = product.call("POST", f"{route}submit/", {}, email="pilot@demo.test")
    assert status == 200, answer
    return str(body["id"])


class Hands:
    """An approver who has a keyboard and nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def step(self, *keys: str) -> None:
        """Keys that lead to another screen; over when its news are read out."""
        before = self.page.evaluate("document.querySelector('#desk').dataset.seen = 'yes'")
        assert before == "yes"
        self.press(*keys)
        self.page.wait_for_selector("#desk:not([data-seen])")
        self.page.wait_for_selector("#desk:not(.htmx-settling):not(.htmx-swapping)")
        self.page.wait_for_load_state("networkidle")

    @property
    def title(self) -> str:
        return self.page.locator("[data-desk-focus]").inner_text()

    @property
    def said(self) -> str:
        """What a screen reader was told."""
        return self.page.locator("#desk-live").inner_text()


def test_a_thousand_proposals_are_worked_through_by_keyboard(browser: Browser, product: Product, contract: str) -> None:
    visitor = Visitor(browser, product, product.var_dir)
    visitor.sign_in("approver@demo.test", "/admin/")
    page, hands = visitor.page, Hands(visitor.page)
    page.goto(f"/admin/contracts/pilotcontract/{contract}/review/")
    page.wait_for_selector("[data-desk-words]")
    progress = page.locator(".desk-progress-words")
    expect(progress).to_contain_text("of 1000 decided")
    product.lines.clear()

    hands.step("n")
    second = hands.title
    hands.step("p")
    first = hands.title
    assert first != second
    assert "1 of 1000" in hands.said

    hands.step("a")
    expect(progress).to_contain_text("1 of 1000 decided")
    assert hands.title == second
    assert "Accepted" in hands.said
    hands.step("u")
    expect(progress).to_contain_text("0 of 1000 decided")
    assert "Undone" in hands.said

    hands.press("e")
    expect(page.locator("#correction_value")).to_be_focused()
    page.keyboard.type("7.5")
    hands.step("Enter")
    expect(page.locator("#desk")).to_contain_text("1 corrected")
    hands.step("r")
    expect(page.locator("#desk")).to_contain_text("1 rejected")

    mends_a_place(hands)
    splits_one(hands)
    adds_one(hands)
    decides_several(hands)
    narrows(hands)

    hands.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("undo what you did last")
    hands.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()

    assert slow_routes(product) == {}
    visitor.leave()


def mends_a_place(hands: Hands) -> None:
    """Down by arrows and taller: the quote follows what stands in the box."""
    before = hands.page.locator(".desk-quote").first.inner_text()
    hands.press("b")
    expect(hands.page.locator(".desk-box").first).to_be_focused()
    hands.press(*["ArrowDown"] * 6, "Shift+ArrowDown", "Shift+ArrowRight")
    told = hands.page.locator("[data-desk-box-quote]").inner_text()
    hands.step("Enter")
    after = hands.page.locator(".desk-quote").first.inner_text()
    assert after != before
    assert " ".join(after.split())[:20] in told
    assert "The place is saved" in hands.said
    hands.step("u")
    assert hands.page.locator(".desk-quote").first.inner_text() == before


def splits_one(hands: Hands) -> None:
    hands.step("s")
    expect(hands.page.get_by_role("heading", name=re.compile("^Split"))).to_be_focused()
    fill(hands, "first-title", "One half")
    fill(hands, "second-title", "The other half")
    hands.step("Control+Enter")
    assert "Split in two" in hands.said
    hands.step("u")


def adds_one(hands: Hands) -> None:
    """By words that are typed, since there is no pointer to select with."""
    hands.step("+")
    expect(hands.page.locator("[name=from]")).to_be_focused()
    hands.page.keyboard.type(ADDED)
    hands.step("Enter")
    expect(hands.page.locator(".desk-quote")).to_contain_text(ADDED)
    fill(hands, "title", "Calls to reserve")
    hands.step("Control+Enter")
    assert "Added: Section" in hands.said
    assert hands.title == "Calls to reserve"


def decides_several(hands: Hands) -> None:
    """Marks stay while one goes on; two are merged, that is undone, then both are accepted."""
    hands.step("n")
    hands.press("x")
    hands.step("n")
    hands.press("x")
    expect(hands.page.locator("[data-desk-marked-count]")).to_have_text("2 marked:")
    hands.step("m")
    assert "1 merged into" in hands.said
    hands.step("u")
    assert "Undone" in hands.said
    hands.press("x")
    hands.step("n")
    hands.press("x")
    hands.step("Shift+A")
    assert "2 accepted" in hands.said


def narrows(hands: Hands) -> None:
    """To the filters, choose a section, and the queue holds its rules; the address remembers it."""
    hands.press("/", "Tab")
    section = hands.page.locator("[name=section]")
    expect(section).to_be_focused()
    hands.page.keyboard.type("Section 37")
    expect(section).to_have_value("Section 37")
    for _ in range(5):
        hands.press("Tab")
        if hands.page.evaluate("document.activeElement.innerText") == "Narrow":
            break
    hands.step("Enter")
    assert "section=Section%2037&" in hands.page.url
    expect(hands.page.locator(".desk-rows")).to_contain_text("Section 37.")


def fill(hands: Hands, name: str, text: str) -> None:
    """Tab on to the field of that name, and type over what it holds."""
    for _ in range(80):
        if hands.page.evaluate("document.activeElement.name") == name:
            hands.press("Control+A")
            hands.page.keyboard.type(text)
            return
        hands.press("Tab")
    raise AssertionError(f"Tab does not reach {name}")


def slow_routes(product: Product) -> dict[str, float]:
    """By route, what the server itself says it took, where half of the answers took too long."""
    spent: dict[str, list[float]] = defaultdict(list)
    for line in product.lines:
        if (found := REQUEST.search(line)) and ".png" not in line:
            spent[found["route"]].append(float(found["spent"]))
    assert len(spent) > 3, "the server's log has no requests"
    medians = {route: statistics.median(taken) for route, taken in spent.items()}
    return {route: median for route, median in medians.items() if median > MOST_MILLISECONDS}

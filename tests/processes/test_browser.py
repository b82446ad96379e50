"""The road as people see it, in a real Chromium: a pilot uploads, an approver corrects, rejects, approves, all see the result."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.processes.product import ROOT, Product, until
from tests.processes.visitor import CHROMIUM, Visitor

LETTER = ROOT / "contracts/demo/documents/cascadia-loa-2.pdf"
VISIBLE_SECONDS = 2.0

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]


def test_a_contract_travels_from_upload_to_lookup(browser: Browser, product: Product, pictures: Path) -> None:
    pilot = Visitor(browser, product, pictures)
    contract = upload(pilot)
    pilot.page.get_by_role("button", name="Submit for review").click()
    expect(pilot.page.locator("main .badge").first).to_have_text("In review")
    pilot.picture("04-pilot-in-review")

    approver = Visitor(browser, product, pictures)
    approver.sign_in("approver@demo.test", "/admin/")
    expect(approver.page.get_by_text("Commuters, Hotels").first).to_be_visible()
    approver.picture("05-approver-inbox")
    kept = review(approver, contract)
    activated = activate(approver, contract)

    lookup_shows(product, contract, kept, activated)
    pilot.page.goto("/my-rules/")
    expect(pilot.page.get_by_role("link", name=re.compile("Commuters, Hotels")).first).to_be_visible()
    pilot.picture("10-pilot-my-rules")
    pilot.page.goto(f"/contracts/{contract}/")
    pilot.picture("11-pilot-contract-active")
    pilot.page.goto(f"/contracts/{contract}/history/")
    expect(pilot.page.get_by_role("heading", name="First review")).to_be_visible()
    pilot.picture("13-pilot-story")
    for place, name in (("history", "14-desk-story"), ("activation", "15-desk-activation")):
        approver.page.goto(f"/admin/contracts/pilotcontract/{contract}/{place}/")
        approver.picture(name)
    approver.page.goto("/admin/contracts/pilotcontract/dashboard/")
    expect(approver.page.get_by_role("heading", name="What is covered today")).to_be_visible()
    approver.picture("16-dashboard")
    pilot.leave()
    approver.leave()


def upload(pilot: Visitor) -> str:
    """Upload the letter by the form; the new contract's id."""
    page = pilot.page
    pilot.sign_in("pilot@demo.test")
    page.goto("/contracts/upload/")
    page.get_by_label("Title").fill("Letter of Agreement 2: Commuters, Hotels and Deadhead Rest")
    page.get_by_label("Kind").select_option("loa")
    page.get_by_label("Version").fill("LOA 2")
    page.get_by_label("In force from").fill("2026-04-01")
    page.get_by_label("Document").set_input_files(LETTER)
    pilot.picture("01-pilot-upload")
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url(re.compile(r"/contracts/[0-9a-f-]{36}/"))
    pilot.picture("02-pilot-progress")
    expect(page.locator("#progress")).to_contain_text("proposed", timeout=30_000)
    page.reload()
    pilot.picture("03-pilot-read")
    return page.url.rstrip("/").rsplit("/", 1)[1]


def review(approver: Visitor, contract: str) -> dict[str, str]:
    """Correct one proposal, reject one, accept the rest. What was typed."""
    page = approver.page
    page.goto(f"/admin/contracts/pilotcontract/{contract}/review/")
    approver.picture("06-desk")
    typed = {"title": "Corrected at the desk"}
    page.locator("[name=title]").fill(typed["title"])
    page.get_by_role("button", name="Save correction").click()
    expect(page.locator("#desk")).to_contain_text("1 corrected")
    approver.picture("07-desk-corrected")
    page.get_by_role("button", name=re.compile("^Reject r")).click()
    expect(page.locator("#desk")).to_contain_text("1 rejected")
    while page.locator(".desk-progress-words").get_by_text("to go").count():
        before = page.locator(".desk-progress-words").inner_text()
        page.keyboard.press("a")
        expect(page.locator(".desk-progress-words")).not_to_have_text(before)
    approver.picture("08-desk-all-decided")
    return typed


def activate(approver: Visitor, contract: str) -> float:
    """Approve and activate; the instant of activation on this machine's clock."""
    page = approver.page
    for action, status in (("Approve", "approved"), ("Activate", "active")):
        step = page.locator("details.desk-step").filter(has=page.locator("summary", has_text=action))
        step.locator("summary").click()
        step.get_by_role("button", name=action).click()
        expect(page.locator("#desk .desk-badge").first).to_have_text(status)
    activated = time.monotonic()
    approver.picture("09-desk-active")
    return activated


def lookup_shows(product: Product, contract: str, kept: dict[str, str], activated: float) -> None:
    """The letter's rules are in the pilot's lookup, the rejected one is not."""

    def letter_rules() -> list[dict[str, object]]:
        status, body = product.call("GET", "pilots/CSC-1042/rules/?source=contract", email="pilot@demo.test")
        assert status == 200, body
        return [rule for rule in body["rules"] if rule["contract_id"] == contract]

    rules = until("the lookup shows the letter", letter_rules, VISIBLE_SECONDS + activated - time.monotonic() + 5)
    assert kept["title"] in {rule["title"] for rule in rules}
    status, found = product.call("GET", f"contracts/{contract}/rules/?page_size=200", email="pilot@demo.test")
    assert status == 200
    assert len(rules) == len(found["results"]) - 1 > 0, "all but the rejected one"


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/login/",
        "/regulations/",
        "/regulations/tables/",
        "/regulations/FAR117_FDP_UNAUGMENTED/",
        "/regulations/limits/",
    ],
)
def test_public_pages_are_whole(address: str, browser: Browser, product: Product, pictures: Path) -> None:
    visitor = Visitor(browser, product, pictures)

    visitor.page.goto(address)

    visitor.picture("public-" + (address.strip("/").replace("/", "-").lower() or "home"))
    visitor.leave()


def test_limits_are_answered_while_one_types(browser: Browser, product: Product, pictures: Path) -> None:
    visitor = Visitor(browser, product, pictures)
    page = visitor.page
    page.goto("/regulations/limits/")
    expect(page.locator("#limits-lead")).to_contain_text("14 h of FDP")
    page.evaluate("window.stayed = true")

    page.get_by_label("Report time").fill("0459")
    page.get_by_label("Segments").fill("3")
    expect(page.locator("#limits-lead")).to_contain_text(
        "Report at 04:59, 3 segments, 2 pilots, acclimated: at most 8 h"
    )
    page.get_by_role("group", name="Pilots").get_by_role("radio", name="4").check()
    expect(page.locator("#limits-lead")).to_contain_text("4 pilots with a class 1 rest facility")
    page.get_by_label("Report time").fill("25:00")
    expect(page.get_by_text("Write the time as HH:MM, from 00:00 to 23:59.")).to_be_visible()
    page.get_by_label("Report time").fill("06:30")
    expect(page).to_have_url(re.compile("report=06%3A30&segments=3&pilots=4&rest_facility=1"))

    assert page.evaluate("window.stayed"), "the page was loaded anew"
    visitor.leave()


def test_a_pilot_checks_a_roster_by_keyboard(browser: Browser, product: Product, pictures: Path) -> None:
    pilot = Visitor(browser, product, pictures)
    page = pilot.page
    pilot.sign_in("pilot@demo.test")
    page.goto("/regulations/roster/?sample")
    roster = page.get_by_label("Roster", exact=True)
    sound = roster.input_value()

    roster.fill(sound.replace("short_call,RSV", "shortcall,RSV"))
    roster.focus()
    press_until(page, "Check the roster")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Line 10, column kind There is no kind “shortcall”")
    press_until(page, "Line 10, column kind")
    chosen = page.evaluate(
        "document.activeElement.value.slice(...'Start End'.split(' ').map(e => document.activeElement['selection' + e]))"
    )
    assert chosen.startswith("shortcall,RSV")
    assert pilot.complaints.pop().startswith("Failed to load resource")  # 422 is an answer
    assert pilot.complaints.pop().endswith("/regulations/roster/")

    roster.fill(sound)
    press_until(page, "Check the roster")
    expect(page.get_by_role("heading", name="Illegal: 2 violations")).to_be_visible()
    expect(page.locator(".verdict")).to_be_focused()
    expect(page.locator("#item-2")).to_contain_text("Violation 1: FDP 13 h 45 min exceeds 13 h 00 min")
    expect(page.locator(".day__drawing").first).to_be_visible()
    pilot.picture("12-pilot-roster")
    pilot.leave()


def press_until(page: Page, name: str) -> None:
    """Tab on to the control with that name, and press it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == name:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"Tab does not reach {name}")

"""axe looks over the pages that people work on, light and dark: nothing serious, nothing critical."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.processes.product import Product
from tests.processes.visitor import CHROMIUM, DESKTOP, PHONE, Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]

GRAVE = {"serious", "critical"}
PLACES = {
    "approver@demo.test": [
        "inbox",
        "dashboard",
        "desk",
        "desk, placing",
        "desk, a missed rule",
        "desk, two halves",
        "desk, keys",
        "history",
        "activation",
        "improvements",
    ],
    "pilot@demo.test": ["contract", "definitions", "story", "comparison", "notifications", "roster", "search"],
    "second.pilot@demo.test": ["account", "signed in", "second factor", "app", "confirm", "password", "address"],
    "": ["register", "lost password", "sign in"],
}


@pytest.fixture
def desk_address(product: Product) -> str:
    """The letter that waits in review."""
    status, body = product.call("GET", "contracts/?status=in_review", email="approver@demo.test")
    assert status == 200, body
    return f"/admin/contracts/pilotcontract/{body['results'][0]['id']}/review/"


def go(page: Page, name: str, desk: str) -> None:
    """To the page of that name."""
    addresses = {
        "inbox": "/admin/",
        "dashboard": "/admin/contracts/pilotcontract/dashboard/",
        "desk, a missed rule": f"{desk}?add=yes&view=1&from=overnight",
        "desk, two halves": f"{desk}?split=yes",
        "history": desk.replace("/review/", "/history/"),
        "activation": desk.replace("/review/", "/activation/"),
        "improvements": "/admin/contracts/contractimprovement/",
        "notifications": "/notifications/",
        "roster": "/regulations/roster/?sample",
        "search": "/search/?q=rest+period",
        "account": "/account/",
        "signed in": "/account/sessions/",
        "second factor": "/account/second-factor/",
        "app": "/account/second-factor/",
        "confirm": "/account/confirm/",
        "password": "/account/password/",
        "address": "/account/email/",
        "register": "/register/",
        "lost password": "/password-reset/",
        "sign in": "/login/",
    }
    parts = {"definitions": "definitions/", "story": "history/", "comparison": "compare/"}
    if name == "contract" or name in parts:
        page.goto("/contracts/")
        page.get_by_role("link", name=re.compile("Agreement between Cascadia")).first.click()
        page.wait_for_load_state("networkidle")
    if name in parts:
        page.goto(page.url.split("?")[0] + parts[name])
    elif name != "contract":
        page.goto(addresses.get(name, desk))
    page.wait_for_load_state("networkidle")
    if name == "desk, placing":
        page.keyboard.press("b")
    if name == "desk, keys":
        page.keyboard.press("?")
    if name == "app":
        page.get_by_role("button", name="Set up an app").click()
        page.wait_for_load_state("networkidle")
    if name == "roster":
        page.get_by_role("button", name="Check the roster").click()
        page.wait_for_load_state("networkidle")


def grave_faults(page: Page, scheme: str) -> list[str]:
    """What axe finds serious or worse: the rule, and the first places where it is broken.

    The two schemes differ in colours alone: every rule is asked of the light one, and of the dark one what colours break.
    """
    rules = {"runOnly": {"type": "rule", "values": ["color-contrast"]}} if scheme == "dark" else None
    found = Axe().run(page, options=rules).response["violations"]
    return [
        f"{fault['id']}: {fault['help']} ({', '.join(str(node['target']) for node in fault['nodes'][:4])})"
        for fault in found
        if fault["impact"] in GRAVE
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("email", list(PLACES))
def test_nothing_serious_stands_in_anybodys_way(
    email: str, scheme: str, browser: Browser, product: Product, desk_address: str
) -> None:
    visitor = Visitor(browser, product, product.var_dir)
    page = visitor.page
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    if email:
        visitor.sign_in(email, "/admin/" if email.startswith("approver") else "/login/")
    page.wait_for_load_state("networkidle")

    faults: dict[str, list[str]] = {}
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        for name in PLACES[email]:
            go(page, name, desk_address)
            faults[f"{name} at {size['width']}"] = grave_faults(page, scheme)

    assert {name: found for name, found in faults.items() if found} == {}
    visitor.leave()

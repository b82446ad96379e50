"""Second factors in a real browser: a passkey of a virtual authenticator, made, used, and used again to confirm who one is."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.processes.product import PASSWORD, Product
from tests.processes.visitor import CHROMIUM, DESKTOP

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]
EMAIL = "second.pilot@demo.test"


@pytest.fixture
def page(browser: Browser, product: Product) -> Iterator[Page]:
    """By name: browsers make no passkeys for addresses."""
    context = browser.new_context(viewport=DESKTOP, base_url=f"http://localhost:{product.port}")
    page = context.new_page()
    session: Any = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    yield page
    context.close()


def sign_in(page: Page) -> None:
    page.goto("/login/")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_a_passkey_is_made_used_and_removed(page: Page) -> None:
    sign_in(page)
    page.goto("/account/second-factor/")
    page.get_by_label("Name of the passkey").fill("a virtual key")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("heading", name="Keep these codes").wait_for()
    assert page.locator(".recovery-codes li").count() == 10
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_text("a virtual key").first.wait_for()

    page.get_by_role("button", name="Sign out").click()
    sign_in(page)
    page.get_by_role("heading", name="One more step").wait_for()
    page.goto("/account/")
    assert "/login/" in page.url
    page.goto("/login/second-factor/?next=/account/")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Your account").wait_for()

    page.goto("/account/confirm/?next=/account/sessions/")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Where you are signed in").wait_for()

    page.goto("/account/second-factor/")
    page.get_by_role("button", name=re.compile("Remove")).click()
    page.get_by_text("You have none yet.").wait_for()

"""Somebody at a real Chromium."""

import re
import shutil
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.processes.product import PASSWORD, Product

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=390, height=844)


class Visitor:
    """Somebody at a browser, whose pages may make no mistake: no script error, no refused resource, nothing wider than the window."""

    def __init__(self, browser: Browser, product: Product, pictures: Path) -> None:
        self.product, self.pictures = product, pictures
        self.context: BrowserContext = browser.new_context(
            viewport=DESKTOP, base_url=product.address, color_scheme="light"
        )
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        self.page.on("response", lambda answer: self.complaints.append(answer.url) if answer.status >= 400 else None)

    def sign_in(self, email: str, address: str = "/login/") -> None:
        self.page.goto(address)
        self.page.get_by_label(re.compile("e-?mail", re.IGNORECASE)).fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name=re.compile("(sign|log) in", re.IGNORECASE)).click()

    def picture(self, name: str) -> None:
        """The page as it is, at a desk and on a phone; both must hold their contents."""
        for suffix, size in (("", DESKTOP), ("-phone", PHONE)):
            self.page.set_viewport_size(size)
            self.page.wait_for_load_state("networkidle")
            overflow = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overflow <= 0, f"{name}{suffix} is {overflow} px wider than its window"
            self.page.screenshot(path=self.pictures / f"{name}{suffix}.png")
        self.page.set_viewport_size(DESKTOP)

    def leave(self) -> None:
        self.context.close()
        assert not self.complaints

"""The site's templates and scripts keep to the content security policy: nothing inline, nothing evaluated, nothing from elsewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# The admin has a policy of its own; mails are no pages, and mail programs know no stylesheets.
EXEMPT = {"admin", "mail"}
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html") if not EXEMPT & set(path.parts))
FORBIDDEN = {
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "an event handler": re.compile(r"<[^>]*\s(?:on[a-z]+|hx-on[:\w-]*)\s*=", re.IGNORECASE),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "text marked as safe": re.compile(r"\|\s*safe\b|autoescape\s+off"),
    "a file from elsewhere": re.compile(
        r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=[\"'](?:https?:)?//", re.IGNORECASE
    ),
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_keeps_to_the_policy(template: Path) -> None:
    text = template.read_text()

    assert [fault for fault, pattern in FORBIDDEN.items() if pattern.search(text)] == []


def test_htmx_may_neither_evaluate_nor_add_styles() -> None:
    base = (ROOT / "templates" / "base.html").read_text()

    assert '"includeIndicatorStyles": false' in base
    assert '"allowEval": false' in base


def test_htmx_is_here_with_its_licence() -> None:
    vendored = ROOT / "static" / "vendor"
    (script,) = vendored.glob("htmx-*.min.js")

    assert f"vendor/{script.name}" in (ROOT / "templates" / "base.html").read_text()
    assert "Zero-Clause BSD" in (vendored / "htmx-LICENSE.txt").read_text()

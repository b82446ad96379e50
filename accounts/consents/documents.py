"""The texts that people agree to. Each version is a file in `templates/legal/` that never changes; a new text is a new version here."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.conf import settings
from django.db import models


class Document(models.TextChoices):
    """What there is to agree to."""

    TERMS = "terms", "Terms of use"
    PRIVACY = "privacy", "Privacy notice"


@dataclass(frozen=True, slots=True)
class Text:
    """One version of a document, with the SHA-256 of its file: what was shown can be told from any other text."""

    document: Document
    version: int
    since: date
    sha256: str

    @property
    def title(self) -> str:
        """What people call it."""
        return str(self.document.label)

    @property
    def template(self) -> str:
        """Its file, as templates name it."""
        return f"legal/{self.document.value}-{self.version}.html"


# Of each document the oldest version first. Whoever signs in without having agreed to the last one is asked.
TEXTS = (
    Text(Document.TERMS, 1, date(2026, 11, 22), "c2bb16b1e3d9609c8b2a10ac458d46ee05b1178a3ac6c938ad99cf697a820b5e"),
    Text(Document.PRIVACY, 1, date(2026, 11, 22), "38eed8f590afa2fdef72fb1dee49faf4af0459473ec7c3bd898c5611b8659a88"),
)


def current_texts() -> list[Text]:
    """The last version of each document."""
    last: Mapping[Document, Text] = {text.document: text for text in TEXTS}
    return list(last.values())


def text_of(document: str, version: int | None = None) -> Text | None:
    """A version of a document, without a number the last one; None where there is none."""
    found = [text for text in TEXTS if text.document.value == document and version in {None, text.version}]
    return found[-1] if found else None


@cache
def file_hash(template: str) -> str:
    """The SHA-256 of what a version's file holds now."""
    return hashlib.sha256((settings.BASE_DIR / "templates" / template).read_bytes()).hexdigest()


def changed_texts() -> list[Text]:
    """Versions whose file is not what it was when they were made known."""
    return [text for text in TEXTS if file_hash(text.template) != text.sha256]

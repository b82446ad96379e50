"""The demo documents: built from their sources, readable by an extractor, and in agreement with their labels."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import yaml

from contracts.demo import build
from contracts.demo.markup import BlockKind, MarkupError, read_sources
from contracts.vocabulary import METRICS, Category, Operator, Unit

AGREEMENT = "cascadia-cba-2026.pdf"
LETTERS = ("cascadia-loa-1.pdf", "cascadia-loa-2.pdf")
LABELS: list[dict[str, Any]] = yaml.safe_load((build.DEMO / "labels.yaml").read_text(encoding="utf-8"))["labels"]
# PDFium gives a hyphen at the end of a line as one of these two characters; other readers give the hyphen itself.
PDFIUM_LINE_HYPHENS = "\u0002\ufffe"


@cache
def page_texts(name: str) -> tuple[str, ...]:
    """The text layer of each page, as PDFium reads it."""
    document = pypdfium2.PdfDocument(build.DOCUMENTS / name)
    try:
        return tuple(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def without_layout(text: str) -> str:
    """The text with neither whitespace nor hyphens, so that a line end in the middle of a word leaves no trace."""
    return re.sub(rf"[\s\-{PDFIUM_LINE_HYPHENS}]", "", text)


def test_committed_documents_are_what_the_sources_give() -> None:
    exit_code = build.main(["--check"])

    assert exit_code == 0


def test_check_fails_for_a_changed_missing_or_unknown_document(tmp_path: Path) -> None:
    fresh = {"changed.pdf": b"new", "missing.pdf": b"new", "same.pdf": b"same"}
    (tmp_path / "changed.pdf").write_bytes(b"old")
    (tmp_path / "same.pdf").write_bytes(b"same")
    (tmp_path / "unknown.pdf").write_bytes(b"left over")

    outdated = build.outdated_documents(fresh, tmp_path)

    assert outdated == ["changed.pdf", "missing.pdf", "unknown.pdf"]


def test_agreement_has_about_forty_pages_and_letters_two_or_three() -> None:
    pages = {name: len(page_texts(name)) for name in (AGREEMENT, *LETTERS)}

    assert 36 <= pages[AGREEMENT] <= 46
    assert all(2 <= pages[letter] <= 3 for letter in LETTERS)


@pytest.mark.parametrize("name", [AGREEMENT, *LETTERS])
def test_every_page_but_the_cover_has_its_header_and_footer(name: str) -> None:
    texts = page_texts(name)
    numbered = list(enumerate(texts, start=1))

    inner = numbered[1:] if name == AGREEMENT else numbered

    for number, text in inner:
        assert text.startswith("Cascadia Air \u2013 CPA Agreement")
        assert text.rstrip().endswith(f"Page {number} of {len(texts)}")


def test_contents_name_the_page_on_which_each_section_begins() -> None:
    texts = page_texts(AGREEMENT)

    entries = re.findall(r"^Section (\d+) \u2013 .*?[ .]+ ?(\d+)\r?$", "\n".join(texts[1:4]), re.MULTILINE)

    assert [int(section) for section, _ in entries] == list(range(1, 22))
    for section, page in entries:
        assert re.search(rf"^SECTION {section}\r?$", texts[int(page) - 1], re.MULTILINE)


def test_words_are_hyphenated_at_line_ends() -> None:
    texts = page_texts(AGREEMENT)

    hyphenated = re.findall(rf"[a-z][{PDFIUM_LINE_HYPHENS}][a-z]|[a-z]-\r?\n[a-z]", "".join(texts))

    assert len(hyphenated) >= 10


def test_labels_have_known_words_and_unique_identifiers() -> None:
    identifiers = [label["id"] for label in LABELS]

    assert len(set(identifiers)) == len(identifiers)
    for label in LABELS:
        Category(label["category"])
        Operator(label["operator"])
        Unit(label["unit"])
        assert label["metric"] in METRICS
        assert label["hardness"] in {"hard", "soft"}


def test_labels_cover_the_agreement_widely_and_both_letters() -> None:
    documents = [label["document"] for label in LABELS]

    assert documents.count(AGREEMENT) >= 60
    assert all(documents.count(letter) >= 30 for letter in LETTERS)


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label["id"])
def test_snippet_of_a_label_stands_on_its_page(label: dict[str, Any]) -> None:
    text = page_texts(label["document"])[label["page"] - 1]

    assert without_layout(label["snippet"]) in without_layout(text)


def test_agreement_states_many_numeric_limits() -> None:
    items = [block.text for block in read_sources(build.SOURCES / "cascadia-cba-2026") if block.kind is BlockKind.ITEM]

    with_numbers = [text for text in items if re.search(r"\(\$?[\d.,]+%?\)|\d:\d\d|\$\d", text)]

    assert len(with_numbers) >= 120


def test_line_that_is_no_block_is_refused_by_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "01-odd.txt").write_text("A. Heading\n\nplain words\n", encoding="utf-8")

    with pytest.raises(MarkupError, match=r"01-odd\.txt, line 3"):
        read_sources(tmp_path)

"""The extractor measured on the demo documents and the rules labelled in them by hand."""

from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

import contracts
from contracts.documents.pages import PAGE_SEPARATOR, Page
from contracts.documents.pdf import read_pdf_pages
from contracts.extraction import Extraction, extract_proposals
from contracts.extraction.scoring import Score, read_labels, score

DEMO = Path(contracts.__file__).parent / "demo"
AGREEMENT = "cascadia-cba-2026.pdf"
# What the extractor must reach on an agreement; its two letters of two pages each are short and dense with figures.
LEAST = {"recall": 0.9, "value": 0.95, "operator": 0.9, "unit": 0.9, "citation": 0.85, "category": 0.8}
LEAST_IN_LETTERS = {"recall": 0.75, "value": 0.8, "operator": 0.8, "unit": 0.9, "citation": 0.95, "category": 0.6}
MOST_CALIBRATION_ERROR = 0.1


@dataclass(frozen=True)
class Read:
    """A demo document as it was read, and how it scores against its labels."""

    pages: list[Page]
    extraction: Extraction
    score: Score


@pytest.fixture(scope="module")
def documents() -> dict[str, Read]:
    labels = yaml.safe_load((DEMO / "labels.yaml").read_text(encoding="utf-8"))["labels"]
    found = {}
    for path in sorted((DEMO / "documents").glob("*.pdf")):
        pages = list(read_pdf_pages(path))
        extraction = extract_proposals(pages)
        meant = read_labels([label for label in labels if label["document"] == path.name], pages)
        found[path.name] = Read(pages, extraction, score(extraction.proposals, meant, pages=len(pages)))
    return found


def test_labelled_rules_are_found_and_read(documents: dict[str, Read]) -> None:
    for name, read in documents.items():
        least = LEAST if name == AGREEMENT else LEAST_IN_LETTERS
        reached = {"recall": read.score.recall, **read.score.fields}

        assert {field: reached[field] for field in least if reached[field] < least[field]} == {}, name


def test_confidence_is_calibrated_on_the_agreement(documents: dict[str, Read]) -> None:
    error = documents[AGREEMENT].score.calibration_error

    assert error is not None
    assert error <= MOST_CALIBRATION_ERROR


def test_every_quote_stands_on_its_page_within_a_box(documents: dict[str, Read]) -> None:
    for read in documents.values():
        text = PAGE_SEPARATOR.join(page.text for page in read.pages)

        evidence = [proposal.evidence for proposal in read.extraction.proposals]

        assert evidence
        assert all(text[place.char_start : place.char_end] == place.quote for place in evidence)
        assert all(place.quote in read.pages[place.page - 1].text for place in evidence)
        assert all(place.box[0] < place.box[2] and place.box[1] < place.box[3] for place in evidence)


def test_ids_are_unique_in_each_document(documents: dict[str, Read]) -> None:
    ids = [[proposal.rule_id for proposal in read.extraction.proposals] for read in documents.values()]

    counts = [(len(found), len(set(found))) for found in ids]

    assert all(total == different for total, different in counts)

"""The extractor measured on the demo documents and the rules labelled in them by hand."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

import contracts
from contracts.documents.pages import PAGE_SEPARATOR, Page
from contracts.documents.pdf import read_pdf_pages
from contracts.extraction import Extraction, Proposal, extract_proposals

DEMO = Path(contracts.__file__).parent / "demo"
LEAST = {"value": 0.85, "operator": 0.85, "unit": 0.85, "citation": 0.9}
LEAST_RECALL = 0.9


@dataclass(frozen=True)
class Read:
    """A demo document as it was read."""

    pages: list[Page]
    extraction: Extraction


@pytest.fixture(scope="module")
def documents() -> dict[str, Read]:
    found = {}
    for path in sorted((DEMO / "documents").glob("*.pdf")):
        pages = list(read_pdf_pages(path))
        found[path.name] = Read(pages, extract_proposals(pages))
    return found


@pytest.fixture(scope="module")
def labels() -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = yaml.safe_load((DEMO / "labels.yaml").read_text(encoding="utf-8"))["labels"]
    return read


def letters(text: str) -> str:
    """Letters, digits and signs only: how a snippet is found in a text with other breaks and hyphens."""
    return "".join(character for character in text.lower() if character.isalnum() or character in "$%")


def overlapping(read: Read, label: dict[str, Any]) -> Proposal | None:
    """The proposal whose quote covers most of the labelled words."""
    page = read.pages[label["page"] - 1]
    places = [place for place, character in enumerate(page.text) if letters(character)]
    at = letters(page.text).find(letters(label["snippet"]))
    assert at >= 0, label["id"]
    start = page.char_start + places[at]
    end = page.char_start + places[at + len(letters(label["snippet"])) - 1] + 1
    shared = {
        proposal.rule_id: min(proposal.evidence.char_end, end) - max(proposal.evidence.char_start, start)
        for proposal in read.extraction.proposals
    }
    best = max(read.extraction.proposals, key=lambda proposal: shared[proposal.rule_id])
    return best if shared[best.rule_id] > 0 else None


def right_fields(proposal: Proposal, label: dict[str, Any]) -> list[str]:
    """The fields of a proposal that say what the label says."""
    predicate = proposal.predicate
    cited = proposal.citation.removeprefix("Section ") == label["section"]
    if predicate is None:
        known = proposal.parameters
        low, high = str(label["value"]).split(" to ")
        forbidden = known["negated"] and label["operator"] == "!="
        right = [known["lower_value"], known["upper_value"]] == [str(int(end[:2])) for end in (low, high)]
        held = {"value": right, "operator": forbidden, "unit": known["unit"] == label["unit"], "citation": cited}
        return [field for field, holds in held.items() if holds]
    alike = {
        "value": isinstance(label["value"], int | float) and abs(float(predicate.value) - label["value"]) < 0.01,
        "operator": predicate.operator == label["operator"],
        "unit": predicate.unit.split()[0] == str(label["unit"]).split()[0],
        "citation": cited,
    }
    return [field for field, holds in alike.items() if holds]


def test_labelled_rules_are_found_and_read(documents: dict[str, Read], labels: list[dict[str, Any]]) -> None:
    matched = [(overlapping(documents[label["document"]], label), label) for label in labels]

    found = [(proposal, label) for proposal, label in matched if proposal is not None]
    right = Counter(field for proposal, label in found for field in right_fields(proposal, label))

    assert len(found) >= LEAST_RECALL * len(labels)
    assert {field: right[field] / len(found) for field in LEAST if right[field] < LEAST[field] * len(found)} == {}


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

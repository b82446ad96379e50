"""The extractor measured on invented agreements of three styles, each with rules labelled by hand."""

from pathlib import Path

import pytest
import yaml

from contracts.documents.pages import PAGE_SEPARATOR
from contracts.documents.text import read_text_pages
from contracts.extraction import extract_proposals
from contracts.extraction.scoring import read_labels, score

AGREEMENTS = Path(__file__).parent / "agreements"
# Somewhat below what is reached, so that a better reading of one phrase may cost another.
WELL = {"recall": 0.95, "value": 0.9, "operator": 0.88, "unit": 0.88, "citation": 0.95}
# Labelled to be hard: thresholds beside limits, several labels for one passage, letters and a policy manual in one file.
HARD = {"recall": 0.9, "value": 0.7, "operator": 0.74, "unit": 0.8, "citation": 0.95}
LEAST = {
    "lowcost": WELL,
    "legacy": WELL,
    "supplemental": WELL,
    "major": HARD,
    "regional": HARD,
    "cargo": HARD,
    # Its side letter and manual are cited by names that only a reader gives them.
    "letters": {**HARD, "citation": 0.55},
}
MOST_CALIBRATION_ERROR = 0.25


@pytest.mark.parametrize("name", LEAST)
def test_an_agreement_of_another_style_is_read_as_well(name: str) -> None:
    pages = list(read_text_pages(AGREEMENTS / f"{name}.txt"))
    labels = yaml.safe_load((AGREEMENTS / f"{name}.yaml").read_text(encoding="utf-8"))["labels"]
    text = PAGE_SEPARATOR.join(page.text for page in pages)

    extraction = extract_proposals(pages)

    scored = score(extraction.proposals, read_labels(labels, pages), pages=len(pages))
    reached = {"recall": scored.recall, **scored.fields}
    assert {field: reached[field] for field, least in LEAST[name].items() if reached[field] < least} == {}
    assert scored.calibration_error is not None
    assert scored.calibration_error <= MOST_CALIBRATION_ERROR
    evidence = [proposal.evidence for proposal in extraction.proposals]
    assert all(text[place.char_start : place.char_end] == place.quote for place in evidence)
    assert all(place.quote in pages[place.page - 1].text for place in evidence)

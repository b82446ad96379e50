"""Finding the rules of a contract in its pages. Pure Python: no Django, no network, no model."""

from contracts.extraction.extractor import extract_proposals
from contracts.extraction.proposals import EXTRACTOR_VERSION, REMARK, Evidence, Extraction, Predicate, Proposal

__all__ = ["EXTRACTOR_VERSION", "REMARK", "Evidence", "Extraction", "Predicate", "Proposal", "extract_proposals"]

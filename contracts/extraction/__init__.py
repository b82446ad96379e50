"""Finding the rules of a contract in its pages. Pure Python: no Django, no network, no model."""

from contracts.extraction.definitions import Definition, DefinitionKind, Scope
from contracts.extraction.extractor import extract_proposals
from contracts.extraction.proposals import EXTRACTOR_VERSION, REMARK, Evidence, Predicate, Proposal
from contracts.extraction.references import Reference, Resolution
from contracts.extraction.results import Extraction

__all__ = [
    "EXTRACTOR_VERSION",
    "REMARK",
    "Definition",
    "DefinitionKind",
    "Evidence",
    "Extraction",
    "Predicate",
    "Proposal",
    "Reference",
    "Resolution",
    "Scope",
    "extract_proposals",
]

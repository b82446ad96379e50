"""All that one reading finds in a document."""

from dataclasses import dataclass

from contracts.extraction.definitions import Definition
from contracts.extraction.proposals import Proposal
from contracts.extraction.references import Reference


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything in the order of the document, and what a person should know about the reading."""

    proposals: tuple[Proposal, ...]
    warnings: tuple[str, ...]
    definitions: tuple[Definition, ...] = ()
    references: tuple[Reference, ...] = ()

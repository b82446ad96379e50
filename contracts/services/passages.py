"""What a reading finds besides rules, written with the pages that it stands on."""

from typing import TypedDict

from contracts.extraction import Definition, Evidence, Extraction, Reference
from contracts.models import ContractDefinition, ContractReference, PilotContract

BATCH = 500


def passages_replace(*, contract: PilotContract, extraction: Extraction) -> None:
    """The definitions and references of a reading in place of those of the last; the caller holds the contract's lock."""
    contract.definitions.all().delete()
    contract.references.all().delete()
    definitions = enumerate(extraction.definitions, start=1)
    references = enumerate(extraction.references, start=1)
    ContractDefinition.objects.bulk_create(
        (_definition(contract, at, one) for at, one in definitions), batch_size=BATCH
    )
    ContractReference.objects.bulk_create((_reference(contract, at, one) for at, one in references), batch_size=BATCH)


class _Place(TypedDict):
    page: int
    box: list[float]
    quote: str
    char_start: int
    char_end: int


def _place(evidence: Evidence) -> _Place:
    return {
        "page": evidence.page,
        "box": [round(edge, 2) for edge in evidence.box],
        "quote": evidence.quote,
        "char_start": evidence.char_start,
        "char_end": evidence.char_end,
    }


def _definition(contract: PilotContract, position: int, definition: Definition) -> ContractDefinition:
    return ContractDefinition(
        contract=contract,
        position=position,
        term=definition.term,
        aliases=list(definition.aliases),
        kind=definition.kind.value,
        wording=definition.wording,
        citation=definition.citation,
        scope_citation=definition.scope_citation,
        **_place(definition.evidence),
    )


def _reference(contract: PilotContract, position: int, reference: Reference) -> ContractReference:
    return ContractReference(
        contract=contract,
        position=position,
        target=reference.target,
        resolution=reference.resolution.value,
        target_page=reference.target_page,
        law_section=reference.law_section,
        sentence_start=reference.sentence_start,
        sentence_end=reference.sentence_end,
        citation=reference.citation,
        **_place(reference.evidence),
    )

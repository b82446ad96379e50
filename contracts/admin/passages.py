"""What the desk shows beside a rule: the defined terms that its wording uses, and where its sentence points to."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models.functions import JSONObject
from django.urls import reverse

from contracts.extraction.law import law_rule_id
from contracts.extraction.terms import names_used
from contracts.models import ContractDefinition, ContractReference, ContractRule, PilotContract, ReferenceResolution
from contracts.selectors import definitions_for, references_in_sentence

OF_TERMS = ("id", "term", "aliases", "wording", "citation", "scope_citation", "page")
OF_REFERENCES = ("id", "target", "target_page", "resolution", "law_section")


def passages_of(rule: ContractRule) -> dict[str, object]:
    """Terms and references of the rule, read in one query."""
    terms = definitions_for(rule).values(body=JSONObject(**{name: name for name in OF_TERMS}))
    references = (ContractReference.objects.none() if rule.char_start is None else references_in_sentence(rule)).values(
        body=JSONObject(**{name: name for name in OF_REFERENCES})
    )
    found = PilotContract.objects.filter(pk=rule.contract_id).values_list(
        ArraySubquery(terms), ArraySubquery(references)
    )
    definitions, named = found.get()
    return {
        "terms": terms_of(rule, [ContractDefinition(**{**body, "id": UUID(body["id"])}) for body in definitions]),
        "references": references_of(rule, [ContractReference(**body) for body in named]),
    }


def terms_of(rule: ContractRule, definitions: Iterable[ContractDefinition] | None = None) -> list[ContractDefinition]:
    """The definitions of the terms that the rule's wording uses, in the order of their use, those of its own part first.

    `definitions` are `definitions_for` the rule, where they are read already.
    """
    known = definitions_for(rule) if definitions is None else definitions
    holding = [one for one in known if _reaches(one, rule.citation)]
    named: dict[str, list[ContractDefinition]] = {}
    for definition in sorted(holding, key=lambda one: -len(one.scope_citation)):
        for name in (definition.term, *definition.aliases):
            named.setdefault(name.casefold(), []).append(definition)
    names = [name for one in holding for name in (one.term, *one.aliases)]
    used = (one for name in names_used(names, rule.rule_text) for one in named[name.casefold()])
    return list({one.pk: one for one in used}.values())


def _reaches(definition: ContractDefinition, citation: str) -> bool:
    """Whether a definition holds where the citation stands."""
    scope = definition.scope_citation
    return not scope or (citation.startswith(scope) and not citation[len(scope) : len(scope) + 1].isalnum())


@dataclass(frozen=True, slots=True)
class ReferenceLink:
    """A place that a rule's sentence names. It has a page of the document, an address elsewhere, or what became of it."""

    target: str
    page: int | None
    address: str
    note: str


def references_of(rule: ContractRule, references: Iterable[ContractReference] | None = None) -> list[ReferenceLink]:
    """The places that the rule's sentence names, each once; `references` are those in it, where they are read already."""
    if rule.char_start is None:
        return []
    named = references_in_sentence(rule) if references is None else references
    return list({row.target: _link(row) for row in named}.values())


def _link(reference: ContractReference) -> ReferenceLink:
    resolution = ReferenceResolution(reference.resolution)
    is_linked = resolution in {ReferenceResolution.FOUND, ReferenceResolution.LAW}
    return ReferenceLink(
        target=reference.target,
        page=reference.target_page,
        address=law_address(reference) if resolution is ReferenceResolution.LAW else "",
        note="" if is_linked else str(resolution.label),
    )


def law_address(reference: ContractReference) -> str:
    """The public page of the rule of law that is named, of its section, or of the part."""
    rule_id = law_rule_id(reference.target)
    if rule_id:
        return reverse("regulations:detail", args=[rule_id])
    anchor = f"#section-{reference.law_section.replace('.', '-')}" if reference.law_section else ""
    return reverse("regulations:list") + anchor

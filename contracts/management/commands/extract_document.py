"""`manage.py extract_document FILE --json`: what the extractor proposes for a file. Nothing is written to the database."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand

from contracts.extraction import Definition, Evidence, Proposal, Reference, extract_proposals
from contracts.extraction.law import law_rule_id
from contracts.management.files import read_file


class Command(BaseCommand):
    help = "Print the proposals found in a PDF, DOCX or text file (pages parted by form feeds)."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="The whole answer as JSON; without it, a line a rule.")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        pages = read_file(path)
        extraction = extract_proposals(pages)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        if options["json"]:
            answer = {
                "document": {"pages": len(pages), "sha256": sha256},
                "rules": [proposal_json(proposal, sha256) for proposal in extraction.proposals],
                "warnings": list(extraction.warnings),
                "definitions": [definition_json(definition, sha256) for definition in extraction.definitions],
                "references": [reference_json(reference, sha256) for reference in extraction.references],
            }
            self.stdout.write(orjson.dumps(answer, default=str, option=orjson.OPT_INDENT_2).decode())
            return
        for proposal in extraction.proposals:
            self.stdout.write(
                f"p. {proposal.evidence.page:>4}  {proposal.confidence:.2f}  {proposal.citation}: {proposal.title}"
            )


def proposal_json(proposal: Proposal, sha256: str) -> dict[str, object]:
    """A proposal in the API's shape: a rule with `confidence` and the evidence's offsets."""
    predicate, evidence = proposal.predicate, proposal.evidence
    return {
        "id": None,
        "source": "contract",
        "rule_id": proposal.rule_id,
        "category": proposal.category,
        "title": proposal.title,
        "description": proposal.description,
        "rule_text": proposal.rule_text,
        "citation": proposal.citation,
        "is_hard_constraint": proposal.is_hard_constraint,
        "weight": float(proposal.weight),
        "applies_to": proposal.applies_to,
        "parameters": proposal.parameters,
        "predicate": predicate
        and {
            "metric": predicate.metric,
            "operator": predicate.operator,
            "value": float(predicate.value),
            "unit": predicate.unit,
            "period": predicate.period,
        },
        "effective_date": None,
        "expiration_date": None,
        "parsing_confidence": proposal.confidence,
        "confidence": proposal.confidence,
        "evidence": evidence_json(evidence, sha256),
    }


def evidence_json(evidence: Evidence, sha256: str) -> dict[str, object]:
    """Where something stands: the page, the box on it, and the quote with its offsets."""
    return {
        "page": evidence.page,
        "box": [round(edge, 2) for edge in evidence.box],
        "quote": evidence.quote,
        "char_start": evidence.char_start,
        "char_end": evidence.char_end,
        "document_sha256": sha256,
    }


def definition_json(definition: Definition, sha256: str) -> dict[str, object]:
    """A term that the document defines."""
    return {
        "term": definition.term,
        "aliases": list(definition.aliases),
        "kind": definition.kind,
        "wording": definition.wording,
        "citation": definition.citation,
        "scope": definition.scope,
        "scope_citation": definition.scope_citation or None,
        "evidence": evidence_json(definition.evidence, sha256),
    }


def reference_json(reference: Reference, sha256: str) -> dict[str, object]:
    """A place that the document names, in itself, in the law or elsewhere."""
    return {
        "citation": reference.citation,
        "target": reference.target,
        "resolution": reference.resolution,
        "target_page": reference.target_page,
        "law_section": reference.law_section or None,
        "law_rule_id": (reference.law_section and law_rule_id(reference.target)) or None,
        "evidence": evidence_json(reference.evidence, sha256),
    }

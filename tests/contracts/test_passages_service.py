"""Definitions and references in the database: written with the pages, replaced with them, and never half."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, transaction

from accounts.models import Airline, User
from contracts.extraction import extract_proposals
from contracts.models import ContractDefinition, ContractReference, ContractRule, ExtractionRun, PilotContract
from contracts.services import extraction
from contracts.services.uploads import Terms, contract_upload
from tests.factories import ContractFactory, DefinitionFactory, ReferenceFactory

TEXT = """SECTION 2 DEFINITIONS

A. \u201cDuty Period\u201d or \u201cDP\u201d means the time from report to release.

B. \u201cPilot\u201d means an employee on the list.

SECTION 10 HOURS OF SERVICE

A. A Pilot's DP shall not exceed fourteen (14) hours, subject to Section 2.A and 14 CFR 117.25(b).
\fB. As Section 44 and LOA 3 say, a Pilot shall have at least ten (10) hours of rest.
"""


@pytest.fixture
def contract(pilot_user: User, airline: Airline) -> PilotContract:
    """An uploaded text of two pages, not yet read."""
    terms = Terms(contract_type="cba", contract_version="2026", title="Agreement", effective_date=date(2026, 1, 1))
    upload = SimpleUploadedFile("agreement.txt", TEXT.encode())
    return contract_upload(actor=pilot_user, airline=airline, terms=terms, upload=upload)


def read(contract: PilotContract) -> ExtractionRun:
    run = extraction.extraction_request(actor=None, contract=contract)
    extraction.extraction_run(run_id=run.pk)
    run.refresh_from_db()
    return run


def stored(contract: PilotContract) -> tuple[list[Any], list[Any]]:
    definitions = contract.definitions.order_by("position").values_list("position", "term", "char_start")
    references = contract.references.order_by("position").values_list("position", "target", "char_start")
    return list(definitions), list(references)


@pytest.mark.django_db
def test_a_reading_stores_definitions_and_references_with_their_places(contract: PilotContract) -> None:
    read(contract)

    duty, pilot = contract.definitions.order_by("position")
    assert (duty.term, duty.aliases, duty.citation, duty.page) == ("Duty Period", ["DP"], "Section 2.A", 1)
    assert duty.wording == '"Duty Period" or "DP" means the time from report to release.'
    assert (pilot.term, pilot.scope_citation) == ("Pilot", "")
    found = contract.references.order_by("position").values_list(
        "citation", "target", "resolution", "target_page", "law_section"
    )
    assert list(found) == [
        ("Section 10.A", "Section 2.A", "found", 1, ""),
        ("Section 10.A", "14 CFR 117.25(b)", "law", None, "117.25"),
        ("Section 10.B", "Section 44", "not_found", None, ""),
        ("Section 10.B", "LOA 3", "outside", None, ""),
    ]
    for row in (duty, pilot, *contract.references.all()):
        assert TEXT[row.char_start : row.char_end] == row.quote


@pytest.mark.django_db
def test_reading_again_replaces_them_and_a_run_done_twice_changes_nothing(contract: PilotContract) -> None:
    run = read(contract)
    before, keys = stored(contract), set(contract.definitions.values_list("pk", flat=True))

    extraction.extraction_run(run_id=run.pk)
    after_same_run = set(contract.definitions.values_list("pk", flat=True))
    read(contract)

    assert after_same_run == keys
    assert stored(contract) == before
    assert not keys & set(contract.definitions.values_list("pk", flat=True))


@pytest.mark.django_db
def test_who_has_lost_the_run_writes_none(contract: PilotContract) -> None:
    run = extraction.extraction_request(actor=None, contract=contract)
    attempt = extraction._claimed(run.pk, "one")
    assert attempt is not None
    pages = list(extraction._read(run, attempt))
    extraction._claimed(run.pk, "one")

    with pytest.raises(extraction.LeaseLost):
        extraction._finish(run, attempt, pages, extract_proposals(pages))

    assert not ContractDefinition.objects.filter(contract=contract).exists()
    assert not ContractReference.objects.filter(contract=contract).exists()


@pytest.mark.django_db
def test_each_rule_finds_its_own_sentence(contract: PilotContract) -> None:
    read(contract)

    rule: ContractRule = contract.rules.get(citation="Section 10.A")

    inside = contract.references.filter(sentence_start__lte=rule.char_start, sentence_end__gt=rule.char_start)
    assert set(inside.values_list("target", flat=True)) == {"Section 2.A", "14 CFR 117.25(b)"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"term": ""}, "whole"),
        ({"wording": ""}, "whole"),
        ({"kind": "guess"}, "kind_known"),
        ({"page": 0}, "place_whole"),
        ({"box": [1.0, 2.0]}, "place_whole"),
        ({"char_end": 0}, "place_whole"),
        ({"quote": ""}, "place_whole"),
    ],
)
def test_the_database_refuses_half_a_definition(changes: dict[str, Any], constraint: str) -> None:
    contract = ContractFactory.create()

    with pytest.raises(IntegrityError, match=f"contract_definitions_{constraint}"), transaction.atomic():
        DefinitionFactory.create(contract=contract, **changes)

    assert not contract.definitions.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"target_page": None}, "found_has_page"),
        ({"outside": True, "target_page": 3}, "found_has_page"),
        ({"law_section": "117.25"}, "law_has_section"),
        ({"resolution": "guess", "target_page": None}, "resolution_known"),
        ({"target": ""}, "place_whole"),
        ({"sentence_start": 45}, "in_sentence"),
        ({"sentence_end": 40}, "in_sentence"),
    ],
)
def test_the_database_refuses_half_a_reference(changes: dict[str, Any], constraint: str) -> None:
    contract = ContractFactory.create()

    with pytest.raises(IntegrityError, match=f"contract_references_{constraint}"), transaction.atomic():
        ReferenceFactory.create(contract=contract, **changes)

    assert not contract.references.exists()


def test_the_command_prints_definitions_and_references_beside_the_rules(tmp_path: Path) -> None:
    path = tmp_path / "agreement.txt"
    path.write_text(TEXT, encoding="utf-8")
    out = StringIO()

    call_command("extract_document", str(path), "--json", stdout=out)

    answer = orjson.loads(out.getvalue())
    assert list(answer) == ["document", "rules", "warnings", "definitions", "references"]
    duty = answer["definitions"][0]
    assert (duty["term"], duty["aliases"], duty["scope"], duty["scope_citation"]) == (
        "Duty Period",
        ["DP"],
        "agreement",
        None,
    )
    assert set(duty["evidence"]) == set(answer["rules"][0]["evidence"])
    law = answer["references"][1]
    assert (law["target"], law["resolution"], law["law_section"]) == ("14 CFR 117.25(b)", "law", "117.25")
    assert law["law_rule_id"] == "FAR117_REST_30_IN_168"

"""The desk beside a rule: the defined terms of its wording, and where its sentence points to."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Airline, User
from contracts.admin.desk import review_address
from contracts.admin.passages import references_of, terms_of
from contracts.models import ContractRule, PilotContract
from tests.contracts.test_desk import REVIEW_QUERIES
from tests.factories import ContractFactory, DefinitionFactory, ReferenceFactory, RuleFactory


@pytest.fixture
def desk(client: Client, approver: User) -> Client:
    client.force_login(approver)
    return client


@pytest.fixture
def contract(airline: Airline) -> PilotContract:
    return ContractFactory.create(airline=airline, in_review=True)


@pytest.fixture
def rule(contract: PilotContract) -> ContractRule:
    """A Pilot's duty period shall not exceed fourteen (14) hours."""
    return RuleFactory.create(contract=contract, citation="Section 10.B.1")


def test_the_terms_of_the_wording_stand_beside_the_rule_with_their_definitions(
    desk: Client, contract: PilotContract, rule: ContractRule
) -> None:
    DefinitionFactory.create(contract=contract, term="Duty Period", aliases=["DP"], wording="time on duty", page=2)
    DefinitionFactory.create(contract=contract, term="Reserve", wording="not asked here")

    page = desk.get(review_address(contract)).content.decode()

    assert '<summary title="time on duty">Duty Period</summary>' in page
    assert "Also DP." in page
    assert f"rule={rule.pk}&amp;view=2" in page
    assert "not asked here" not in page


def test_terms_come_in_the_order_of_their_use_and_other_names_count(
    contract: PilotContract, rule: ContractRule
) -> None:
    hours = DefinitionFactory.create(contract=contract, term="Clock Time", aliases=["hours"])
    duty = DefinitionFactory.create(contract=contract, term="Duty Period")
    pilot = DefinitionFactory.create(contract=contract, term="Pilot")
    DefinitionFactory.create(contract=contract, term="Period")
    DefinitionFactory.create(contract=contract, term="Night", aliases=["WOCL"])

    assert terms_of(rule) == [pilot, duty, hours]


@pytest.mark.parametrize(
    ("scope", "holds"),
    [
        ("Section 10", True),
        ("Section 10.B", True),
        ("Section 10.B.1", True),
        ("Section 1", False),
        ("Section 10.B.10", False),
    ],
)
def test_a_definition_of_another_part_is_not_shown(
    contract: PilotContract, rule: ContractRule, scope: str, *, holds: bool
) -> None:
    DefinitionFactory.create(contract=contract, term="Pilot", scope_citation=scope)

    assert bool(terms_of(rule)) is holds


def test_the_definition_of_its_own_part_comes_before_that_of_the_whole(
    contract: PilotContract, rule: ContractRule
) -> None:
    whole = DefinitionFactory.create(contract=contract, term="Pilot")
    own = DefinitionFactory.create(contract=contract, term="Pilot", scope_citation="Section 10")

    assert terms_of(rule) == [own, whole]


def test_another_contracts_terms_and_references_stay_its_own(rule: ContractRule) -> None:
    DefinitionFactory.create(term="Pilot")
    ReferenceFactory.create()

    assert (terms_of(rule), references_of(rule)) == ([], [])


def test_the_references_of_the_sentence_are_links(desk: Client, contract: PilotContract, rule: ContractRule) -> None:
    ReferenceFactory.create(contract=contract, target="Section 3.F", target_page=2)
    ReferenceFactory.create(contract=contract, law=True)
    ReferenceFactory.create(contract=contract, outside=True)
    ReferenceFactory.create(
        contract=contract, target="Section 9.Z", sentence_start=0, sentence_end=20, char_start=5, char_end=9
    )

    page = desk.get(review_address(contract)).content.decode()

    assert f'rule={rule.pk}&amp;view=2">Section 3.F' in page
    law = reverse("regulations:detail", args=["FAR117_REST_30_IN_168"])
    assert f'<a class="desk-link" href="{law}" hx-boost="false">14 CFR 117.25(b)</a>' in page
    assert 'LOA 15 <span class="desk-muted">outside this document</span>' in page
    assert "Section 9.Z" not in page


@pytest.mark.parametrize(
    ("target", "section", "anchor"),
    [("14 CFR 117.25", "117.25", "#section-117-25"), ("14 CFR Part 117", "", "")],
)
def test_law_without_a_single_rule_leads_to_its_section_in_the_catalogue(
    client: Client, contract: PilotContract, rule: ContractRule, target: str, section: str, anchor: str
) -> None:
    ReferenceFactory.create(contract=contract, law=True, target=target, law_section=section)

    (link,) = references_of(rule)

    assert link.address == reverse("regulations:list") + anchor


def test_a_row_of_a_table_shows_only_the_references_within_it(contract: PilotContract) -> None:
    row = RuleFactory.create(contract=contract, parameters={"row": "Away"}, char_start=30, char_end=60)
    ReferenceFactory.create(contract=contract, target="Section 10.E", char_start=40, char_end=49)
    ReferenceFactory.create(contract=contract, target="Section 10.F", char_start=62, char_end=69)

    assert [link.target for link in references_of(row)] == ["Section 10.E"]


def test_a_rule_that_a_reviewer_added_has_terms_and_no_sentence(contract: PilotContract) -> None:
    added = RuleFactory.create(contract=contract, char_start=None, char_end=None)
    DefinitionFactory.create(contract=contract, term="Pilot")
    ReferenceFactory.create(contract=contract)

    assert [term.term for term in terms_of(added)] == ["Pilot"]
    assert references_of(added) == []


@pytest.mark.parametrize("count", [1, 5])
def test_terms_and_references_cost_the_same_queries_for_one_and_five(
    desk: Client, contract: PilotContract, rule: ContractRule, count: int, django_assert_num_queries: Any
) -> None:
    DefinitionFactory.create_batch(count, contract=contract, aliases=["duty period"])
    ReferenceFactory.create_batch(count, contract=contract)

    with django_assert_num_queries(REVIEW_QUERIES):
        desk.get(review_address(contract))

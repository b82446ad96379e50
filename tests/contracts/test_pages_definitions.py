"""The page of a contract's definitions: who reads it, searching and leafing through."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from contracts.browsing import RULES_PAGE_SIZE
from contracts.models import PilotContract
from tests.factories import ContractFactory, DefinitionFactory

pytestmark = pytest.mark.django_db
DEFINITIONS_QUERIES = 6


@pytest.fixture
def pilot(client: Client, pilot_user: User) -> Client:
    client.force_login(pilot_user)
    return client


@pytest.fixture
def contract(pilot_user: User) -> PilotContract:
    return ContractFactory.create(uploaded_by=pilot_user)


def address(contract: PilotContract) -> str:
    return reverse("contracts:definitions", args=[contract.pk])


def test_definitions_stand_by_term_in_the_documents_words(pilot: Client, contract: PilotContract) -> None:
    DefinitionFactory.create(contract=contract, term="Trip", wording="one or more duty periods", page=7)
    DefinitionFactory.create(contract=contract, term="Base", aliases=["Domicile"], scope_citation="Section 4")

    page = pilot.get(address(contract)).content.decode()

    assert page.index("Base") < page.index("Trip")
    assert "or Domicile" in page
    assert "one or more duty periods" in page
    assert "page 7" in page
    assert "for Section 4 only" in page


def test_the_contracts_page_leads_to_them_where_there_are_some(pilot: Client, contract: PilotContract) -> None:
    without = pilot.get(reverse("contracts:detail", args=[contract.pk])).content.decode()
    DefinitionFactory.create_batch(2, contract=contract)

    page = pilot.get(reverse("contracts:detail", args=[contract.pk])).content.decode()

    assert address(contract) not in without
    assert f'<a href="{address(contract)}">Definitions (2)</a>' in page


@pytest.mark.parametrize(("words", "found"), [("duty", ["Trip"]), ("dom", ["Base"]), ("trip", ["Trip"]), ("zzz", [])])
def test_a_search_looks_into_terms_other_names_and_wordings(
    pilot: Client, contract: PilotContract, words: str, found: list[str]
) -> None:
    DefinitionFactory.create(contract=contract, term="Trip", wording="a row of duty periods")
    DefinitionFactory.create(contract=contract, term="Base", aliases=["Domicile"], wording="where he lives")

    response = pilot.get(address(contract), {"q": words})

    assert [row.term for row in response.context["definitions"].rows] == found
    assert ("No definition fits this search." in response.content.decode()) is not bool(found)


def test_a_long_list_is_leafed_through_to_its_end(pilot: Client, contract: PilotContract) -> None:
    DefinitionFactory.create_batch(RULES_PAGE_SIZE + 3, contract=contract)

    first = pilot.get(address(contract), {"q": "term"}).context["definitions"]
    second = pilot.get(f"{address(contract)}?{first.next_query}").context["definitions"]

    terms = [row.term for row in (*first.rows, *second.rows)]
    assert terms == sorted(contract.definitions.values_list("term", flat=True))
    assert (len(first.rows), first.total) == (RULES_PAGE_SIZE, RULES_PAGE_SIZE + 3)
    assert (second.next_query, second.first_query) == ("", "q=term")


def test_a_contract_without_definitions_says_so(pilot: Client, contract: PilotContract) -> None:
    page = pilot.get(address(contract)).content.decode()

    assert "No definition was found in this document" in page


def test_others_do_not_learn_that_the_contract_is_there(pilot: Client) -> None:
    contract = ContractFactory.create()
    DefinitionFactory.create(contract=contract)

    assert pilot.get(address(contract)).status_code == 404


def test_whoever_is_not_signed_in_is_sent_to_do_so(client: Client, contract: PilotContract) -> None:
    response = client.get(address(contract))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("count", [1, 5])
def test_the_page_takes_as_many_queries_for_five_as_for_one(
    pilot: Client, contract: PilotContract, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    DefinitionFactory.create_batch(count, contract=contract)

    with django_assert_num_queries(DEFINITIONS_QUERIES):
        pilot.get(address(contract))

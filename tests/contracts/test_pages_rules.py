"""Reading rules: what binds a pilot today, searching and leafing through."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Airline, User
from contracts.browsing import RULES_PAGE_SIZE, in_force_for, rules_page
from contracts.lifecycle import Status
from contracts.models import ContractRule, ContractType, PilotContract, PilotContractAssignment
from contracts.publication.in_force import in_force_at
from contracts.services.publication import publication_refresh
from contracts.vocabulary import Category
from pilots.models import Pilot
from tests.factories import ContractFactory, PilotFactory, RuleFactory, UserFactory, walk

pytestmark = pytest.mark.django_db
MY_RULES_QUERIES = 8


@pytest.fixture
def pilot(client: Client, pilot_user: User) -> Client:
    client.force_login(pilot_user)
    return client


def active_with(airline: Airline, *titles: str, **fields: object) -> PilotContract:
    """An active contract with one accepted rule of each title."""
    contract: PilotContract = ContractFactory.create(airline=airline, **fields)
    for title in titles:
        RuleFactory.create(contract=contract, accepted=True, title=title)
    walk(contract, Status.ACTIVE)
    return contract


def my_rules(client: Client, **query: str) -> str:
    return client.get(reverse("contracts:my_rules"), query).content.decode()


def test_agreement_and_letters_in_force_bind_and_nothing_else(pilot: Client, airline: Airline) -> None:
    letter = ContractType.LETTER_OF_AGREEMENT
    active_with(airline, "Of the agreement")
    active_with(airline, "Of the letter", contract_type=letter)
    active_with(
        airline,
        "Of the future",
        contract_type=ContractType.POLICY,
        effective_date=airline.today() + timedelta(days=400),
    )
    active_with(PilotFactory.create().airline, "Of another airline")
    ContractFactory.create(airline=airline, approved=True, rules=1, title="Approved only")

    page = my_rules(pilot)

    assert ("Of the agreement" in page, "Of the letter" in page) == (True, True)
    assert not [words for words in ("Of the future", "Of another airline", "Approved only") if words in page]


def test_a_rejected_proposal_binds_nobody(pilot: Client, airline: Airline) -> None:
    contract = ContractFactory.create(airline=airline)
    RuleFactory.create(contract=contract, rejected=True, title="Not a rule")
    RuleFactory.create(contract=contract, corrected=True, title="A corrected rule")
    walk(contract, Status.ACTIVE)

    pages = [my_rules(pilot), pilot.get(reverse("contracts:rules", args=[contract.pk])).content.decode()]

    assert ["A corrected rule" in page for page in pages] == [True, True]
    assert ["Not a rule" in page for page in pages] == [False, False]


def test_an_assignment_goes_before_the_airlines_agreement(pilot_user: User, airline: Airline) -> None:
    older = active_with(airline, "Older", effective_date=date(2026, 1, 1), expiration_date=date(2099, 12, 31))
    person = Pilot.objects.get(user=pilot_user)
    PilotContractAssignment.objects.create(pilot=person, contract=older)

    in_force = in_force_for(pilot_user)

    assert in_force is not None
    assert (in_force.contract, in_force.supplements) == (older, [])


def test_the_page_and_the_api_name_the_same_contracts(pilot_user: User, airline: Airline) -> None:
    letter = ContractType.LETTER_OF_AGREEMENT
    ContractFactory.create(airline=airline, superseded=True, rules=1)
    active_with(airline, "Of the agreement", effective_date=date(2026, 2, 1))
    ContractFactory.create(airline=airline, superseded=True, rules=1, contract_type=letter)
    active_with(airline, "Of the policy", contract_type=ContractType.POLICY)
    publication_refresh()
    person = Pilot.objects.get(user=pilot_user)

    in_force = in_force_for(pilot_user)

    looked_up = in_force_at(airline_id=airline.pk, day=airline.today(), pilot_id=person.pk)
    assert in_force is not None
    assert [contract.pk for contract in in_force.everything] == [part.contract_id for part in looked_up.contracts]
    assert len(in_force.everything) == 3


def test_without_a_contract_the_page_says_what_to_do(pilot: Client) -> None:
    page = my_rules(pilot)

    assert "No contract of your airline is in force here" in page
    assert reverse("contracts:upload") in page
    assert reverse("regulations:list") in page


def test_who_is_no_pilot_is_told_so(client: Client) -> None:
    client.force_login(UserFactory.create())

    assert "Your account is not linked to an airline" in my_rules(client)


def test_a_rule_shows_limit_source_and_strength(pilot: Client, airline: Airline) -> None:
    contract = ContractFactory.create(airline=airline)
    RuleFactory.create(contract=contract, accepted=True, citation="Section 10.B.2", is_hard_constraint=False)
    walk(contract, Status.ACTIVE)

    page = " ".join(my_rules(pilot).split())

    assert "At most 14 hours per duty period" in page
    assert "Section 10.B.2 · page 1" in page
    assert "Soft limit" in page
    assert "A Pilot&#x27;s duty period shall not exceed fourteen (14) hours." in page


def test_search_subject_and_strength_narrow_the_rules(airline: Airline) -> None:
    contract = ContractFactory.create(airline=airline)
    duty = RuleFactory.create(contract=contract, title="Long duty", citation="Section 1")
    rest = RuleFactory.create(
        contract=contract,
        title="Rest",
        category=Category.REST.value,
        is_hard_constraint=False,
        citation="Section 12.C.3",
    )
    everything = ContractRule.objects.filter(contract=contract)

    def found(query: str) -> list[ContractRule]:
        return [card.rule for group in rules_page(everything, QueryDict(query)).groups for card in group.cards]

    assert found("q=long+DUTY") == [duty]
    assert found("q=12.C.3") == [rest]
    assert found("category=rest") == [rest]
    assert found("strength=hard") == [duty]
    assert found("category=nonsense&strength=odd&after=x") == [duty, rest]
    assert found("q=%00") == [duty, rest]
    assert found("q=100%25") == []


def test_rules_are_leafed_through_without_loss(airline: Airline) -> None:
    contract = ContractFactory.create(airline=airline)
    categories = [Category.DUTY.value, Category.REST.value]
    for place in range(RULES_PAGE_SIZE + 7):
        RuleFactory.create(contract=contract, category=categories[place % 2], position=place // 3)
    rules = ContractRule.objects.filter(contract=contract)

    first = rules_page(rules, QueryDict())
    second = rules_page(rules, QueryDict(first.next_query))

    seen = [card.rule.pk for page in (first, second) for group in page.groups for card in group.cards]
    assert seen == list(rules.order_by("category", "position", "id").values_list("pk", flat=True))
    assert [group.category for group in second.groups] == ["Rest"]
    assert (first.is_first, second.is_first, second.next_query) == (True, False, "")
    assert first.total == RULES_PAGE_SIZE + 7


@pytest.mark.parametrize("count", [1, 5])
def test_my_rules_takes_as_many_queries_for_five_rules_as_for_one(
    pilot: Client, airline: Airline, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    ContractFactory.create(airline=airline, active=True, rules=count)

    with django_assert_num_queries(MY_RULES_QUERIES):
        my_rules(pilot)

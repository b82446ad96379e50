"""The queue: what it shows, and which rule comes next."""

from decimal import Decimal

import pytest
from django.http import QueryDict
from django.test import Client

from accounts.models import Airline, User
from contracts.admin.desk import review_address
from contracts.admin.queue import WINDOW, QueueFilter, next_undecided, place_of
from contracts.models import ContractRule, PilotContract
from contracts.vocabulary import Category
from tests.factories import ContractFactory, RuleFactory


@pytest.fixture
def contract(airline: Airline) -> PilotContract:
    return ContractFactory.create(airline=airline, in_review=True)


def proposals(contract: PilotContract, count: int) -> list[ContractRule]:
    return [RuleFactory.create(contract=contract, position=position) for position in range(1, count + 1)]


@pytest.mark.parametrize(
    "query", ["decision=maybe", "category=weather", "page=-1", "page=99999999", "page=²", "confidence=high", "rule=x"]
)
def test_values_that_mean_nothing_narrow_nothing(query: str) -> None:
    narrowed = QueueFilter.from_query(QueryDict(query))

    assert narrowed == QueueFilter()


def test_a_filter_survives_its_own_address() -> None:
    narrowed = QueueFilter(decision="accepted", category=Category.REST.value, page=7, low_confidence=True)

    again = QueueFilter.from_query(QueryDict(narrowed.query(rule="x")))

    assert again == narrowed


def test_each_narrowing_leaves_the_rules_it_names(contract: PilotContract) -> None:
    plain, unsure, resting, elsewhere = proposals(contract, 4)
    ContractRule.objects.filter(pk=unsure.pk).update(parsing_confidence=Decimal("0.4"))
    ContractRule.objects.filter(pk=resting.pk).update(category=Category.REST.value)
    ContractRule.objects.filter(pk=elsewhere.pk).update(page=2)

    by_confidence = QueueFilter(low_confidence=True).rules(contract)
    by_category = QueueFilter(category=Category.REST.value).rules(contract)
    by_page = QueueFilter(page=1).rules(contract)

    assert list(by_confidence) == [unsure]
    assert list(by_category) == [resting]
    assert list(by_page) == [plain, unsure, resting]


def test_the_next_undecided_rule_follows_in_the_document_and_then_begins_anew(contract: PilotContract) -> None:
    first, second, third = proposals(contract, 3)

    after_first = next_undecided(contract, QueueFilter(), first)
    after_last = next_undecided(contract, QueueFilter(), third)

    assert (after_first, after_last) == (second.pk, first.pk)


def test_once_a_narrowed_queue_is_done_the_rest_of_the_contract_follows(contract: PilotContract) -> None:
    elsewhere, here = proposals(contract, 2)
    ContractRule.objects.filter(pk=here.pk).update(page=2)

    following = next_undecided(contract, QueueFilter(page=2), here)

    assert following == elsewhere.pk


def test_nothing_follows_the_last_undecided_rule(contract: PilotContract) -> None:
    (only,) = proposals(contract, 1)

    following = next_undecided(contract, QueueFilter(), only)

    assert following is None


def test_a_long_queue_is_shown_in_parts_around_the_rule(contract: PilotContract) -> None:
    rules = proposals(contract, WINDOW + 5)

    beginning = place_of(rules[0], QueueFilter().rules(contract))
    end = place_of(rules[-1], QueueFilter().rules(contract))

    assert (beginning.number, beginning.total, beginning.previous) == (1, WINDOW + 5, None)
    assert (len(beginning.window), beginning.later) == (WINDOW, rules[WINDOW].pk)
    assert (len(end.window), end.earlier, end.next) == (5, rules[WINDOW - 1].pk, None)


def test_the_screen_opens_at_the_first_undecided_rule_and_shows_the_asked_for_page(
    client: Client, approver: User, airline: Airline
) -> None:
    contract = ContractFactory.create(airline=airline, in_review=True, rules=1, proposals=1)
    waiting = contract.rules.get(decision="proposed")
    client.force_login(approver)

    opened = client.get(review_address(contract))
    turned = client.get(review_address(contract, view=2))

    assert opened.context["rule"] == waiting
    assert (opened.context["page"].number, turned.context["page"].number) == (1, 2)


@pytest.mark.parametrize("query", ["rule=nonsense&view=0&last=x", "view=99999999999999999999", "page=2&confidence=low"])
def test_addresses_that_lead_nowhere_show_the_screen_all_the_same(
    client: Client, approver: User, contract: PilotContract, query: str
) -> None:
    proposals(contract, 1)
    client.force_login(approver)

    answer = client.get(f"{review_address(contract)}?{query}")

    assert answer.status_code == 200

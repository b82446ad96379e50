"""The queue: what it shows, and which rule comes next."""

from decimal import Decimal

import pytest
from django.http import QueryDict
from django.test import Client

from accounts.models import Airline, User
from contracts.admin.desk import review_address
from contracts.admin.queue import (
    WINDOW,
    Entry,
    QueueFilter,
    entries_of,
    facets_of,
    next_undecided,
    place_of,
    section_of,
)
from contracts.lifecycle import Status
from contracts.models import ContractRule, PilotContract
from contracts.vocabulary import Category
from tests.factories import ContractFactory, RuleFactory, walk


@pytest.fixture
def contract(airline: Airline) -> PilotContract:
    return ContractFactory.create(airline=airline, in_review=True)


def proposals(contract: PilotContract, count: int) -> list[ContractRule]:
    return [RuleFactory.create(contract=contract, position=position) for position in range(1, count + 1)]


def entry(contract: PilotContract, rule: ContractRule) -> Entry:
    return next(one for one in entries_of(contract) if one.pk == rule.pk)


def kept(contract: PilotContract, queue: QueueFilter) -> list[ContractRule]:
    return [ContractRule.objects.get(pk=one.pk) for one in queue.narrow(entries_of(contract))]


@pytest.mark.parametrize(
    "query",
    [
        "decision=maybe",
        "category=weather",
        "page=-1",
        "page=99999999",
        "page=²",
        "confidence=high",
        "changed=no",
        "rule=x",
    ],
)
def test_values_that_mean_nothing_narrow_nothing(query: str) -> None:
    narrowed = QueueFilter.from_query(QueryDict(query))

    assert narrowed == QueueFilter()


def test_a_filter_survives_its_own_address() -> None:
    narrowed = QueueFilter("accepted", Category.REST.value, "Section 3 & 4", 7, low_confidence=True, changed=True)

    again = QueueFilter.from_query(QueryDict(narrowed.query(rule="x")))

    assert again == narrowed


def test_each_narrowing_leaves_the_rules_it_names(contract: PilotContract) -> None:
    plain, unsure, resting, elsewhere = proposals(contract, 4)
    ContractRule.objects.filter(pk=unsure.pk).update(parsing_confidence=Decimal("0.4"))
    ContractRule.objects.filter(pk=resting.pk).update(category=Category.REST.value)
    ContractRule.objects.filter(pk=elsewhere.pk).update(page=2)

    by_confidence = kept(contract, QueueFilter(low_confidence=True))
    by_category = kept(contract, QueueFilter(category=Category.REST.value))
    by_page = kept(contract, QueueFilter(page=1))

    assert by_confidence == [unsure]
    assert by_category == [resting]
    assert by_page == [plain, unsure, resting]


@pytest.mark.parametrize(
    ("citation", "section"),
    [
        ("Section 3.E.1.d.(1)", "Section 3"),
        ("Section 3, Appendix A", "Section 3"),
        ("LOA 15 ¶2", "LOA 15"),
        ("Page 4, item 2", "Page 4"),
        ("", ""),
    ],
)
def test_a_citation_begins_with_its_section(citation: str, section: str) -> None:
    assert section_of(citation) == section


def test_filters_are_combined_and_each_choice_says_what_it_would_leave(contract: PilotContract) -> None:
    first, second, third, fourth = proposals(contract, 4)
    ContractRule.objects.filter(pk__in=[first.pk, second.pk]).update(citation="Section 3.A")
    ContractRule.objects.filter(pk__in=[third.pk, fourth.pk]).update(citation="Section 4.B")
    ContractRule.objects.filter(pk__in=[first.pk, third.pk]).update(parsing_confidence=Decimal("0.4"))
    queue = QueueFilter(section="Section 3", low_confidence=True)

    facets = facets_of(entries_of(contract), queue)

    assert kept(contract, queue) == [first]
    assert facets.sections == {"Section 3": 1, "Section 4": 1}
    assert (facets.low, facets.decisions["proposed"], facets.decisions["all"]) == (1, 1, 1)


def test_rules_that_differ_from_the_active_contract_are_told_from_those_that_do_not(airline: Airline) -> None:
    active = ContractFactory.create(airline=airline, rules=0)
    for rule_id in ("same", "other-value", "other-words", "without-limit"):
        RuleFactory.create(contract=active, rule_id=rule_id, accepted=True)
    none = {"metric": None, "operator": None, "value": None, "unit": None, "period": None}
    ContractRule.objects.filter(contract=active, rule_id="without-limit").update(**none)
    walk(active, Status.ACTIVE)
    contract = ContractFactory.create(airline=airline, in_review=True)
    for rule_id in ("same", "other-value", "other-words", "without-limit", "new"):
        RuleFactory.create(contract=contract, rule_id=rule_id)
    ContractRule.objects.filter(contract=contract, rule_id="other-value").update(value=Decimal(12))
    ContractRule.objects.filter(contract=contract, rule_id="other-words").update(rule_text="Other words.")
    ContractRule.objects.filter(contract=contract, rule_id="without-limit").update(**none)

    changed = QueueFilter(changed=True).narrow(entries_of(contract, active.pk))

    ids = {contract.rules.get(pk=one.pk).rule_id for one in changed}
    assert ids == {"other-value", "other-words", "new"}


def test_the_screen_offers_the_comparison_only_where_a_contract_is_active(
    client: Client, approver: User, airline: Airline
) -> None:
    ContractFactory.create(airline=airline, active=True, rules=1)
    agreement = ContractFactory.create(airline=airline, in_review=True, proposals=1)
    letter = ContractFactory.create(airline=airline, in_review=True, proposals=1, contract_type="loa")
    client.force_login(approver)

    beside_active = client.get(review_address(agreement)).content.decode()
    alone = client.get(review_address(letter)).content.decode()

    assert "Changed since the active version (1)" in beside_active
    assert "Changed since the active version" not in alone


def test_the_next_undecided_rule_follows_in_the_document_and_then_begins_anew(contract: PilotContract) -> None:
    first, second, third = proposals(contract, 3)

    after_first = next_undecided(entries_of(contract), QueueFilter(), entry(contract, first))
    after_last = next_undecided(entries_of(contract), QueueFilter(), entry(contract, third))

    assert after_first is not None
    assert after_last is not None
    assert (after_first.pk, after_last.pk) == (second.pk, first.pk)


def test_once_a_narrowed_queue_is_done_the_rest_of_the_contract_follows(contract: PilotContract) -> None:
    elsewhere, here = proposals(contract, 2)
    ContractRule.objects.filter(pk=here.pk).update(page=2)

    following = next_undecided(entries_of(contract), QueueFilter(page=2), entry(contract, here))

    assert following is not None
    assert following.pk == elsewhere.pk


def test_nothing_follows_the_last_undecided_rule(contract: PilotContract) -> None:
    (only,) = proposals(contract, 1)

    following = next_undecided(entries_of(contract), QueueFilter(), entry(contract, only))

    assert following is None


def test_a_long_queue_is_shown_in_parts_around_the_rule(contract: PilotContract) -> None:
    rules = proposals(contract, WINDOW + 5)

    beginning = place_of(entry(contract, rules[0]), entries_of(contract))
    end = place_of(entry(contract, rules[-1]), entries_of(contract))

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

"""The search page, and the pages that its results lead to."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Airline, User
from contracts.lifecycle import Status
from contracts.models import ContractPage, ContractRule, PilotContract
from regulations.services import catalogue_load
from tests.contracts.searchers import READERS, SEARCHERS, WITHIN
from tests.factories import ContractFactory, RuleFactory, walk

pytestmark = pytest.mark.django_db
PAGE_QUERIES = 9
PEOPLE = [name for name in SEARCHERS if "client" not in name]


@pytest.fixture
def pilot(client: Client, pilot_user: User) -> Client:
    client.force_login(pilot_user)
    return client


@pytest.fixture
def contract(airline: Airline) -> PilotContract:
    """In force, with a rule and a page that both hold something hostile."""
    found: PilotContract = ContractFactory.create(airline=airline, title="The agreement")
    RuleFactory.create(
        contract=found,
        accepted=True,
        title="Minimum <i>rest</i>",
        citation="Section 12.C.3",
        rule_text="Rest <script>alert(1)</script> is & stays ten hours.",
    )
    ContractPage.objects.filter(contract=found, number=1).update(text="Hotels: <script>alert(2)</script> & rest.")
    walk(found, Status.ACTIVE)
    return found


def searched(client: Client, query: dict[str, str] | None = None, *, typing: bool = False, **words: str) -> str:
    headers = {"HX-Request": "true"} if typing else {}
    response = client.get(reverse("contracts:search"), {**words, **(query or {})}, headers=headers)
    assert response.status_code == 200
    assert "HX-Request" in response["Vary"]
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_page_asks_first(pilot: Client, contract: PilotContract) -> None:
    page = searched(pilot)

    assert "Type what you look for." in page
    assert 'role="search"' in page
    assert "rule--found" not in page


def test_a_rule_is_found_marked_and_led_to(pilot: Client, contract: PilotContract) -> None:
    rule = contract.rules.get()

    page = searched(pilot, q="rest")

    assert "1 result for “rest”." in page
    assert reverse("contracts:rule", args=[contract.pk, rule.pk]) in page
    assert "Minimum &lt;i&gt;<mark>rest</mark>&lt;/i&gt;" in page
    assert "<mark>Rest</mark> &lt;script&gt;alert(1)&lt;/script&gt; is &amp; stays" in page
    assert "alert(1)</script>" not in page


def test_a_page_of_a_document_is_found_marked_and_led_to(pilot: Client, contract: PilotContract) -> None:
    page = searched(pilot, q="hotel", query={"in": "text"})

    assert "<mark>Hotels</mark>: &lt;script&gt;alert(2)&lt;/script&gt; &amp; rest." in page
    assert f"{reverse('contracts:document_page', args=[contract.pk, 1])}?q=hotel" in page


def test_while_typing_only_the_results_are_sent(pilot: Client, contract: PilotContract) -> None:
    answer = searched(pilot, typing=True, q="minim")

    assert "<html" not in answer
    assert 'id="search-status"' in answer
    assert "<mark>Minimum</mark>" in answer


def test_misspelt_words_are_told_apart(pilot: Client, contract: PilotContract) -> None:
    page = searched(pilot, q="minimun ")

    assert 'Showing results for <b><a href="?q=minimum">minimum</a></b>; nothing has <q>minimun</q>.' in page
    assert "<mark>Minimum</mark>" in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"q": "zzzz"}, "Nothing fits “zzzz”."),
        ({"q": "<b>zz</b>"}, "Nothing fits “&lt;b&gt;zz&lt;/b&gt;”."),
        ({"q": '"'}, "There is no word in this."),
        ({"q": "\0"}, "Type what you look for."),
        ({"q": "x" * 5000}, "Nothing fits"),
        ({"q": "rest", "contract": "x", "category": "x", "strength": "x", "source": "x", "in": "x"}, "1 result"),
        ({"q": "rest", "after": "x"}, "1 result"),
        ({"q": "rest", "after": "WzEsMiwzLDRd"}, "1 result"),
        ({"q": "rest", "strength": "soft"}, "Nothing fits"),
        ({"q": "rest", "category": "pay_guarantee"}, "Nothing fits"),
        ({"q": "rest", "source": "far117"}, "Nothing fits"),
    ],
)
def test_any_query_is_answered_in_words(
    pilot: Client, contract: PilotContract, query: dict[str, str], said: str
) -> None:
    assert said in searched(pilot, query)


def test_the_law_is_found_and_led_to(pilot: Client) -> None:
    catalogue_load()

    page = searched(pilot, q="117.25(b)", source="far117")

    assert re.search(r'href="/regulations/[^"]*FAR117_', page)


def test_who_reads_several_airlines_contracts_may_choose_one(client: Client, administrator: User) -> None:
    first, second = (ContractFactory.create(title=title, active=True, rules=1) for title in ("First", "Second"))
    client.force_login(administrator)

    both = searched(client, q="fourteen", source="contract")
    one = searched(client, q="fourteen", airline=first.airline.code)
    unknown = searched(client, q="fourteen", airline="ZZZ", source="contract")

    assert (both.count("rule--found"), one.count("rule--found"), unknown.count("rule--found")) == (2, 1, 2)
    assert f'<option value="{first.airline.code}" selected>' in one
    assert f'<option value="{second.airline.code}" >' in one


def test_who_reads_one_airlines_contracts_is_not_asked_for_an_airline(pilot: Client, contract: PilotContract) -> None:
    ContractFactory.create(active=True)

    assert "search-airline" not in searched(pilot, q="rest")


def test_what_was_meant_is_asked_by_a_link_with_the_same_filters(pilot: Client, contract: PilotContract) -> None:
    page = searched(pilot, {"q": "Minimun -zzzz", "strength": "hard"})

    assert '<a href="?q=minimum+-zzzz&amp;strength=hard">minimum -zzzz</a>' in page


def test_a_page_of_a_document_marks_what_was_taken_for_a_misspelt_word(pilot: Client, contract: PilotContract) -> None:
    found = searched(pilot, q="hottel", query={"in": "text"})
    address = re.search(r'href="([^"]+/1/\?q=hottel[^"]*)"', found)
    assert address
    page = pilot.get(address[1].replace("&amp;", "&")).content.decode()

    assert "<mark>Hotels</mark>" in page


def test_results_are_leafed_through(pilot: Client, airline: Airline) -> None:
    contract = ContractFactory.create(airline=airline, active=True, rules=23)

    first = searched(pilot, q="fourteen")
    following = re.search(r'href="(\?[^"]+)">More results', first)
    assert following
    second = pilot.get(reverse("contracts:search") + following[1].replace("&amp;", "&")).content.decode()

    assert "The best 20 for “fourteen”." in first
    assert (first.count("rule--found"), second.count("rule--found")) == (20, 3)
    assert contract.rules.count() == 23


@pytest.mark.parametrize("count", [1, 19])
@pytest.mark.parametrize("where", ["rules", "text"])
def test_a_search_takes_as_many_queries_for_one_result_as_for_many(
    pilot: Client, airline: Airline, django_assert_num_queries: DjangoAssertNumQueries, count: int, where: str
) -> None:
    contract = ContractFactory.create(airline=airline, active=True, rules=count, page_count=count)
    ContractPage.objects.filter(contract=contract).update(text="Fourteen hours.")

    with django_assert_num_queries(PAGE_QUERIES - (where == "text") * 2):
        page = searched(pilot, q="fourteen", query={"in": where})

    assert page.count("rule--found") == count


@pytest.mark.parametrize(
    ("state", "finders"),
    [(Status.DRAFT, {"uploader", "administrator"}), (Status.IN_REVIEW, WITHIN), (Status.ACTIVE, READERS)],
)
@pytest.mark.parametrize("who", PEOPLE)
def test_who_sees_what_of_a_contract(client: Client, state: Status, finders: set[str], who: str) -> None:
    contract = ContractFactory.create(title="Their agreement", rules=1)
    ContractPage.objects.filter(contract=contract, number=1).update(text="Their hotel.")
    walk(contract, state)
    person = SEARCHERS[who](contract)
    assert isinstance(person, User)
    client.force_login(person)
    rule = ContractRule.objects.get(contract=contract)

    page = searched(client, q="hotel", query={"in": "text"})
    rule_page = client.get(reverse("contracts:rule", args=[contract.pk, rule.pk]))
    text_page = client.get(reverse("contracts:document_page", args=[contract.pk, 1]))

    may = who in finders
    assert ("<mark>hotel</mark>" in page, "Their agreement" in page) == (may, may)
    assert {rule_page.status_code, text_page.status_code} == {200 if may else 404}


@pytest.mark.parametrize("name", ["search", "rule", "document_page"])
def test_strangers_sign_in_first(client: Client, contract: PilotContract, name: str) -> None:
    further: dict[str, list[object]] = {
        "rule": [contract.pk, contract.rules.get().pk],
        "document_page": [contract.pk, 1],
    }

    response = client.get(reverse(f"contracts:{name}", args=further.get(name, [])))

    assert response.status_code == 302
    assert "/login/" in response["Location"]


def test_a_rejected_rule_is_shown_within_the_review_alone(client: Client, airline: Airline, pilot_user: User) -> None:
    contract = ContractFactory.create(airline=airline)
    rule = RuleFactory.create(contract=contract, rejected=True)
    walk(contract, Status.ACTIVE)
    address = reverse("contracts:rule", args=[contract.pk, rule.pk])

    client.force_login(pilot_user)
    by_pilot = client.get(address)
    client.force_login(contract.uploaded_by)
    by_uploader = client.get(address)

    assert (by_pilot.status_code, by_uploader.status_code) == (404, 200)


def test_a_page_of_a_document_is_text_with_marks(pilot: Client, contract: PilotContract) -> None:
    page = pilot.get(reverse("contracts:document_page", args=[contract.pk, 1]), {"q": "hotel"}).content.decode()

    assert "<mark>Hotels</mark>: &lt;script&gt;alert(2)&lt;/script&gt; &amp; rest." in page
    assert reverse("contracts:document_page", args=[contract.pk, 2]) in page


@pytest.mark.parametrize("number", [0, 3, 99_999_999_999_999_999_999])
def test_other_pages_are_not_found(pilot: Client, contract: PilotContract, number: int) -> None:
    assert pilot.get(reverse("contracts:document_page", args=[contract.pk, number])).status_code == 404

"""The public pages of the law."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from regulations.far117.loading import catalogue
from regulations.models import RegulatoryRule

LIST = "/regulations/"
TABLES = "/regulations/tables/"


def test_the_list_shows_every_rule_under_its_section(client: Client, law: None) -> None:
    page = client.get(LIST).content.decode()

    for section in catalogue().sections:
        assert f"{section.number} {section.title}" in page
    for rule in catalogue().rules:
        assert f'href="/regulations/{rule.rule_id}/"' in page


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ({"category": "rest"}, "FAR117_REST_10H", "FAR117_FDP_168H"),
        ({"q": "acclimates"}, "FAR117_REST_NEW_THEATER", "FAR117_REST_10H"),
        ({"computed": "false"}, "FAR117_FRMS", "FAR117_REST_10H"),
    ],
)
def test_the_list_can_be_filtered(client: Client, law: None, query: dict[str, str], shown: str, hidden: str) -> None:
    page = client.get(LIST, query).content.decode()

    assert f"/regulations/{shown}/" in page
    assert f"/regulations/{hidden}/" not in page
    assert "Show all" in page


def test_what_was_typed_stays_in_the_filter(client: Client, law: None) -> None:
    page = client.get(LIST, {"q": '"sleep" <b>', "category": "rest"}).content.decode()

    assert 'value="&quot;sleep&quot; &lt;b&gt;"' in page
    assert '<option value="rest" selected>' in page
    assert "No rule matches." in page


def test_a_filter_that_makes_no_sense_says_so_and_shows_all(client: Client, law: None) -> None:
    answer = client.get(LIST, {"category": "weather", "q": "a\x00"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Select a valid choice" in page
    assert "/regulations/FAR117_FDP_168H/" in page


def test_an_empty_catalogue_says_how_to_load_it(client: Client, db: None) -> None:
    assert "load_regulations" in client.get(LIST).content.decode()
    assert "load_regulations" in client.get(TABLES).content.decode()


def test_each_rule_has_a_page(client: Client, law: None) -> None:
    for rule in catalogue().rules:
        answer = client.get(f"/regulations/{rule.rule_id}/")

        page = answer.content.decode()
        assert answer.status_code == 200
        assert rule.citation in page
        assert f"https://www.ecfr.gov/current/title-14/section-{rule.section}" in page


def test_a_rule_of_a_table_leads_to_it(client: Client, law: None) -> None:
    page = client.get("/regulations/FAR117_FDP_UNAUGMENTED/").content.decode()

    assert 'href="/regulations/tables/#table-B"' in page


@pytest.mark.parametrize("rule_id", ["FAR117_NOTHING", "FAR117_FRMS"])
def test_a_rule_that_is_not_in_force_has_no_page(client: Client, law: None, rule_id: str) -> None:
    RegulatoryRule.objects.filter(rule_id="FAR117_FRMS").update(is_active=False)

    assert client.get(f"/regulations/{rule_id}/").status_code == 404


def test_the_tables_are_listed_and_drawn(client: Client, law: None) -> None:
    page = client.get(TABLES).content.decode()

    assert page.count("<svg viewBox") == 3
    assert page.count("<polyline") == 1 + 7 + 6
    assert page.count('<td class="number">') == 3 + 70 + 30
    assert page.count('<td class="number">18.5</td>') == 2
    for letter in "ABC":
        assert f'id="table-{letter}"' in page


@pytest.mark.parametrize("count", [1, 5])
def test_the_list_takes_one_query_however_many_rules(
    client: Client, make_rules: Callable[[int], None], django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    make_rules(count)

    with django_assert_num_queries(1):
        page = client.get(LIST).content.decode()

    assert page.count('class="rule"') == count


def test_the_tables_take_one_query(
    client: Client, law: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        client.get(TABLES)


@pytest.mark.parametrize("address", [LIST, TABLES, "/regulations/FAR117_FRMS/"])
def test_pages_are_only_read(client: Client, law: None, address: str) -> None:
    assert client.post(address).status_code == 405

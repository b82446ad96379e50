"""Search over rules: words, phrases, spelling, order, marks, and who finds what."""

import json
from datetime import timedelta

import pytest
from django.contrib.postgres.search import SearchQuery
from django.db import connection, transaction
from rest_framework.test import APIClient

from accounts.models import Airline, User
from config.search.asking import question_of
from config.search.matching import ranked
from contracts.lifecycle import Status
from contracts.models import ContractRule, PilotContract, RuleSearchEntry
from regulations.models import RegulatoryRule
from regulations.services import catalogue_load
from tests.accounts.callers import calling_as
from tests.contracts.searchers import READERS, SEARCHERS, WITHIN
from tests.factories import ContractFactory, RuleFactory, walk
from tests.owner import owning

pytestmark = pytest.mark.django_db
RULES = "/api/v1/rules/"

WORDINGS = {
    "rest": (
        "Minimum rest",
        "Section 12.C.3",
        "A Pilot shall receive a minimum rest of ten (10) hours between duties.",
    ),
    "reserve": (
        "Reserve callout",
        "Section 12.C.4",
        "Rest periods of reserves on long call are no less than the minimum.",
    ),
    "letter": ("Deadhead", "LOA 14, A.1", "See LOA 14: an FDP that was extended is acclimated to the theater."),
    "section": ("Callout", "Section 10.A", "The Company phones; <script>alert('rest & <b>')</script> is noted."),
}


def rules_of_wordings(contract: PilotContract) -> None:
    for name, (title, citation, text) in WORDINGS.items():
        RuleFactory.create(
            contract=contract, accepted=True, rule_id=name, title=title, citation=citation, rule_text=text
        )


@pytest.fixture
def contract(airline: Airline) -> PilotContract:
    """In force, with a rule of each wording."""
    found: PilotContract = ContractFactory.create(airline=airline)
    rules_of_wordings(found)
    walk(found, Status.ACTIVE)
    return found


@pytest.fixture
def pilot(pilot_user: User, contract: PilotContract) -> APIClient:
    return calling_as(pilot_user)


def found(client: APIClient, **asked: str) -> list[str]:
    response = client.get(RULES, asked)
    assert response.status_code == 200, response.content
    return [rule["rule_id"] for rule in response.json()["results"]]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("minimum rest", {"rest", "reserve"}),
        ("REST Minimums", {"rest", "reserve"}),
        ('"minimum rest"', {"rest"}),
        ('"rest period"', {"reserve"}),
        ('"rest of ten"', {"rest"}),
        ('"rest in ten"', set()),
        ("minimum -reserve", {"rest"}),
        ('minimum -"long call"', {"rest"}),
        ("-minimum", set()),
        ("acclimat*", {"letter"}),
        ("reserv*", {"reserve"}),
        ("12.C.3", {"rest"}),
        ("12.C", {"rest", "reserve"}),
        ("12.C*", {"rest", "reserve"}),
        ("12-c-4", {"reserve"}),
        ("10.A", {"section"}),
        ("10.B", set()),
        ("LOA 14", {"letter"}),
        ("fdp", {"letter"}),
        ("what is the minimum rest", {"rest", "reserve"}),
        ("script", {"section"}),
        ("of the", {"reserve"}),
    ],
)
def test_words_phrases_beginnings_and_codes_find_rules(pilot: APIClient, typed: str, expected: set[str]) -> None:
    results = pilot.get(RULES, {"q": typed}).json()["results"]

    assert {rule["rule_id"] for rule in results if rule["found"]["match"] == "words"} == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("minimun rest", {"rest", "reserve"}),
        ("deadhaed", {"letter"}),
        ("perods reservs", {"reserve"}),
        ("acclimatd theater", {"letter"}),
        ("minimun rest -reserve", {"rest"}),
        ("what is the minimun rest", {"rest", "reserve"}),
        ("minimun 14", set()),
        ("loa 14 aclimated", {"letter"}),
        ("zzzzqqq", set()),
    ],
)
def test_misspelt_words_find_what_looks_like_them(pilot: APIClient, typed: str, expected: set[str]) -> None:
    results = pilot.get(RULES, {"q": typed}).json()["results"]

    assert {rule["rule_id"] for rule in results} == expected
    assert {rule["found"]["match"] for rule in results} <= {"spelling"}


def test_spelling_is_not_asked_where_words_find(pilot: APIClient) -> None:
    results = pilot.get(RULES, {"q": "minimum"}).json()["results"]

    assert [rule["found"]["match"] for rule in results] == ["words", "words"]


def test_the_best_come_first(airline: Airline, pilot_user: User) -> None:
    contract = ContractFactory.create(airline=airline)
    texts = {
        "far-apart": ("Pay", "", "Rest is paid. " + "Other words stand between. " * 20 + "Augmented crews too."),
        "described": ("Pay", "Augmented rest.", "Something else."),
        "worded": ("Pay", "", "Augmented rest is given."),
        "titled": ("Augmented rest", "", "Something else."),
    }
    for name, (title, description, text) in texts.items():
        RuleFactory.create(
            contract=contract,
            accepted=True,
            rule_id=name,
            title=title,
            description=description,
            rule_text=text,
            citation="1",
        )
    walk(contract, Status.ACTIVE)

    results = calling_as(pilot_user).get(RULES, {"q": "augmented rest"}).json()["results"]

    ranks = [rule["found"]["rank"] for rule in results]
    assert [rule["rule_id"] for rule in results] == ["titled", "described", "worded", "far-apart"]
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == 4


def test_equal_ranks_stand_by_id(airline: Airline, pilot_user: User) -> None:
    contract = ContractFactory.create(airline=airline)
    rules = RuleFactory.create_batch(5, contract=contract, accepted=True, citation="Section 1")
    walk(contract, Status.ACTIVE)

    results = calling_as(pilot_user).get(RULES, {"q": "fourteen"}).json()["results"]

    assert [rule["id"] for rule in results] == sorted(str(rule.pk) for rule in rules)


def test_marks_are_segments_of_the_text_as_it_was_written(pilot: APIClient) -> None:
    rule = pilot.get(RULES, {"q": "rest script"}).json()["results"][0]

    snippet = rule["found"]["snippet"]
    assert "".join(segment["text"] for segment in snippet) == rule["rule_text"] == WORDINGS["section"][2]
    assert [segment["text"] for segment in snippet if segment["hit"]] == ["script", "rest", "script"]


def test_marks_of_misspelt_words_are_what_looks_like_them(pilot: APIClient) -> None:
    (rule,) = pilot.get(RULES, {"q": "minimun rest -reserve"}).json()["results"]

    marked = [segment["text"] for segment in rule["found"]["title"] if segment["hit"]]
    assert marked == ["Minimum", "rest"]


def test_where_no_rule_text_holds_it_the_description_is_shown(airline: Airline, pilot_user: User) -> None:
    contract = ContractFactory.create(airline=airline)
    RuleFactory.create(contract=contract, accepted=True, description="About hotels only.")
    walk(contract, Status.ACTIVE)

    (rule,) = calling_as(pilot_user).get(RULES, {"q": "hotel"}).json()["results"]

    assert [segment["text"] for segment in rule["found"]["snippet"]] == ["About ", "hotels", " only."]


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        '"rest',
        "'",
        "\\",
        "& | !",
        "rest & | ! ( )",
        "rest:*A <-> x",
        "((((",
        "-",
        "--rest",
        "*",
        "%",
        "the",
        '"the"*',
        "\u2028 \u200b",
        "٣ 規則 ñandú",
        "1e5 -1e5",
        "x" * 200,
        "a " * 100,
        "'; DROP TABLE contract_rules; --",
        "{0}%s%(a)s",
    ],
)
def test_odd_searches_are_answered(pilot: APIClient, typed: str) -> None:
    assert pilot.get(RULES, {"q": typed}).status_code == 200


@pytest.mark.parametrize("typed", ["a\0b", "x" * 201, "x" * 10_000, ""])
def test_searches_that_are_none_are_refused_in_words(pilot: APIClient, typed: str) -> None:
    response = pilot.get(RULES, {"q": typed})

    assert response.status_code == 400
    assert [error["pointer"] for error in response.json()["errors"]] == ["/q"]


@pytest.mark.parametrize(
    "cursor", ["x", "%00", "bnVsbA==", "WzEsMiwzLDRd", "WyJ3b3JkcyIsICJOYU4iLCAiYSIsIDBd", "A" * 500, "ä"]
)
def test_cursors_that_were_not_made_here_are_not_found(pilot: APIClient, cursor: str) -> None:
    assert pilot.get(RULES, {"q": "rest", "cursor": cursor}).status_code == 404


def test_filters_narrow(pilot: APIClient, contract: PilotContract, airline: Airline) -> None:
    other = ContractFactory.create(airline=airline, contract_type="loa")
    RuleFactory.create(
        contract=other,
        accepted=True,
        rule_id="other",
        category="rest",
        title="Minimum rest",
        is_hard_constraint=False,
        rule_text="Minimum rest.",
    )
    walk(other, Status.ACTIVE)
    before = (contract.effective_date - timedelta(days=1)).isoformat()

    assert set(found(pilot, q="minimum")) == {"rest", "reserve", "other"}
    assert found(pilot, q="minimum", category="rest") == ["other"]
    assert found(pilot, q="minimum", hard="false") == ["other"]
    assert found(pilot, q="minimum", contract=str(other.pk)) == ["other"]
    assert found(pilot, q="minimum", contract=str(other.pk), airline="TST") == ["other"]
    assert found(pilot, q="minimum", contract=str(other.pk), as_of=before) == []
    assert found(pilot, contract=str(other.pk)) == ["other"]
    assert found(pilot, q="minimum", as_of=before) == []
    assert pilot.get(RULES, {"q": "minimum", "airline": "ZZZ"}).status_code == 404


def test_the_law_is_found_beside_contracts_and_apart(pilot: APIClient) -> None:
    catalogue_load()

    both = pilot.get(RULES, {"q": "rest", "page_size": "200"}).json()["results"]
    law = pilot.get(RULES, {"q": "rest", "source": "far117", "page_size": "200"}).json()["results"]

    assert {rule["source"] for rule in both} == {"contract", "far117"}
    assert {rule["source"] for rule in law} == {"far117"}
    assert set(found(pilot, q="rest", source="contract")) == {"rest", "reserve", "section"}
    assert found(pilot, q="rest", source="far117", airline="TST") == []
    assert found(pilot, q="rest", source="far117", hard="false") == []
    assert found(pilot, q="rest", source="far117", as_of="2010-01-01") == []
    assert {rule["source"] for rule in pilot.get(RULES).json()["results"]} == {"contract"}
    assert len(pilot.get(RULES, {"source": "far117"}).json()["results"]) == RegulatoryRule.objects.count()
    assert {"117.25"} == {rule["citation"][7:13] for rule in pilot.get(RULES, {"q": "117.25"}).json()["results"][:3]}


def test_a_rule_of_law_has_the_shape_of_the_lookups(pilot: APIClient) -> None:
    catalogue_load()
    with connection.cursor() as cursor:
        cursor.execute("SELECT rules FROM written_regulations")
        (written,) = cursor.fetchone()

    results = pilot.get(RULES, {"q": "rest -minimum", "source": "far117"}).json()["results"]

    assert results
    for rule in results:
        rule.pop("found")
        assert rule in json.loads(written)


@pytest.mark.parametrize(
    ("status", "finders"),
    [
        (Status.DRAFT, {"uploader", "administrator"}),
        (Status.IN_REVIEW, WITHIN),
        (Status.APPROVED, WITHIN),
        (Status.ACTIVE, READERS),
        (Status.RETIRED, READERS),
    ],
)
@pytest.mark.parametrize("who", SEARCHERS)
def test_who_finds_the_rules_of_a_contract_by_its_status(status: Status, finders: set[str], who: str) -> None:
    contract = ContractFactory.create()
    rules_of_wordings(contract)
    RuleFactory.create(contract=contract, rejected=True, rule_id="rejected", rule_text="Minimum of nothing.")
    walk(contract, status)
    client = calling_as(SEARCHERS[who](contract))

    everywhere = client.get(RULES, {"q": "minimum", "source": "contract"})
    within = client.get(RULES, {"q": "minimum", "contract": str(contract.pk)})

    in_force = {"rest", "reserve"} if status == Status.ACTIVE and who in READERS else set()
    assert {rule["rule_id"] for rule in everywhere.json()["results"]} == in_force
    assert within.status_code == (200 if who in finders else 404)
    if who in finders:
        assert {rule["rule_id"] for rule in within.json()["results"]} == {"rest", "reserve"} | (
            {"rejected"} if who in WITHIN else set()
        )


def test_strangers_find_nothing() -> None:
    assert calling_as(None).get(RULES, {"q": "rest"}).status_code == 401


def test_a_rules_entry_follows_it(airline: Airline) -> None:
    contract = ContractFactory.create(airline=airline)
    rule = RuleFactory.create(contract=contract, rule_text="Something.")
    ContractRule.objects.filter(pk=rule.pk).update(rule_text="Something about hotels.")

    after_change = list(ranked(ContractRule.objects.all(), question_of("hotel")))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM contract_rules WHERE id = %s", [rule.pk])

    assert after_change == [rule]
    assert not RuleSearchEntry.objects.exists()


@pytest.mark.parametrize("text", ["regel " * 60_000, "".join(f"{n:x} " for n in range(60_000)), "規則" * 60_000])
def test_a_text_of_any_length_is_kept(airline: Airline, text: str) -> None:
    rule = RuleFactory.create(contract=ContractFactory.create(airline=airline), rule_text=text)

    assert RuleSearchEntry.objects.filter(rule=rule).exists()


def test_a_search_can_use_its_index(contract: PilotContract) -> None:
    with transaction.atomic(), owning(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        plan = RuleSearchEntry.objects.filter(vector=SearchQuery("minimum rest")).explain()

    assert "rulesearchentry_vector" in plan


def test_every_rule_of_law_is_found_by_its_id(db: None) -> None:
    catalogue_load()

    for rule in RegulatoryRule.objects.in_force():
        question = question_of(rule.rule_id)
        assert rule in ranked(RegulatoryRule.objects.all(), question)

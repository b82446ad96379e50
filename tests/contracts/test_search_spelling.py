"""Words that are misspelt: what is taken for them, of whose texts, in which order, and how the known words are kept."""

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import Airline, User
from config.search import spelling
from config.search.asking import Instead, question_of
from config.search.paging import BadCursor, Place, found_page
from config.search.spelling import respelt
from contracts.models import ContractPage, ContractRule, PilotContract
from contracts.services import words
from regulations.models import KnownWord
from tests.accounts.callers import calling_as
from tests.factories import AirlineFactory, ContractFactory, RuleFactory
from tests.owner import owning

RULES, TEXT = "/api/v1/rules/", "/api/v1/text/"


@pytest.fixture
def contract(airline: Airline) -> PilotContract:
    """A draft with one rule a text."""
    found: PilotContract = ContractFactory.create(airline=airline)
    for text in (
        "Minimum rest is ten hours.",
        "Rest on reserve, at the minimum.",
        "Deadheading pilots are paid.",
        "Charter flights. Charted routes.",
    ):
        RuleFactory.create(contract=found, accepted=True, title="Title", citation="1", rule_text=text)
    return found


def answered(contract: PilotContract, typed: str, **asked: str) -> list[dict[str, Any]]:
    """What its uploader finds in its rules."""
    client = calling_as(contract.uploaded_by)
    response = client.get(RULES, {"q": typed, "contract": str(contract.pk), **asked})
    assert response.status_code == 200, response.content
    results: list[dict[str, Any]] = response.json()["results"]
    return results


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "instead", "count"),
    [
        ("minimun", {"minimun": ["minimum"]}, 2),
        ("minimun rest", {"minimun": ["minimum"]}, 2),
        ("what is the minimun rest", {"minimun": ["minimum"]}, 2),
        ("minimun resrve", {"minimun": ["minimum"], "resrve": ["reserve"]}, 1),
        ('"minimun rest"', {"minimun": ["minimum"]}, 1),
        ('"rest is minimun"', {}, 0),
        ('"minimun rest" -reserve', {"minimun": ["minimum"]}, 1),
        ("minimun -reserve", {"minimun": ["minimum"]}, 1),
        ("deadheadin*", {}, 1),
        ("deadhaeding", {"deadhaeding": ["deadheading"]}, 1),
        ("deadhaeding*", {"deadhaeding": ["deadheading"]}, 1),
        ("chartek", {"chartek": ["charted", "charter"]}, 1),
        ("minimun zzzzqqq", {}, 0),
        ("minimun 99", {}, 0),
        ("minimum charter", {}, 0),
        ("-minimun zzzz", {}, 0),
    ],
)
def test_the_nearest_known_words_are_taken_for_those_that_stand_nowhere(
    contract: PilotContract, typed: str, instead: dict[str, list[str]], count: int
) -> None:
    results = answered(contract, typed)

    assert len(results) == count
    for rule in results:
        assert rule["found"]["match"] == ("spelling" if instead else "words")
        assert {replaced["typed"]: replaced["taken"] for replaced in rule["found"]["instead"]} == instead


@pytest.mark.django_db
def test_the_nearer_word_ranks_higher(airline: Airline) -> None:
    contract = ContractFactory.create(airline=airline)
    for name in ("charted", "charter"):
        RuleFactory.create(contract=contract, accepted=True, rule_id=name, citation="1", rule_text=f"One {name} each.")

    near, less_near = answered(contract, "chartera")

    assert (near["rule_id"], less_near["rule_id"]) == ("charter", "charted")
    assert 0 < less_near["found"]["rank"] < near["found"]["rank"] < answered(contract, "charter")[0]["found"]["rank"]


@pytest.mark.django_db
def test_words_that_are_as_near_as_each_other_are_all_taken_in_the_order_of_the_alphabet(
    contract: PilotContract,
) -> None:
    rows = ContractRule.objects.filter(contract=contract)

    meant = respelt(question_of("chartek"), [rows])

    assert meant
    assert meant.instead == (Instead("chartek", ("charted", "charter")),)


@pytest.mark.django_db
def test_marks_are_on_the_words_that_were_taken(contract: PilotContract) -> None:
    (found,) = (rule for rule in answered(contract, "minimun rest") if rule["rule_text"].startswith("Minimum"))

    assert [segment["text"] for segment in found["found"]["snippet"] if segment["hit"]] == ["Minimum", "rest"]


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["perdiemm", "perdiemm rest"])
def test_no_word_is_taken_that_stands_only_in_another_airlines_draft(contract: PilotContract, typed: str) -> None:
    theirs = ContractFactory.create(airline=AirlineFactory.create())
    RuleFactory.create(contract=theirs, accepted=True, rule_text="Perdiem rest is paid.")
    ContractPage.objects.filter(contract=theirs, number=1).update(text="Perdiem rest is paid.")
    before = answered(contract, typed), calling_as(contract.uploaded_by).get(TEXT, {"q": typed}).json()["results"]

    ContractPage.objects.filter(contract=contract, number=1).update(text="Perdiem rest, ours.")
    after = calling_as(contract.uploaded_by).get(TEXT, {"q": typed}).json()["results"]

    assert KnownWord.objects.filter(word="perdiem").exists()
    assert before == ([], [])
    assert [found["instead"] for found in after] == [[{"typed": "perdiemm", "taken": ["perdiem"]}]]


@pytest.mark.django_db
def test_a_word_of_theirs_that_is_the_stem_of_one_of_ours_is_not_named(contract: PilotContract) -> None:
    theirs = ContractFactory.create(airline=AirlineFactory.create())
    RuleFactory.create(contract=theirs, accepted=True, rule_text="A deadhead.")

    (rule,) = answered(contract, "deadhed")

    assert rule["found"]["instead"] == [{"typed": "deadhed", "taken": ["deadheading"]}]


@pytest.mark.django_db
def test_words_of_others_do_not_crowd_out_ours(contract: PilotContract) -> None:
    theirs = ContractFactory.create(airline=AirlineFactory.create())
    text = " ".join(f"minimun{letter}" for letter in "abcdefghijklm")
    RuleFactory.create(contract=theirs, accepted=True, rule_text=text)

    assert len(answered(contract, "minimun")) == 2


@pytest.mark.django_db
def test_a_cursor_asks_what_the_first_page_did(contract: PilotContract) -> None:
    RuleFactory.create_batch(5, contract=contract, accepted=True, rule_text="Hotel.")
    rows = [ContractRule.objects.filter(contract=contract)]
    first = found_page(rows, question_of("hottel"), "", 3)

    RuleFactory.create(contract=contract, accepted=True, rule_text="Hottel.")
    second = found_page(rows, question_of("hottel"), first.following, 3)
    back = found_page(rows, question_of("hottel"), second.previous, 3)

    assert len({row.pk for row in first.rows + second.rows}) == 5
    assert back.rows == first.rows
    assert second.question.instead == (Instead("hottel", ("hotel",)),)


@pytest.mark.parametrize(
    "instead",
    [
        [["a", ["b c"]]],
        [["a", ["b'"]]],
        [["a", ["\0"]]],
        [["a", ["\ud800"]]],
        [["a", [1]]],
        [["a", [[]]]],
        [[1, ["a"]]],
        ["a"],
        [["a"]],
        7,
        {"a": 1},
        [["a", [""]]],
        [["a", ["b" * 201]]],
        [["a", ["b"] * 4]],
        [["a", ["b"]]] * 201,
    ],
)
def test_a_cursor_brings_words_and_nothing_else(instead: Any) -> None:
    parts = [instead, "0.500000", "00000000-0000-0000-0000-000000000000", 0]
    cursor = base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()

    with pytest.raises(BadCursor):
        Place.read(cursor)


@pytest.mark.parametrize(
    "rank", ["1E-20000", "0.5", "2.000000", "1.000001", "-0.500000", "NaN", 0.5, [0, [1], -20000], None]
)
def test_a_cursors_rank_is_one_that_was_given(rank: Any) -> None:
    parts = [[], rank, "00000000-0000-0000-0000-000000000000", 0]
    cursor = base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()

    with pytest.raises(BadCursor):
        Place.read(cursor)


@pytest.mark.parametrize("rank", ["0.500000", "1.000000", "0E-6"])
def test_a_cursor_that_was_given_is_read(rank: str) -> None:
    place = Place((), Decimal(rank), UUID(int=7), is_before=True)

    assert Place.read(place.written()) == place


@pytest.mark.django_db
def test_a_cursor_with_words_of_ones_own_choice_finds_no_more_than_asking_for_them(
    contract: PilotContract, pilot_user: User
) -> None:
    place = Place((Instead("rset", ()), Instead("minimun", ("minimum",))), Decimal("1.000000"), UUID(int=0))

    answer = calling_as(pilot_user).get(RULES, {"q": "rset minimun", "cursor": place.written()})

    assert answer.json()["results"] == []


@pytest.mark.django_db
def test_known_words_are_looked_up_in_their_index(contract: PilotContract) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        cursor.execute(f"EXPLAIN {spelling._NEAR}", [["minimun"], [True], 0.4, 20])
        near = "\n".join(line for (line,) in cursor.fetchall())

    assert "search_known_words_near" in near


@pytest.mark.django_db
def test_words_are_known_once_and_without_numbers(airline: Airline) -> None:
    contract = ContractFactory.create(airline=airline)

    RuleFactory.create(contract=contract, rule_text="Hotels hotels at 12.C.3, B737, on " + "x" * 41)
    RuleFactory.create(contract=contract, rule_text="Hotels again.")

    assert KnownWord.objects.filter(word="hotels").count() == 1
    assert not KnownWord.objects.filter(word__in=["12", "b737", "on", "x" * 41]).exists()


@pytest.mark.django_db
def test_words_that_stand_nowhere_any_more_are_forgotten(airline: Airline) -> None:
    contract = ContractFactory.create(airline=airline)
    rule = RuleFactory.create(contract=contract, rule_text="Hotels, motels.")
    ContractRule.objects.filter(pk=rule.pk).update(rule_text="Hotels.")
    with owning():
        KnownWord.objects.create(word="hotels")

    removed = words.known_words_clear()

    assert removed == 2
    assert KnownWord.objects.filter(word="hotels").count() == 1
    assert not KnownWord.objects.filter(word="motels").exists()
    assert words.known_words_clear() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("migrations")
def test_two_transactions_bring_the_same_words_in_another_order_without_waiting() -> None:
    gate = threading.Barrier(2)

    def brings(*texts: str) -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '1s'")
                for text in texts:
                    with owning():
                        cursor.execute("SELECT search_learn(%s)", [text])
                    gate.wait(timeout=10)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        deeds = [pool.submit(brings, "alpha", "omega"), pool.submit(brings, "omega", "alpha")]
        for deed in deeds:
            deed.result()

    assert set(KnownWord.objects.values_list("word", flat=True)) == {"alpha", "omega"}
    assert words.known_words_clear() == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("migrations")
def test_clearing_does_not_forget_what_somebody_is_bringing(monkeypatch: pytest.MonkeyPatch, airline: Airline) -> None:
    contract = ContractFactory.create(airline=airline)
    with owning():
        KnownWord.objects.create(word="hotels")
    monkeypatch.setattr(words, "_LOCK", words._LOCK.replace("3s", "100ms"))
    has_brought, may_end = threading.Event(), threading.Event()

    def brings() -> None:
        try:
            with transaction.atomic():
                RuleFactory.create(contract=contract, rule_text="Hotels.")
                has_brought.set()
                assert may_end.wait(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        deed = pool.submit(brings)
        assert has_brought.wait(10)
        with pytest.raises(OperationalError):
            words.known_words_clear()
        may_end.set()
        deed.result()
    words.known_words_clear()

    assert KnownWord.objects.filter(word="hotels").count() == 1

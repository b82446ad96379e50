"""Boxes, missed rules, halves, marks and undo, as an approver's browser sends them."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from accounts.models import Airline, User
from contracts.admin.desk import review_address
from contracts.documents.pages import Page
from contracts.models import ContractRule, PilotContract, RuleDecision
from contracts.passages import evidence_of_words
from tests.contracts.desk_pages import BOTH, DUTY, PAGE_ONE, PAGE_TWO, REST, contract_with_pages, read_pages, rule_on
from tests.factories import RuleFactory


@pytest.fixture
def pages() -> list[Page]:
    return read_pages(PAGE_ONE, PAGE_TWO)


@pytest.fixture
def contract(airline: Airline) -> PilotContract:
    return contract_with_pages(airline, PAGE_ONE, PAGE_TWO)


@pytest.fixture
def rule(contract: PilotContract, pages: list[Page]) -> ContractRule:
    return rule_on(contract, pages[0], DUTY, position=1, citation="Section 10.B.1")


@pytest.fixture
def desk(client: Client, approver: User) -> Client:
    client.force_login(approver)
    return client


def about_rule(client: Client, rule: ContractRule, deed: str, **data: Any) -> Any:
    address = reverse("admin:contracts_rule_decide", args=[rule.contract_id, rule.pk, deed])
    return client.post(address, {"version": rule.version, "queue": "decision=all", **data})


def about_contract(client: Client, contract: PilotContract, deed: str, **data: Any) -> Any:
    return client.post(reverse("admin:contracts_deed", args=[contract.pk, deed]), {"queue": "decision=all", **data})


def spelled(page: Page, words: str) -> str:
    return " ".join([str(page.number), *map(str, evidence_of_words(page, words).box)])


def mark(rule: ContractRule) -> str:
    return f"{rule.pk}:{rule.version}"


def message_of(client: Client, answer: Any) -> str:
    return " ".join(str(message) for message in client.get(answer["Location"]).context["messages"])


# Places


def test_a_drawn_box_is_saved_and_one_stays_at_the_rule(desk: Client, rule: ContractRule, pages: list[Page]) -> None:
    answer = about_rule(desk, rule, "place", place=[spelled(pages[0], REST), spelled(pages[1], BOTH)], view="1")

    rule.refresh_from_db()
    assert answer["Location"] == review_address(rule.contract) + f"?decision=all&rule={rule.pk}&view=1"
    assert (rule.quote, [place["quote"] for place in rule.further_places]) == (REST, [BOTH])


def test_a_removed_place_goes_and_words_are_boxed_without_a_pointer(
    desk: Client, rule: ContractRule, pages: list[Page]
) -> None:
    about_rule(
        desk, rule, "place", place=[spelled(pages[0], DUTY)], remove=["0"], words="no more than ninety", words_page="2"
    )

    rule.refresh_from_db()
    assert (rule.page, rule.quote, rule.further_places) == (2, "no more than ninety", [])


@pytest.mark.parametrize(
    "place", ["", "1 2 3", "1 a b c d", "1 nan 0 10 10", "x 1 2 3 4", "1 inf 0 10 10", "9 0 0 9 9"]
)
def test_a_box_that_is_none_is_refused_in_words(place: str, desk: Client, rule: ContractRule) -> None:
    answer = about_rule(desk, rule, "place", place=[place])

    rule.refresh_from_db()
    assert answer.status_code == 422
    assert "data-desk-fault" in answer.content.decode()
    assert (rule.quote, rule.version) == (DUTY, 1)


def test_every_place_on_the_shown_page_is_drawn_and_listed(desk: Client, rule: ContractRule, pages: list[Page]) -> None:
    about_rule(desk, rule, "place", place=[spelled(pages[0], DUTY), spelled(pages[1], BOTH)])

    first = desk.get(review_address(rule.contract, rule=rule.pk))
    second = desk.get(review_address(rule.contract, rule=rule.pk, view=2))

    assert [box["index"] for box in first.context["boxes"] if box["is_current"]] == [0]
    assert [box["index"] for box in second.context["boxes"] if box["is_current"]] == [1]
    assert first.content.decode().count('name="place"') == 2


def test_the_words_of_a_page_are_given_with_their_boxes(desk: Client, rule: ContractRule, pages: list[Page]) -> None:
    answer = desk.get(reverse("admin:contracts_page_words", args=[rule.contract_id, 1]))

    assert [word[0] for word in answer.json()["words"]] == [word.text for word in pages[0].words]
    assert answer["Cache-Control"] == "private, max-age=600"
    assert desk.get(reverse("admin:contracts_page_words", args=[rule.contract_id, 7])).status_code == 404


# Missed rules


def test_a_selected_passage_is_read_by_the_extractor_into_the_form(
    desk: Client, rule: ContractRule, pages: list[Page]
) -> None:
    found = evidence_of_words(pages[0], REST)

    page = desk.get(review_address(rule.contract, add="yes", view=1, start=found.char_start, end=found.char_end))

    draft = page.context["draft"]
    assert draft.is_read
    assert draft.evidence.quote == REST
    assert (draft.form["value"].value(), draft.form["unit"].value(), draft.form["category"].value()) == (
        "11",
        "hours",
        "rest",
    )
    assert draft.form["citation"].value() == "Section 10.B.1"
    assert rule.contract.rules.count() == 1


def test_a_passage_without_a_limit_brings_its_words_and_the_nearest_citation(desk: Client, rule: ContractRule) -> None:
    page = desk.get(
        review_address(rule.contract, None, **{"add": "yes", "view": 2, "from": "this goes for", "to": "pilots"})
    )

    draft = page.context["draft"]
    assert not draft.is_read
    assert draft.form["rule_text"].value() == "This goes for all Pilots."
    assert draft.form["citation"].value() == "Section 10.B.1"
    assert "finds no limit in this passage" in page.content.decode()


def test_words_that_stand_nowhere_are_shown_again_with_what_is_wrong(desk: Client, rule: ContractRule) -> None:
    page = desk.get(review_address(rule.contract, None, **{"add": "yes", "view": 1, "from": "no such words"}))

    shown = page.content.decode()
    assert "does not stand on page 1" in shown
    assert 'value="no such words"' in shown


def test_a_missed_rule_is_added_behind_its_neighbour_with_an_id_like_the_extractors(
    desk: Client, rule: ContractRule, pages: list[Page]
) -> None:
    behind = rule_on(rule.contract, pages[1], BOTH, position=2)
    found = evidence_of_words(pages[0], REST)
    draft = desk.get(
        review_address(rule.contract, add="yes", view=1, start=found.char_start, end=found.char_end)
    ).context["draft"]
    typed = {name: draft.form[name].value() or "" for name in draft.form.fields if name != "is_hard_constraint"}

    answer = about_contract(desk, rule.contract, "add", **{**typed, "is_hard_constraint": "on", "reason": "Missed."})

    added = rule.contract.rules.get(origin="reviewer")
    order = list(rule.contract.rules.order_by("position", "id"))
    assert order == [rule, added, behind]
    assert f"rule={added.pk}" in answer["Location"]
    assert (added.quote, added.page, added.decision) == (REST, 1, RuleDecision.ACCEPTED)
    assert added.rule_id.startswith("10-b-1-rest")


def test_a_missed_rule_that_is_half_filled_in_keeps_what_was_typed(
    desk: Client, rule: ContractRule, pages: list[Page]
) -> None:
    found = evidence_of_words(pages[0], REST)

    answer = about_contract(
        desk,
        rule.contract,
        "add",
        page=1,
        start=found.char_start,
        end=found.char_end,
        title="Typed with care",
        category="rest",
        citation="Section 10.B.2",
        rule_text=REST,
        value="11",
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Typed with care" in page
    assert f'name="end" value="{found.char_end}"' in page
    assert rule.contract.rules.count() == 1


# Halves


def test_a_split_begins_with_the_limits_that_the_extractor_finds(
    desk: Client, contract: PilotContract, pages: list[Page]
) -> None:
    both = rule_on(contract, pages[1], BOTH, value=90)

    halves = desk.get(review_address(contract, rule=both.pk, split="yes")).context["halves"]

    assert [form["value"].value() for form in halves] == ["90", "900"]
    assert all(form.initial["quote"] in BOTH for form in halves)


def test_a_split_is_saved_with_what_each_half_says(desk: Client, contract: PilotContract, pages: list[Page]) -> None:
    both = rule_on(contract, pages[1], BOTH)
    halves = desk.get(review_address(contract, rule=both.pk, split="yes")).context["halves"]
    typed = {form.add_prefix(name): form[name].value() or "" for form in halves for name in form.fields}

    answer = about_rule(desk, both, "split", **typed)

    values = set(contract.rules.values_list("value", flat=True))
    assert values == {90, 900}
    assert not contract.rules.filter(decision=RuleDecision.PROPOSED).exists()
    assert "Split in two" in message_of(desk, answer)


def test_a_refused_split_keeps_both_halves(desk: Client, contract: PilotContract, pages: list[Page]) -> None:
    both = rule_on(contract, pages[1], BOTH)

    answer = about_rule(
        desk,
        both,
        "split",
        **{"first-quote": "typed words", "first-title": "One", "second-quote": "x", "second-title": ""},
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "typed words" in page
    assert contract.rules.count() == 1


# Several


def test_marked_ones_are_decided_together_and_changed_ones_left(desk: Client, contract: PilotContract) -> None:
    seen = RuleFactory.create_batch(3, contract=contract)
    ContractRule.objects.filter(pk=seen[2].pk).update(version=5)

    answer = about_contract(desk, contract, "accept", marked=[mark(rule) for rule in seen])

    assert contract.rules.filter(decision=RuleDecision.ACCEPTED).count() == 2
    assert "2 accepted. 1 left as they are" in message_of(desk, answer)


def test_marked_ones_are_rejected_with_one_reason(desk: Client, contract: PilotContract) -> None:
    seen = RuleFactory.create_batch(2, contract=contract)

    about_contract(desk, contract, "reject", marked=[mark(rule) for rule in seen], reason="Headings.")

    assert contract.rules.filter(decision=RuleDecision.REJECTED, decision_reason="Headings.").count() == 2


def test_marked_ones_are_merged_into_the_shown_one(desk: Client, rule: ContractRule, pages: list[Page]) -> None:
    other = rule_on(rule.contract, pages[1], REST)

    answer = about_contract(desk, rule.contract, "merge", into=mark(rule), marked=[mark(rule), mark(other)])

    other.refresh_from_db()
    assert other.merged_into == rule
    assert f"rule={rule.pk}" in answer["Location"]
    shown = desk.get(review_address(rule.contract, rule=other.pk)).content.decode()
    assert "Merged into" in shown


@pytest.mark.parametrize("deed", ["accept", "reject", "merge"])
@pytest.mark.parametrize("marked", [[], ["x"], ["x:1"], ["1"]])
def test_marks_that_name_nothing_are_refused_in_words(
    deed: str, marked: list[str], desk: Client, rule: ContractRule
) -> None:
    answer = about_contract(desk, rule.contract, deed, marked=marked, into=mark(rule))

    rule.refresh_from_db()
    assert answer.status_code == 422
    assert rule.version == 1


# Undo


def test_the_last_deed_is_named_and_undone(desk: Client, rule: ContractRule, approver: User) -> None:
    about_rule(desk, rule, "accept")
    undo = desk.get(review_address(rule.contract)).context["undo"]

    answer = about_contract(desk, rule.contract, "undo", action=undo["id"])

    rule.refresh_from_db()
    assert (undo["words"], undo["citation"], undo["rules"]) == ("accepted", "Section 10.B.1", 1)
    assert rule.decision == RuleDecision.PROPOSED
    assert f"rule={rule.pk}" in answer["Location"]
    assert desk.get(review_address(rule.contract)).context["undo"] is None


@pytest.mark.parametrize("action", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_nothing_to_undo_is_said_in_words(action: str, desk: Client, rule: ContractRule) -> None:
    answer = about_contract(desk, rule.contract, "undo", action=action)

    assert answer.status_code in {409, 422}
    assert "data-desk-fault" in answer.content.decode()


def test_an_unknown_deed_is_no_page_and_deeds_are_not_read(desk: Client, rule: ContractRule) -> None:
    unknown = about_contract(desk, rule.contract, "approve")
    read = desk.get(reverse("admin:contracts_deed", args=[rule.contract_id, "undo"]))

    assert unknown.status_code == 404
    assert read["Location"] == review_address(rule.contract)


def test_a_refused_deed_shows_the_queue_as_it_was(desk: Client, rule: ContractRule) -> None:
    answer = about_contract(desk, rule.contract, "undo", queue="decision=all&confidence=low", rule=rule.pk)

    assert answer.context["queue_query"] == QueryDict("decision=all&confidence=low").urlencode()
    assert answer.context["rule"] == rule

"""Two approvers at one contract: who else is here, stale saves that show both values, keys and their help."""

import time
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django_redis import get_redis_connection

from accounts.models import Airline, User
from contracts.admin.desk import review_address
from contracts.admin.keys import KEYS
from contracts.models import ContractRule, RuleCorrection, RuleDecision
from contracts.presence import FRESH_SECONDS, KEY, presence_note
from contracts.services import rules
from tests.contracts.desk_pages import DUTY, PAGE_ONE, PAGE_TWO, contract_with_pages, read_pages, rule_on
from tests.contracts.test_desk import correction_of
from tests.factories import UserFactory, grant_review


@pytest.fixture
def rule(airline: Airline) -> ContractRule:
    return rule_on(contract_with_pages(airline, PAGE_ONE, PAGE_TWO), read_pages(PAGE_ONE)[0], DUTY)


@pytest.fixture
def colleague(airline: Airline) -> User:
    user = UserFactory.create(approver=True, full_name="Robin Colleague")
    grant_review(user, airline)
    return user


@pytest.fixture
def desk(client: Client, approver: User) -> Client:
    client.force_login(approver)
    return client


def shown_fields(page: Any) -> dict[str, str]:
    """What the correction form sends when nobody touches it, with what it showed."""
    form = page.context["form"]
    base = dict(form.base_values())
    return {**base, **{name.removeprefix("base-"): value for name, value in base.items() if value}}


def save(client: Client, rule: ContractRule, version: int, **typed: str) -> Any:
    address = reverse("admin:contracts_rule_decide", args=[rule.contract_id, rule.pk, "correct"])
    return client.post(address, {"version": version, "queue": "decision=all", **typed})


def test_a_stale_save_shows_both_values_and_keeps_what_somebody_else_changed_elsewhere(
    desk: Client, rule: ContractRule, colleague: User
) -> None:
    seen = shown_fields(desk.get(review_address(rule.contract, rule=rule.pk)))
    theirs = {"title": "Their title", "citation": "Section 9.Z"}
    rules.rule_correct(actor=colleague, rule_id=rule.pk, changes=theirs)

    refused = save(desk, rule, 1, **{**seen, "title": "My title", "value": "13"})

    page = refused.content.decode()
    assert refused.status_code == 409
    assert refused.context["typed"].conflicts == {"title": "Their title", "value": "14"}
    assert 'data-desk-take="Their title"' in page
    assert 'value="My title"' in page
    assert 'name="citation" value="Section 9.Z"' in page
    rule.refresh_from_db()
    assert (rule.title, rule.citation) == ("Their title", "Section 9.Z")


def test_saving_again_takes_mine_where_i_typed_and_theirs_elsewhere(
    desk: Client, rule: ContractRule, colleague: User, approver: User
) -> None:
    seen = shown_fields(desk.get(review_address(rule.contract, rule=rule.pk)))
    rules.rule_correct(actor=colleague, rule_id=rule.pk, changes={"title": "Their title", "citation": "Section 9.Z"})
    refused = save(desk, rule, 1, **{**seen, "title": "My title"})
    form = refused.context["form"]
    again = {**dict(form.base_values()), **{name: str(form.data.get(name, "")) for name in form.Meta.fields}}

    answer = save(desk, rule, 2, **again)

    rule.refresh_from_db()
    assert answer.status_code == 302
    assert (rule.title, rule.citation) == ("My title", "Section 9.Z")
    mine = RuleCorrection.objects.filter(rule=rule, corrected_by=approver)
    assert list(mine.values_list("field", flat=True)) == ["title"]


def test_a_save_that_was_not_touched_changes_nothing_whatever_somebody_else_saved(
    desk: Client, rule: ContractRule, colleague: User
) -> None:
    seen = shown_fields(desk.get(review_address(rule.contract, rule=rule.pk)))
    rules.rule_correct(actor=colleague, rule_id=rule.pk, changes={"title": "Their title"})

    refused = save(desk, rule, 1, **seen)

    rule.refresh_from_db()
    assert (refused.status_code, rule.title, rule.version) == (409, "Their title", 2)


def test_lines_that_a_browser_ends_its_own_way_are_no_change(desk: Client, rule: ContractRule) -> None:
    ContractRule.objects.filter(pk=rule.pk).update(description="One line\nand another")
    seen = shown_fields(desk.get(review_address(rule.contract, rule=rule.pk)))
    sent = {**seen, "description": "One line\r\nand another", "title": "Another title"}

    save(desk, rule, 1, **sent)

    assert list(RuleCorrection.objects.filter(rule=rule).values_list("field", flat=True)) == ["title"]


def test_without_a_script_the_plain_form_saves_as_well(desk: Client, rule: ContractRule) -> None:
    answer = save(desk, rule, 1, **correction_of(rule, value="13"))

    rule.refresh_from_db()
    assert (answer.status_code, rule.value, rule.decision) == (302, Decimal(13), RuleDecision.CORRECTED)


# Who else is here


def test_each_sees_the_other_and_not_himself(desk: Client, rule: ContractRule, colleague: User, approver: User) -> None:
    presence_note(user=colleague, rule_id=rule.pk, is_editing=False)

    page = desk.get(review_address(rule.contract, rule=rule.pk))
    back = presence_note(user=colleague, rule_id=rule.pk, is_editing=True)

    assert "Robin Colleague is looking at this proposal too" in page.content.decode()
    assert [other.name for other in back] == [str(approver)]


def test_who_types_is_named_first_and_who_left_no_more(rule: ContractRule, colleague: User, approver: User) -> None:
    typing = UserFactory.create(full_name="Zoe Typing")
    presence_note(user=typing, rule_id=rule.pk, is_editing=True)
    presence_note(user=approver, rule_id=rule.pk, is_editing=False)

    first = presence_note(user=colleague, rule_id=rule.pk, is_editing=False)
    key = KEY.format(rule=rule.pk)
    connection = get_redis_connection("default")
    gone = f'{{"name": "Zoe Typing", "editing": true, "at": {time.time() - FRESH_SECONDS - 1}}}'
    connection.hset(key, str(typing.pk), gone)
    later = presence_note(user=colleague, rule_id=rule.pk, is_editing=False)

    assert [(other.name, other.is_editing) for other in first] == [("Zoe Typing", True), (str(approver), False)]
    assert [other.name for other in later] == [str(approver)]
    assert 0 < connection.ttl(key) <= FRESH_SECONDS


def test_the_desk_is_told_when_the_rule_was_changed_meanwhile(
    desk: Client, rule: ContractRule, colleague: User, django_assert_num_queries: Any
) -> None:
    address = reverse("admin:contracts_presence", args=[rule.contract_id, rule.pk])
    before = desk.get(address, {"version": "1"}).content.decode()
    rules.rule_accept(actor=colleague, rule_id=rule.pk)

    with django_assert_num_queries(3):
        after = desk.get(address, {"version": "1", "editing": "yes"}).content.decode()

    assert "Somebody changed this rule" not in before
    assert "Somebody changed this rule" in after
    assert "version=1" in after


# Keys


def test_every_key_of_the_table_is_in_the_help_and_on_a_control(desk: Client, rule: ContractRule) -> None:
    for position in (0, 10_000):
        rule_on(rule.contract, read_pages(PAGE_ONE)[0], DUTY, position=position)
    ContractRule.objects.filter(pk=rule.pk).update(position=5)
    rules.rule_accept(actor=desk_user(desk), rule_id=rule.contract.rules.order_by("position")[2].pk)

    pages = [
        desk.get(review_address(rule.contract, rule=rule.pk, view=view, decision="all")).content.decode()
        for view in (1, 2)
    ]

    for key in KEYS:
        assert f"<dd>{escape(key.does)}</dd>" in pages[0]
        # Comments bring their own control.
        assert key.name == "comment" or any(f'data-desk-key="{key.key}"' in page for page in pages), key.name


def desk_user(client: Client) -> User:
    return User.objects.get(pk=client.session["_auth_user_id"])


def test_no_two_keys_are_the_same() -> None:
    assert len({key.key for key in KEYS}) == len({key.name for key in KEYS}) == len(KEYS)

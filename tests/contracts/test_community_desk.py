"""Proposals and flagged ratings at the desk: queues, screens, refusals, and what they cost."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Airline, User
from contracts.admin.desk import review_address
from contracts.community.selectors import ratings_of
from contracts.models import ContractImprovement, ContractReview
from contracts.services.improvements import improvement_apply, improvement_decline, improvement_withdraw
from contracts.services.ratings import review_flag, review_hide
from tests.contracts.community import ADDED, Place, correction, place, proposed, rating
from tests.factories import AirlineFactory

pytestmark = pytest.mark.django_db
QUEUE = "admin:contracts_contractimprovement_changelist"
FLAGGED = "admin:contracts_contractreview_changelist"


@pytest.fixture
def where(airline: Airline) -> Place:
    return place(airline)


def text_of(client: Client, person: User, name: str, *args: object, **query: str) -> str:
    client.force_login(person)
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_queue_holds_the_open_ones_of_ones_airlines(client: Client, where: Place, administrator: User) -> None:
    improvement = correction(where)
    elsewhere = correction(place(AirlineFactory.create()))
    done = proposed(where, "metadata", title="Declined title")
    improvement_decline(actor=where.approver, improvement_id=done.pk, reason="No.")

    queue = text_of(client, where.second, QUEUE)
    every = text_of(client, where.second, QUEUE, status="all")
    administrators = text_of(client, administrator, QUEUE)

    def holds(page: str) -> list[bool]:
        return [str(row.pk) in page for row in (improvement, elsewhere, done)]

    assert holds(queue) == [True, False, False]
    assert holds(every) == [True, False, True]
    assert holds(administrators) == [True, True, False]


@pytest.mark.parametrize("kind", ["correct_rule", "add_rule", "remove_rule", "metadata"])
def test_the_screen_shows_the_difference_and_applies_with_one_action(client: Client, where: Place, kind: str) -> None:
    values: dict[str, Any] = {"add_rule": ADDED, "correct_rule": {"value": "13"}, "metadata": {"title": "New title"}}
    improvement = proposed(where, kind, **values.get(kind, {}))
    title = where.contract.title

    page = text_of(client, where.approver, "admin:contracts_contractimprovement_change", improvement.pk)
    answer = client.post(reverse("admin:contracts_improvement_apply", args=[improvement.pk]), follow=True)

    shown = {
        "correct_rule": ["<del>14</del>", "<ins>13</ins>"],
        "add_rule": [f"<ins>{ADDED['title']}</ins>"],
        "remove_rule": [f"<del>{where.rule.title}</del>"],
        "metadata": [f"<del>{title}</del>", "<ins>New title</ins>"],
    }[kind]
    assert all(part in page for part in shown)
    assert str(where.pilot) in page
    improvement.refresh_from_db()
    assert improvement.status == "applied"
    assert improvement.applied_in is not None
    desk = answer.content.decode()
    assert answer.redirect_chain[0][0] == review_address(improvement.applied_in)
    assert "What this revision changes" in desk
    assert "Applied in revision" in desk


def test_the_second_approver_sees_what_he_approves(client: Client, where: Place) -> None:
    revision = improvement_apply(actor=where.approver, improvement_id=correction(where).pk).revision
    client.force_login(where.second)

    page = client.get(review_address(revision)).content.decode()

    assert "<ins>13</ins>" in page
    assert f"rule={revision.rules.get(rule_id=where.rule.rule_id).pk}" in page
    assert 'action="{}"'.format(reverse("admin:contracts_act", args=[revision.pk, "approve"])) in page


def test_another_reads_whose_revision_is_in_work(client: Client, where: Place) -> None:
    improvement_apply(actor=where.approver, improvement_id=correction(where).pk)
    waiting = proposed(where, "metadata", title="New title")

    page = text_of(client, where.second, "admin:contracts_contractimprovement_change", waiting.pk)
    answer = client.post(reverse("admin:contracts_improvement_apply", args=[waiting.pk]))

    assert f"{where.approver} has revision" in page
    assert answer.status_code == 409
    assert f"{where.approver} has opened revision" in answer.content.decode()


def test_declining_without_a_reason_keeps_the_screen(client: Client, where: Place) -> None:
    improvement = correction(where)
    client.force_login(where.approver)
    address = reverse("admin:contracts_improvement_decline", args=[improvement.pk])

    without = client.post(address, {"reason": " "})
    given = client.post(address, {"reason": "It says fourteen."})

    assert (without.status_code, given.status_code) == (422, 302)
    assert "Say why: the pilot reads the reason." in without.content.decode()
    improvement.refresh_from_db()
    assert improvement.decision_reason == "It says fourteen."


def test_who_cannot_decide_reads_why(client: Client, where: Place, administrator: User) -> None:
    improvement = correction(where)
    name = "admin:contracts_contractimprovement_change"

    page = text_of(client, administrator, name, improvement.pk)
    improvement_withdraw(actor=where.pilot, improvement_id=improvement.pk)
    withdrawn = text_of(client, where.approver, name, improvement.pk)

    assert "Administrators read." in page
    assert "Apply to a revision" not in page
    assert "Taken back." in withdrawn
    assert "Apply to a revision" not in withdrawn


def test_an_administrator_hides_shows_again_and_keeps(client: Client, where: Place, administrator: User) -> None:
    review = rating(where.contract, comment="You are a fool.")
    review_flag(actor=where.pilot, review_id=review.pk, reason="It insults me.")
    queue = text_of(client, administrator, FLAGGED)
    screen = text_of(client, administrator, "admin:contracts_contractreview_change", review.pk)

    without = client.post(reverse("admin:contracts_review_hide", args=[review.pk]), {"reason": ""})
    hidden = client.post(reverse("admin:contracts_review_hide", args=[review.pk]), {"reason": "An insult."})
    seen_hidden = list(ratings_of(where.pilot, where.contract))
    emptied = text_of(client, administrator, FLAGGED)
    kept_hidden = text_of(client, administrator, FLAGGED, moderation="hidden")
    restored = client.post(reverse("admin:contracts_review_restore", args=[review.pk]))

    assert str(review.pk) in queue
    assert "It insults me." in screen
    assert [without.status_code, hidden.status_code, restored.status_code] == [422, 302, 302]
    assert seen_hidden == []
    assert str(review.pk) not in emptied
    assert str(review.pk) in kept_hidden
    assert ContractReview.objects.get().hidden_at is None


def test_flagged_ratings_are_for_administrators(client: Client, where: Place) -> None:
    review = rating(where.contract)
    client.force_login(where.approver)

    answers = [
        client.get(reverse(FLAGGED)),
        client.get(reverse("admin:contracts_contractreview_change", args=[review.pk])),
        client.get(reverse("admin:contracts_contractusageday_changelist")),
    ]

    assert [answer.status_code for answer in answers] == [403, 404, 403]


def test_the_desk_tells_what_pilots_say_of_a_published_contract(client: Client, where: Place) -> None:
    rating(where.contract, accuracy=4, completeness=2)
    correction(where)
    client.force_login(where.approver)

    page = client.get(reverse("admin:contracts_record", args=[where.contract.pk])).content.decode()

    assert "rated 4.0 for accuracy and 2.0 for completeness by 1 pilot" in page
    assert "1 proposed improvement open" in page


@pytest.mark.parametrize("rows", [1, 5])
@pytest.mark.parametrize(("name", "queries"), [(QUEUE, 7), (FLAGGED, 7)])
def test_queues_cost_the_same_for_one_and_for_five(
    client: Client,
    where: Place,
    administrator: User,
    django_assert_num_queries: Any,
    name: str,
    queries: int,
    rows: int,
) -> None:
    for _ in range(rows):
        correction(where)
        review = rating(where.contract)
        review_flag(actor=where.pilot, review_id=review.pk, reason="Odd.")
    client.force_login(where.approver if name == QUEUE else administrator)

    with django_assert_num_queries(queries):
        client.get(reverse(name))


@pytest.mark.parametrize("rows", [1, 4])
def test_the_desk_of_a_revision_costs_the_same_for_one_change_and_for_four(
    client: Client, where: Place, django_assert_num_queries: Any, rows: int
) -> None:
    for place_in_order in range(rows):
        improvement = proposed(where, "add_rule", **{**ADDED, "citation": f"Section 11.{place_in_order}"})
        revision = improvement_apply(actor=where.approver, improvement_id=improvement.pk).revision
    client.force_login(where.second)

    with django_assert_num_queries(12):
        client.get(review_address(revision))
    assert ContractImprovement.objects.filter(applied_in=revision).count() == rows


def test_hidden_ratings_do_not_come_back_in_the_queue(client: Client, where: Place, administrator: User) -> None:
    review = rating(where.contract)
    review_flag(actor=where.pilot, review_id=review.pk, reason="Odd.")
    review_hide(actor=administrator, review_id=review.pk, reason="Odd indeed.")

    assert str(review.pk) not in text_of(client, administrator, FLAGGED)

"""Ratings: one each, by whom they bind; helpful votes, flags and moderation; what everybody sees of them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Airline, User
from audit.models import AuditEntry
from config.errors import NotFoundForActor, ProductError, RuleBroken, WrongState
from contracts.community.selectors import HELPFUL_FIRST, rating_summary, ratings_of
from contracts.models import ContractReview, ReviewFlag, ReviewVote
from contracts.services import ratings
from tests.accounts.callers import calling_as
from tests.contracts.community import Place, correction, place, rating
from tests.factories import ContractFactory, PilotFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def where(airline: Airline) -> Place:
    return place(airline)


def events_of(review: ContractReview) -> list[str]:
    return list(AuditEntry.objects.filter(object_pk=str(review.pk)).order_by("pk").values_list("event", flat=True))


def votes(review: ContractReview, count: int) -> None:
    for _ in range(count):
        ratings.review_vote(
            actor=PilotFactory.create(airline=review.contract.airline).user, review_id=review.pk, is_helpful=True
        )


def test_a_pilot_rates_once_and_edits_later(where: Place) -> None:
    review = rating(where.contract, where.pilot, accuracy=2, completeness=5, comment=" Page 3 is missing. ")
    with pytest.raises(WrongState) as refusal:
        rating(where.contract, where.pilot)

    edited = ratings.review_edit(actor=where.pilot, review_id=review.pk, accuracy=4, completeness=5)

    assert refusal.value.code == "already_done"
    assert (review.comment, review.edited_at) == ("Page 3 is missing.", None)
    assert (edited.accuracy, edited.comment, edited.edited_at is not None) == (4, "Page 3 is missing.", True)
    assert events_of(review) == ["rating.written", "rating.edited"]


@pytest.mark.parametrize(("accuracy", "completeness"), [(0, 3), (3, 6), (-1, 3)])
def test_stars_are_one_to_five(where: Place, accuracy: int, completeness: int) -> None:
    with pytest.raises(ValidationError):
        rating(where.contract, where.pilot, accuracy=accuracy, completeness=completeness)

    assert not ContractReview.objects.exists()


def test_the_database_lets_no_uploader_rate_and_nothing_unpublished_be_rated(where: Place) -> None:
    draft = ContractFactory.create(airline=where.airline)

    for contract, author in ((where.contract, where.contract.uploaded_by), (draft, where.pilot)):
        with pytest.raises(IntegrityError), transaction.atomic():
            ContractReview.objects.create(contract=contract, author=author, accuracy=3, completeness=3)


def test_the_database_lets_nobody_mark_his_own_rating(where: Place) -> None:
    review = rating(where.contract, where.pilot)

    with pytest.raises(IntegrityError, match="own rating"), transaction.atomic():
        ReviewVote.objects.create(review=review, voter=where.pilot)
    with pytest.raises(IntegrityError, match="own rating"), transaction.atomic():
        ReviewFlag.objects.create(review=review, flagged_by=where.pilot, reason="x")


def test_a_vote_is_given_once_and_taken_back(where: Place) -> None:
    review, voter = rating(where.contract), where.pilot

    changed = [
        ratings.review_vote(actor=voter, review_id=review.pk, is_helpful=is_helpful)
        for is_helpful in (True, True, False, False)
    ]

    assert changed == [True, False, True, False]
    assert not ReviewVote.objects.exists()
    assert events_of(review) == ["rating.written", "rating.voted", "rating.unvoted"]


def test_the_most_helpful_come_first_then_the_newest(where: Place) -> None:
    old, helpful, new = (rating(where.contract) for _ in range(3))
    ContractReview.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=9))
    votes(helpful, 2)

    ordered = list(ratings_of(where.pilot, where.contract).order_by(*HELPFUL_FIRST))

    assert ordered == [helpful, new, old]
    assert [review.helpful_count for review in ordered] == [2, 0, 0]  # type: ignore[attr-defined] # annotated


def test_a_flag_asks_an_administrator_once_a_person(where: Place, administrator: User) -> None:
    review = rating(where.contract)
    ratings.review_flag(actor=where.pilot, review_id=review.pk, reason="It names a colleague.")

    with pytest.raises(WrongState) as refusal:
        ratings.review_flag(actor=where.pilot, review_id=review.pk, reason="Again.")
    with pytest.raises(RuleBroken):
        ratings.review_flag(actor=where.approver, review_id=review.pk, reason="  ")
    ratings.review_keep(actor=administrator, review_id=review.pk)

    flag = ReviewFlag.objects.get()
    assert refusal.value.code == "already_done"
    assert (flag.settled_by, flag.reason) == (administrator, "It names a colleague.")
    assert events_of(review) == ["rating.written", "rating.flagged", "rating.kept"]


def test_a_hidden_rating_is_seen_by_its_author_alone_and_does_not_count(where: Place, administrator: User) -> None:
    hidden, shown = rating(where.contract, where.pilot, accuracy=1), rating(where.contract, accuracy=5)
    ratings.review_flag(actor=where.approver, review_id=hidden.pk, reason="Insult.")
    colleague = PilotFactory.create(airline=where.airline).user

    ratings.review_hide(actor=administrator, review_id=hidden.pk, reason="It insults a person.")

    assert {review.pk for review in ratings_of(where.pilot, where.contract)} == {hidden.pk, shown.pk}
    assert [list(ratings_of(person, where.contract)) for person in (colleague, administrator)] == [[shown], [shown]]
    assert rating_summary(where.contract).accuracy == 5
    assert rating_summary(where.contract).count == 1
    assert not ReviewFlag.objects.filter(settled_at=None).exists()
    own = ratings_of(where.pilot, where.contract).get(pk=hidden.pk)
    assert own.hidden_reason == "It insults a person."
    with pytest.raises(NotFoundForActor):
        ratings.review_vote(actor=colleague, review_id=hidden.pk, is_helpful=True)


def test_a_hidden_rating_stays_hidden_when_edited_and_is_restored(where: Place, administrator: User) -> None:
    review = rating(where.contract, where.pilot)
    ratings.review_hide(actor=administrator, review_id=review.pk, reason="Insult.")

    edited = ratings.review_edit(actor=where.pilot, review_id=review.pk, accuracy=3, completeness=3, comment="Calmer.")
    restored = ratings.review_restore(actor=administrator, review_id=review.pk)

    assert edited.hidden_at is not None
    assert (restored.hidden_at, restored.hidden_by, restored.hidden_reason) == (None, None, "")
    assert events_of(review) == ["rating.written", "rating.hidden", "rating.edited", "rating.restored"]
    for again in (ratings.review_restore, ratings.review_keep):
        with pytest.raises(WrongState):
            again(actor=administrator, review_id=review.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("migrations")
def test_two_ratings_of_one_person_at_once_leave_one() -> None:
    """Real connections: both wait at one gate and go together."""
    where, gate = place(ContractFactory.create().airline), threading.Barrier(2)

    def rate(_: int) -> str:
        gate.wait(timeout=20)
        try:
            rating(where.contract, where.pilot)
        except ProductError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "rated"

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(rate, range(2)))

    assert sorted(results) == ["already_done", "rated"]
    assert ContractReview.objects.count() == 1


# Over the API


def test_ratings_are_written_once_over_the_api(where: Place) -> None:
    client, address = calling_as(where.pilot), f"/api/v1/contracts/{where.contract.pk}/reviews/"
    body = {"accuracy": 5, "completeness": 4, "comment": "Checked section 10."}

    made = client.post(address, body, format="json", headers={"Idempotency-Key": "one"})
    replayed = client.post(address, body, format="json", headers={"Idempotency-Key": "one"})
    second = client.post(address, body, format="json")
    changed = client.patch(made["Location"], {"accuracy": 1}, format="json")

    assert [made.status_code, replayed.status_code, second.status_code, changed.status_code] == [201, 201, 409, 200]
    assert second.json()["code"] == "already_done"
    assert (made.json()["is_mine"], made.json()["helpful_count"]) == (True, 0)
    assert changed.json().items() >= {**body, "accuracy": 1}.items()
    assert "author" not in made.json()
    assert client.post(address, {**body, "stars": 5}, format="json").json()["errors"][0]["code"] == "unknown_field"
    assert client.post(address, {"accuracy": 6, "completeness": 4}, format="json").status_code == 400


def test_the_list_over_the_api_is_walked_by_helpfulness(where: Place) -> None:
    made = [rating(where.contract) for _ in range(5)]
    votes(made[1], 2)
    votes(made[3], 1)
    client = calling_as(where.pilot)
    address: str | None = f"/api/v1/contracts/{where.contract.pk}/reviews/?page_size=2"
    walked = []

    while address:
        page = client.get(address).json()
        walked += [row["id"] for row in page["results"]]
        address = page["next"]

    assert walked == [str(made[place].pk) for place in (1, 3, 4, 2, 0)]


# On the pages


def page(client: Client, person: User, name: str, *args: object) -> str:
    client.force_login(person)
    return client.get(reverse(f"contracts:{name}", args=args)).content.decode()


def test_the_page_takes_a_rating_and_shows_what_colleagues_say(client: Client, where: Place) -> None:
    rating(where.contract, comment="The reserve rules are right.")
    client.force_login(where.pilot)
    address = reverse("contracts:ratings", args=[where.contract.pk])

    wrong = client.post(address, {"accuracy": "", "completeness": 4, "comment": "Kept words"})
    right = client.post(address, {"accuracy": 5, "completeness": 4, "comment": "Good."})
    shown = client.get(address).content.decode()

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "Kept words" in wrong.content.decode()
    assert "The reserve rules are right." in shown
    assert "Change it" in shown
    assert "4.5" in shown  # the average of 4 and 5


def test_the_author_reads_why_his_rating_is_hidden(client: Client, where: Place, administrator: User) -> None:
    review = rating(where.contract, where.pilot, comment="Bad words")
    ratings.review_hide(actor=administrator, review_id=review.pk, reason="It insults a person.")

    own = page(client, where.pilot, "ratings", where.contract.pk)
    others = page(client, where.approver, "ratings", where.contract.pk)

    assert "It insults a person." in own
    assert "Bad words" in own
    assert "Bad words" not in others
    assert "It insults" not in others


def test_voting_and_flagging_on_the_page(client: Client, where: Place) -> None:
    review = rating(where.contract)
    client.force_login(where.pilot)
    vote = reverse("contracts:rating_vote", args=[review.pk])
    flag = reverse("contracts:rating_flag", args=[review.pk])

    plain = client.post(vote, {"helpful": "yes"})
    part = client.post(vote, {"helpful": "no"}, headers={"HX-Request": "true"}).content.decode()
    without = client.post(flag, {"reason": ""})
    given = client.post(flag, {"reason": "Names a colleague."})
    again = client.post(flag, {"reason": "Again."}, follow=True)

    assert plain.headers["Location"].endswith(f"#rating-{review.pk}")
    assert 'aria-pressed="false"' in part
    assert "<html" not in part
    assert (without.status_code, given.status_code) == (422, 302)
    assert "You have flagged this rating already." in again.content.decode()
    assert ReviewFlag.objects.get().flagged_by == where.pilot


@pytest.mark.parametrize("count", [1, 4])
def test_the_contracts_own_page_costs_the_same_for_one_rating_and_for_four(
    client: Client, where: Place, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _ in range(count):
        votes(rating(where.contract), 1)
        correction(where)
    client.force_login(where.pilot)

    with django_assert_num_queries(16):
        page = client.get(reverse("contracts:detail", args=[where.contract.pk]))

    assert page.context["rating_summary"].count == count
    assert page.context["open_improvements"] == count


@pytest.mark.parametrize("count", [1, 4])
def test_the_page_costs_the_same_for_one_rating_and_for_four(
    client: Client, where: Place, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _ in range(count):
        votes(rating(where.contract), 1)
    client.force_login(where.pilot)

    with django_assert_num_queries(8):  # session, person, bell, contract, own, list, averages, may he rate
        client.get(reverse("contracts:ratings", args=[where.contract.pk]))

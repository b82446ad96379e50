"""The pages of notifications: who sees what, what a click does, and how many queries they take."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.notifications.kinds import MailChoice, NotificationKind
from accounts.notifications.models import Notification, NotificationPreference
from accounts.notifications.selectors import choices_of
from accounts.notifications.services import preference_set
from tests.accounts.telling import tell, told
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
# Session, person, the page's rows, the bell.
LIST_QUERIES = 4
PREFERENCES_QUERIES = 4


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(person: User, name: str = "list", **query: str) -> str:
    response = signed_in(person).get(reverse(f"notifications:{name}"), query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("count", [1, 50])
def test_the_list_takes_the_same_queries_for_one_and_for_fifty(
    count: int, pilot_user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        tell(pilot_user, event_key=str(number))
    client = signed_in(pilot_user)

    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("notifications:list"))
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("notifications:list"), {"show": "unread"})


def test_each_reads_his_own_alone(pilot_user: User, administrator: User) -> None:
    tell(pilot_user, title="For the pilot")

    assert "For the pilot" in page_of(pilot_user)
    assert "For the pilot" not in page_of(administrator)


def test_the_list_is_leafed_through_without_loss_and_without_doubles(pilot_user: User) -> None:
    for number in range(60):
        tell(pilot_user, event_key=str(number), title=f"Number {number:03}.")

    seen: list[str] = []
    cursor = ""
    while True:
        response = signed_in(pilot_user).get(reverse("notifications:list"), {"after": cursor})
        page = response.context["page"]
        seen += [row.title for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break

    assert seen == [f"Number {number:03}." for number in reversed(range(60))]


def test_only_the_unread_are_shown_on_demand(pilot_user: User) -> None:
    tell(pilot_user, event_key="1", title="Read already")
    signed_in(pilot_user).post(reverse("notifications:mark_read", args=[told(pilot_user).pk]))
    tell(pilot_user, event_key="2", title="Still new")

    page = page_of(pilot_user, show="unread")

    assert "Still new" in page
    assert "Read already" not in page


def test_opening_marks_as_read_and_leads_to_the_target(pilot_user: User) -> None:
    tell(pilot_user, path="/contracts/7/")

    response = signed_in(pilot_user).post(reverse("notifications:open", args=[told(pilot_user).pk]))

    assert response.headers["Location"] == "/contracts/7/"
    assert told(pilot_user).is_read


def test_a_script_that_marks_as_read_gets_the_line_and_the_bell(pilot_user: User) -> None:
    tell(pilot_user, event_key="1", title="The one")
    notification = told(pilot_user)
    tell(pilot_user, event_key="2", title="The other")

    response = signed_in(pilot_user).post(
        reverse("notifications:mark_read", args=[notification.pk]), headers={"HX-Request": "true"}
    )

    answer = response.content.decode()
    assert "The one" in answer
    assert "The other" not in answer
    assert 'hx-swap-oob="true"' in answer
    assert ">1<" in answer
    assert "<html" not in answer


def test_all_are_marked_as_read_at_once(pilot_user: User) -> None:
    for number in range(3):
        tell(pilot_user, event_key=str(number))

    response = signed_in(pilot_user).post(reverse("notifications:mark_all_read"), follow=True)

    assert "All your notifications are marked as read." in response.content.decode()
    assert not Notification.objects.unread().exists()


@pytest.mark.parametrize("move", ["mark_read", "open"])
def test_anothers_is_not_found_and_stays_unread(move: str, pilot_user: User) -> None:
    other = UserFactory.create()
    tell(other)
    client = signed_in(pilot_user)

    statuses = [
        client.post(reverse(f"notifications:{move}", args=[key])).status_code for key in (told(other).pk, uuid4())
    ]

    assert statuses == [404, 404]
    assert not told(other).is_read


@pytest.mark.parametrize("move", ["mark_read", "open", "mark_all_read"])
def test_looking_reads_nothing(move: str, pilot_user: User) -> None:
    tell(pilot_user)
    arguments = [] if move == "mark_all_read" else [told(pilot_user).pk]

    assert signed_in(pilot_user).get(reverse(f"notifications:{move}", args=arguments)).status_code == 405
    assert not told(pilot_user).is_read


@pytest.mark.parametrize("name", ["list", "preferences"])
def test_strangers_sign_in_first(client: Client, name: str) -> None:
    address = reverse(f"notifications:{name}")

    assert client.get(address).headers["Location"] == f"{reverse('login')}?next={address}"


def test_markup_in_a_notification_stays_text(pilot_user: User) -> None:
    tell(pilot_user, title="<script>alert(1)</script>")

    assert "<script>alert(1)" not in page_of(pilot_user)


@pytest.mark.parametrize(("unread", "shown"), [(0, ""), (7, ">7<"), (100, ">99+<")])
def test_the_bell_counts_up_to_ninety_nine(unread: int, shown: str, pilot_user: User) -> None:
    for number in range(unread):
        tell(pilot_user, event_key=str(number))

    page = signed_in(pilot_user).get("/").content.decode()

    assert 'id="bell"' in page
    assert shown in page
    assert ("bell__count" in page) == bool(unread)


def test_strangers_have_no_bell_and_cost_no_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        page = client.get("/").content.decode()

    assert 'id="bell"' not in page


def test_the_bell_is_at_the_desk_too_but_not_before_signing_in(client: Client, approver: User) -> None:
    tell(approver)

    pages = [
        signed_in(approver).get(reverse(f"admin:{name}")).content.decode()
        for name in ("index", "contracts_pilotcontract_changelist")
    ]
    door = client.get(reverse("admin:login")).content.decode()

    assert all(">1<" in page.split('id="bell"')[1] for page in pages)
    assert 'id="bell"' not in door


def test_a_pilot_is_not_asked_about_what_approvers_are_told(pilot_user: User, approver: User) -> None:
    waits = NotificationKind.CONTRACT_SUBMITTED

    assert f'name="{waits}"' not in page_of(pilot_user, "preferences")
    assert f'name="{waits}"' in page_of(approver, "preferences")


def chosen_form(person: User, **changes: str) -> dict[str, str]:
    return {kind.value: choice.value for kind, choice in choices_of(person).items()} | changes


def test_choices_are_kept_and_what_was_not_changed_leaves_no_row(approver: User) -> None:
    wanted = chosen_form(approver, contract_submitted="daily", review_flagged="never")

    response = signed_in(approver).post(reverse("notifications:preferences"), wanted, follow=True)

    assert "Your choices are kept." in response.content.decode()
    assert dict(NotificationPreference.objects.values_list("kind", "mail")) == {
        "contract_submitted": "daily",
        "review_flagged": "never",
    }
    assert choices_of(approver)[NotificationKind.CONTRACT_SUBMITTED] == MailChoice.DAILY


def test_a_choice_that_there_is_not_changes_nothing_and_says_so(approver: User) -> None:
    wanted = chosen_form(approver, contract_submitted="hourly", review_flagged="never")

    response = signed_in(approver).post(reverse("notifications:preferences"), wanted)

    assert response.status_code == 422
    assert "Nothing was changed." in response.content.decode()
    assert not NotificationPreference.objects.exists()


@pytest.mark.parametrize("rows", [0, 5])
def test_the_choices_take_the_same_queries_for_none_and_for_many(
    rows: int, approver: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for kind in list(NotificationKind)[:rows]:
        preference_set(actor=approver, kind=kind, mail=MailChoice.NEVER)
    client = signed_in(approver)

    with django_assert_num_queries(PREFERENCES_QUERIES):
        client.get(reverse("notifications:preferences"))

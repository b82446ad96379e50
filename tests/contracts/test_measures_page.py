"""The page "Extraction accuracy": who reads whose figures, what they say, and what they cost."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Airline, User
from contracts.admin.plots import bar_plot, calibration_plot, line_plot, percent
from contracts.measures import Day, Tally, Tenth
from contracts.models import ExtractionMetricsDay
from contracts.services.measures import measures_refresh
from tests.contracts.measured import VERSION, worked_example
from tests.factories import AirlineFactory, ContractFactory, RuleFactory, UserFactory, grant_review

pytestmark = pytest.mark.django_db

PAGE = "admin:contracts_extractionmetricsday_changelist"


def page_of(client: Client, user: User, query: str = "") -> str:
    client.force_login(user)
    answer = client.get(f"{reverse(PAGE)}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def figures(page: str, label: str) -> list[str]:
    """The cells of the table's row of that name, without markup."""
    row = re.search(rf'<th scope="row">{label}</th>(.*?)</tr>', page, re.DOTALL)
    return re.findall(r"[^\s<>]+(?=<)", re.sub(r"</?strong>", "", row[1])) if row else []


@pytest.fixture
def two_airlines(airline: Airline, approver: User) -> Airline:
    """The worked example at Testair; one accepted proposal of another version at the second, which is returned."""
    worked_example(airline, approver)
    second = AirlineFactory.create(code="SEC", name="Second Air")
    RuleFactory.create(contract=ContractFactory.create(airline=second), extractor_version="other-1", accepted=True)
    ExtractionMetricsDay.objects.create(day=date(2026, 3, 7), airline=second, extractor_version="other-1", accepted=40)
    ExtractionMetricsDay.objects.create(day=date(2026, 3, 8), airline=airline, extractor_version=VERSION, accepted=2)
    measures_refresh()
    return second


def test_the_tables_say_what_the_views_count(client: Client, two_airlines: Airline, approver: User) -> None:
    page = page_of(client, approver)

    assert figures(page, "whole rule") == ["33%", "75%", "8", "2", "4", "2"]
    assert figures(page, "value") == ["67%", "75%", "8", "4", "2", "2"]
    assert figures(page, "duty") == ["33%", "86%", "7", "2", "4", "1"]
    assert figures(page, "rest") == ["–", "0%", "1", "0", "0", "1"]
    assert figures(page, "0.9 to 1.0") == ["4", "96%", "50%"]


ROLES = {
    "approver": (200, "8", False),
    "approver of the other": (200, "1", True),
    "approver of both": (200, "9", True),
    "approver of none": (200, None, False),
    "administrator": (200, "9", True),
    "pilot": (302, None, False),
    "inactive approver": (302, None, False),
    "nobody": (302, None, False),
}


def person_of(role: str, airline: Airline, second: Airline) -> User | None:
    if role == "nobody":
        return None
    if role in {"pilot", "administrator"}:
        return UserFactory.create(administrator=role == "administrator")
    user = UserFactory.create(approver=True, is_active=role != "inactive approver")
    for granted, roles in ((airline, {"approver", "approver of both", "inactive approver"}), (second, set(ROLES))):
        if role in roles and (granted == airline or role in {"approver of the other", "approver of both"}):
            grant_review(user, granted)
    return user


@pytest.mark.parametrize("query", ["", "?airline=SEC&version=other-1"])
@pytest.mark.parametrize("role", ROLES)
def test_each_reads_the_figures_of_his_airlines(
    client: Client, airline: Airline, two_airlines: Airline, role: str, query: str
) -> None:
    status, decided, sees_second = ROLES[role]
    user = person_of(role, airline, two_airlines)
    if user is not None:
        client.force_login(user)

    answer = client.get(f"{reverse(PAGE)}{query}")
    page = answer.content.decode()

    assert answer.status_code == status
    assert ("Second Air" in page, "other-1" in page, "2026-03-07" in page) == (sees_second,) * 3
    whole = figures(page, "whole rule")
    if query and sees_second:
        decided = "1"
    assert whole[2:3] == ([decided] if decided else [])


def test_a_day_is_not_opened_nor_written(client: Client, approver: User, two_airlines: Airline) -> None:
    foreign = ExtractionMetricsDay.objects.get(airline=two_airlines)
    client.force_login(approver)

    change = client.get(reverse("admin:contracts_extractionmetricsday_change", args=[foreign.pk]))
    history = client.get(reverse("admin:contracts_extractionmetricsday_history", args=[foreign.pk]))
    add = client.get(reverse("admin:contracts_extractionmetricsday_add"))
    delete = client.post(reverse("admin:contracts_extractionmetricsday_delete", args=[foreign.pk]), {"post": "yes"})

    assert change["Location"] == reverse(PAGE)
    assert history.status_code == 302
    assert add.status_code == 403
    assert delete.status_code in {302, 403}
    assert ExtractionMetricsDay.objects.filter(pk=foreign.pk).exists()


def test_figures_are_narrowed_by_category_and_version(
    client: Client, administrator: User, two_airlines: Airline
) -> None:
    by_category = page_of(client, administrator, "?category=rest")
    by_version = page_of(client, administrator, "?version=other-1")
    nonsense = page_of(client, administrator, "?airline=XXX&category=x&version=%00")
    nothing = page_of(client, administrator, f"?airline=SEC&version={VERSION}")

    assert figures(by_category, "whole rule")[2] == "1"
    assert "Days are not kept by category" in by_category
    assert figures(by_version, "whole rule") == ["100%", "100%", "1", "1", "0", "0"]
    assert figures(nonsense, "whole rule")[2] == "9"
    assert "No decided proposal matches this choice" in nothing


def test_proposals_of_an_unknown_version_are_chosen_by_name(client: Client, administrator: User) -> None:
    RuleFactory.create(accepted=True)
    measures_refresh()

    page = page_of(client, administrator, "?version=unrecorded")

    assert figures(page, "whole rule")[2] == "1"
    assert '<option value="unrecorded" selected>' in page


def test_an_empty_product_says_what_will_be_here(client: Client, approver: User, administrator: User) -> None:
    measures_refresh()

    pages = [page_of(client, approver), page_of(client, administrator)]

    for page in pages:
        assert "No proposal has been decided yet" in page
        assert "<svg" not in page[page.index("accuracy-lead") :]


def test_an_approver_without_a_grant_learns_what_is_missing(client: Client, two_airlines: Airline) -> None:
    page = page_of(client, UserFactory.create(approver=True))

    assert "No airline is granted to you yet" in page


def test_the_sidebar_leads_to_the_page(client: Client, approver: User) -> None:
    client.force_login(approver)

    assert reverse(PAGE) in client.get(reverse("admin:index")).content.decode()


def test_drawings_have_neither_scripts_nor_styles(client: Client, approver: User, two_airlines: Airline) -> None:
    page = page_of(client, approver)

    drawings = re.findall(r'<svg[^>]*role="img".*?</svg>', page, re.DOTALL)
    assert len(drawings) == 3
    assert not re.search(r"style=|<script|\son\w+=", "".join(drawings))


@pytest.mark.parametrize("role", ["approver", "administrator"])
@pytest.mark.parametrize("rows", [1, 5])
def test_the_page_costs_the_same_queries_for_one_and_five(
    client: Client, approver: User, administrator: User, role: str, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        airline = AirlineFactory.create()
        grant_review(approver, airline)
        contract = ContractFactory.create(airline=airline)
        RuleFactory.create(contract=contract, extractor_version=f"v-{number}", accepted=True)
        ExtractionMetricsDay.objects.create(day=date(2026, 3, number + 1), airline=airline, accepted=1)
    measures_refresh()
    client.force_login(approver if role == "approver" else administrator)

    with django_assert_num_queries(9):  # the session, the person, the bell, and six for the figures
        client.get(reverse(PAGE))


def test_shares_are_rounded_but_never_up_to_all() -> None:
    assert [percent(part) for part in (None, 0, 0.004, 0.5, 0.996, 1)] == ["–", "0%", "0%", "50%", "99%", "100%"]


def test_bars_and_dots_stand_where_the_figures_say() -> None:
    bars = bar_plot([Tally("whole rule", 1, 1, 2), Tally("value", 0, 0, 3)])
    dots = calibration_plot([Tenth(0, 1, 0, 0.0), Tenth(9, 4, 4, 1.0)])

    assert [(bar.share, bar.text, bar.is_whole) for bar in bars.bars] == [(50.0, "50%", True), (0, "–", False)]
    low, high = dots.dots
    assert (low.x, low.y, low.text) == (dots.left, dots.bottom, "1")
    assert (high.x, high.y, high.text) == (dots.right, dots.top, "4")
    assert (low.radius, high.radius) == (4.5, 9.0)


def test_the_line_keeps_days_apart_by_time_and_leaves_out_those_without_decisions() -> None:
    def day(number: int, accepted: int, rejected: int) -> Day:
        return Day(date(2026, 3, number), 1, Tally("", accepted, 0, rejected), None)

    line = line_plot([day(1, 1, 0), day(2, 0, 0), day(4, 1, 1), day(5, 0, 2)])

    assert line is not None
    width = line.right - line.left
    assert [(dot.x, dot.y) for dot in line.dots] == [
        (line.left, line.top),
        (line.left + width * 0.75, (line.top + line.bottom) / 2),
        (line.right, line.bottom),
    ]
    assert line_plot([day(2, 0, 0)]) is None
    alone = line_plot([day(4, 1, 1)])
    assert alone is not None
    assert len(alone.days) == 1

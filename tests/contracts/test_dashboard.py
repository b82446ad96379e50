"""The dashboard: whose figures it shows, what they say, as pages and as files, and what it costs."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Airline, User
from audit.events import AuditEvent
from audit.models import AuditEntry
from audit.services import entry_record
from contracts.admin.dashboard.plots import expiring_plot, field_sparks, states_plot
from contracts.admin.dashboard.tables import FILES
from contracts.dashboard.coverage import SUBJECTS, coverage_today
from contracts.dashboard.expiring import expiring_soon
from contracts.dashboard.extraction import PARTS, outcomes_over_time
from contracts.dashboard.scope import Scope
from contracts.dashboard.stays import times_in_states
from contracts.dashboard.waiting import queue_now
from contracts.dashboard.workload import workload
from contracts.durations import duration_words
from contracts.lifecycle import Status
from contracts.models import ContractRule, ContractType, PilotContract
from contracts.services.claims import claim_take
from contracts.services.lifecycle import contract_activate, contract_approve, contract_submit
from contracts.services.rules import rule_correct
from tests.contracts.measured import worked_example
from tests.factories import (
    AirlineFactory,
    ContractFactory,
    PilotFactory,
    RuleFactory,
    UserFactory,
    grant_review,
    reviewer_of,
)

pytestmark = pytest.mark.django_db
PAGE = "admin:contracts_dashboard"
# The session, the person, the bell, the airlines; then two for what waits, one for times, one for readings, three for what is
# covered, one for what ends; for administrators two for the workload.
APPROVERS_QUERIES = 12
ADMINISTRATORS_QUERIES = 14


def scope_of(user: User, **query: str) -> Scope:
    return Scope.of(user, query)


def page(client: Client, user: User, query: str = "") -> str:
    client.force_login(user)
    answer = client.get(f"{reverse(PAGE)}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def cells(text: str, slug: str, label: str) -> list[str]:
    """The cells of the row of that name in the table that is downloaded as `slug`."""
    table = text[: text.index(f"dashboard/{slug}.csv")]
    table = table[table.rindex("<table") :]
    row = re.search(rf'<th scope="row">(?:<a[^>]*>)?{re.escape(label)}(?:</a>)?</th>(.*?)</tr>', table, re.DOTALL)
    assert row is not None
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td>(.*?)</td>", row[1], re.DOTALL)]


def way(contract: PilotContract, *steps: tuple[AuditEvent, Status, datetime]) -> None:
    """The whole way of a contract, which has no other entries."""
    written = []
    for event, state, at in steps:
        values: dict[str, Any] = {"changes": {"status": [None, state.value]}, "timestamp": at}
        sample = entry_record(event=AuditEvent.DOCUMENT_READ, actor=None, target=contract)
        kept = {field.attname: getattr(sample, field.attname) for field in AuditEntry._meta.concrete_fields}
        written.append(AuditEntry(**{**kept, **values, "id": None, "event": event}))
    AuditEntry.objects.bulk_create(written)


# Who sees what


ROLES = {"pilot": 302, "inactive approver": 302, "nobody": 302, "approver": 200, "administrator": 200}


@pytest.mark.parametrize("role", ROLES)
def test_it_is_for_approvers_and_administrators(client: Client, airline: Airline, role: str) -> None:
    if role != "nobody":
        fields: dict[str, Any] = {"approver": {"approver": True}, "administrator": {"administrator": True}}.get(
            role, {}
        )
        if role == "inactive approver":
            fields = {"approver": True, "is_active": False}
        client.force_login(UserFactory.create(**fields))

    answers = [client.get(reverse(PAGE)), client.get(reverse(f"{PAGE}_csv", args=["queue"]))]

    assert {answer.status_code for answer in answers} == {ROLES[role]}


@pytest.mark.parametrize("query", ["", "?airline=SEC"])
def test_approvers_see_their_own_airlines_alone(client: Client, airline: Airline, approver: User, query: str) -> None:
    second = AirlineFactory.create(code="SEC", name="Second Air")
    ContractFactory.create(airline=second, in_review=True, title="Of the second")
    ContractFactory.create(airline=second, active=True, rules=1, title="Active at the second")

    text = page(client, approver, query)

    for told in ("Second Air", "Of the second", "Active at the second", "SEC"):
        assert told not in text
    for slug in FILES.keys() - {"workload"}:
        file = client.get(f"{reverse(f'{PAGE}_csv', args=[slug])}{query}").content.decode()
        assert "second" not in file.lower()
        assert "SEC" not in file


def test_an_approver_without_grants_reads_what_to_do(client: Client) -> None:
    text = page(client, UserFactory.create(approver=True))

    assert "No airline is granted to you yet." in text
    assert "<svg viewBox" not in text.partition('class="desk accuracy dashboard"')[2]


def test_workload_is_for_administrators(client: Client, airline: Airline, approver: User, administrator: User) -> None:
    address = reverse(f"{PAGE}_csv", args=["workload"])

    assert "Who reviews how much" not in page(client, approver)
    assert client.get(address).status_code == 403
    assert "Who reviews how much" in page(client, administrator)
    assert str(approver) in client.get(address).content.decode()


def test_empty_parts_say_what_will_stand_there(client: Client, airline: Airline, approver: User) -> None:
    text = page(client, approver)

    for told in (
        "Nothing waits",
        "No contract left a state",
        "No proposal was decided",
        "No airline here has",
        "No pilot&#x27;s record and no rule names a fleet yet.",
        "No active contract ends within the next 180 days.",
    ):
        assert told in text or told.replace("&#x27;", "'") in text


# What waits


def test_waiting_contracts_are_counted_by_their_age_in_their_state(airline: Airline, approver: User) -> None:
    for state in ("in_review", "in_review", "approved", "changes_requested", "draft", "active"):
        ContractFactory.create(
            airline=airline, rules=1, contract_type=ContractType.POLICY, **({} if state == "draft" else {state: True})
        )
    now = scope_of(approver)
    later = Scope(now.airlines, "", now.days, now.now + timedelta(days=8), now.sees_workload)

    fresh, aged = queue_now(now), queue_now(later)

    assert fresh.counts == {
        Status.IN_REVIEW: (2, 0, 0, 0, 0, 0),
        Status.APPROVED: (1, 0, 0, 0, 0, 0),
        Status.CHANGES_REQUESTED: (1, 0, 0, 0, 0, 0),
    }
    assert aged.counts[Status.IN_REVIEW] == (0, 0, 0, 2, 0, 0)
    assert (fresh.overdue, len(fresh.oldest)) == (0, 4)


def test_what_waits_longest_comes_first_and_leads_to_the_desk(client: Client, airline: Airline, approver: User) -> None:
    first = ContractFactory.create(airline=airline, in_review=True, title="First")
    ContractFactory.create(airline=airline, in_review=True, title="Second")

    text = page(client, approver)

    assert text.index(">First</a>") < text.index(">Second</a>")
    assert reverse("admin:contracts_review", args=[first.pk]) in text


# Time in states


def test_times_in_states_follow_the_audit_trail(airline: Airline, approver: User) -> None:
    now = timezone.now()
    for days in (1, 2, 3, 10):
        begin = now - timedelta(days=days + 5)
        way(
            ContractFactory.create(airline=airline),
            (AuditEvent.CONTRACT_UPLOADED, Status.DRAFT, begin),
            (AuditEvent.CONTRACT_SUBMITTED, Status.IN_REVIEW, begin + timedelta(hours=2)),
            (AuditEvent.CONTRACT_APPROVED, Status.APPROVED, begin + timedelta(hours=2, days=days)),
        )
    earlier = now - timedelta(days=40)
    way(
        ContractFactory.create(airline=airline),
        (AuditEvent.CONTRACT_SUBMITTED, Status.IN_REVIEW, earlier - timedelta(days=7)),
        (AuditEvent.CONTRACT_REJECTED, Status.REJECTED, earlier),
    )

    times = {row.state: row for row in times_in_states(scope_of(approver, days="30"))}

    review = times[Status.IN_REVIEW]
    assert review.now is not None
    assert (review.now.count, review.now.median) == (4, timedelta(days=2.5))
    assert review.now.ninth_decile == timedelta(days=3 + 0.7 * 7)
    assert review.previous is not None
    assert (review.previous.count, review.previous.median) == (1, timedelta(days=7))
    draft = times[Status.DRAFT].now
    assert draft is not None
    assert draft.median == timedelta(hours=2)
    assert times[Status.APPROVED].now is None


def test_a_revision_has_no_time_as_a_draft(airline: Airline, approver: User) -> None:
    now = timezone.now()
    way(
        ContractFactory.create(airline=airline),
        (AuditEvent.CONTRACT_REVISED, Status.DRAFT, now - timedelta(days=1)),
        (AuditEvent.CONTRACT_SUBMITTED, Status.IN_REVIEW, now - timedelta(days=1)),
    )

    assert all(row.now is None for row in times_in_states(scope_of(approver)))


def test_every_step_that_services_take_is_counted(airline: Airline, approver: User) -> None:
    contract = ContractFactory.create(airline=airline, rules=1)
    entry_record(event=AuditEvent.CONTRACT_UPLOADED, actor=None, target=contract, after={"status": Status.DRAFT.value})
    contract_submit(actor=contract.uploaded_by, contract_id=contract.pk)
    contract_approve(actor=approver, contract_id=contract.pk)
    contract_activate(actor=approver, contract_id=contract.pk)

    times = {row.state: row.now for row in times_in_states(scope_of(approver))}

    counts = {state: stays.count for state, stays in times.items() if stays}
    assert counts == {Status.DRAFT: 1, Status.IN_REVIEW: 1, Status.APPROVED: 1}
    assert states_plot(times_in_states(scope_of(approver))) is not None


# Readings


def test_outcomes_say_what_the_accuracy_page_says(airline: Airline, approver: User) -> None:
    worked_example(airline, approver)

    outcomes = outcomes_over_time(scope_of(approver))

    assert (outcomes.now.accepted, outcomes.now.corrected, outcomes.now.rejected) == (2, 4, 2)
    assert outcomes.previous.decided == 0
    by_label = {field.label: field for field in outcomes.fields}
    assert (by_label["value"].now.accepted, by_label["value"].now.corrected) == (4, 2)
    assert by_label["value"].parts == (*(None,) * (PARTS - 1), 4 / 6)
    assert [spark.text for spark in field_sparks(outcomes)[:2]] == ["33%", "83%"]


def test_decisions_before_the_period_are_told_apart(airline: Airline, approver: User) -> None:
    worked_example(airline, approver)
    now = scope_of(approver, days="30")
    later = Scope(now.airlines, "", 30, now.now + timedelta(days=31), sees_workload=False)

    outcomes = outcomes_over_time(later)

    assert (outcomes.now.decided, outcomes.previous.decided) == (0, 8)
    assert all(field.parts == (None,) * PARTS for field in outcomes.fields)


# Coverage


def test_coverage_counts_rules_of_contracts_active_today(airline: Airline, approver: User) -> None:
    agreement = ContractFactory.create(airline=airline)
    RuleFactory.create(contract=agreement, accepted=True, category="duty")
    RuleFactory.create(contract=agreement, corrected=True, category="rest", applies_to={"fleet": ["B737"]})
    RuleFactory.create(contract=agreement, rejected=True, category="vacation")
    contract_submit(actor=agreement.uploaded_by, contract_id=agreement.pk)
    contract_approve(actor=approver, contract_id=agreement.pk)
    contract_activate(actor=approver, contract_id=agreement.pk)
    ContractFactory.create(airline=airline, active=True, rules=1, contract_type="loa", effective_date=date(2099, 1, 1))
    PilotFactory.create(airline=airline, equipment=["E175", "B737"])
    PilotFactory.create(airline=airline, equipment=["E175"])

    coverage = coverage_today(scope_of(approver))

    (row,) = coverage.airlines
    assert row.agreement == agreement
    assert [found.contract_type for found in row.contracts] == ["cba"]
    assert (row.rules.total, row.rules.covered, len(row.rules.missing)) == (2, 2, len(SUBJECTS) - 2)
    assert "Vacation" in row.rules.missing
    fleets = [(fleet.fleet, fleet.pilots, fleet.own, fleet.rules.covered) for fleet in coverage.fleets]
    assert fleets == [("B737", 1, 1, 2), ("E175", 2, 0, 1)]
    assert coverage.without_agreement == []


def test_airlines_without_an_agreement_are_named(client: Client, airline: Airline, administrator: User) -> None:
    AirlineFactory.create(code="SEC")
    ContractFactory.create(airline=airline, active=True, rules=1)

    text = page(client, administrator)

    assert re.search(r"Without\s+an active agreement: SEC\.", text)


# What ends


def test_contracts_near_their_last_day_are_banded_by_their_airlines_calendar(airline: Airline, approver: User) -> None:
    today = airline.today()
    for kind, days in (("cba", 0), ("loa", 45), ("policy", 181)):
        ContractFactory.create(
            airline=airline, active=True, rules=1, contract_type=kind, expiration_date=today + timedelta(days=days)
        )
    ContractFactory.create(airline=airline, in_review=True, contract_type="loa", effective_date=date(2026, 2, 1))
    ContractFactory.create(airline=airline, contract_type="cba", effective_date=date(2026, 2, 1))

    expiring = expiring_soon(scope_of(approver))

    found = [(ending.days_left, ending.is_followed) for ending in expiring.endings]
    assert found == [(0, False), (45, True)]
    assert [column.text for column in expiring_plot(expiring).columns] == ["1", "1", "0", "0"]


# Workload


def test_workload_counts_claims_and_decisions_of_each_approver(airline: Airline, administrator: User) -> None:
    ann, idle = reviewer_of(airline, full_name="Ann"), reviewer_of(airline, full_name="Idle")
    contract = ContractFactory.create(airline=airline, in_review=True, proposals=2)
    claim_take(actor=ann, contract_id=contract.pk)
    rule = ContractRule.objects.filter(contract=contract).first()
    assert rule is not None
    rule_correct(actor=ann, rule_id=rule.pk, changes={"value": Decimal(13)})

    loads = {load.person: load for load in workload(scope_of(administrator))}

    assert (loads[ann].claimed, loads[ann].overdue, loads[ann].rules, loads[ann].contracts) == (1, 0, 1, 0)
    assert (loads[idle].claimed, loads[idle].rules) == (0, 0)
    assert next(iter(loads)) == ann


# As files, and as a whole


@pytest.mark.parametrize("slug", FILES)
def test_each_table_is_a_file(client: Client, airline: Airline, administrator: User, slug: str) -> None:
    ContractFactory.create(airline=airline, in_review=True)
    client.force_login(administrator)

    answer = client.get(reverse(f"{PAGE}_csv", args=[slug]))

    assert answer["Content-Type"].startswith("text/csv")
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{slug}-')
    columns = answer.content.decode().splitlines()[0].split(",")
    assert len(set(columns)) == len(columns)


def test_files_hold_no_formulas(client: Client, airline: Airline, approver: User) -> None:
    ContractFactory.create(airline=airline, in_review=True, title='=HYPERLINK("https://x.test")', contract_version="@1")
    client.force_login(approver)

    text = client.get(reverse(f"{PAGE}_csv", args=["oldest"])).content.decode()

    assert "\"'=HYPERLINK(" in text
    assert "'@1" in text


def test_there_is_no_other_file(client: Client, approver: User) -> None:
    client.force_login(approver)

    assert client.get(reverse(f"{PAGE}_csv", args=["people"])).status_code == 404


@pytest.mark.parametrize("query", ["?days=7", "?days=x&airline=%00", "?airline=NOPE"])
def test_addresses_that_mean_nothing_show_the_usual(client: Client, approver: User, query: str) -> None:
    assert "Last 90 days" in page(client, approver, query)


def test_drawings_say_in_words_what_they_show_and_hold_no_scripts(
    client: Client, airline: Airline, approver: User
) -> None:
    worked_example(airline, approver)
    ContractFactory.create(
        airline=airline, active=True, rules=1, expiration_date=airline.today() + timedelta(days=3), title="<b>Ends</b>"
    )

    text = page(client, approver)

    drawings = re.findall(r'<svg[^>]*role="img"[^>]*>.*?</svg>', text, re.DOTALL)
    assert len(drawings) == 4 + 11
    assert all("<desc" in drawing and "<title" in drawing for drawing in drawings)
    assert not re.search(r"style=|<script|\son\w+=", "".join(drawings))
    assert "<b>Ends</b>" not in text
    ids = re.findall(r'<(?:title|desc|section|h2)[^>]* id="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_the_figures_on_the_page_are_those_of_the_file(client: Client, airline: Airline, approver: User) -> None:
    ContractFactory.create(airline=airline, in_review=True)

    text = page(client, approver)
    file = client.get(reverse(f"{PAGE}_csv", args=["queue"])).content.decode()

    assert cells(text, "queue", "under a day") == ["1", "0", "0"]
    assert file.splitlines()[1] == "under a day,1,0,0"


def test_the_sidebar_leads_to_it(client: Client, approver: User) -> None:
    client.force_login(approver)

    assert reverse(PAGE) in client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("count", [1, 50])
def test_it_costs_the_same_queries_for_one_airline_and_fifty(
    client: Client, administrator: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    approver = UserFactory.create(approver=True)
    for number in range(count):
        airline = AirlineFactory.create(time_zone=["Asia/Tokyo", "Pacific/Honolulu", "UTC"][number % 3])
        grant_review(approver, airline)
        reviewer_of(airline)
        ContractFactory.create(airline=airline, in_review=True)
        ContractFactory.create(
            airline=airline, active=True, rules=2, expiration_date=airline.today() + timedelta(days=9)
        )
        PilotFactory.create(airline=airline)
    page(client, approver)

    client.force_login(approver)
    with django_assert_num_queries(APPROVERS_QUERIES):
        client.get(reverse(PAGE))
    client.force_login(administrator)
    with django_assert_num_queries(ADMINISTRATORS_QUERIES):
        client.get(reverse(PAGE))


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=59), "under a minute"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=2, minutes=5), "2 h 5 min"),
        (timedelta(hours=12, minutes=5), "12 h"),
        (timedelta(days=3, hours=4), "3 d 4 h"),
        (timedelta(days=41, hours=4), "41 d"),
    ],
)
def test_durations_are_told_in_two_units_at_the_most(length: timedelta, words: str) -> None:
    assert duration_words(length) == words

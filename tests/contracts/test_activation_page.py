"""The page of a contract's activation at the desk, and where else people read of plans: the contract's page, its history, the API."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Airline, User
from audit.models import AuditEntry
from contracts.instants import instant_in_words
from contracts.lifecycle import Status
from contracts.models import ActivationPlan, PilotContract, PlanStatus
from contracts.services import lifecycle, plans
from contracts.services.activation import contract_undo_activation
from contracts.services.rules import rule_correct
from tests.accounts.callers import calling_as
from tests.factories import ContractFactory, PilotFactory, UserFactory, delegate, reviewer_of

pytestmark = pytest.mark.django_db
PAGE_QUERIES = 8
ZONE = "America/Los_Angeles"


@pytest.fixture
def contract(airline: Airline) -> PilotContract:
    return ContractFactory.create(approved=True, airline=airline, rules=1, effective_date=date(2026, 3, 1))


@pytest.fixture
def desk(client: Client, approver: User) -> Client:
    client.force_login(approver)
    return client


def page(contract: PilotContract) -> str:
    return reverse("admin:contracts_activation", args=[contract.pk])


def act(browser: Client, contract: PilotContract, what: str, **given: object) -> Any:
    contract.refresh_from_db()
    address = reverse("admin:contracts_activation_act", args=[contract.pk, what])
    return browser.post(address, {"version": contract.version, **given}, follow=True)


def tomorrow(hour: str = "00:00", zone: str = ZONE) -> dict[str, str]:
    day = timezone.now().astimezone(ZoneInfo(zone)).date() + timedelta(days=2)
    return {"day": day.isoformat(), "at": hour, "time_zone": zone}


def planned(actor: User, contract: PilotContract) -> ActivationPlan:
    due_at = timezone.now() + timedelta(hours=30)
    return plans.activation_plan(actor=actor, contract_id=contract.pk, due_at=due_at, time_zone=ZONE)


def test_an_approver_plans_moves_and_calls_off(desk: Client, approver: User, contract: PilotContract) -> None:
    answer = act(desk, contract, "plan", **tomorrow("06:30"))
    made = ActivationPlan.objects.get(status=PlanStatus.OPEN)
    local = made.due_at.astimezone(ZoneInfo(ZONE))
    assert (local.date().isoformat(), f"{local:%H:%M}") == (tomorrow()["day"], "06:30")
    assert f"Planned for {instant_in_words(made.due_at, ZONE)}" in answer.content.decode()

    answer = act(desk, contract, "move", **tomorrow("09:00", "UTC"))
    moved = ActivationPlan.objects.get(status=PlanStatus.OPEN)
    assert f"{moved.due_at:%H:%M}" == "09:00"
    assert "09:00 (UTC)" in answer.content.decode()

    answer = act(desk, contract, "cancel", reason="Not yet.")
    assert "Called off" in answer.content.decode()
    assert not ActivationPlan.objects.filter(status=PlanStatus.OPEN).exists()
    assert PilotContract.objects.get(pk=contract.pk).status == Status.APPROVED


def test_an_approver_activates_now_and_undoes_it(desk: Client, contract: PilotContract) -> None:
    answer = act(desk, contract, "now")
    assert "The contract is active." in answer.content.decode()
    assert PilotContract.objects.get(pk=contract.pk).status == Status.ACTIVE

    answer = act(desk, contract, "undo", reason="The wrong file.")
    said = answer.content.decode()
    assert "Undone." in said
    assert "“The wrong file.”" in said
    assert PilotContract.objects.get(pk=contract.pk).status == Status.APPROVED


def test_the_desk_undoes_it_too(desk: Client, approver: User, contract: PilotContract) -> None:
    lifecycle.contract_activate(actor=approver, contract_id=contract.pk)
    contract.refresh_from_db()

    address = reverse("admin:contracts_act", args=[contract.pk, "undo_activation"])
    desk.post(address, {"version": contract.version, "reason": "Too early."})

    assert PilotContract.objects.get(pk=contract.pk).status == Status.APPROVED


def test_the_form_says_the_zone_and_proposes_the_first_day(desk: Client, airline: Airline) -> None:
    ahead = ContractFactory.create(
        approved=True, airline=airline, rules=1, effective_date=airline.today() + timedelta(days=40)
    )

    said = desk.get(page(ahead)).content.decode()

    assert f'value="{ahead.effective_date.isoformat()}"' in said
    assert f">{ZONE}, of the airline<" in said
    assert "takes effect at the beginning of that day by itself" in said


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"day": ""}, "Choose the day."),
        ({"day": "soon"}, "Write the day as a date"),
        ({"at": "26:00"}, "Write the time"),
        ({"day": "2020-01-01"}, "This instant has passed."),
        ({"time_zone": "Mars/Olympus"}, "not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(
    desk: Client, contract: PilotContract, change: dict[str, str], says: str
) -> None:
    answer = act(desk, contract, "plan", **{**tomorrow("06:30"), **change})

    said = answer.content.decode()
    assert answer.status_code == 422
    assert says in said
    assert change.get("at", "06:30") in said
    assert not ActivationPlan.objects.exists()


def test_an_hour_that_the_clocks_skip_is_refused(desk: Client, contract: PilotContract) -> None:
    """Whichever spring comes next: two o'clock of the second Sunday of March."""
    year = timezone.now().year + (timezone.now().month >= 3)
    first = date(year, 3, 1)
    sunday = first + timedelta(days=(6 - first.weekday()) % 7 + 7)

    answer = act(desk, contract, "plan", day=sunday.isoformat(), at="02:30", time_zone=ZONE)

    assert "there is no 02:30 that day" in answer.content.decode()
    assert not ActivationPlan.objects.exists()


def test_a_stale_screen_is_told_so(desk: Client, contract: PilotContract) -> None:
    address = reverse("admin:contracts_activation_act", args=[contract.pk, "now"])

    answer = desk.post(address, {"version": contract.version - 1})

    assert answer.status_code == 409
    assert "Somebody changed this contract" in answer.content.decode()


def test_an_undo_without_a_reason_or_too_late_is_refused_in_words(
    desk: Client, approver: User, airline: Airline, contract: PilotContract
) -> None:
    lifecycle.contract_activate(actor=approver, contract_id=contract.pk)

    without = act(desk, contract, "undo", reason=" ")
    Airline.objects.filter(pk=airline.pk).update(activation_undo_hours=0)
    late = act(desk, contract, "undo", reason="Too early.")

    assert (without.status_code, late.status_code) == (422, 409)
    assert "within 0 hours at this airline" in late.content.decode()
    assert "activations stand at once" in late.content.decode()
    assert PilotContract.objects.get(pk=contract.pk).status == Status.ACTIVE


def test_a_plan_of_what_was_edited_since_is_marked(airline: Airline, desk: Client, approver: User) -> None:
    contract = ContractFactory.create(approved=True, airline=airline, rules=1)
    planned(approver, contract)
    lifecycle.contract_reopen(actor=approver, contract_id=contract.pk, reason="A rule is wrong.")
    rule_correct(actor=approver, rule_id=contract.rules.get().pk, changes={"title": "Another"})

    said = desk.get(page(contract)).content.decode()

    assert "this plan will fail" in said
    assert "Call it off" in said


WRITES = ("now", "plan", "move", "cancel", "undo")


@pytest.mark.parametrize("who", ["uploader", "stand-in", "administrator", "elsewhere", "pilot", "nobody"])
@pytest.mark.parametrize("state", [Status.APPROVED, Status.ACTIVE])
def test_who_may_not_activate_changes_nothing(airline: Airline, approver: User, state: Status, who: str) -> None:
    uploader = reviewer_of(airline)
    contract = ContractFactory.create(approved=True, airline=airline, rules=1, uploaded_by=uploader)
    if state == Status.APPROVED:
        planned(approver, contract)
    else:
        lifecycle.contract_activate(actor=approver, contract_id=contract.pk)
    people: dict[str, Any] = {
        "uploader": lambda: uploader,
        "stand-in": lambda: delegate(uploader, reviewer_of(airline)).delegate,
        "administrator": lambda: UserFactory.create(administrator=True),
        "elsewhere": lambda: reviewer_of(ContractFactory.create().airline),
        "pilot": lambda: PilotFactory.create(airline=airline).user,
    }
    browser = Client()
    if who in people:
        browser.force_login(people[who]())
    contract.refresh_from_db()
    before = (PilotContract.objects.values().get(pk=contract.pk), list(ActivationPlan.objects.values()))
    entries = AuditEntry.objects.filter(object_pk=str(contract.pk)).count()

    seen = browser.get(page(contract))
    for what in WRITES:
        address = reverse("admin:contracts_activation_act", args=[contract.pk, what])
        answer = browser.post(address, {"version": contract.version, "reason": "x", **tomorrow()})
        assert (what, answer.status_code in {302, 403, 404}) == (what, True)

    assert (PilotContract.objects.values().get(pk=contract.pk), list(ActivationPlan.objects.values())) == before
    assert AuditEntry.objects.filter(object_pk=str(contract.pk)).count() == entries
    sees = {"uploader": 200, "stand-in": 200, "administrator": 200, "elsewhere": 404, "pilot": 302, "nobody": 302}
    assert seen.status_code == sees[who]
    if seen.status_code == 200:
        assert "<form" not in seen.content.decode().partition('class="desk"')[2]


def test_there_is_no_other_act_and_getting_one_leads_to_the_page(desk: Client, contract: PilotContract) -> None:
    unknown = desk.post(reverse("admin:contracts_activation_act", args=[contract.pk, "explode"]))
    looked = desk.get(reverse("admin:contracts_activation_act", args=[contract.pk, "now"]))

    assert unknown.status_code == 404
    assert (looked.status_code, looked["Location"]) == (302, page(contract))
    assert PilotContract.objects.get(pk=contract.pk).status == Status.APPROVED


@pytest.mark.parametrize("count", [1, 4])
def test_the_page_asks_the_same_whatever_its_record(
    desk: Client, approver: User, contract: PilotContract, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        planned(approver, contract)
        plans.activation_plan_cancel(actor=approver, contract_id=contract.pk)
    planned(approver, contract)
    desk.get(page(contract))

    with django_assert_num_queries(PAGE_QUERIES):
        desk.get(page(contract))


# Beyond the desk


def seen_by(person: User, contract: PilotContract) -> str:
    browser = Client()
    browser.force_login(person)
    return browser.get(reverse("contracts:detail", args=[contract.pk])).content.decode()


def test_the_uploader_reads_when_it_will_take_effect(approver: User, contract: PilotContract) -> None:
    plan = planned(approver, contract)

    said = seen_by(contract.uploaded_by, contract)

    when = instant_in_words(plan.due_at, ZONE)
    assert f"It will take effect on {when}; until then it binds nobody." in said
    assert f"planned its activation for {when}" in said


def test_where_its_first_day_comes_later_he_reads_both(approver: User, airline: Airline) -> None:
    contract = ContractFactory.create(
        approved=True, airline=airline, rules=1, effective_date=airline.today() + timedelta(days=60)
    )
    plan = planned(approver, contract)

    said = seen_by(contract.uploaded_by, contract)

    day = contract.effective_date
    assert (
        f"It will be activated on {instant_in_words(plan.due_at, ZONE)}, and takes effect on {day:%B} {day.day}" in said
    )


def test_of_a_plan_that_no_longer_holds_he_reads_nothing(approver: User, contract: PilotContract) -> None:
    planned(approver, contract)
    plans.activation_plan_cancel(actor=approver, contract_id=contract.pk)

    assert "will take effect" not in seen_by(contract.uploaded_by, contract)


def test_the_api_names_the_planned_instant(approver: User, contract: PilotContract) -> None:
    address = f"/api/v1/contracts/{contract.pk}/"
    before = calling_as(approver).get(address).json()["planned_activation"]

    plan = planned(approver, contract)

    named = calling_as(contract.uploaded_by).get(address).json()["planned_activation"]
    assert before is None
    assert named["time_zone"] == ZONE
    assert datetime.fromisoformat(named["due_at"]) == plan.due_at


def test_the_api_undoes_an_activation(approver: User, contract: PilotContract) -> None:
    lifecycle.contract_activate(actor=approver, contract_id=contract.pk)
    caller: Any = calling_as(approver)

    offered = caller.get(f"/api/v1/contracts/{contract.pk}/").json()["possible_actions"]
    answer = caller.post(f"/api/v1/contracts/{contract.pk}/undo-activation/", {"reason": "Too early."}, format="json")

    assert offered == ["undo_activation", "retire"]
    assert (answer.status_code, answer.json()["status"]) == (200, "approved")


def test_pilots_read_in_the_history_that_it_was_put_back(
    approver: User, airline: Airline, contract: PilotContract
) -> None:
    old = ContractFactory.create(active=True, airline=airline, rules=1, effective_date=date(2024, 1, 1))
    lifecycle.contract_activate(actor=approver, contract_id=contract.pk)

    contract_undo_activation(actor=approver, contract_id=contract.pk, reason="A secret.")

    pilot: Any = calling_as(PilotFactory.create(airline=airline).user)
    told = pilot.get(f"/api/v1/contracts/{old.pk}/history/").json()["results"]
    assert [entry["event"] for entry in told] == ["contract.restored", "contract.superseded"]
    assert "A secret." not in str(told)
    assert pilot.get(f"/api/v1/contracts/{contract.pk}/").status_code == 404


def test_an_administrator_sets_the_hours_and_it_is_recorded(airline: Airline, administrator: User) -> None:
    browser = Client()
    browser.force_login(administrator)
    address = reverse("admin:accounts_airline_change", args=[airline.pk])
    given = {"code": airline.code, "name": airline.name, "time_zone": airline.time_zone, "is_active": "on"}
    terms = {"review_days": "14", "escalation_days": "21"}

    refused = browser.post(address, {**given, **terms, "activation_undo_hours": "721"})
    done = browser.post(address, {**given, **terms, "activation_undo_hours": "48"})

    airline.refresh_from_db()
    assert (refused.status_code, done.status_code) == (200, 302)
    assert airline.activation_undo_hours == 48
    assert AuditEntry.objects.get(event="airline.updated").changes == {"activation_undo_hours": [24, 48]}

"""The extractor's metrics by day."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Airline, User
from config.celery import app
from contracts.models import ContractRule, ExtractionMetricsDay, PilotContract, RuleCorrection, RuleDecision
from contracts.services.measures import metrics_write
from contracts.tasks import metrics_daily_task
from tests.contracts.measured import VERSION, proposal
from tests.factories import ContractFactory

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 8)  # clocks went forward in the United States: 23 hours there, 24 in UTC


def at(hour: int, minute: int = 0, *, day: date = DAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


@pytest.fixture
def contract(airline: Airline) -> PilotContract:
    return ContractFactory.create(airline=airline, in_review=True)


def decided(
    contract: PilotContract, actor: User, decision: str, proposed_at: datetime, decided_at: datetime
) -> ContractRule:
    rule = proposal(contract)
    ContractRule.objects.filter(pk=rule.pk).update(
        created_at=proposed_at, decision=decision, decided_by=actor, decided_at=decided_at
    )
    return rule


@pytest.fixture
def a_day(contract: PilotContract, approver: User) -> PilotContract:
    """Two made before and two on the day; decided on it after 1, 3 and 30 hours; the last the midnight after it."""
    yesterday = at(0) - timedelta(days=1)
    decided(contract, approver, RuleDecision.ACCEPTED, at(0), at(1))
    decided(contract, approver, RuleDecision.REJECTED, at(20), at(23))
    changed = decided(contract, approver, RuleDecision.CORRECTED, yesterday, yesterday + timedelta(hours=30))
    decided(contract, approver, RuleDecision.ACCEPTED, yesterday, at(0) + timedelta(days=1))
    for field, before, after in (("value", "14.0000", "13.0000"), ("value", "13.0000", "12.0000"), ("unit", "h", "d")):
        RuleCorrection.objects.create(
            rule=changed, field=field, before=before, after=after, corrected_by=approver, created_at=at(6)
        )
    return contract


def figures(row: ExtractionMetricsDay) -> tuple[object, ...]:
    return (
        row.proposed,
        row.accepted,
        row.corrected,
        row.rejected,
        row.median_hours,
        row.corrections_by_field,
    )


def test_a_day_holds_what_was_made_and_decided_on_it_in_utc(a_day: PilotContract) -> None:
    written = metrics_write(day=DAY)

    row = ExtractionMetricsDay.objects.get()
    assert written == 1
    assert (row.day, row.airline, row.extractor_version) == (DAY, a_day.airline, VERSION)
    assert figures(row) == (2, 1, 1, 1, Decimal("3.00"), {"value": 1, "unit": 1})


def test_writing_a_day_again_gives_the_same_row(a_day: PilotContract) -> None:
    metrics_write(day=DAY)
    first = ExtractionMetricsDay.objects.get()

    metrics_write(day=DAY)

    again = ExtractionMetricsDay.objects.get()
    assert (again.pk, again.created_at, figures(again)) == (first.pk, first.created_at, figures(first))


def test_a_day_of_which_nothing_is_left_loses_its_row(a_day: PilotContract) -> None:
    metrics_write(day=DAY)
    other = ExtractionMetricsDay.objects.create(day=DAY - timedelta(days=9), airline=a_day.airline)
    ContractRule.objects.filter(contract=a_day).update(
        created_at=at(0) - timedelta(days=5), decision=RuleDecision.PROPOSED, decided_by=None, decided_at=None
    )
    ExtractionMetricsDay.objects.filter(day=DAY).update(extractor_version="gone")

    metrics_write(day=DAY)

    # Corrections are never lost: the day keeps them, under their own version.
    left = ExtractionMetricsDay.objects.exclude(pk=other.pk).get()
    assert figures(left) == (0, 0, 0, 0, None, {"value": 1, "unit": 1})
    assert left.extractor_version == VERSION
    assert ExtractionMetricsDay.objects.filter(pk=other.pk).exists()


def test_the_task_writes_the_day_before_twice_over(contract: PilotContract, approver: User) -> None:
    noon_yesterday = at(12, day=timezone.now().astimezone(UTC).date() - timedelta(days=1))
    decided(contract, approver, RuleDecision.ACCEPTED, noon_yesterday - timedelta(hours=2), noon_yesterday)
    decided(contract, approver, RuleDecision.ACCEPTED, timezone.now(), timezone.now())

    metrics_daily_task()
    metrics_daily_task()

    row = ExtractionMetricsDay.objects.get()
    assert row.day == noon_yesterday.date()
    assert figures(row) == (1, 1, 0, 0, Decimal("2.00"), {})


def test_the_command_writes_a_range_of_days(a_day: PilotContract) -> None:
    out = StringIO()

    call_command("measure_extraction", "--from", "2026-03-07", "--to", "2026-03-09", stdout=out)

    assert out.getvalue().splitlines() == ["2026-03-07: 1 row", "2026-03-08: 1 row", "2026-03-09: 1 row"]
    rows = ExtractionMetricsDay.objects.order_by("day")
    assert [(row.day.day, row.proposed, row.accepted + row.corrected + row.rejected) for row in rows] == [
        (7, 2, 0),
        (8, 2, 3),
        (9, 0, 1),
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "2026-03-09", "--to", "2026-03-07"], "comes after"),
        (["--to", "2999-01-01"], "has not come yet"),
        (["--from", "yesterday"], "is no day"),
    ],
)
def test_the_command_refuses_a_range_that_is_none(arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("measure_extraction", *arguments)

    assert not ExtractionMetricsDay.objects.exists()


def test_every_scheduled_measure_is_a_task() -> None:
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert {"contracts.measures_sweep", "contracts.metrics_daily"} <= scheduled
    assert scheduled <= set(app.tasks)

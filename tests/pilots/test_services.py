"""Pilots' records: who makes and changes them, and what is written down."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Airline, User
from audit.events import AuditEvent
from audit.models import AuditEntry
from config.errors import NotAllowed
from pilots.models import Pilot
from pilots.services import pilot_create, pilot_update
from tests.factories import PilotFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_an_administrator_gives_a_person_a_pilots_record(administrator: User, airline: Airline) -> None:
    user = UserFactory.create()

    pilot = pilot_create(actor=administrator, user=user, airline=airline, pilot_id="P-1", details={"base": "SEA"})

    assert Pilot.objects.visible_to(user).get() == pilot
    entry = AuditEntry.objects.get(event=AuditEvent.PILOT_CREATED)
    assert (entry.actor, entry.changes["base"]) == (administrator, [None, "SEA"])


def test_nobody_else_makes_pilots_records(approver: User, airline: Airline) -> None:
    with pytest.raises(NotAllowed):
        pilot_create(actor=approver, user=approver, airline=airline, pilot_id="P-1", details={})

    assert not Pilot.objects.exists()


def test_a_pilot_changes_his_own_record_and_nobody_elses(airline: Airline) -> None:
    mine, other = PilotFactory.create_batch(2, airline=airline)

    changed = pilot_update(actor=mine.user, pilot=mine, changes={"seniority_percentile": Decimal("12.5")})
    with pytest.raises(NotAllowed):
        pilot_update(actor=mine.user, pilot=other, changes={"base": "PDX"})

    assert changed.seniority_percentile == Decimal("12.50")
    other.refresh_from_db()
    assert other.base == "SEA"
    assert AuditEntry.objects.get(event=AuditEvent.PILOT_UPDATED).object_pk == str(mine.pk)


def test_a_change_of_nothing_leaves_no_entry(airline: Airline) -> None:
    pilot = PilotFactory.create(airline=airline)

    pilot_update(actor=pilot.user, pilot=pilot, changes={"base": "SEA"})

    assert not AuditEntry.objects.filter(event=AuditEvent.PILOT_UPDATED).exists()


@pytest.mark.parametrize("changes", [{"base": "seattle"}, {"seat": "steward"}, {"seniority_percentile": Decimal(101)}])
def test_values_out_of_bounds_are_refused(airline: Airline, changes: dict[str, object]) -> None:
    pilot = PilotFactory.create(airline=airline)

    with pytest.raises(ValidationError) as refusal:
        pilot_update(actor=pilot.user, pilot=pilot, changes=changes)

    assert set(refusal.value.message_dict) >= set(changes)


@pytest.mark.parametrize("name", ["airline", "pilot_id", "user"])
def test_who_a_pilot_is_and_where_he_flies_is_not_changed_here(airline: Airline, name: str) -> None:
    pilot = PilotFactory.create(airline=airline)

    with pytest.raises(ValueError, match=name):
        pilot_update(actor=pilot.user, pilot=pilot, changes={name: "x"})

"""How long contracts stayed in each state, from the audit trail.

Each step of the lifecycle writes an entry in the transaction that takes it, and entries cannot be changed: a stay lasts from
the step into a state to the next step of the same contract. `status_since` on the contract knows the present stay alone, and
rounds of review know neither drafts nor what follows an approval.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection

from audit.events import AuditEvent
from config.door import as_product
from contracts.dashboard.scope import Scope
from contracts.lifecycle import Status
from contracts.models import PilotContract
from contracts.selectors import LIFECYCLE_EVENTS

# States that contracts leave.
STATES = (Status.DRAFT, Status.IN_REVIEW, Status.CHANGES_REQUESTED, Status.APPROVED, Status.ACTIVE)

# A revision is submitted in the transaction that opens it: its draft is none that anybody wrote.
_STAYS = """
WITH steps AS (
    SELECT
        l.event,
        l.timestamp AS began,
        l.changes -> 'status' ->> 1 AS state,
        lead(l.timestamp) OVER (PARTITION BY l.object_pk ORDER BY l.timestamp, l.id) AS ended
    FROM audit_log l
    WHERE l.content_type_id = %(contracts)s AND l.event = ANY(%(events)s)
      AND l.object_pk IN (SELECT c.id::text FROM pilot_contracts c WHERE c.airline_id = ANY(%(airlines)s))
), stays AS (
    SELECT state, ended >= %(since)s AS is_now, extract(epoch FROM ended - began) AS seconds
    FROM steps
    WHERE ended >= %(before)s AND ended < %(now)s AND event <> %(revised)s
)
SELECT
    state,
    is_now,
    count(*),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds),
    percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds)
FROM stays
WHERE state = ANY(%(states)s)
GROUP BY state, is_now
"""


@dataclass(frozen=True, slots=True)
class Stays:
    """Stays in one state that ended within one period."""

    count: int
    median: timedelta
    ninth_decile: timedelta


@dataclass(frozen=True, slots=True)
class StateTimes:
    """One state, in this period and the one before; None where no stay ended."""

    state: Status
    now: Stays | None
    previous: Stays | None


@as_product("times are read from the trail, of the scope's airlines alone")
def times_in_states(scope: Scope) -> list[StateTimes]:
    """In the order of the way, each state once, in one query."""
    given: dict[str, Any] = {
        "contracts": ContentType.objects.get_for_model(PilotContract).pk,
        "events": [str(event) for event in LIFECYCLE_EVENTS],
        "revised": str(AuditEvent.CONTRACT_REVISED),
        "states": [str(state) for state in STATES],
        "airlines": scope.keys,
        "before": scope.before,
        "since": scope.since,
        "now": scope.now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STAYS, given)
        found = {
            (state, is_now): Stays(count, timedelta(seconds=float(median)), timedelta(seconds=float(ninth)))
            for state, is_now, count, median, ninth in cursor.fetchall()
        }
    return [StateTimes(state, found.get((state.value, True)), found.get((state.value, False))) for state in STATES]

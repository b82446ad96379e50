"""What became of the extractor's proposals over time: the shares, and each field's."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from contracts.dashboard.scope import Scope
from contracts.measures import FIELDS, Tally, share
from contracts.models.measures import WHOLE_RULE

# Each period is cut into so many equal parts.
PARTS = 12

# `extraction_outcomes` says once what became of a proposal; the page "Extraction accuracy" sums up the same.
_OUTCOMES = """
WITH decided AS (
    SELECT
        least(floor(extract(epoch FROM decided_at - %(before)s) / %(part)s)::integer, %(last)s) AS part,
        outcome,
        changed_fields
    FROM extraction_outcomes
    WHERE airline_id = ANY(%(airlines)s) AND decided_at >= %(before)s AND decided_at < %(now)s
)
SELECT part, '' AS field, outcome, count(*) FROM decided GROUP BY 1, 3
UNION ALL
SELECT part, field, outcome, count(*)
FROM decided CROSS JOIN LATERAL unnest(changed_fields) field
WHERE outcome <> 'rejected'
GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class FieldOverTime:
    """One field: the share right in each part of the period, None where nothing was decided; and as a whole, now and before."""

    label: str
    parts: tuple[float | None, ...]
    now: Tally
    previous: Tally


@dataclass(frozen=True, slots=True)
class Outcomes:
    """`now` and `previous` tell of whole rules. `begins` has the instant at which each part of the period begins."""

    now: Tally
    previous: Tally
    fields: list[FieldOverTime]
    begins: tuple[datetime, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.now.decided or self.previous.decided)


def outcomes_over_time(scope: Scope) -> Outcomes:
    """In one query."""
    length = timedelta(days=scope.days) / PARTS
    decided, changed = _counts(scope, length)
    fields = [_field(name, label, decided, changed) for name, label in FIELDS.items()]
    return Outcomes(
        now=fields[0].now,
        previous=fields[0].previous,
        fields=fields,
        begins=tuple(scope.since + length * number for number in range(PARTS)),
    )


Counts = dict[tuple[int, str], int]


def _counts(scope: Scope, length: timedelta) -> tuple[Counts, Counts]:
    """By part (those of the period before come first) and outcome; and by part and changed field."""
    given: dict[str, Any] = {
        "airlines": scope.keys,
        "before": scope.before,
        "now": scope.now,
        "part": length.total_seconds(),
        "last": 2 * PARTS - 1,
    }
    decided: Counts = {}
    changed: Counts = {}
    with connection.cursor() as cursor:
        cursor.execute(_OUTCOMES, given)
        for part, field, outcome, count in cursor.fetchall():
            counts, key = (changed, (part, field)) if field else (decided, (part, outcome))
            counts[key] = counts.get(key, 0) + count
    return decided, changed


def _field(name: str, label: str, decided: Counts, changed: Counts) -> FieldOverTime:
    tallies = [_tally(name, label, decided, changed, part) for part in range(2 * PARTS)]
    return FieldOverTime(
        label=label,
        parts=tuple(tally.share_right for tally in tallies[PARTS:]),
        now=_sum(label, tallies[PARTS:]),
        previous=_sum(label, tallies[:PARTS]),
    )


def _tally(name: str, label: str, decided: Counts, changed: Counts, part: int) -> Tally:
    taken = decided.get((part, "accepted"), 0) + decided.get((part, "corrected"), 0)
    wrong = decided.get((part, "corrected"), 0) if name == WHOLE_RULE else changed.get((part, name), 0)
    return Tally(label, taken - wrong, wrong, decided.get((part, "rejected"), 0))


def _sum(label: str, tallies: list[Tally]) -> Tally:
    return Tally(
        label,
        sum(tally.accepted for tally in tallies),
        sum(tally.corrected for tally in tallies),
        sum(tally.rejected for tally in tallies),
    )


def corrections_share(tally: Tally) -> float | None:
    """Of all decided proposals, the share that was corrected."""
    return share(tally.corrected, tally.decided)

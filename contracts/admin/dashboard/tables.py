"""The dashboard's figures as tables. The page shows a cell's text, the CSV file its value."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from contracts.admin.plots import percent
from contracts.dashboard.coverage import SUBJECTS, Coverage, RuleCounts, coverage_today
from contracts.dashboard.expiring import Expiring, expiring_soon
from contracts.dashboard.extraction import Outcomes, corrections_share, outcomes_over_time
from contracts.dashboard.scope import Scope
from contracts.dashboard.stays import StateTimes, Stays, times_in_states
from contracts.dashboard.waiting import AGES, WAITING, Queue, age_words, queue_now
from contracts.dashboard.workload import Load, workload
from contracts.durations import duration_words, hours
from contracts.measures import Tally
from contracts.models import ContractType, PilotContract

NONE = "–"
# More names than these are folded away.
FEW = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` is what a program reads, the text where it is empty; `address` is where the page links to.

    The page shows a `summary` that the text unfolds from.
    """

    text: str
    value: str = ""
    address: str = ""
    summary: str = ""

    @property
    def plain(self) -> str:
        return self.value or self.text


@dataclass(frozen=True, slots=True)
class Table:
    """The first cell of a row names it. `columns` are (what the page says, what the CSV file says)."""

    slug: str
    caption: str
    columns: tuple[tuple[str, str], ...]
    rows: Sequence[tuple[Cell, ...]]

    @property
    def head(self) -> tuple[str, ...]:
        return tuple(column for column, _ in self.columns)

    def as_rows(self) -> tuple[Sequence[str], list[Sequence[str]]]:
        """Columns and values, for a file."""
        return [name for _, name in self.columns], [[cell.plain for cell in row] for row in self.rows]


def _number(count: int) -> Cell:
    return Cell(f"{count:,}", str(count))


def _share(part: float | None) -> Cell:
    return Cell(percent(part), "" if part is None else f"{part:.4f}")


def _contract(contract: PilotContract) -> Cell:
    return Cell(contract.title, address=reverse("admin:contracts_review", args=[contract.pk]))


def ages_table(queue: Queue) -> Table:
    rows = [
        (
            Cell(age_words(*age)),
            *(_number(queue.counts.get(state, (0,) * len(AGES))[number]) for state in WAITING),
        )
        for number, age in enumerate(AGES)
    ]
    columns = (("In its state", "days_in_state"), *((state.label.capitalize(), state.value) for state in WAITING))
    return Table("queue", "Waiting contracts by time in their state", columns, rows)


def oldest_table(queue: Queue, scope: Scope) -> Table:
    columns = (
        ("Contract", "contract"),
        ("Airline", "airline"),
        ("Version", "version"),
        ("State", "state"),
        ("For", "hours_in_state"),
        ("Claimed by", "claimed_by"),
    )
    rows = [
        (
            _contract(row),
            Cell(row.airline.code),
            Cell(row.contract_version),
            Cell(row.get_status_display()),
            _time(scope.now - row.status_since),
            Cell(str(row.claimed_by) if _is_claimed(row, scope) else NONE),
        )
        for row in queue.oldest
    ]
    return Table("oldest", "What has waited longest", columns, rows)


def _is_claimed(contract: PilotContract, scope: Scope) -> bool:
    return contract.claim_expires_at is not None and contract.claim_expires_at > scope.now


def _time(length: timedelta) -> Cell:
    length = max(length, timedelta(0))
    return Cell(duration_words(length), hours(length))


def states_table(times: list[StateTimes]) -> Table:
    columns = (
        ("State", "state"),
        ("Median", "median_hours"),
        ("Nine of ten within", "ninth_decile_hours"),
        ("Stays", "stays"),
        ("Median before", "previous_median_hours"),
        ("Nine of ten before", "previous_ninth_decile_hours"),
        ("Stays before", "previous_stays"),
    )
    rows = [(Cell(row.state.label.capitalize()), *_stays(row.now), *_stays(row.previous)) for row in times]
    return Table("states", "Time in each state", columns, rows)


def _stays(stays: Stays | None) -> tuple[Cell, ...]:
    if stays is None:
        return Cell(NONE), Cell(NONE), _number(0)
    return _time(stays.median), _time(stays.ninth_decile), _number(stays.count)


def fields_table(outcomes: Outcomes) -> Table:
    columns = (
        ("Field", "field"),
        ("Right", "share_right"),
        ("Before", "previous_share_right"),
        ("Kept", "kept"),
        ("Changed", "changed"),
    )
    rows = [
        (
            Cell(field.label),
            _share(field.now.share_right),
            _share(field.previous.share_right),
            _number(field.now.accepted),
            _number(field.now.corrected),
        )
        for field in outcomes.fields
    ]
    return Table("fields", "How often each field was right", columns, rows)


def corrections_table(outcomes: Outcomes) -> Table:
    columns = (
        ("Period", "period"),
        ("Corrected", "share_corrected"),
        ("Decided", "decided"),
        ("As proposed", "as_proposed"),
        ("Corrections", "corrected"),
        ("Rejected", "rejected"),
    )
    rows = [_outcome_row(label, tally) for label, tally in (("Now", outcomes.now), ("Before", outcomes.previous))]
    return Table("corrections", "What became of proposals", columns, rows)


def _outcome_row(label: str, tally: Tally) -> tuple[Cell, ...]:
    counts = (tally.decided, tally.accepted, tally.corrected, tally.rejected)
    return Cell(label), _share(corrections_share(tally)), *(_number(count) for count in counts)


_COVERED = (
    ("Subjects covered", "subjects_covered"),
    ("Rules", "rules"),
    ("Subjects without a rule", "subjects_without_rules"),
)


def airlines_table(coverage: Coverage) -> Table:
    columns = (
        ("Airline", "airline"),
        ("Active agreement", "agreement"),
        ("Letters", "letters"),
        ("Policies", "policies"),
        *_COVERED,
    )
    rows = [
        (
            Cell(str(row.airline)),
            _contract(row.agreement) if row.agreement else Cell("none"),
            _number(row.count(ContractType.LETTER_OF_AGREEMENT)),
            _number(row.count(ContractType.POLICY)),
            *_covered(row.rules),
        )
        for row in coverage.airlines
    ]
    return Table("airlines", "Contracts active today, by airline", columns, rows)


def fleets_table(coverage: Coverage) -> Table:
    columns = (
        ("Airline and fleet", "fleet"),
        ("Pilots", "pilots"),
        ("Rules that name it", "own_rules"),
        *_COVERED,
    )
    rows = [
        (Cell(f"{row.airline.code} {row.fleet}"), _number(row.pilots), _number(row.own), *_covered(row.rules))
        for row in coverage.fleets
    ]
    return Table("fleets", "Rules in force today, by fleet", columns, rows)


def _covered(rules: RuleCounts) -> tuple[Cell, ...]:
    missing = rules.missing
    names = "; ".join(missing) if rules.total else "all"
    summary = f"{len(missing)} subjects" if rules.total and len(missing) > FEW else ""
    covered = Cell(f"{rules.covered} of {len(SUBJECTS)}", str(rules.covered))
    return covered, _number(rules.total), Cell(names or "none", summary=summary)


def expiring_table(expiring: Expiring) -> Table:
    columns = (
        ("Contract", "contract"),
        ("Airline", "airline"),
        ("Type", "type"),
        ("Last day", "last_day"),
        ("Days left", "days_left"),
        ("A successor is on its way", "is_followed"),
    )
    rows = [
        (
            _contract(ending.contract),
            Cell(ending.contract.airline.code),
            Cell(ending.contract.get_contract_type_display()),
            Cell(ending.last_day.isoformat()),
            _number(ending.days_left),
            Cell("yes" if ending.is_followed else "no"),
        )
        for ending in expiring.endings
    ]
    return Table("expiring", "Active contracts whose last day comes", columns, rows)


def workload_table(loads: list[Load]) -> Table:
    columns = (
        ("Approver", "approver"),
        ("Claimed now", "claimed"),
        ("Overdue", "overdue"),
        ("Rules decided", "rules_decided"),
        ("Before", "previous_rules_decided"),
        ("Decisions on contracts", "contract_decisions"),
        ("Before", "previous_contract_decisions"),
    )
    rows = [
        (
            Cell(str(load.person)),
            *(_number(count) for count in (load.claimed, load.overdue, load.rules, load.previous_rules)),
            *(_number(count) for count in (load.contracts, load.previous_contracts)),
        )
        for load in loads
    ]
    return Table("workload", "Who reviews how much", columns, rows)


# For a file only its own figures are read.
FILES: dict[str, Callable[[Scope], Table]] = {
    "queue": lambda scope: ages_table(queue_now(scope)),
    "oldest": lambda scope: oldest_table(queue_now(scope), scope),
    "states": lambda scope: states_table(times_in_states(scope)),
    "fields": lambda scope: fields_table(outcomes_over_time(scope)),
    "corrections": lambda scope: corrections_table(outcomes_over_time(scope)),
    "airlines": lambda scope: airlines_table(coverage_today(scope)),
    "fleets": lambda scope: fleets_table(coverage_today(scope)),
    "expiring": lambda scope: expiring_table(expiring_soon(scope)),
    "workload": lambda scope: workload_table(workload(scope)),
}
# These tell of people: see `policies.may_see_workload`.
OF_PEOPLE = frozenset({"workload"})

"""Writing the change feed: what was before a block and is after it becomes rows, in the block's own transaction.

Rows get their place in the feed later, when what they tell of is published: `contracts.services.feed`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from config.door import as_product
from contracts.lifecycle import Status
from contracts.models import Change, ChangeKind, PilotContract, PilotContractAssignment
from contracts.publication.hashes import contract_hashes, law_hash
from contracts.services.publication import changes_publish_request
from pilots.models import Pilot
from regulations.far117.catalogue import Catalogue
from regulations.services import LoadCounts, catalogue_load, lock_against_other_loads

_PUBLISHED = (Status.ACTIVE.value, Status.SUPERSEDED.value)
_KINDS = {
    Status.ACTIVE.value: ChangeKind.CONTRACT_ACTIVATED,
    Status.SUPERSEDED.value: ChangeKind.CONTRACT_SUPERSEDED,
    Status.RETIRED.value: ChangeKind.CONTRACT_RETIRED,
    # Published before, since only then it is asked about.
    Status.APPROVED.value: ChangeKind.CONTRACT_ACTIVATION_UNDONE,
}
# The order in which they are told: what no longer holds, what holds now, then who is bound by it.
_ORDER = (
    ChangeKind.CONTRACT_UPDATED,
    ChangeKind.CONTRACT_SUPERSEDED,
    ChangeKind.CONTRACT_RETIRED,
    ChangeKind.CONTRACT_ACTIVATION_UNDONE,
    ChangeKind.CONTRACT_ACTIVATED,
)


@dataclass(frozen=True, slots=True)
class _State:
    """Contracts by id, as status and hash (none where nothing is published), and which assignments are open."""

    contracts: dict[UUID, tuple[str, str | None]]
    open_assignments: frozenset[UUID]


@contextmanager
def contract_changes_kept(
    contract: PilotContract, *, follows: bool = False, besides: Iterable[UUID] = ()
) -> Iterator[None]:
    """Around a move of `contract`, which is locked: what becomes of it and of the pilots whom it binds.

    With `follows` also of the active ones of its kind, which it may follow or which may follow it; they, and the
    assignments, are locked here, so that what another transaction does to them is told by that one alone. Of those named
    `besides` the caller holds the locks. The caller asks for the publication.
    """
    touched = [contract.pk, *besides]
    if follows:
        rivals = PilotContract.objects.select_for_update(of=("self",)).filter(
            airline=contract.airline_id, contract_type=contract.contract_type, status=Status.ACTIVE
        )
        with as_product("its rivals are locked whoever sees them"):
            touched += [rival.pk for rival in rivals.only("pk").order_by("pk") if rival.pk not in touched]
    before = _state_of(touched, Q(contract__in=touched))
    yield
    after = _state_of(touched, Q(contract__in=touched))
    _assignments_told(before, after, _contracts_told(before, after))


@contextmanager
def assignment_changes_kept(pilot: Pilot) -> Iterator[None]:
    """Around a change of what `pilot`, whose row is locked, is assigned to."""
    before = _state_of((), Q(pilot=pilot))
    yield
    _assignments_told(before, _state_of((), Q(pilot=pilot)), 0)
    changes_publish_request()


def law_load(*, law: Catalogue | None = None) -> LoadCounts:
    """Bring the law's tables to what its data files say, and tell of it where that changed anything.

    Apps stand apart from `regulations`, which knows nothing of feeds: who loads the law, loads it here.
    """
    with transaction.atomic():
        lock_against_other_loads()
        before = law_hash()
        counts = catalogue_load(law=law)
        after = law_hash() if counts.changed else before
        if after != before:
            Change.objects.create(kind=ChangeKind.REGULATIONS_UPDATED, old_hash=before, new_hash=after)
            changes_publish_request()
    return counts


@as_product("what changes is told whole, whoever changed it")
def _state_of(contract_ids: Iterable[UUID], assignments: Q) -> _State:
    statuses = dict(PilotContract.objects.filter(pk__in=list(contract_ids)).values_list("pk", "status"))
    published = [pk for pk, status in statuses.items() if status in _PUBLISHED]
    hashes = contract_hashes(published) if published else {}
    bound = PilotContractAssignment.objects.filter(assignments, ended_at__isnull=True)
    locked = bound.select_for_update(of=("self",)).order_by("pk")
    return _State(
        contracts={pk: (status, hashes.get(pk)) for pk, status in statuses.items()},
        open_assignments=frozenset(locked.values_list("pk", flat=True)),
    )


@as_product("what changes is told whole, whoever changed it")
def _contracts_told(before: _State, after: _State) -> int:
    """Write what became of contracts. Returns how many rows that were."""
    found = []
    for pk, (status, new_hash) in after.contracts.items():
        old_status, old_hash = before.contracts[pk]
        if status != old_status and status in _KINDS:
            found.append((_KINDS[status], pk, old_hash, new_hash))
        elif new_hash != old_hash:
            found.append((ChangeKind.CONTRACT_UPDATED, pk, old_hash, new_hash))
    found.sort(key=lambda change: (_ORDER.index(change[0]), change[1]))
    airlines = dict(PilotContract.objects.filter(pk__in=after.contracts).values_list("pk", "airline_id"))
    Change.objects.bulk_create(
        Change(kind=kind, airline_id=airlines[pk], contract_id=pk, old_hash=old, new_hash=new, place=place)
        for place, (kind, pk, old, new) in enumerate(found)
    )
    return len(found)


# One statement whatever their number: an activation may move ten thousand pilots.
_TELL_ASSIGNMENTS = """
    INSERT INTO changes (id, kind, airline_id, contract_id, pilot_id, old_hash, new_hash, place)
    SELECT gen_random_uuid(), CASE WHEN a.ended_at IS NULL THEN %(started)s ELSE %(ended)s END,
           c.airline_id, a.contract_id, a.pilot_id,
           CASE WHEN a.ended_at IS NOT NULL THEN h.before END, CASE WHEN a.ended_at IS NULL THEN h.after END,
           %(place)s + row_number() OVER (ORDER BY a.pilot_id, a.ended_at NULLS LAST)
    FROM pilot_contract_assignments a
    JOIN pilot_contracts c ON c.id = a.contract_id
    JOIN unnest(%(contracts)s::uuid[], %(before)s::text[], %(after)s::text[]) AS h (contract_id, before, after)
        ON h.contract_id = a.contract_id
    WHERE a.id = ANY(%(assignments)s)
"""


@as_product("what changes is told whole, whoever changed it")
def _assignments_told(before: _State, after: _State, place: int) -> None:
    """Write which assignments ended and began, with the hash of what bound the pilot, from `place` on."""
    changed = list(before.open_assignments ^ after.open_assignments)
    if not changed:
        return
    named = PilotContractAssignment.objects.filter(pk__in=changed).order_by()
    contracts = list(named.values_list("contract_id", flat=True).distinct())
    others: dict[UUID, str | None] = dict(contract_hashes(pk for pk in contracts if pk not in after.contracts))
    old, new = ({pk: known for pk, (_, known) in state.contracts.items()} | others for state in (before, after))
    with connection.cursor() as cursor:
        cursor.execute(
            _TELL_ASSIGNMENTS,
            {
                "started": ChangeKind.ASSIGNMENT_STARTED.value,
                "ended": ChangeKind.ASSIGNMENT_ENDED.value,
                "place": place,
                "contracts": contracts,
                "before": [old.get(pk) for pk in contracts],
                "after": [new.get(pk) for pk in contracts],
                "assignments": changed,
            },
        )

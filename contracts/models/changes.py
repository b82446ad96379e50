"""The change feed: what of the published record changed, and when. Rows are kept as they were written."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import F, Func, Q

from accounts.models import Airline, ServiceClient, User
from accounts.policies import is_administrator, reviewable_airlines
from accounts.selectors import visible_airlines
from config.guards import Guard, kept
from config.rows import Row
from contracts.models.contracts import PilotContract
from pilots.models import Pilot

if TYPE_CHECKING:
    from accounts.policies import Visitor


class ChangeKind(models.TextChoices):
    """The value is `<noun>.<past participle>`, and the `type` of a webhook's message."""

    CONTRACT_ACTIVATED = "contract.activated", "contract activated"
    CONTRACT_SUPERSEDED = "contract.superseded", "contract superseded"
    CONTRACT_RETIRED = "contract.retired", "contract retired"
    CONTRACT_ACTIVATION_UNDONE = "contract.activation_undone", "contract's activation undone"
    CONTRACT_UPDATED = "contract.updated", "published contract changed"
    ASSIGNMENT_STARTED = "assignment.started", "pilot assigned to a contract"
    ASSIGNMENT_ENDED = "assignment.ended", "pilot's assignment ended"
    REGULATIONS_UPDATED = "regulations.updated", "catalogue of 14 CFR Part 117 changed"


CONTRACT_KINDS = (
    ChangeKind.CONTRACT_ACTIVATED,
    ChangeKind.CONTRACT_SUPERSEDED,
    ChangeKind.CONTRACT_RETIRED,
    ChangeKind.CONTRACT_ACTIVATION_UNDONE,
    ChangeKind.CONTRACT_UPDATED,
)
ASSIGNMENT_KINDS = (ChangeKind.ASSIGNMENT_STARTED, ChangeKind.ASSIGNMENT_ENDED)
_HASH = r"^[0-9a-f]{64}$"


class ChangeQuerySet(models.QuerySet["Change"]):
    """Changes by who may know of them."""

    def published(self) -> "ChangeQuerySet":
        """Those that have their place in the feed."""
        return self.filter(position__isnull=False)

    def of_kinds(self, kinds: Iterable[str]) -> "ChangeQuerySet":
        """Those of `kinds`; of every kind where none is named."""
        named = list(kinds)
        return self.filter(kind__in=named) if named else self

    def visible_to(self, caller: "Visitor | ServiceClient") -> "ChangeQuerySet":
        """The law's are everybody's. Clients see all of their airlines; people their airlines' contracts, pilots also their
        own assignments, administrators everything."""
        if isinstance(caller, ServiceClient):
            return self.filter(Q(airline__isnull=True) | Q(airline__in=visible_airlines(caller)))
        if not isinstance(caller, User) or not caller.is_active:
            return self.none()
        if is_administrator(caller):
            return self.all()
        flown, reviewed = Airline.objects.filter(pilots__user=caller), reviewable_airlines(caller)
        theirs = Q(airline__in=flown) | Q(airline__in=reviewed)
        own = Q(pilot__in=Pilot.objects.filter(user=caller))
        return self.filter(Q(airline__isnull=True) | (theirs & Q(pilot__isnull=True)) | own)


def _numbered_once() -> Guard:
    """Nothing of a row changes but that it gets its position, once, after the transaction that wrote it."""
    late = "'{position,published_at,updated_at}'::text[]"
    return Guard(
        name="numbered_once",
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.Before,
        func=f"""
            IF TG_OP = 'INSERT' AND NEW.position IS NULL THEN RETURN NEW; END IF;
            IF TG_OP = 'UPDATE' AND OLD.position IS NULL AND NEW.position IS NOT NULL
               AND to_jsonb(OLD) - {late} = to_jsonb(NEW) - {late}
            THEN NEW.updated_at = clock_timestamp(); RETURN NEW; END IF;
            RAISE EXCEPTION 'changes are kept as they are';
        """,
    )


class Change(Row):
    """One thing that changed in what lookups answer. `id` names the event for ever, here and in webhooks' messages.

    It is written in the transaction of what it tells of; `position`, its place in the feed, is given to it once that has
    committed and lookups answer by it (ADR 0044). `old_hash` and `new_hash` are SHA-256 over what was published before and
    after: a contract with its rules, or the law; none where nothing was. `place` orders what one transaction wrote. A pilot
    is named by key alone, so that nothing of him stays when his record goes.
    """

    kind = models.CharField(max_length=40, choices=ChangeKind)
    airline = models.ForeignKey(Airline, on_delete=models.PROTECT, null=True, related_name="changes")
    contract = models.ForeignKey(PilotContract, on_delete=models.PROTECT, null=True, related_name="changes")
    pilot = models.ForeignKey(
        Pilot, on_delete=models.DO_NOTHING, null=True, related_name="changes", db_constraint=False
    )
    old_hash = models.CharField(max_length=64, null=True)
    new_hash = models.CharField(max_length=64, null=True)
    recorded_at = models.DateTimeField(
        db_default=Func(function="clock_timestamp", output_field=models.DateTimeField()), editable=False
    )
    place = models.PositiveIntegerField(default=0, db_default=0)
    position = models.PositiveBigIntegerField(null=True, unique=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        db_table = "changes"
        ordering = ["position"]
        indexes = [
            models.Index(fields=["airline", "position"], name="changes_airline"),
            models.Index(fields=["pilot", "position"], name="changes_pilot", condition=Q(pilot__isnull=False)),
            models.Index(
                fields=["recorded_at", "place"], name="changes_unnumbered", condition=Q(position__isnull=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ChangeKind.values), name="changes_kind_known"),
            models.CheckConstraint(
                condition=Q(position__isnull=True, published_at__isnull=True)
                | Q(position__gt=0, published_at__isnull=False),
                name="changes_published_whole",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=CONTRACT_KINDS, airline__isnull=False, contract__isnull=False, pilot__isnull=True)
                | Q(kind__in=ASSIGNMENT_KINDS, airline__isnull=False, contract__isnull=False, pilot__isnull=False)
                | Q(
                    kind=ChangeKind.REGULATIONS_UPDATED,
                    airline__isnull=True,
                    contract__isnull=True,
                    pilot__isnull=True,
                ),
                name="changes_subject_of_kind",
            ),
            models.CheckConstraint(
                condition=(Q(old_hash__isnull=True) | Q(old_hash__regex=_HASH))
                & (Q(new_hash__isnull=True) | Q(new_hash__regex=_HASH))
                & ~Q(old_hash=F("new_hash"), kind=ChangeKind.CONTRACT_UPDATED),
                name="changes_hash_form",
            ),
        ]
        triggers = [_numbered_once(), *kept(name="append_only", what="changes", update=False)]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.recorded_at:%Y-%m-%d %H:%M:%S}"

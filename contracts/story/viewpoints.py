"""What one viewer is told of one contract's history, as conditions on audit entries."""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar, cast

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Model, Q, QuerySet
from django.db.models.functions import Cast

from accounts.policies import Visitor, is_administrator, may_review_airline
from audit.events import AuditEvent
from audit.models import AuditEntry
from contracts.models import ContractImprovement, ContractReview, ImprovementStatus, PilotContract
from contracts.policies import may_see_requests
from contracts.selectors import FOR_ADMINISTRATORS, LIFECYCLE_EVENTS
from contracts.story.sentences import SENTENCES
from pilots.models import Pilot

# Everybody who sees the contract sees ratings, and none sees whose they are.
_RATINGS = (
    AuditEvent.RATING_WRITTEN,
    AuditEvent.RATING_EDITED,
    AuditEvent.RATING_HIDDEN,
    AuditEvent.RATING_RESTORED,
)
# One that is opened again tells of a revision that its uploader alone may know of.
_DECISIONS_ON_IMPROVEMENTS = (
    AuditEvent.IMPROVEMENT_APPLIED,
    AuditEvent.IMPROVEMENT_DECLINED,
    AuditEvent.IMPROVEMENT_MOVED,
)
# Why something was declined, or a rating hidden, is told to its author and to those who decide.
_REASONS_OF_OTHERS = (*_RATINGS, AuditEvent.IMPROVEMENT_DECLINED)
NOBODY = Q(pk__in=[])
RowT = TypeVar("RowT", bound=Model)


@dataclass(frozen=True)
class Viewpoint:
    """`named` entries are told with their actor, `unnamed` ones without; what is in neither is not told."""

    viewer: Visitor
    contract: PilotContract

    @cached_property
    def is_administrator(self) -> bool:
        return is_administrator(self.viewer)

    @cached_property
    def is_reviewer(self) -> bool:
        return may_review_airline(self.viewer, self.contract.airline)

    @cached_property
    def takes_part(self) -> bool:
        """As `selectors.takes_part`, asked once."""
        return self.is_administrator or self.is_reviewer or self.is_uploader

    @property
    def is_uploader(self) -> bool:
        return self.viewer.pk is not None and self.viewer.is_active and self.viewer.pk == self.contract.uploaded_by_id

    @cached_property
    def sees_requests(self) -> bool:
        return may_see_requests(self.viewer, self.contract)

    @cached_property
    def named(self) -> Q:
        if not self.takes_part:
            return NOBODY
        own, improvements = self._own(), self._of(ContractImprovement) & self._naming("contract", "revision")
        if self.is_administrator:
            bound = self._of(Pilot) & self._naming("contract", "before")
            keys = Q(event=AuditEvent.CREDENTIAL_USED) & self._naming("contract")
            return own | improvements | self._ratings() | bound | keys | self._revisions()
        own &= ~Q(event__in=FOR_ADMINISTRATORS)
        if self.is_reviewer:
            return own | improvements | self._revisions()
        return own | (improvements & Q(event__in=_DECISIONS_ON_IMPROVEMENTS)) | self._revisions()

    @cached_property
    def unnamed(self) -> Q:
        if self.is_administrator:
            return NOBODY
        if not self.takes_part:
            return self._own() & Q(event__in=LIFECYCLE_EVENTS)
        seen = self.contract.reviews.filter(hidden_at__isnull=True)
        ratings = self._ratings(seen) & Q(event__in=_RATINGS)
        if self.is_reviewer:
            return ratings
        withdrawn = ContractImprovement.objects.filter(contract=self.contract, status=ImprovementStatus.WITHDRAWN)
        proposed = self._of(ContractImprovement) & self._naming("contract") & ~Q(object_pk__in=_keys(withdrawn))
        return ratings | (proposed & Q(event=AuditEvent.IMPROVEMENT_PROPOSED))

    def told(self) -> QuerySet[AuditEntry]:
        """All that is told, unordered."""
        entries: QuerySet[AuditEntry] = AuditEntry.objects.filter(self.named | self.unnamed, event__in=list(SENTENCES))
        return entries.order_by()

    def is_named(self, event: str) -> bool:
        """Whether the actor of an entry that is told is told too: `named`, of one event."""
        if self.is_administrator or not self.takes_part:
            return self.is_administrator
        return event not in _RATINGS and (self.is_reviewer or event != AuditEvent.IMPROVEMENT_PROPOSED)

    def is_reason_told(self, event: str) -> bool:
        """Of an entry that is told."""
        if not self.takes_part:
            return False
        if self.is_administrator or event not in _REASONS_OF_OTHERS:
            return True
        return self.is_reviewer and event == AuditEvent.IMPROVEMENT_DECLINED

    @classmethod
    def own_entries(cls, contract: PilotContract) -> QuerySet[AuditEntry]:
        """All that is written about the contract itself, told or not."""
        entries: QuerySet[AuditEntry] = AuditEntry.objects.filter(cls._about(contract))
        return entries

    def _own(self) -> Q:
        return self._about(self.contract)

    @classmethod
    def _about(cls, contract: PilotContract) -> Q:
        return cls._of(PilotContract) & Q(object_pk=str(contract.pk))

    def _ratings(self, reviews: QuerySet[ContractReview] | None = None) -> Q:
        rows = self.contract.reviews.all() if reviews is None else reviews
        return self._of(ContractReview) & Q(object_pk__in=_keys(rows))

    def _revisions(self) -> Q:
        """That somebody revised this contract, told to those who may see the revision."""
        seen = PilotContract.objects.visible_to(self.viewer).filter(revises=self.contract)
        return self._of(PilotContract) & Q(event=AuditEvent.CONTRACT_REVISED, object_pk__in=_keys(seen))

    def _naming(self, *names: str) -> Q:
        """Entries whose details name the contract under one of `names`."""
        condition = NOBODY
        for name in names:
            condition |= Q(additional_data__contains={name: str(self.contract.pk)})
        return condition

    @staticmethod
    def _of(model: type[Model]) -> Q:
        return Q(content_type=ContentType.objects.get_for_model(model).pk)


def _keys(rows: QuerySet[RowT]) -> QuerySet[RowT, str]:
    """The rows' keys as the audit trail writes them."""
    keys = rows.order_by().annotate(key=Cast("pk", CharField())).values_list("key", flat=True)
    return cast("QuerySet[RowT, str]", keys)

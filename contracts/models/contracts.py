"""Contracts, the pages of their documents, and the decisions on them."""

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.db.models.functions import Now

from accounts.models import Airline, ServiceClient, User
from accounts.policies import is_administrator, reviewable_airlines
from config.guards import kept
from config.rows import Row, sets_updated_at
from config.search.keeping import keeps_search_entry
from contracts.documents.pages import TextSource
from contracts.lifecycle import ABANDONED, APPROVED_STATES, PUBLISHED, Status
from contracts.models.community_triggers import revising_guard
from contracts.models.review_triggers import decision_guard
from contracts.models.triggers import lifecycle_guard

if TYPE_CHECKING:
    from accounts.policies import Visitor


class ContractType(models.TextChoices):
    CBA = "cba", "collective bargaining agreement"
    LETTER_OF_AGREEMENT = "loa", "letter of agreement"
    POLICY = "policy", "company policy"


class MediaType(models.TextChoices):
    PDF = "application/pdf", "PDF"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word document"
    TEXT = "text/plain", "plain text"


class _InForce(Func):
    """The days on which a contract is in force, both ends included, open where no end is set."""

    function = "DATERANGE"
    output_field = DateRangeField()


class PilotContractQuerySet(models.QuerySet["PilotContract"]):
    """Contracts by who may see them and when they hold."""

    def visible_to(self, caller: "Visitor | ServiceClient") -> "PilotContractQuerySet":
        """Uploaders see their own, pilots their airline's published ones, reviewers what left the draft at theirs, administrators all."""
        published = Q(status__in=PUBLISHED)
        if isinstance(caller, ServiceClient):
            return self.filter(published, airline__in=caller.airlines.all())
        if not isinstance(caller, User) or not caller.is_active:
            return self.none()
        if is_administrator(caller):
            return self.all()
        visible = Q(uploaded_by=caller) | (published & Q(airline__in=Airline.objects.filter(pilots__user=caller)))
        return self.filter(visible | (~Q(status=Status.DRAFT) & Q(airline__in=reviewable_airlines(caller))))

    def in_force(self, day: date) -> "PilotContractQuerySet":
        """Contracts whose dates hold `day`: active ones, and superseded ones for days that no active one of their kind holds."""
        holds = Q(effective_date__lte=day) & (Q(expiration_date__isnull=True) | Q(expiration_date__gte=day))
        successor = PilotContract.objects.filter(
            holds, airline=OuterRef("airline"), contract_type=OuterRef("contract_type"), status=Status.ACTIVE
        )
        return self.filter(holds).filter(Q(status=Status.ACTIVE) | Q(Q(status=Status.SUPERSEDED), ~Exists(successor)))


class PilotContract(Row):
    """One version of one agreement at one airline, with the document that it was read from.

    `document_sha256` names the stored original. `approved_revision` is the hash over document and rules that was
    approved. Dates are calendar days at the airline; `expiration_date` is the last day in force.

    A row that `revises` another is its record put right, read from the same document: `revision_number` 2 revises what was
    uploaded, 3 revises 2, and so on. Each contract is revised once at most; what was rejected or withdrawn does not count.
    """

    airline = models.ForeignKey(Airline, on_delete=models.PROTECT, related_name="contracts")
    contract_type = models.CharField(max_length=20, choices=ContractType)
    contract_version = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT, db_default=Status.DRAFT.value)
    effective_date = models.DateField()
    expiration_date = models.DateField(null=True, blank=True)

    revises = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="revised_by")
    revision_number = models.PositiveSmallIntegerField(default=1, db_default=1)

    document_sha256 = models.CharField(max_length=64)
    document_name = models.CharField(max_length=255, help_text="The name under which it was uploaded, for people only.")
    document_media_type = models.CharField(max_length=100, choices=MediaType)
    document_bytes = models.PositiveBigIntegerField()
    page_count = models.PositiveIntegerField()

    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="uploaded_contracts"
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_revision = models.CharField(max_length=64, blank=True)
    activated_at = models.DateTimeField(null=True, blank=True)
    status_since = models.DateTimeField(db_default=Now(), editable=False, help_text="The database sets it.")
    review_round = models.ForeignKey(
        "contracts.ReviewRound", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    claim_expires_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(
        default=1, db_default=1, help_text="Counts the writes, so that a stale one is met."
    )

    objects = PilotContractQuerySet.as_manager()

    # Whether no approval of it stands, where a service that holds its lock has asked: `services.locks.locked_rules`.
    known_unapproved = False

    class Meta:
        db_table = "pilot_contracts"
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(
                fields=["airline", "contract_type", "status", "-effective_date"], name="pilot_contracts_lookup"
            ),
            models.Index(fields=["status", "submitted_at"], name="pilot_contracts_inbox"),
            models.Index(fields=["uploaded_by", "-created_at"], name="pilot_contracts_uploader"),
            models.Index(fields=["-created_at", "id"], name="pilot_contracts_created"),
            models.Index(fields=["document_sha256"], name="pilot_contracts_document"),
            GinIndex(fields=["title"], opclasses=["gin_trgm_ops"], name="pilot_contracts_title_trgm"),
            GinIndex(fields=["description"], opclasses=["gin_trgm_ops"], name="pilot_contracts_text_trgm"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="pilot_contracts_status_known"),
            models.CheckConstraint(
                condition=Q(contract_type__in=ContractType.values), name="pilot_contracts_type_known"
            ),
            models.CheckConstraint(
                condition=Q(document_media_type__in=MediaType.values), name="pilot_contracts_media_type_known"
            ),
            models.CheckConstraint(
                condition=Q(document_sha256__regex=r"^[0-9a-f]{64}$"), name="pilot_contracts_sha256_form"
            ),
            models.CheckConstraint(
                condition=Q(document_bytes__gt=0, page_count__gt=0), name="pilot_contracts_document_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(expiration_date__isnull=True) | Q(expiration_date__gte=F("effective_date")),
                name="pilot_contracts_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("uploaded_by")),
                name="pilot_contracts_not_approved_by_uploader",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("submitted_by")),
                name="pilot_contracts_not_approved_by_submitter",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=APPROVED_STATES)
                | Q(approved_by__isnull=False, approved_at__isnull=False, approved_revision__regex=r"^[0-9a-f]{64}$"),
                name="pilot_contracts_approved_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True, claim_expires_at__isnull=True)
                | Q(claimed_by__isnull=False, claim_expires_at__isnull=False, status=Status.IN_REVIEW),
                name="pilot_contracts_claimed_in_review",
            ),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True) | ~Q(claimed_by=F("uploaded_by")),
                name="pilot_contracts_not_claimed_by_uploader",
            ),
            models.UniqueConstraint(
                fields=["airline", "document_sha256"],
                condition=~Q(status__in=ABANDONED) & Q(revises__isnull=True),
                name="pilot_contracts_document_once",
            ),
            models.UniqueConstraint(
                fields=["revises"], condition=~Q(status__in=ABANDONED), name="pilot_contracts_revised_once"
            ),
            models.CheckConstraint(
                condition=Q(revises__isnull=True, revision_number=1) | Q(revises__isnull=False, revision_number__gt=1),
                name="pilot_contracts_revision_numbered",
            ),
            models.UniqueConstraint(
                fields=["airline", "contract_type", "contract_version"],
                condition=~Q(status__in=ABANDONED),
                name="pilot_contracts_version_once",
            ),
            ExclusionConstraint(
                name="pilot_contracts_one_active",
                expressions=[
                    ("airline", RangeOperators.EQUAL),
                    ("contract_type", RangeOperators.EQUAL),
                    (
                        _InForce("effective_date", "expiration_date", RangeBoundary(inclusive_upper=True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(status=Status.ACTIVE),
            ),
        ]
        triggers = [sets_updated_at(), lifecycle_guard(), revising_guard()]

    def __str__(self) -> str:
        return f"{self.title} ({self.contract_version})"


TEXT_SOURCES = [(source.value, source.label) for source in TextSource]


class ContractPage(Row):
    """One page of a document: its own text and its words.

    `words` is a list of `[text, x0, y0, x1, y1, char_start, char_end]`: PDF points from the page's top left, offsets in
    `text`. `char_start` is the offset of `text` in the whole file's text.
    """

    contract = models.ForeignKey(PilotContract, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    width = models.FloatField(help_text="PDF points.")
    height = models.FloatField(help_text="PDF points.")
    text = models.TextField(blank=True)
    char_start = models.PositiveIntegerField()
    words = models.JSONField(default=list)
    text_source = models.CharField(
        max_length=20, choices=TEXT_SOURCES, default=TextSource.LAYER.value, db_default=TextSource.LAYER.value
    )

    class Meta:
        db_table = "contract_pages"
        ordering = ["contract", "number"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="contract_pages_once"),
            models.CheckConstraint(
                condition=Q(number__gt=0, width__gt=0, height__gt=0), name="contract_pages_number_and_size"
            ),
            models.CheckConstraint(
                condition=Q(text_source__in=[source.value for source in TextSource]),
                name="contract_pages_text_source_known",
            ),
        ]
        triggers = [
            sets_updated_at(),
            keeps_search_entry(table="contract_page_search", key="page_id", first=[], third=["text"]),
        ]

    def __str__(self) -> str:
        return f"page {self.number}"


class DecisionKind(models.TextChoices):
    APPROVED = "approved", "approved"
    CHANGES_REQUESTED = "changes_requested", "changes requested"
    REJECTED = "rejected", "rejected"


class ContractDecision(Row):
    """What one reviewer decided on one revision, an approval for one step of the review. Never changed; an edit voids it.

    `on_behalf_of` is whom he stood in for, where his own groups would not have let him.
    """

    contract = models.ForeignKey(PilotContract, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=20, choices=DecisionKind)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    step = models.ForeignKey(
        "contracts.ReviewRoundStep", on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    revision = models.CharField(max_length=64, help_text="SHA-256 over the document's hash and the rules as decided.")
    reason = models.TextField(blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "contract_decisions"
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["contract", "-created_at"], name="contract_decisions_contract")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DecisionKind.values), name="contract_decisions_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=DecisionKind.APPROVED) | ~Q(reason=""), name="contract_decisions_reason_given"
            ),
            models.CheckConstraint(
                condition=Q(revision__regex=r"^[0-9a-f]{64}$"), name="contract_decisions_revision_form"
            ),
            models.UniqueConstraint(
                fields=["contract", "decided_by"],
                condition=Q(kind=DecisionKind.APPROVED, voided_at__isnull=True),
                name="contract_decisions_one_standing_approval",
            ),
            models.CheckConstraint(
                condition=Q(on_behalf_of__isnull=True) | ~Q(on_behalf_of=F("decided_by")),
                name="contract_decisions_on_behalf_of_another",
            ),
        ]
        triggers = [
            sets_updated_at(),
            decision_guard(),
            *kept(name="kept", what="decisions", update=False),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} by {self.decided_by}"

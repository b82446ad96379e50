"""Security events and who is to be told of them."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from audit.events import CountedBy, EventState, Outcome, SecurityEventKind, Severity
from config.guards import Guard, kept
from config.rows import Row, sets_updated_at

# As `docs/retention.md` says, which a test compares: younger ones are deleted by nobody.
KEPT_YEARS = 7


def _kept_for_years() -> Guard:
    return Guard(
        name="kept",
        operation=pgtrigger.Delete,
        when=pgtrigger.Before,
        func=f"IF OLD.last_seen_at < now() - interval '{KEPT_YEARS} years' THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION 'security events are kept as they are';",
    )


class SecurityEventQuerySet(models.QuerySet["SecurityEvent"]):
    """Events by the work that is left."""

    def unclosed(self) -> "SecurityEventQuerySet":
        """Those that somebody has to look at, whether or not he does."""
        return self.exclude(state=EventState.CLOSED)


class SecurityEvent(Row):
    """Something that those who guard the product want to see, however often it happened until it was closed.

    `fingerprint` is the SHA-256 of its kind, of whom or what it is counted by, and of its rule: of those that are not closed
    there is one, and a repetition raises its `count`. `burst_count` counts since `burst_started_at`, which moves on once the
    kind's window is over. `subject` and `names` are names that we gave out, never what somebody typed: that is a digest.
    `address`, `user_agent` and `request_id` are those of the last time; of `names` and `addresses` the first ones are kept.
    """

    kind = models.CharField(max_length=40, choices=SecurityEventKind)
    severity = models.CharField(max_length=20, choices=Severity)
    counted_by = models.CharField(
        max_length=20, choices=CountedBy, default=CountedBy.ACCOUNT, db_default=CountedBy.ACCOUNT.value
    )
    fingerprint = models.CharField(max_length=64, blank=True, db_default="")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
    )
    subject = models.CharField(max_length=320, blank=True)
    rule = models.CharField(max_length=200, blank=True, db_default="")
    names = ArrayField(models.CharField(max_length=320), default=list, db_default=[], blank=True)
    addresses = ArrayField(models.GenericIPAddressField(), default=list, db_default=[], blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=400, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    details = models.JSONField(default=dict, db_default={}, blank=True)
    count = models.PositiveIntegerField(default=1, db_default=1)
    burst_count = models.PositiveIntegerField(default=1, db_default=1)
    burst_started_at = models.DateTimeField(db_default=Now())
    last_seen_at = models.DateTimeField(db_default=Now())
    state = models.CharField(
        max_length=20, choices=EventState, default=EventState.OPEN, db_default=EventState.OPEN.value
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True, db_default="")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = SecurityEventQuerySet.as_manager()

    class Meta:
        db_table = "security_events"
        ordering = ["-last_seen_at", "id"]
        indexes = [
            models.Index(fields=["-created_at", "id"], name="security_events_created"),
            models.Index(fields=["-last_seen_at", "id"], name="security_events_seen"),
            models.Index(
                fields=["-last_seen_at", "id"], condition=~Q(state=EventState.CLOSED), name="security_events_unclosed"
            ),
            models.Index(fields=["kind", "-last_seen_at"], name="security_events_of_kind"),
            models.Index(fields=["user", "-last_seen_at"], name="security_events_of_user"),
            GinIndex(fields=["details"], name="security_events_details"),
            GinIndex(fields=["addresses"], name="security_events_addresses"),
            GinIndex(fields=["names"], name="security_events_names"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=SecurityEventKind.values), name="security_events_kind_known"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="security_events_severity_known"),
            models.CheckConstraint(condition=Q(counted_by__in=CountedBy.values), name="security_events_counted_known"),
            models.CheckConstraint(condition=Q(state__in=EventState.values), name="security_events_state_known"),
            models.CheckConstraint(
                condition=Q(state=EventState.TAKEN, taken_by__isnull=False, taken_at__isnull=False)
                | (~Q(state=EventState.TAKEN) & Q(taken_by__isnull=True, taken_at__isnull=True)),
                name="security_events_taken_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state=EventState.CLOSED, closed_at__isnull=False, outcome__in=Outcome.values)
                | (~Q(state=EventState.CLOSED) & Q(closed_at__isnull=True, outcome="")),
                name="security_events_closed_with_outcome",
            ),
            # Without a fingerprint are those that a release before this one writes while it is being replaced.
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=~Q(state=EventState.CLOSED) & ~Q(fingerprint=""),
                name="security_events_one_unclosed",
            ),
        ]
        triggers = [sets_updated_at(), _kept_for_years(), kept(name="kept", what="security events", update=False)[1]]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.who}"

    @property
    def who(self) -> str:
        """Whom or what it is counted by, for people."""
        if self.counted_by == CountedBy.ADDRESS:
            return f"from {self.address or 'no address'}"
        if self.counted_by == CountedBy.UNKNOWN:
            return self.get_counted_by_display()
        return self.subject or "nobody known"


class SecurityAlert(Row):
    """That those who guard the product are to be told of an event by `due_at`.

    Of those that are not told yet there is one an event. `letter` is the first alert of those that are told together.
    `mail_due_at` is when its mail to SECURITY_ALERTS_MAIL may next be taken up, empty where none is to be sent; whoever takes it up
    counts `mail_attempts`, and only the holder of the present attempt may settle it.
    """

    event = models.ForeignKey(SecurityEvent, on_delete=models.PROTECT, related_name="alerts")
    fingerprint = models.CharField(max_length=64)
    severity = models.CharField(max_length=20, choices=Severity)
    due_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    letter = models.UUIDField(null=True, blank=True)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "security_alerts"
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(fields=["fingerprint", "-due_at"], name="security_alerts_fingerprint"),
            models.Index(fields=["due_at"], condition=Q(told_at__isnull=True), name="security_alerts_untold"),
            models.Index(
                fields=["mail_due_at"],
                condition=Q(mail_due_at__isnull=False, mailed_at__isnull=True),
                name="security_alerts_unmailed",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="security_alerts_severity_known"),
            models.UniqueConstraint(
                fields=["fingerprint"], condition=Q(told_at__isnull=True), name="security_alerts_one_untold"
            ),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True, letter__isnull=True) | Q(told_at__isnull=False, letter__isnull=False),
                name="security_alerts_told_in_a_letter",
            ),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"alert of {self.event_id}"

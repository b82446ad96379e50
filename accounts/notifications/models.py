"""What was told to whom, and how each person wants to be told."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.notifications.kinds import MailChoice, NotificationKind
from config.rows import Row, sets_updated_at


class MailState(models.TextChoices):
    """How far the mailing of one notification is."""

    UNWANTED = "unwanted", "not mailed"
    WAITING = "waiting", "waits to be mailed"
    DIGEST = "digest", "waits for the daily mail"
    MAILED = "mailed", "mailed"
    GIVEN_UP = "given_up", "could not be mailed"


OUTSTANDING = (MailState.WAITING, MailState.DIGEST)


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Notifications by whose they are and what is left to do with them."""

    def visible_to(self, person: object) -> "NotificationQuerySet":
        """Each reads his own; nobody, administrators neither, reads another's."""
        key = getattr(person, "pk", None)
        return self.filter(recipient_id=key) if key is not None else self.none()

    def unread(self) -> "NotificationQuerySet":
        """Those that their recipient has not opened or marked."""
        return self.filter(read_at__isnull=True)

    def outstanding(self, *, due: datetime | None = None) -> "NotificationQuerySet":
        """Those still to be mailed; with `due`, by then."""
        waiting = self.filter(mail__in=OUTSTANDING)
        return waiting if due is None else waiting.filter(mail_due_at__lte=due)


class Notification(Row):
    """One thing told to one person. `event_key` names the event: nobody is told of the same event twice.

    `path` is where on the site he reads on, `subject_id` the id of what it is about. `letter` names the mail that the
    row goes out with, after the first notification in it: one for a mail of its own, many for a daily mail. While a mail
    is outstanding, `mail_due_at` is when somebody may next take it up; whoever does pushes it out and counts
    `mail_attempts`, and only the holder of the present attempt may send and settle it.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=40, choices=NotificationKind)
    event_key = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    path = models.CharField(max_length=400)
    subject_id = models.CharField(max_length=64)
    read_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=20, choices=MailState)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    letter = models.UUIDField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        db_table = "notifications"
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["recipient", "-created_at", "id"], name="notifications_recipient"),
            models.Index(
                fields=["recipient", "-created_at", "id"],
                condition=Q(read_at__isnull=True),
                name="notifications_unread",
            ),
            models.Index(fields=["mail_due_at"], condition=Q(mail__in=OUTSTANDING), name="notifications_due"),
            models.Index(fields=["letter"], condition=Q(mail__in=OUTSTANDING), name="notifications_letter"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "event_key"], name="notifications_told_once"),
            models.CheckConstraint(condition=Q(kind__in=NotificationKind.values), name="notifications_kind_known"),
            models.CheckConstraint(condition=Q(mail__in=MailState.values), name="notifications_mail_known"),
            models.CheckConstraint(
                condition=~Q(mail__in=OUTSTANDING) | Q(mail_due_at__isnull=False),
                name="notifications_outstanding_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(mail=MailState.MAILED, mailed_at__isnull=False)
                | (~Q(mail=MailState.MAILED) & Q(mailed_at__isnull=True)),
                name="notifications_mailed_at_a_time",
            ),
            models.CheckConstraint(condition=Q(path__regex=r"^/([^/\\]|$)"), name="notifications_path_on_this_site"),
            models.CheckConstraint(
                condition=~Q(event_key="") & ~Q(title=""), name="notifications_event_and_title_given"
            ),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return self.title

    @property
    def is_read(self) -> bool:
        """Whether its recipient has opened or marked it."""
        return self.read_at is not None


class NotificationPreference(Row):
    """When one person wants one kind by mail. Without a row `kinds.default_mail` holds."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_preferences"
    )
    kind = models.CharField(max_length=40, choices=NotificationKind)
    mail = models.CharField(max_length=20, choices=MailChoice)

    class Meta:
        db_table = "notification_preferences"
        ordering = ["person", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="notification_preferences_once"),
            models.CheckConstraint(
                condition=Q(kind__in=NotificationKind.values), name="notification_preferences_kind_known"
            ),
            models.CheckConstraint(condition=Q(mail__in=MailChoice.values), name="notification_preferences_mail_known"),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_mail_display()}"

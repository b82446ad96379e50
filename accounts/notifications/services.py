"""Every write of notifications but their mailing: telling, reading, choosing."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerUnavailable

from accounts.models import User
from accounts.notifications.kinds import MailChoice, NotificationKind
from accounts.notifications.models import MailState, Notification, NotificationPreference
from accounts.notifications.selectors import choices_of, mail_choices
from accounts.notifications.unsubscribing import DIGEST, holder_of
from audit.events import AuditEvent
from audit.services import entry_record
from config import celery_app
from config.errors import NotFoundForActor

# By name: tasks call services, services do not know tasks.
MAIL_TASK = "accounts.notifications_mail"
# When a day's digest goes out, on the clock that the notice names.
MORNING = time(7)
TITLE_LENGTH = 300
ROWS_AT_ONCE = 1000

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is told. `event_key` names the event, so that nobody is told of it twice; `path` is an address on this site.

    Title and body are mailed as they stand, through servers that are not ours: what is confidential belongs behind
    `path`. `time_zone` is the IANA zone in which the morning of the daily mail is meant.
    """

    kind: NotificationKind
    event_key: str
    title: str
    body: str
    path: str
    subject_id: str
    time_zone: str = "UTC"


def notifications_send(*, actor: User | None, recipients: QuerySet[User], notice: Notice) -> None:
    """Tell `recipients` in the caller's transaction; mail goes out once it has committed.

    Left out are the actor himself, closed accounts, and whoever was told of the event before. In three queries for up
    to a thousand recipients.
    """
    told = recipients.filter(is_active=True)
    if actor is not None:
        told = told.exclude(pk=actor.pk)
    people = list(told.order_by("pk").values_list("pk", flat=True).distinct())
    if not people:
        return
    now = timezone.now()
    morning = next_morning(now, notice.time_zone)
    choices = mail_choices(people, notice.kind)
    rows = [_row(person, notice, choices[person], now=now, morning=morning) for person in people]
    Notification.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE, ignore_conflicts=True)
    if any(row.mail == MailState.WAITING for row in rows):
        transaction.on_commit(_queue_mail)


def _row(person: UUID, notice: Notice, choice: MailChoice, *, now: datetime, morning: datetime) -> Notification:
    """Titles become subjects of mails: one line, of bounded length."""
    mail, due = {
        MailChoice.AT_ONCE: (MailState.WAITING, now),
        MailChoice.DAILY: (MailState.DIGEST, morning),
        MailChoice.NEVER: (MailState.UNWANTED, None),
    }[choice]
    return Notification(
        recipient_id=person,
        kind=NotificationKind(notice.kind),
        event_key=notice.event_key,
        title=" ".join(notice.title.split())[:TITLE_LENGTH],
        body=notice.body,
        path=notice.path,
        subject_id=notice.subject_id,
        mail=mail,
        mail_due_at=due,
    )


def next_morning(now: datetime, time_zone: str) -> datetime:
    """The first seven o'clock after `now` in that zone."""
    zone = ZoneInfo(time_zone)
    local = now.astimezone(zone)
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, tzinfo=zone)


def _queue_mail() -> None:
    try:
        celery_app.send_task(MAIL_TASK)
    except BrokerUnavailable:
        logger.warning("mail waits for the sweep: the broker does not answer")


def notification_mark_read(*, actor: User, notification_id: UUID) -> Notification:
    """Mark one of one's own as read. One that is read already keeps the time of the first reading.

    Raises:
        NotFoundForActor: when there is none of the actor's with that id.
    """
    with transaction.atomic():
        own = Notification.objects.visible_to(actor).select_for_update()
        notification = own.filter(pk=notification_id).first()
        if notification is None:
            raise NotFoundForActor("There is no such notification.")
        if notification.read_at is None:
            notification.read_at = timezone.now()
            notification.save(update_fields=["read_at"])
        return notification


def notifications_mark_all_read(*, actor: User) -> int:
    """Mark all of one's own as read. Returns how many were not."""
    return Notification.objects.visible_to(actor).unread().update(read_at=timezone.now())


def preference_set(*, actor: User, kind: NotificationKind, mail: MailChoice) -> None:
    """Choose when one kind is mailed to oneself. What waits to be mailed already follows the choice not to be mailed.

    Raises:
        ValueError: for a kind or choice that there is not.
    """
    _preferences_write(actor, {NotificationKind(kind): MailChoice(mail)}, actor=actor, reason="")


def unsubscribe_by_token(*, token: str) -> tuple[User, list[NotificationKind]]:
    """End the mails that `token` stands for: those of one kind, or of all that come in the daily mail.

    Returns whose they were and which kinds were ended now. A second time it ends nothing more.

    Raises:
        NotFoundForActor: for what is no token of ours, or one of an account that is gone.
    """
    holder = holder_of(token)
    person = User.objects.filter(pk=holder.person).first()
    if person is None:
        raise NotFoundForActor("There is no such account any more.")
    with transaction.atomic():
        before = choices_of(person)
        ended = [
            kind
            for kind, choice in before.items()
            if (choice == MailChoice.DAILY if holder.what == DIGEST else kind == holder.what)
            and choice != MailChoice.NEVER
        ]
        wanted = dict.fromkeys(ended, MailChoice.NEVER)
        # The link proves that its holder reads the person's mail, not that he is signed in.
        _preferences_write(person, wanted, actor=None, reason="By the link in a mail.")
    return person, ended


def _preferences_write(
    person: User, wanted: dict[NotificationKind, MailChoice], *, actor: User | None, reason: str
) -> None:
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        before = choices_of(person)
        changed = {kind: mail for kind, mail in wanted.items() if before[kind] != mail}
        if not changed:
            return
        NotificationPreference.objects.bulk_create(
            (NotificationPreference(person=person, kind=kind, mail=mail) for kind, mail in changed.items()),
            update_conflicts=True,
            unique_fields=["person", "kind"],
            update_fields=["mail"],
        )
        entry_record(
            event=AuditEvent.USER_UPDATED,
            actor=actor,
            target=person,
            reason=reason,
            before={f"mail.{kind}": before[kind].value for kind in changed},
            after={f"mail.{kind}": mail.value for kind, mail in changed.items()},
        )

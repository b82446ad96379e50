"""Every write of notifications but their mailing: telling, reading, choosing."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerUnavailable

from accounts.models import User
from accounts.notifications.kinds import MailChoice, NotificationKind, default_mail
from accounts.notifications.models import MailState, Notification, NotificationPreference
from accounts.notifications.selectors import choices_of
from accounts.notifications.unsubscribing import DIGEST, holder_of
from audit.events import AuditEvent
from audit.services import entry_record
from config import celery_app
from config.door import as_product
from config.errors import NotFoundForActor

# By name: tasks call services, services do not know tasks.
MAIL_TASK = "accounts.notifications_mail"
# When a day's digest goes out, on the clock that the notice names.
MORNING = time(7)
TITLE_LENGTH = 300

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


# One statement whatever the number of recipients: an airline's ten thousand pilots are told within a web request.
_TELL = """
    WITH told AS (
        INSERT INTO notifications
            (id, recipient_id, kind, event_key, title, body, path, subject_id, mail, mail_due_at)
        SELECT gen_random_uuid(), person.id, %s, %s, %s, %s, %s, %s, route.mail, route.due::timestamptz
        FROM ({people}) AS person (id)
        LEFT JOIN notification_preferences AS preference ON preference.person_id = person.id AND preference.kind = %s
        JOIN (VALUES (%s, %s, %s), (%s, %s, %s), (%s, %s, NULL)) AS route (choice, mail, due)
            ON route.choice = coalesce(preference.mail, %s)
        ORDER BY person.id
        ON CONFLICT (recipient_id, event_key) DO NOTHING
        RETURNING mail
    )
    SELECT count(*) FROM told WHERE mail = %s
"""


@as_product("whoever tells others does not see them")
def notifications_send(*, actor: User | None, recipients: QuerySet[User], notice: Notice) -> None:
    """Tell `recipients` in the caller's transaction, in one query; mail goes out once it has committed.

    Left out are the actor himself, closed accounts, and whoever was told of the event before.
    """
    told = recipients.filter(is_active=True)
    if actor is not None:
        told = told.exclude(pk=actor.pk)
    try:
        people, chosen_by = told.order_by().values("pk").distinct().query.sql_with_params()
    except EmptyResultSet:  # a queryset that names nobody has no SQL
        return
    statement = _TELL.format(people=people)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*_said(notice), *chosen_by, *_mailed(notice)])
        row = cursor.fetchone()
    if row is not None and row[0]:
        transaction.on_commit(_queue_mail)


def _said(notice: Notice) -> list[str]:
    """Titles become subjects of mails: one line, of bounded length."""
    title = " ".join(notice.title.split())[:TITLE_LENGTH]
    kind = NotificationKind(notice.kind).value
    return [kind, notice.event_key, title, notice.body, notice.path, notice.subject_id]


def _mailed(notice: Notice) -> list[str | datetime]:
    """How each choice is mailed, which choice holds where none was made, and what is mailed at once."""
    now = timezone.now()
    return [
        NotificationKind(notice.kind).value,
        *(MailChoice.AT_ONCE.value, MailState.WAITING.value, now),
        *(MailChoice.DAILY.value, MailState.DIGEST.value, next_morning(now, notice.time_zone)),
        *(MailChoice.NEVER.value, MailState.UNWANTED.value),
        default_mail(notice.kind).value,
        MailState.WAITING.value,
    ]


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


@as_product("a letter's link tells whose it is")
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

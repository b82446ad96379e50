"""Sending what is to be mailed: claimed, sent, settled.

A mail is claimed under an attempt number before the mail server is spoken to and settled after. Nobody else takes it up
while the claim holds, so two workers never send it at once. A worker that dies before the server took the mail costs a
delay; one that dies between that and the settling costs a second copy with the same Message-ID.
"""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import F, Min, OuterRef, Subquery
from django.utils import timezone

from accounts.models import User
from accounts.notifications.kinds import MailChoice, NotificationKind
from accounts.notifications.letters import letter_for
from accounts.notifications.models import MailState, Notification, NotificationQuerySet
from accounts.notifications.selectors import choices_of

# Arbitrary and ours alone: whoever holds it claims.
CLAIM_LOCK = 117_004
LETTERS_AT_ONCE = 20
# Longer than the mail server can keep one mail waiting: EMAIL_TIMEOUT holds for each step of the conversation.
LEASE = timedelta(minutes=3)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
# What could not be mailed this long after it was told is given up: in the app it stands anyway.
GIVEN_UP_AFTER = timedelta(days=2)
_PERMANENT = range(500, 600)

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """One mail in our hands: the letter's id and the attempt that we are."""

    letter: UUID
    attempt: int

    def rows(self) -> NotificationQuerySet:
        """Its notifications, as long as the attempt is ours and the mail is not settled."""
        return Notification.objects.outstanding().filter(letter=self.letter, mail_attempts=self.attempt)


def letters_send() -> int:
    """Send every mail that is due. Returns how many the mail server took. Where it does not answer the rest waits."""
    sent = 0
    while claims := _claimed():
        taken, answers = _sent(claims)
        sent += taken
        if not answers:
            break
    return sent


def _claimed() -> list[Claim]:
    """Up to LETTERS_AT_ONCE mails that are due, oldest first, ours for the time of LEASE."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIM_LOCK])
        now = timezone.now()
        _compose(now)
        due = Notification.objects.outstanding(due=now).filter(letter__isnull=False).order_by()
        oldest = due.values("letter").annotate(since=Min("mail_due_at")).order_by("since", "letter")
        letters = list(oldest.values_list("letter", flat=True)[:LETTERS_AT_ONCE])
        # Still due as they are written: whoever held one before may be renewing or settling it at this moment.
        due.filter(letter__in=letters).update(mail_attempts=F("mail_attempts") + 1, mail_due_at=now + LEASE)
        ours = Notification.objects.outstanding().filter(letter__in=letters, mail_due_at=now + LEASE).order_by()
        attempts = dict(ours.values_list("letter", "mail_attempts"))
        return [Claim(letter, attempts[letter]) for letter in letters if letter is not None and letter in attempts]


def _compose(now: datetime) -> None:
    """Say of notifications that are due which mail they go out with. A person's daily mail takes all that waits for one."""
    loose = Notification.objects.outstanding().filter(letter__isnull=True).order_by()
    loose.filter(mail=MailState.WAITING, mail_due_at__lte=now).update(letter=F("id"))
    daily = loose.filter(mail=MailState.DIGEST)
    first = daily.filter(recipient=OuterRef("recipient")).order_by("created_at", "id").values("pk")[:1]
    of_the_due = daily.filter(recipient__in=daily.filter(mail_due_at__lte=now).values("recipient"))
    of_the_due.update(letter=Subquery(first), mail_due_at=now)


def _sent(claims: Sequence[Claim]) -> tuple[int, bool]:
    """Send them over one connection. Returns how many were taken, and whether the mail server answers."""
    server = get_connection()
    taken = 0
    for position, claim in enumerate(claims):
        try:
            server.open()
            taken += _letter_sent(claim, server)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            _close(server)
            if _settled_by(error, claim):
                continue
            logger.warning("mail waits: the mail server does not take it", error=type(error).__name__)
            _postpone(claim, _wait_after(claim.attempt))
            for untried in claims[position + 1 :]:
                _postpone(untried, FIRST_WAIT)
            return taken, False
    _close(server)
    return taken, True


def _letter_sent(claim: Claim, server: BaseEmailBackend) -> bool:
    """Renew the claim, send, settle. False where nothing is left to send, or another holds it by now."""
    if not claim.rows().update(mail_due_at=timezone.now() + LEASE):
        return False
    rows = list(claim.rows().select_related("recipient").order_by("created_at", "id"))
    wanted = _wanted(rows[0].recipient, rows) if rows else []
    unwanted = {row.pk for row in rows} - {row.pk for row in wanted}
    claim.rows().filter(pk__in=unwanted).update(mail=MailState.UNWANTED)
    if not wanted:
        return False
    message = letter_for(wanted[0].recipient, claim.letter, wanted)
    server.send_messages([message])
    claim.rows().update(mail=MailState.MAILED, mailed_at=timezone.now())
    return True


def _wanted(person: User, rows: Sequence[Notification]) -> list[Notification]:
    """Of these what he still wants by mail: nothing for closed accounts, nothing read meanwhile, nothing ended meanwhile."""
    if not person.is_active:
        return []
    choices = choices_of(person)
    return [row for row in rows if not row.is_read and choices[NotificationKind(row.kind)] != MailChoice.NEVER]


def _settled_by(error: Exception, claim: Claim) -> bool:
    """Whether the failure is this one mail's and not the server's; it is then given up or postponed here.

    What is logged names the letter, never the address that the server's refusal quotes.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
    elif isinstance(error, smtplib.SMTPDataError):
        codes = [error.smtp_code]
    elif isinstance(error, ValueError | smtplib.SMTPNotSupportedError):
        codes = []  # an address or a header that cannot be written
    else:
        return False
    if all(code in _PERMANENT for code in codes):
        claim.rows().update(mail=MailState.GIVEN_UP)
        said = type(error).__name__
        logger.warning("a mail is given up: it cannot be delivered", letter=str(claim.letter), error=said, codes=codes)
    else:
        _postpone(claim, _wait_after(claim.attempt))
        logger.info("a mail waits: it was refused for now", letter=str(claim.letter), codes=codes)
    return True


def _wait_after(attempt: int) -> timedelta:
    """Each wait is twice the one before, up to LONGEST_WAIT."""
    doublings = min(attempt - 1, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def _postpone(claim: Claim, wait: timedelta) -> None:
    now = timezone.now()
    if claim.rows().filter(created_at__lt=now - GIVEN_UP_AFTER).update(mail=MailState.GIVEN_UP):
        logger.warning("a mail is given up: it waited too long", letter=str(claim.letter))
    claim.rows().update(mail_due_at=now + wait)


def _close(server: BaseEmailBackend) -> None:
    """End the conversation; a server that is gone already has nothing to say to that."""
    try:
        server.close()
    except (smtplib.SMTPException, OSError):
        logger.info("the mail server had hung up")

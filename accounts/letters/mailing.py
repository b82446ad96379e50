"""Mailing letters: claimed, sent, settled. Here it is asked whose the address is, where nobody waits for the answer."""

import smtplib
from datetime import timedelta
from email.utils import parseaddr

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.letters.links import token_of
from accounts.letters.models import AccountLetter
from accounts.letters.texts import Text, text_for
from accounts.letters.writing import MOST_AN_HOUR
from accounts.models import User
from accounts.notifications.letters import absolute

# Longer than the mail server can keep one mail waiting.
LEASE = timedelta(minutes=3)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=30)

logger = structlog.get_logger(__name__)


def account_letters_mail() -> int:
    """Mail every letter that is due. Returns how many the mail server took."""
    sent = 0
    while letter := _claimed():
        text = None if _is_too_often(letter) else text_for(letter, _account_of(letter))
        try:
            sent += _sent(letter, text)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            logger.warning("an account's mail waits", letter=str(letter.pk), error=type(error).__name__)
            wait = min(FIRST_WAIT * (1 << min(letter.mail_attempts, 10)), LONGEST_WAIT)
            AccountLetter.objects.filter(pk=letter.pk).update(mail_due_at=timezone.now() + wait)
    return sent


def _claimed() -> AccountLetter | None:
    """One letter, ours for the time of LEASE: no other worker takes it up."""
    now = timezone.now()
    with transaction.atomic():
        due = AccountLetter.objects.due(at=now).select_for_update(skip_locked=True, of=("self",))
        letter = due.select_related("email_change__user").order_by("mail_due_at", "id").first()
        if letter is not None:
            letter.mail_attempts += 1
            letter.mail_due_at = now + LEASE
            letter.save(update_fields=["mail_attempts", "mail_due_at"])
    return letter


def _account_of(letter: AccountLetter) -> User | None:
    return User.objects.filter(email__iexact=letter.email, is_active=True).first()


def _is_too_often(letter: AccountLetter) -> bool:
    hour_ago = timezone.now() - timedelta(hours=1)
    alike = AccountLetter.objects.filter(purpose=letter.purpose, email=letter.email, mailed_at__gt=hour_ago)
    return alike.count() >= MOST_AN_HOUR


def _sent(letter: AccountLetter, text: Text | None) -> int:
    """Send and settle. A letter without a text has nobody to go to."""
    now = timezone.now()
    if text is None:
        AccountLetter.objects.filter(pk=letter.pk).update(mail_due_at=None)
        return 0
    get_connection().send_messages([_message(letter, text)])
    AccountLetter.objects.filter(pk=letter.pk).update(mail_due_at=None, mailed_at=now)
    return 1


def _message(letter: AccountLetter, text: Text) -> EmailMultiAlternatives:
    """It names the person nowhere but in its envelope."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    link = absolute(f"{text.path}{token_of(letter.pk)}/") if text.takes_token else absolute(text.path)
    context = {"text": text, "link": link}
    message = EmailMultiAlternatives(
        subject=text.subject,
        body=render_to_string("mail/account.txt", context),
        to=[letter.email],
        headers={"Message-ID": f"<{letter.pk}@{domain}>", "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string("mail/account.html", context), "text/html")
    return message

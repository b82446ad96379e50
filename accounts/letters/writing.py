"""Writing letters: a row, in the caller's transaction. Mailed once that has committed."""

from datetime import timedelta
from uuid import uuid4

import structlog
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerUnavailable

from accounts.letters.links import token_hash, token_of
from accounts.letters.models import AccountLetter, LetterPurpose
from accounts.models import User
from config import celery_app
from config.door import as_product

# By name: tasks call services, services do not know tasks.
LETTERS_TASK = "accounts.letters_mail"
LINK_LIFETIME = timedelta(hours=24)
# So many letters of one purpose to one address within an hour; more are written, and not mailed.
MOST_AN_HOUR = 3

logger = structlog.get_logger(__name__)


def normal_email(email: str) -> str:
    """An address as accounts have it."""
    return User.objects.normalize_email(email.strip()).lower()


@as_product("letters are nobody's but whose link they are")
def letter_write(*, purpose: LetterPurpose, email: str, **more: object) -> AccountLetter:
    """A letter that is due at once. Whether anybody has that address is not looked at here: the answer takes the same time."""
    letter_id, now = uuid4(), timezone.now()
    letter: AccountLetter = AccountLetter.objects.create(
        id=letter_id,
        purpose=purpose,
        email=email,
        token_hash=token_hash(token_of(letter_id)),
        expires_at=now + LINK_LIFETIME,
        mail_due_at=now,
        **more,
    )
    transaction.on_commit(_queue)
    return letter


@as_product("letters are nobody's but whose link they are")
def invitation_write(*, user: User) -> AccountLetter:
    """A link by which the person sets his first password. One that was mailed before is no good any more."""
    letters_void(email=user.email, purpose=LetterPurpose.INVITATION)
    return letter_write(purpose=LetterPurpose.INVITATION, email=user.email)


@as_product("letters are nobody's but whose link they are")
def letters_void(*, email: str, purpose: LetterPurpose) -> None:
    """No link of that purpose to that address is good any more; what was chosen when registering is forgotten."""
    letters = AccountLetter.objects.good().filter(email=email, purpose=purpose)
    letters.update(used_at=timezone.now(), password_hash="", full_name="", agreed_to=[])


def _queue() -> None:
    try:
        celery_app.send_task(LETTERS_TASK)
    except BrokerUnavailable:
        logger.warning("mail waits for the sweep: the broker does not answer")

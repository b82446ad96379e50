"""The links that end a kind of mail without signing in: signed, naming the person and the kind, good for ever."""

from dataclasses import dataclass
from uuid import UUID

from django.core import signing

from accounts.notifications.kinds import NotificationKind
from config.errors import NotFoundForActor

SALT = "accounts.notifications.unsubscribe"
# In place of a kind: whatever comes in the daily mail.
DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose mails, and which: a kind's value, or DIGEST."""

    person: UUID
    what: str


def token_for(person: UUID, what: str) -> str:
    """A token for the links in mails of that kind. A mail may be read years later, so it does not expire."""
    return signing.Signer(salt=SALT).sign(f"{person.hex}.{what}")


def holder_of(token: str) -> Holder:
    """What a token stands for.

    Raises:
        NotFoundForActor: for one that we have not signed, or of a kind that there is no longer.
    """
    try:
        person, _, what = signing.Signer(salt=SALT).unsign(token).partition(".")
    except signing.BadSignature as error:
        raise NotFoundForActor("This link is not one of ours, or not whole.") from error
    if what != DIGEST and what not in NotificationKind.values:
        raise NotFoundForActor("Mails of this kind are not sent any more.")
    return Holder(UUID(hex=person), what)

"""The token of a letter's link: signed, naming the letter, the same at each attempt to mail it, kept nowhere but as a hash."""

import hashlib
from uuid import UUID

from django.core import signing
from django.utils.crypto import constant_time_compare

from accounts.letters.models import AccountLetter, LetterPurpose
from config.errors import ErrorCode, RuleBroken

SALT = "accounts.letters"


class LinkRefused(RuleBroken):
    """The link is not one of ours, was used before, or is too old: which of them is not said."""

    default_code = ErrorCode.LINK_REFUSED

    def __init__(self) -> None:
        super().__init__("This link is not good, or no longer: it works once, for 24 hours. Ask for a new one.")


def token_of(letter_id: UUID) -> str:
    """What the link of that letter ends in."""
    return signing.Signer(salt=SALT).sign(letter_id.hex)


def token_hash(token: str) -> str:
    """What of it is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def locked_letter(token: str, *purposes: LetterPurpose) -> AccountLetter:
    """The letter of a token whose link may still be used, locked until the transaction ends.

    Raises:
        LinkRefused: for any other.
    """
    try:
        letter_id = UUID(hex=signing.Signer(salt=SALT).unsign(token))
    except (signing.BadSignature, ValueError) as error:
        raise LinkRefused from error
    letter = AccountLetter.objects.good().select_for_update().filter(pk=letter_id, purpose__in=purposes).first()
    if letter is None or not constant_time_compare(letter.token_hash, token_hash(token)):
        raise LinkRefused
    return letter

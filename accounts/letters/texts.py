"""What letters about accounts say."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.letters.models import AccountLetter, LetterPurpose
from accounts.models import User

NOT_YOU = "If this was not you, do nothing: nothing happens without this link."


@dataclass(frozen=True, slots=True)
class Text:
    """Subject, sentences, and a button that leads to `path`, with the letter's token behind it where it `takes_token`."""

    subject: str
    sentences: tuple[str, ...]
    button: str
    path: str
    takes_token: bool = True


def text_for(letter: AccountLetter, account: User | None) -> Text | None:
    """What to mail to whoever has the address; None where nothing is to be mailed, because he has no account or has one."""
    purpose = LetterPurpose(letter.purpose)
    if purpose == LetterPurpose.REGISTRATION:
        return _registration() if account is None else _registered_already()
    if purpose == LetterPurpose.INVITATION:
        return None if account is None or account.has_usable_password() else _invitation()
    if purpose == LetterPurpose.PASSWORD_RESET:
        return None if account is None else _reset()
    if purpose == LetterPurpose.EMAIL_NEW:
        return _new_address() if account is None else _address_taken()
    whoever = {
        LetterPurpose.EMAIL_OLD: _old_address,
        LetterPurpose.ERASURE_DUE: _erasure_due,
        LetterPurpose.PASSWORD_CHANGED: _password_changed,
        LetterPurpose.EMAIL_CHANGED: _address_changed,
    }
    return whoever[purpose]()


def _registration() -> Text:
    return Text(
        "Verify your address for VectorBid Contracts",
        (
            "Somebody, probably you, registered with this address.",
            "Open the link within 24 hours and give the password that you chose: then your account is made.",
            NOT_YOU,
        ),
        "Verify this address",
        reverse("register_verify", args=["-"]).removesuffix("-/"),
    )


def _invitation() -> Text:
    return Text(
        "Your account on VectorBid Contracts",
        (
            "An administrator made an account with this address for you.",
            "Open the link within 24 hours and choose a password: nobody else knows it. Then sign in with this address.",
            "If the link is too old, ask the administrator for another one. If you expect no account, do nothing.",
        ),
        "Choose a password",
        reverse("invitation", args=["-"]).removesuffix("-/"),
    )


def _registered_already() -> Text:
    return Text(
        "You have an account on VectorBid Contracts already",
        (
            "Somebody, probably you, tried to register with this address. It has an account already.",
            "If the password is lost, ask for a new one. If this was not you, do nothing.",
        ),
        "Set a new password",
        reverse("password_reset"),
        takes_token=False,
    )


def _reset() -> Text:
    return Text(
        "A new password for VectorBid Contracts",
        (
            "Somebody, probably you or an administrator for you, asked for a new password. The link works once, for 24 hours.",
            NOT_YOU,
        ),
        "Set a new password",
        reverse("password_reset_confirm", args=["-"]).removesuffix("-/"),
    )


def _confirm_path() -> str:
    return reverse("email_change_confirm", args=["-"]).removesuffix("-/")


def _old_address() -> Text:
    return Text(
        "Your address on VectorBid Contracts is to change",
        (
            "Somebody who knows your password asked for another address for your account.",
            "It changes once this address and the new one have both said yes, within 24 hours.",
            "If this was not you, do not open the link, and change your password.",
        ),
        "Say yes to the change",
        _confirm_path(),
    )


def _new_address() -> Text:
    return Text(
        "Your new address for VectorBid Contracts",
        (
            "Somebody, probably you, wants to use this address for an account.",
            "It changes once this address and the present one have both said yes, within 24 hours.",
            NOT_YOU,
        ),
        "Say yes to the change",
        _confirm_path(),
    )


def _address_taken() -> Text:
    return Text(
        "This address has an account on VectorBid Contracts already",
        (
            "Somebody wants to use this address for another account. It has one, so nothing changes.",
            "If that was you, sign in with this address.",
        ),
        "Sign in",
        reverse("login"),
        takes_token=False,
    )


def _password_changed() -> Text:
    return Text(
        "Your password on VectorBid Contracts was changed",
        (
            "Your password was changed, and every sign-in was ended.",
            "If this was not you, set a new one now, and tell your airline's administrator for VectorBid Contracts.",
        ),
        "Set a new password",
        reverse("password_reset"),
        takes_token=False,
    )


def _address_changed() -> Text:
    return Text(
        "Your address on VectorBid Contracts was changed",
        (
            "Your account has another address from now on; nothing more is mailed to this one.",
            "If this was not you, tell your airline's administrator for VectorBid Contracts.",
        ),
        "Open VectorBid Contracts",
        reverse("home"),
        takes_token=False,
    )


def _erasure_due() -> Text:
    return Text(
        "Your account on VectorBid Contracts will be erased",
        (
            "It was asked for that your account be erased, by yourself or by an administrator. That happens in seven days.",
            "Until then you can sign in, see who asked, and call it off if it was in your name.",
            "If this was not you, do so now and change your password.",
        ),
        "Open “Your data”",
        reverse("own_data"),
        takes_token=False,
    )

"""What people do with their own accounts by mail: register, set a lost password anew, change the address.

What is asked for with an address alone takes the same steps whoever has it: a letter is written, and whoever mails it looks.
"""

from collections.abc import Sequence

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from accounts.consents.services import registration_agreed, registration_consents_write
from accounts.factors.services import FactorRefused, password_check
from accounts.letters.links import LinkRefused, locked_letter
from accounts.letters.models import AccountLetter, EmailChange, LetterPurpose
from accounts.letters.writing import LINK_LIFETIME, letter_write, letters_void, normal_email
from accounts.models import Role, User
from accounts.services.sessions import sessions_revoke_all
from audit.events import AuditEvent, SecurityEventKind
from audit.services import entry_record, security_event_record
from config.door import acting, as_product

CHANGE_PURPOSES = (LetterPurpose.EMAIL_OLD, LetterPurpose.EMAIL_NEW)


@as_product("letters are answered by whoever holds them")
def registration_request(*, email: str, password: str, full_name: str = "", agreed_to: Sequence[str] = ()) -> None:
    """Write to an address that somebody registers with. There is no account before its link was used.

    `agreed_to` are the hashes of the texts that were shown to him; without any he is asked at his first sign-in on a page.

    Raises:
        ValidationError: Django's, by field, for what is no address or no good password, and for texts that have changed. The
            same whether or not the address has an account.
    """
    email = normal_email(email)
    user = User(email=email, full_name=full_name.strip())
    user.clean_fields(exclude=["password"])
    password_validate(password, user)
    agreed = registration_agreed(agreed_to)
    letter_write(
        purpose=LetterPurpose.REGISTRATION,
        email=email,
        full_name=user.full_name,
        password_hash=make_password(password),
        agreed_to=agreed,
    )


@as_product("letters are answered by whoever holds them")
def registration_complete(*, token: str, password: str) -> User:
    """Make the account of a registration. The password is asked again: whoever only opens a stranger's link makes nothing.

    Raises:
        LinkRefused: also where the address has an account by now.
        ValidationError: by field, for another password than the one that was chosen.
    """
    with transaction.atomic():
        letter = locked_letter(token, LetterPurpose.REGISTRATION)
        if not check_password(password, letter.password_hash):
            raise ValidationError({"password": "That is not the password that you chose when you registered."})
        letters_void(email=letter.email, purpose=LetterPurpose.REGISTRATION)
        if User.objects.filter(email__iexact=letter.email).exists():
            raise LinkRefused
        user = User(
            email=letter.email,
            full_name=letter.full_name,
            role=Role.PILOT,
            password=letter.password_hash,
            email_verified_at=timezone.now(),
        )
        user.full_clean(exclude=["password"])
        with acting(user):
            user.save(force_insert=True)
            after = {"email": user.email, "role": user.role}
            entry_record(event=AuditEvent.USER_REGISTERED, actor=user, target=user, after=after)
            registration_consents_write(user=user, agreed=letter.agreed_to)
    return user


@as_product("letters are answered by whoever holds them")
def password_reset_request(*, email: str) -> None:
    """Write to an address whose password is lost. Takes the same steps whether or not it has an account."""
    email = normal_email(email)
    with transaction.atomic():
        letter_write(purpose=LetterPurpose.PASSWORD_RESET, email=email)
        security_event_record(kind=SecurityEventKind.PASSWORD_RESET_ASKED, subject=email)


@as_product("letters are answered by whoever holds them")
def password_reset(*, token: str, password: str) -> User:
    """Set a new password by a mailed link; every sign-in ends. A second factor is still asked for at the next.

    Raises:
        LinkRefused
        ValidationError: by field, for a password that is no good; the link stays good.
    """
    with transaction.atomic():
        letter = locked_letter(token, LetterPurpose.PASSWORD_RESET)
        user = User.objects.select_for_update().filter(email__iexact=letter.email, is_active=True).first()
        if user is None:
            raise LinkRefused
        with acting(user):
            _password_write(user, password, AuditEvent.PASSWORD_RESET)
            _address_proved(user)
    return user


@as_product("letters are answered by whoever holds them")
def password_change(*, actor: User, present: str, password: str) -> User:
    """Change one's own password; every sign-in ends, the present one too.

    Raises:
        ValidationError: by field, for a wrong present password, or a new one that is no good.
    """
    _require_present(actor, present)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=actor.pk)
        _password_write(user, password, AuditEvent.PASSWORD_CHANGED)
    return user


@as_product("letters are answered by whoever holds them")
def email_change_request(*, actor: User, email: str, present: str) -> None:
    """Ask both addresses whether the account may have the new one. An earlier wish that is open is over.

    Raises:
        ValidationError: by field, for a wrong password, or what is no address.
    """
    email, now = normal_email(email), timezone.now()
    _require_present(actor, present)
    try:
        validate_email(email)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=actor.pk)
        if email == user.email:
            raise ValidationError({"email": "That is your address already."})
        _changes_end(user)
        change = EmailChange.objects.create(user=user, new_email=email, expires_at=now + LINK_LIFETIME)
        letter_write(purpose=LetterPurpose.EMAIL_OLD, email=user.email, email_change=change)
        letter_write(purpose=LetterPurpose.EMAIL_NEW, email=email, email_change=change)


@as_product("letters are answered by whoever holds them")
def email_change_confirm(*, token: str) -> bool:
    """One of the two addresses says yes. Returns whether the other had, so that the address is changed now.

    Raises:
        LinkRefused: also where the new address has an account by now.
    """
    now = timezone.now()
    with transaction.atomic():
        letter = locked_letter(token, *CHANGE_PURPOSES)
        change = EmailChange.objects.select_for_update().get(pk=str(letter.email_change_id))
        user = User.objects.select_for_update().get(pk=change.user_id)
        if change.ended_at is not None or not user.is_active:
            raise LinkRefused
        letter.used_at = now
        letter.save(update_fields=["used_at"])
        said = "old_confirmed_at" if letter.purpose == LetterPurpose.EMAIL_OLD else "new_confirmed_at"
        setattr(change, said, now)
        change.save(update_fields=[said])
        if change.old_confirmed_at is None or change.new_confirmed_at is None:
            return False
        if User.objects.filter(email__iexact=change.new_email).exists():
            raise LinkRefused
        with acting(user):
            _email_write(user, change)
    return True


def _email_write(user: User, change: EmailChange) -> None:
    before, user.email, user.email_verified_at = user.email, change.new_email, timezone.now()
    user.full_clean(exclude=["password"])
    user.save(update_fields=["email", "email_verified_at"])
    _changes_end(user)
    letters_void(email=before, purpose=LetterPurpose.PASSWORD_RESET)
    sessions_revoke_all(actor=user, user=user, reason="The address was changed.")
    entry_record(
        event=AuditEvent.EMAIL_CHANGED,
        actor=user,
        target=user,
        before={"email": before},
        after={"email": user.email},
    )
    security_event_record(kind=SecurityEventKind.EMAIL_CHANGED, user=user, subject=user.email)
    letter_write(purpose=LetterPurpose.EMAIL_CHANGED, email=before)


def _password_write(user: User, password: str, event: AuditEvent) -> None:
    """The user's row is locked."""
    password_validate(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    letters_void(email=user.email, purpose=LetterPurpose.PASSWORD_RESET)
    sessions_revoke_all(actor=user, user=user, reason="The password was changed.")
    entry_record(event=event, actor=user, target=user)
    security_event_record(kind=SecurityEventKind.PASSWORD_CHANGED, user=user, subject=user.email)
    letter_write(purpose=LetterPurpose.PASSWORD_CHANGED, email=user.email)


def _address_proved(user: User) -> None:
    """Whoever opened a link reads the mailbox that it was sent to."""
    if user.email_verified_at is None:
        user.email_verified_at = timezone.now()
        user.save(update_fields=["email_verified_at"])


def _require_present(user: User, password: str) -> None:
    """Before the transaction, which would take what is written down of a failure back."""
    try:
        password_check(user=user, password=password)
    except FactorRefused as refusal:
        raise ValidationError({"present_password": refusal.detail}) from refusal


def _changes_end(user: User) -> None:
    now = timezone.now()
    open_ones = EmailChange.objects.filter(user=user, ended_at__isnull=True)
    AccountLetter.objects.good().filter(email_change__in=open_ones).update(used_at=now)
    open_ones.update(ended_at=now)


def password_validate(password: str, user: User) -> None:
    """Raises ValidationError, by field, for a password that is no good."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error

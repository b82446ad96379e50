"""First passwords: an administrator makes the account, and whoever reads its mailbox sets the password. Nobody else ever sees it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.factors.policies import require_fresh
from accounts.letters.links import LinkRefused, locked_letter
from accounts.letters.models import AccountLetter, LetterPurpose
from accounts.letters.services import password_validate
from accounts.letters.writing import MOST_AN_HOUR, invitation_write, letter_write, letters_void
from accounts.models import User
from accounts.policies import may_administer_accounts
from audit.events import AuditEvent
from audit.services import entry_record
from config.door import acting, as_product
from config.errors import NotAllowed, RuleBroken


@as_product("letters are nobody's but whose link they are")
def password_link_send(*, actor: User, user: User) -> LetterPurpose:
    """Mail somebody a link to set a password: his first one, by an invitation, or a new one. Returns which of the two it was.

    Raises:
        NotAllowed: unless `actor` is an administrator.
        RuleBroken: for a closed account, and where as many were written within an hour as are mailed.
        ReauthenticationRequired
    """
    if not may_administer_accounts(actor):
        raise NotAllowed("Administrators have links to passwords mailed; everybody else asks for his own.")
    require_fresh(actor)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if not user.is_active:
            raise RuleBroken("The account is closed: open it first.")
        purpose = LetterPurpose.PASSWORD_RESET if user.has_usable_password() else LetterPurpose.INVITATION
        _refuse_too_many(user, purpose)
        if purpose == LetterPurpose.INVITATION:
            invitation_write(user=user)
            entry_record(event=AuditEvent.USER_INVITED, actor=actor, target=user)
        else:
            letter_write(purpose=purpose, email=user.email)
            entry_record(event=AuditEvent.PASSWORD_RESET_MAILED, actor=actor, target=user)
    return purpose


@as_product("letters are nobody's but whose link they are")
def invitation_accept(*, token: str, password: str) -> User:
    """Set the first password by a mailed link, which shows that the address is his.

    Raises:
        LinkRefused: also for an account that is closed, or has a password by now.
        ValidationError: by field, for a password that is no good; the link stays good.
    """
    with transaction.atomic():
        letter = locked_letter(token, LetterPurpose.INVITATION)
        user = User.objects.select_for_update().filter(email__iexact=letter.email, is_active=True).first()
        if user is None or user.has_usable_password():
            raise LinkRefused
        with acting(user):
            password_validate(password, user)
            user.set_password(password)
            user.email_verified_at = timezone.now()
            user.save(update_fields=["password", "email_verified_at"])
            for purpose in (LetterPurpose.INVITATION, LetterPurpose.PASSWORD_RESET):
                letters_void(email=letter.email, purpose=purpose)
            entry_record(event=AuditEvent.INVITATION_ACCEPTED, actor=user, target=user)
    return user


def _refuse_too_many(user: User, purpose: LetterPurpose) -> None:
    hour_ago = timezone.now() - timedelta(hours=1)
    lately = AccountLetter.objects.filter(purpose=purpose, email=user.email, created_at__gt=hour_ago)
    if lately.count() >= MOST_AN_HOUR:
        raise RuleBroken(
            f"{MOST_AN_HOUR} such links went to {user.email} within the hour. Have the person look among unwanted mail, and wait."
        )

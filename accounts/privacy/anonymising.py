"""What is left of an account that is erased: a row that names nobody, is closed for good, and to which what is kept points."""

from collections.abc import Collection

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db.models import Q
from django.utils import timezone

from accounts.consents.models import Consent
from accounts.factors.models import Authenticator, FactorFailure, Passkey, RecoveryCode
from accounts.letters.models import AccountLetter, EmailChange
from accounts.models import AirlineGrant, IdempotencyKey, Role, User, UserSession
from accounts.notifications.models import Notification, NotificationPreference
from accounts.privacy.exporting import exports_remove
from accounts.services.sessions import sessions_revoke_all
from audit.models import SecurityEvent

# A name that can be nobody's (RFC 2606), so that no mail ever goes there.
NOWHERE = "erased.invalid"


def account_anonymise(user: User, *, pseudonym: str, emails: Collection[str]) -> None:
    """In the caller's transaction; the row is locked. `emails` are the addresses that he had, now or before."""
    sessions_revoke_all(actor=None, user=user, reason="The account was erased.")
    exports_remove(user)
    _belongings_delete(user, emails)
    _events_anonymise(user, pseudonym, emails)
    user.email, user.full_name = f"{pseudonym}@{NOWHERE}", pseudonym
    user.set_unusable_password()
    user.role, user.is_active, user.is_superuser = Role.PILOT, False, False
    user.email_verified_at = user.last_login = None
    user.erased_at = timezone.now()
    user.save(
        update_fields=[
            "email",
            "full_name",
            "password",
            "role",
            "is_active",
            "is_superuser",
            "email_verified_at",
            "last_login",
            "erased_at",
        ]
    )
    Consent.objects.filter(person=user).update(address=None, user_agent="")


def _belongings_delete(user: User, emails: Collection[str]) -> None:
    """What is of no use without him. An address that another account has now is left to it."""
    theirs = {
        email.lower()
        for email in User.objects.exclude(pk=user.pk).filter(email__in=emails).values_list("email", flat=True)
    }
    his = [email for email in emails if email not in theirs]
    AccountLetter.objects.filter(Q(email__in=his) | Q(email_change__user=user)).delete()
    for model in (EmailChange, Authenticator, Passkey, RecoveryCode, FactorFailure, AirlineGrant):
        model._default_manager.filter(user=user).delete()
    Notification.objects.filter(recipient=user).delete()
    NotificationPreference.objects.filter(person=user).delete()
    UserSession.objects.filter(user=user).delete()
    IdempotencyKey.objects.filter(caller=user.pk).delete()
    for log in (AccessAttempt, AccessFailureLog, AccessLog):
        log.objects.filter(username__in=his).delete()


def _events_anonymise(user: User, pseudonym: str, emails: Collection[str]) -> None:
    """Security events stay, without his name and addresses; of those that count several names, his alone goes."""
    SecurityEvent.objects.filter(user=user).update(
        subject=pseudonym, names=[], addresses=[], address=None, user_agent="", details={}
    )
    labels = {*emails, user.full_name} - {""}
    for event in SecurityEvent.objects.filter(names__overlap=list(labels)):
        event.names = [pseudonym if name in labels else name for name in event.names]
        event.save(update_fields=["names"])

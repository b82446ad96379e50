"""What is mailed about accounts, and what the links in it are good for."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from config.rows import Row, sets_updated_at


class LetterPurpose(models.TextChoices):
    """What a letter is about. All but the last three kinds carry a link."""

    REGISTRATION = "registration", "registration"
    PASSWORD_RESET = "password_reset", "lost password"
    EMAIL_OLD = "email_old", "new address, asked of the old one"
    EMAIL_NEW = "email_new", "new address, asked of the new one"
    INVITATION = "invitation", "first password of an account that was made for somebody"
    PASSWORD_CHANGED = "password_changed", "password changed"
    EMAIL_CHANGED = "email_changed", "address changed"
    ERASURE_DUE = "erasure_due", "account to be erased"


class EmailChange(Row):
    """Somebody's wish for another address. It comes true once both addresses have said yes, within its time."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="email_changes")
    new_email = models.EmailField(max_length=254)
    expires_at = models.DateTimeField()
    old_confirmed_at = models.DateTimeField(null=True, blank=True)
    new_confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "email_changes"
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(ended_at__isnull=True), name="email_changes_one_open"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="email_changes_expire_later"),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"another address for {self.user_id}"


class LetterQuerySet(models.QuerySet["AccountLetter"]):
    """Letters by what is left to do with them."""

    def good(self) -> "LetterQuerySet":
        """Those whose link may still be used."""
        return self.filter(used_at__isnull=True, expires_at__gt=timezone.now())

    def due(self, *, at: datetime) -> "LetterQuerySet":
        """Those to be mailed by then."""
        return self.filter(mail_due_at__lte=at, expires_at__gt=at)


class AccountLetter(Row):
    """One mail to one address. Whether there is an account of that address is asked by whoever mails it, not by whoever writes it.

    The link's token follows from the row's id and our secret; here lies its hash. A registration waits in its letter:
    there is no account before its address is verified; `agreed_to` are the texts that were agreed to by it. `mail_due_at` is
    when somebody may next take the mail up, empty once that is settled.
    """

    purpose = models.CharField(max_length=20, choices=LetterPurpose)
    email = models.EmailField(max_length=254)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    full_name = models.CharField(max_length=200, blank=True)
    password_hash = models.CharField(max_length=128, blank=True)
    agreed_to = models.JSONField(default=list, db_default=[], blank=True)
    email_change = models.ForeignKey(EmailChange, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    mail_due_at = models.DateTimeField(null=True, blank=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        db_table = "account_letters"
        indexes = [
            models.Index(fields=["mail_due_at"], condition=Q(mail_due_at__isnull=False), name="account_letters_due"),
            models.Index(fields=["email", "purpose", "-created_at"], name="account_letters_email"),
            models.Index(fields=["expires_at"], name="account_letters_expires"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=LetterPurpose.values), name="account_letters_purpose_known"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="account_letters_expire_later"),
            models.CheckConstraint(condition=Q(token_hash__regex=r"^[0-9a-f]{64}$"), name="account_letters_hash_form"),  # noqa: S106 - the form of a hash
            models.CheckConstraint(
                condition=~Q(purpose=LetterPurpose.REGISTRATION) | Q(used_at__isnull=False) | ~Q(password_hash=""),
                name="account_letters_registration_has_password",
            ),
            models.CheckConstraint(
                condition=~Q(purpose__in=[LetterPurpose.EMAIL_OLD, LetterPurpose.EMAIL_NEW])
                | Q(email_change__isnull=False),
                name="account_letters_change_named",
            ),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.pk}"

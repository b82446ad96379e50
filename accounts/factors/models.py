"""What a person proves himself with beside his password."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.rows import Row, sets_updated_at


class Authenticator(Row):
    """An authenticator app (TOTP, RFC 6238). One that was never confirmed by a code is no factor.

    The secret is encrypted and bound to row and person. `last_step` is the 30 seconds whose code was used last: none is good twice.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="authenticator")
    secret = models.BinaryField()
    nonce = models.BinaryField()
    key_version = models.CharField(max_length=40)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_step = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "authenticators"
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"authenticator app of {self.user_id}"


class Passkey(Row):
    """A WebAuthn credential: `credential` is its id and public key as the authenticator gave them.

    `uses` is the authenticator's own counter, 0 where it has none.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=80)
    credential_id = models.BinaryField(max_length=1023, unique=True)
    credential = models.BinaryField()
    uses = models.BigIntegerField(default=0, db_default=0)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "passkeys"
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["user", "created_at"], name="passkeys_user")]
        constraints = [
            models.CheckConstraint(condition=Q(uses__gte=0), name="passkeys_uses_not_negative"),
            models.CheckConstraint(condition=~Q(name=""), name="passkeys_name_given"),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return self.name


class RecoveryCode(Row):
    """One code for the day on which the other factors are lost: good once, kept as a hash."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "recovery_codes"
        constraints = [
            models.UniqueConstraint(fields=["user", "code_hash"], name="recovery_codes_once"),
            models.CheckConstraint(condition=Q(code_hash__regex=r"^[0-9a-f]{64}$"), name="recovery_codes_hash_form"),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"recovery code of {self.user_id}"


class FactorFailure(Row):
    """A code, passkey or confirming password that was refused: some within a few minutes pause the person's second step."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "factor_failures"
        indexes = [models.Index(fields=["user", "created_at"], name="factor_failures_user")]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"refused factor of {self.user_id}"

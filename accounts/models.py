"""Who may come in: airlines, people, service clients, and the sessions that their tokens belong to."""

import uuid
from datetime import date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils import timezone
from guardian.models import UserObjectPermissionBase

from accounts.consents.models import Consent  # noqa: F401 - Django looks for models here
from accounts.devices import device_of
from accounts.factors.models import Authenticator, Passkey, RecoveryCode  # noqa: F401 - Django looks for models here
from accounts.idleness import idle_limit
from accounts.letters.models import AccountLetter, EmailChange  # noqa: F401 - Django looks for models here
from accounts.networks import validate_network
from accounts.notifications.models import Notification, NotificationPreference  # noqa: F401 - Django looks for models here
from accounts.privacy.models import DataExport, Erasure  # noqa: F401 - Django looks for models here
from accounts.privacy.triggers import stays_erased
from config.rows import Row, sets_updated_at

MOST_DAYS = 365
MOST_UNDO_HOURS = 720


def validate_time_zone(name: str) -> None:
    """Raises ValidationError unless `name` is an IANA zone."""
    if name not in available_timezones():
        raise ValidationError(f"{name} is not an IANA time zone.", code="unknown_time_zone")


class Airline(Row):
    """A carrier whose pilots and contracts are here. `time_zone` says when its calendar day begins: contract dates are days there."""

    code = models.CharField(
        max_length=3,
        unique=True,
        validators=[RegexValidator(r"^[A-Z0-9]{2,3}$", "Two or three capital letters or digits.")],
    )
    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=60, default="UTC", validators=[validate_time_zone])
    is_active = models.BooleanField(default=True, db_default=True)
    metadata = models.JSONField(default=dict, db_default={}, blank=True)
    second_pair_of_eyes = models.BooleanField(
        "second pair of eyes on corrections",
        default=False,
        db_default=False,
        help_text="Whoever corrected or added a rule of a contract may not approve it.",
    )
    review_days = models.PositiveSmallIntegerField(
        "days for a review",
        default=14,
        db_default=14,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
        help_text="Counted from the submission. Empty: reviews have no due date.",
    )
    escalation_days = models.PositiveSmallIntegerField(
        "days before escalation",
        default=21,
        db_default=21,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
        help_text="That a contract may wait in review, for changes or for activation. Empty: it may wait for ever.",
    )
    activation_undo_hours = models.PositiveSmallIntegerField(
        "hours for undoing an activation",
        default=24,
        db_default=24,
        validators=[MaxValueValidator(MOST_UNDO_HOURS)],
        help_text="Counted from the activation. 0: activations stand at once.",
    )

    class Meta:
        db_table = "airlines"
        ordering = ["code"]
        permissions = [("review_contracts", "May review and approve this airline's contracts")]
        indexes = [GinIndex(fields=["metadata"], name="airlines_metadata")]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z0-9]{2,3}$"), name="airlines_code_form"),
            models.CheckConstraint(
                condition=Q(review_days__isnull=True) | Q(review_days__range=(1, MOST_DAYS)),
                name="airlines_review_days_range",
            ),
            models.CheckConstraint(
                condition=Q(escalation_days__isnull=True) | Q(escalation_days__range=(1, MOST_DAYS)),
                name="airlines_escalation_days_range",
            ),
            models.CheckConstraint(
                condition=Q(activation_undo_hours__lte=MOST_UNDO_HOURS), name="airlines_activation_undo_hours_range"
            ),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    def today(self) -> date:
        """The calendar day that it is at the airline."""
        return timezone.now().astimezone(ZoneInfo(self.time_zone)).date()


class AirlineGrant(UserObjectPermissionBase):
    """A permission of one person on one airline: guardian's rows with a direct foreign key, so that filters are plain joins."""

    content_object = models.ForeignKey(Airline, on_delete=models.CASCADE, related_name="grants")

    class Meta(UserObjectPermissionBase.Meta):
        db_table = "airline_grants"

    def __str__(self) -> str:
        return f"{self.user} may review {self.content_object}"


class Role(models.TextChoices):
    PILOT = "pilot", "pilot"
    APPROVER = "approver", "approver"
    ADMINISTRATOR = "administrator", "administrator"


STAFF = (Role.APPROVER, Role.ADMINISTRATOR)


class UserManager(BaseUserManager["User"]):
    """Finds accounts by e-mail without regard to case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username or "")

    def create_user(self, *, email: str, password: str | None = None, **fields: object) -> "User":
        """An account with a hashed password; without one, an account that cannot sign in by password."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, *, email: str, password: str | None = None, **fields: object) -> "User":
        """Django's `createsuperuser`: an administrator."""
        return self.create_user(email=email, password=password, **{**fields, "role": Role.ADMINISTRATOR})


class User(Row, AbstractBaseUser, PermissionsMixin):
    """A person. What he may do follows from his role, his grants and his pilot's record, never from Django's model permissions."""

    email = models.EmailField(max_length=254, unique=True)
    password = models.CharField(max_length=128, db_column="password_hash")
    full_name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=20, choices=Role, default=Role.PILOT, db_default=Role.PILOT.value)
    is_active = models.BooleanField(default=True, db_default=True)
    email_verified_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    # The airlines whose contracts he may review and the people for whom he stands in today, where a page that asks about
    # them many times has loaded them: `contracts.review_selectors.standing_load`.
    known_grants: frozenset[uuid.UUID] | None = None
    known_delegators: frozenset[uuid.UUID] | None = None
    # The sign-in by which he asks, set where a request is authenticated; None for tasks and commands.
    session: "UserSession | None" = None

    class Meta:
        db_table = "users"
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="users_email_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="users_role_known"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(is_active=False, is_superuser=False, role=Role.PILOT),
                name="users_erased_are_closed",
            ),
        ]
        indexes = [models.Index(fields=["role"], name="users_role")]
        triggers = [sets_updated_at(), stays_erased()]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def is_staff(self) -> bool:
        """Whether the Django admin lets him in."""
        return self.role in STAFF


class SessionKind(models.TextChoices):
    """By what somebody is signed in."""

    WEB = "web", "browser"
    API = "api", "program"


class SessionQuerySet(models.QuerySet["UserSession"]):
    """Sessions by what they are worth now."""

    def unended(self, *, at: datetime | None = None) -> "SessionQuerySet":
        """Neither revoked nor expired."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=at or timezone.now())

    def live(self, *, at: datetime | None = None) -> "SessionQuerySet":
        """Those of them that were used lately enough. Joins the account: lock with `of=("self",)`."""
        now = at or timezone.now()
        return self.unended(at=now).filter(_used_lately(now))


def _used_lately(now: datetime) -> Q:
    """What `UserSession.ends_at` says of idleness, asked of the database."""
    used = Q()
    for kind in SessionKind:
        for is_staff in (False, True):
            limit = idle_limit(is_staff=is_staff, is_program=kind == SessionKind.API)
            theirs = Q(user__role__in=STAFF) if is_staff else Q(user__role=Role.PILOT)
            used |= Q(theirs, kind=kind, last_used_at__gt=now - limit)
    return used


class UserSession(Row):
    """One sign-in, in a browser or over the API. Cookie and tokens that came of it are worth nothing once it is over.

    `authenticated_at` is when the person last gave a password or second factor; `second_factor_at` when he gave the latter.
    A session that `waits_for_second_factor` is good for giving or setting up one, and for nothing else.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sessions")
    kind = models.CharField(
        max_length=10, choices=SessionKind, default=SessionKind.API, db_default=SessionKind.API.value
    )
    token_id_hash = models.CharField(
        max_length=64,
        unique=True,
        help_text="SHA-256 of the id of the refresh token that is good now, in a browser of the cookie.",
    )
    address = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=400, blank=True)
    last_used_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    authenticated_at = models.DateTimeField(db_default=Now())
    second_factor_at = models.DateTimeField(null=True, blank=True)
    waits_for_second_factor = models.BooleanField(default=False, db_default=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        db_table = "user_sessions"
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="user_sessions_user"),
            models.Index(fields=["expires_at"], name="user_sessions_expires"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="user_sessions_expire_later"),
            models.CheckConstraint(condition=Q(token_id_hash__regex=r"^[0-9a-f]{64}$"), name="user_sessions_hash_form"),  # noqa: S106 - the form of a hash
            models.CheckConstraint(condition=Q(kind__in=SessionKind.values), name="user_sessions_kind_known"),
            models.CheckConstraint(
                condition=Q(waits_for_second_factor=False) | Q(kind=SessionKind.WEB, second_factor_at__isnull=True),
                name="user_sessions_wait_in_browsers",
            ),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"session of {self.user_id}"

    @property
    def device(self) -> str:
        """What it was begun with, for its owner."""
        return device_of(self.user_agent)

    @property
    def ends_at(self) -> datetime:
        """When it is over unless it is used before. Asks for the account."""
        limit = idle_limit(is_staff=self.user.is_staff, is_program=self.kind == SessionKind.API)
        return min(self.expires_at, self.last_used_at + limit)


class Scope(models.TextChoices):
    """What a service client may do."""

    RULES_READ = "rules:read", "read rules"
    VALIDATE = "validate", "validate rosters and preferences"
    CHANGES_READ = "changes:read", "follow changes"


class ServiceClient(Row):
    """A program, such as VectorBid, with a hashed secret, scopes and the airlines that it serves.

    While a secret is being changed the one before is good too, until `previous_secret_ends_at`. `networks` are those that it may
    call from; none: from everywhere.
    """

    name = models.CharField(max_length=200, unique=True)
    client_id = models.CharField(max_length=64, unique=True)
    secret_hash = models.CharField(max_length=128)
    previous_secret_hash = models.CharField(max_length=128, blank=True, default="", db_default="")
    previous_secret_ends_at = models.DateTimeField(null=True, blank=True)
    networks = ArrayField(
        models.CharField(max_length=49, validators=[validate_network]), default=list, db_default=[], blank=True
    )
    scopes = ArrayField(models.CharField(max_length=40, choices=Scope), default=list)
    airlines = models.ManyToManyField(Airline, related_name="service_clients", db_table="service_client_airlines")
    is_active = models.BooleanField(default=True, db_default=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "service_clients"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__contained_by=list(Scope.values)), name="service_clients_scopes_known"
            ),
            models.CheckConstraint(
                condition=Q(previous_secret_hash="", previous_secret_ends_at__isnull=True)
                | (~Q(previous_secret_hash="") & Q(previous_secret_ends_at__isnull=False)),
                name="service_clients_previous_secret_ends",
            ),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return self.name

    @property
    def is_authenticated(self) -> bool:
        """DRF's question; a client stands where a user would."""
        return True

    def has_scope(self, scope: str) -> bool:
        """Whether the client may do what `scope` names."""
        return scope in self.scopes


class IdempotencyKey(Row):
    """The answer that a caller's `Idempotency-Key` got, to be given again for a day. `caller` is the account's or client's id."""

    caller = models.UUIDField()
    key = models.CharField(max_length=200)
    route = models.CharField(max_length=200)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "idempotency_keys"
        indexes = [models.Index(fields=["expires_at"], name="idempotency_keys_expires")]
        constraints = [
            models.UniqueConstraint(fields=["caller", "route", "key"], name="idempotency_keys_once"),
        ]
        triggers = [sets_updated_at()]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"

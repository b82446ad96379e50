"""Every write of second factors: setting them up, giving them, taking them away."""

from datetime import timedelta
from uuid import UUID

import pyotp
from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from accounts.factors import codes
from accounts.factors.models import Authenticator, FactorFailure, Passkey, RecoveryCode
from accounts.factors.policies import has_second_factor, must_have_second_factor, require_fresh, who_must_have_one
from accounts.models import User, UserSession
from accounts.policies import may_administer_accounts
from accounts.services.sessions import sessions_revoke_all
from audit.events import AuditEvent, SecurityEventKind
from audit.services import entry_record, security_event_record
from config.door import as_product
from config.encryption import Undecipherable
from config.errors import NotAllowed, NotFoundForActor, RuleBroken, WrongState

FAILURES_ALLOWED = 5
FAILURES_WITHIN = timedelta(minutes=5)


class FactorRefused(RuleBroken):
    """The code or passkey is not good. Which of its faults it has is not said."""

    def __init__(self, detail: str = "That code is not right, or was used before.") -> None:
        super().__init__(detail)


class FactorPaused(FactorRefused):
    """There were too many wrong ones: only whoever knows the password gets so far, so nobody else can bring it about."""

    def __init__(self) -> None:
        super().__init__("There were too many wrong codes. Wait five minutes, then try again.")


@sensitive_variables("secret")
@as_product("factors are given before one is signed in")
def authenticator_begin(*, actor: User) -> str:
    """A new secret to be read by an app. It is no factor before a code of it was given. Returns the secret.

    Raises:
        WrongState: where there is an app already: remove it first.
    """
    secret = pyotp.random_base32()
    with transaction.atomic():
        _locked(actor)
        row = Authenticator.objects.filter(user=actor).first() or Authenticator(user=actor)
        if row.confirmed_at is not None:
            raise WrongState("You have an authenticator app already. Remove it first.")
        codes.sealed_secret(secret, row)
        row.save()
    return secret


@as_product("factors are given before one is signed in")
def authenticator_secret(user: User) -> str | None:
    """The secret that waits to be confirmed; None where there is none."""
    row = Authenticator.objects.filter(user=user, confirmed_at__isnull=True).first()
    return codes.opened_secret(row) if row is not None else None


@as_product("factors are given before one is signed in")
def authenticator_confirm(*, actor: User, code: str) -> list[str]:
    """The app's first code makes it a factor. Returns recovery codes where this is the first one, to be shown this once.

    Raises:
        FactorRefused, WrongState
    """
    with transaction.atomic():
        _locked(actor)
        row = Authenticator.objects.filter(user=actor, confirmed_at__isnull=True).first()
        if row is None:
            raise WrongState("There is no app that waits to be confirmed. Begin again.")
        step = codes.matching_step(row, _typed(code))
        if step is None:
            raise FactorRefused(
                "That code is not right. Is the clock of your device right? Type the code that it shows now."
            )
        row.confirmed_at, row.last_step = timezone.now(), step
        row.save(update_fields=["confirmed_at", "last_step"])
        return factor_added(actor, {"factor": "authenticator app"})


@as_product("factors are given before one is signed in")
def authenticator_remove(*, actor: User) -> None:
    """Take the app away.

    Raises:
        RuleBroken: for the last factor of somebody who must have one.
        ReauthenticationRequired
    """
    require_fresh(actor)
    with transaction.atomic():
        _locked(actor)
        if not Passkey.objects.filter(user=actor).exists():
            _refuse_last(actor)
        removed, _ = Authenticator.objects.filter(user=actor).delete()
        if removed:
            _factor_removed(actor, {"factor": "authenticator app"})


@as_product("factors are given before one is signed in")
def passkey_remove(*, actor: User, passkey_id: UUID) -> None:
    """Take one of one's own passkeys away. Raises as `authenticator_remove`, and NotFoundForActor."""
    require_fresh(actor)
    with transaction.atomic():
        _locked(actor)
        passkey = Passkey.objects.filter(user=actor, pk=passkey_id).first()
        if passkey is None:
            raise NotFoundForActor("You have no such passkey.")
        others = Passkey.objects.filter(user=actor).exclude(pk=passkey_id).exists()
        if not others and not Authenticator.objects.filter(user=actor, confirmed_at__isnull=False).exists():
            _refuse_last(actor)
        passkey.delete()
        _factor_removed(actor, {"factor": "passkey", "name": passkey.name})


@as_product("factors are given before one is signed in")
def recovery_codes_renew(*, actor: User) -> list[str]:
    """Ten new codes, shown this once; those before are worth nothing.

    Raises:
        WrongState: for somebody without a second factor.
        ReauthenticationRequired
    """
    require_fresh(actor)
    with transaction.atomic():
        _locked(actor)
        if not has_second_factor(actor):
            raise WrongState("Set up an authenticator app or a passkey first.")
        entry_record(event=AuditEvent.RECOVERY_CODES_RENEWED, actor=actor, target=actor)
        return _codes_written(actor)


@as_product("factors are given before one is signed in")
def code_check(*, user: User, code: str) -> None:
    """Take an app's code or a recovery code, each of which is good once.

    Raises:
        FactorRefused: FactorPaused after five wrong ones within five minutes.
    """
    with transaction.atomic():
        _locked(user)
        refuse_while_paused(user)
        found = _app_code_taken(user, _typed(code)) or _recovery_code_taken(user, code)
        if not found:
            failure_record(user)
    if not found:
        raise FactorRefused


@as_product("factors are given before one is signed in")
def password_check(*, user: User, password: str) -> None:
    """Whether it is his password, of somebody who is signed in.

    Raises:
        FactorRefused: FactorPaused as for codes: a browser left open is no place to guess in.
    """
    with transaction.atomic():
        _locked(user)
        refuse_while_paused(user)
        found = user.check_password(password)
        if not found:
            failure_record(user)
    if not found:
        raise FactorRefused("That is not your password.")


@as_product("factors are given before one is signed in")
def second_factor_give(*, session: UserSession) -> None:
    """That the session's person gave his second factor just now: the session waits no longer."""
    now = timezone.now()
    with transaction.atomic():
        row = UserSession.objects.select_for_update().get(pk=session.pk)
        for changed in (row, session):
            changed.second_factor_at = changed.authenticated_at = now
            changed.waits_for_second_factor = False
        row.save(update_fields=["second_factor_at", "authenticated_at", "waits_for_second_factor"])


@as_product("factors are given before one is signed in")
def reauthenticate(*, actor: User, with_second_factor: bool) -> None:
    """That the actor proved again who he is, by the sign-in that he asks by."""
    session = actor.session
    if session is None:
        raise NotAllowed("There is no sign-in to confirm.")
    now = timezone.now()
    with transaction.atomic():
        session.authenticated_at = now
        session.second_factor_at = now if with_second_factor else session.second_factor_at
        session.save(update_fields=["authenticated_at", "second_factor_at"])
        entry_record(event=AuditEvent.REAUTHENTICATED, actor=actor, target=actor, details={"session": str(session.pk)})


@as_product("factors are given before one is signed in")
def factors_reset(*, actor: User, user: User, reason: str) -> None:
    """Take all factors of somebody who has lost them, once he has shown who he is; his sign-ins end.

    Raises:
        NotAllowed: unless `actor` is an administrator; nobody resets his own.
        RuleBroken: without a reason.
        ReauthenticationRequired
    """
    if not may_administer_accounts(actor) or actor.pk == user.pk:
        raise NotAllowed("Another administrator does that, once you have shown who you are.")
    require_fresh(actor)
    if not reason.strip():
        raise RuleBroken("Say why, and how the person showed who he is.")
    with transaction.atomic():
        _locked(user)
        for model in (Authenticator, Passkey, RecoveryCode):
            model.objects.filter(user=user).delete()
        sessions_revoke_all(actor=actor, user=user, reason="His second factors were reset.")
        entry_record(event=AuditEvent.FACTORS_RESET, actor=actor, target=user, reason=reason.strip())
        _reported(user, {"what": "reset", "by": str(actor.pk)})


def authenticators_rotate() -> tuple[int, list[UUID]]:
    """Encrypt secrets anew under the newest key. Returns how many were, and which cannot be opened."""
    newest, done, failed = codes.keyring().newest, 0, []
    for row_id in Authenticator.objects.exclude(key_version=newest).values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().get(pk=row_id)
            try:
                codes.sealed_secret(codes.opened_secret(row), row)
            except Undecipherable:
                failed.append(row_id)
                continue
            row.save(update_fields=["secret", "nonce", "key_version"])
            done += 1
    return done, failed


def factor_added(user: User, details: dict[str, object]) -> list[str]:
    """Write it down, let the sign-in count as one with a second factor. Returns recovery codes for the first factor."""
    entry_record(event=AuditEvent.FACTOR_ADDED, actor=user, target=user, details=details)
    _reported(user, {"what": "added", **details})
    if user.session is not None:
        second_factor_give(session=user.session)
    return [] if RecoveryCode.objects.filter(user=user).exists() else _codes_written(user)


def refuse_while_paused(user: User) -> None:
    """Raises FactorPaused."""
    since = timezone.now() - FAILURES_WITHIN
    if FactorFailure.objects.filter(user=user, created_at__gt=since).count() >= FAILURES_ALLOWED:
        raise FactorPaused


def failure_record(user: User) -> None:
    """That a code or passkey was refused. The caller lets its transaction stand and raises after it."""
    FactorFailure.objects.create(user=user)
    security_event_record(kind=SecurityEventKind.SECOND_FACTOR_FAILED, user=user, subject=user.email)


def _app_code_taken(user: User, code: str) -> bool:
    row = Authenticator.objects.filter(user=user, confirmed_at__isnull=False).first()
    step = codes.matching_step(row, code) if row is not None else None
    if row is None or step is None:
        return False
    row.last_step = step
    row.save(update_fields=["last_step"])
    return True


def _recovery_code_taken(user: User, code: str) -> bool:
    unused = RecoveryCode.objects.filter(user=user, used_at__isnull=True, code_hash=codes.recovery_hash(code))
    if not unused.update(used_at=timezone.now()):
        return False
    left = RecoveryCode.objects.filter(user=user, used_at__isnull=True).count()
    security_event_record(
        kind=SecurityEventKind.RECOVERY_CODE_USED,
        user=user,
        subject=user.email,
        details={"left": left},
    )
    return True


def _codes_written(user: User) -> list[str]:
    made = codes.new_recovery_codes()
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_hash=codes.recovery_hash(code)) for code in made)
    return made


def _factor_removed(user: User, details: dict[str, object]) -> None:
    entry_record(event=AuditEvent.FACTOR_REMOVED, actor=user, target=user, details=details)
    _reported(user, {"what": "removed", **details})
    if not has_second_factor(user):
        RecoveryCode.objects.filter(user=user).delete()


def _reported(user: User, details: dict[str, object]) -> None:
    security_event_record(
        kind=SecurityEventKind.SECOND_FACTOR_CHANGED,
        user=user,
        subject=user.email,
        details=details,
    )


def _refuse_last(user: User) -> None:
    if must_have_second_factor(user):
        raise RuleBroken(f"{who_must_have_one()} keep one second factor: add another one first.")


def _locked(user: User) -> None:
    """One change of a person's factors at a time, and one guess: many at once find no gap before the pause."""
    User.objects.select_for_update().get(pk=user.pk)


def _typed(code: str) -> str:
    return "".join(code.split())

"""Accounts, airlines and grants: administrators' writes, and what signing in and out of the web leaves on record."""

from collections.abc import Callable, Mapping

from django.contrib.auth.models import Permission
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone

from accounts.factors.policies import require_fresh
from accounts.letters.models import EmailChange, LetterPurpose
from accounts.letters.writing import invitation_write, letters_void
from accounts.models import Airline, AirlineGrant, Role, User
from accounts.policies import REVIEW_PERMISSION, may_administer_accounts
from accounts.services.sessions import sessions_revoke_all
from audit.events import AuditEvent, SecurityEventKind
from audit.services import entry_record, security_event_record
from config.door import as_product
from config.errors import NotAllowed, RuleBroken, WrongState

USER_FIELDS = ("email", "full_name", "role", "is_active")
# What other apps have to do in the transaction that changes an airline.
airline_changed: list[Callable[[], None]] = []
AIRLINE_TERMS = ("second_pair_of_eyes", "review_days", "escalation_days")
ACTIVATION_TERMS = ("activation_undo_hours",)
AIRLINE_FIELDS = ("code", "name", "time_zone", "is_active", "metadata", *AIRLINE_TERMS, *ACTIVATION_TERMS)


def user_create(
    *, actor: User, email: str, full_name: str = "", role: str = Role.PILOT, password: str | None = None
) -> User:
    """An account. The person is mailed a link to set its first password, which shows that the address is his.

    With a `password`, as the demo's logins have one from the start, nothing is mailed.

    Raises:
        NotAllowed: unless `actor` is an administrator.
        ValidationError: Django's.
    """
    _require_administrator(actor)
    if role != Role.PILOT:
        require_fresh(actor)
    if password is not None:
        validate_password(password, User(email=email, full_name=full_name))
    verified_at = timezone.now() if password is not None else None
    with transaction.atomic():
        user = User.objects.create_user(
            email=email, password=password, full_name=full_name, role=role, email_verified_at=verified_at
        )
        entry_record(
            event=AuditEvent.USER_CREATED,
            actor=actor,
            target=user,
            after={name: getattr(user, name) for name in USER_FIELDS},
        )
        if password is None:
            invitation_write(user=user)
            entry_record(event=AuditEvent.USER_INVITED, actor=actor, target=user)
    return user


def user_update(*, actor: User, user: User, changes: Mapping[str, object]) -> User:
    """Change an account. One that is closed or gets another role or address loses its sessions; one that is no approver, its grants.

    Raises:
        NotAllowed: unless `actor` is an administrator; for a role or an address, by which a password is set anew, one who
            has proved himself lately.
        RuleBroken: when he would close his own account or give up his own role.
        WrongState: for an account that is erased.
        ValueError: for another field.
        ValidationError: Django's, by field.
    """
    _require_administrator(actor)
    _require_known(changes, USER_FIELDS)
    if "role" in changes or "email" in changes:
        require_fresh(actor)
    if user.pk == actor.pk and ("role" in changes or "is_active" in changes):
        raise RuleBroken("Nobody changes his own role or closes his own account: another administrator does.")
    if "email" in changes:
        changes = {**changes, "email": User.objects.normalize_email(str(changes["email"])).lower()}
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.erased_at is not None:
            raise WrongState("This account is erased: it stays as it is. The same person may register anew.")
        before = {name: getattr(user, name) for name in changes}
        for name, value in changes.items():
            setattr(user, name, value)
        user.full_clean(exclude=["password"])
        user.save(update_fields=list(changes))
        entry_record(event=AuditEvent.USER_UPDATED, actor=actor, target=user, before=before, after=dict(changes))
        if user.role != Role.APPROVER:
            for grant in AirlineGrant.objects.filter(user=user).select_related("content_object"):
                grant_remove(actor=actor, user=user, airline=grant.content_object)
        changed = {name for name in changes if changes[name] != before[name]}
        if "email" in changed:
            with as_product("an administrator's word ends what its owner wished"):
                EmailChange.objects.filter(user=user, ended_at__isnull=True).update(ended_at=timezone.now())
            for purpose in (LetterPurpose.INVITATION, LetterPurpose.PASSWORD_RESET):
                letters_void(email=str(before["email"]), purpose=purpose)
        if changed & {"email", "role", "is_active"}:
            sessions_revoke_all(actor=actor, user=user, reason="The account was changed.")
    return user


def grant_add(*, actor: User, user: User, airline: Airline) -> AirlineGrant:
    """Let an approver review an airline's contracts. A grant that is there already is left alone.

    Raises:
        NotAllowed: unless `actor` is an administrator who has proved himself lately.
        RuleBroken: when `user` is no approver, or `actor` himself.
    """
    _require_administrator(actor)
    require_fresh(actor)
    if user.role != Role.APPROVER or user.pk == actor.pk:
        raise RuleBroken("Only approvers review contracts: give the account that role first.")
    with transaction.atomic():
        grant: AirlineGrant
        grant, created = AirlineGrant.objects.get_or_create(
            user=user, content_object=airline, permission=_review_permission()
        )
        if created:
            entry_record(event=AuditEvent.GRANT_ADDED, actor=actor, target=user, details={"airline": airline.code})
    return grant


def grant_remove(*, actor: User, user: User, airline: Airline) -> None:
    """Take the grant back. One that is not there is left alone.

    Raises:
        NotAllowed: unless `actor` is an administrator.
    """
    _require_administrator(actor)
    with transaction.atomic():
        removed, _ = AirlineGrant.objects.filter(
            user=user, content_object=airline, permission=_review_permission()
        ).delete()
        if removed:
            entry_record(event=AuditEvent.GRANT_REMOVED, actor=actor, target=user, details={"airline": airline.code})


def airline_create(*, actor: User, fields: Mapping[str, object]) -> Airline:
    """A new airline.

    Raises:
        NotAllowed: unless `actor` is an administrator.
        ValueError: for another field.
        ValidationError: Django's, by field.
    """
    _require_administrator(actor)
    _require_known(fields, AIRLINE_FIELDS)
    airline = Airline(**fields)
    with transaction.atomic():
        airline.full_clean()
        airline.save(force_insert=True)
        entry_record(event=AuditEvent.AIRLINE_CREATED, actor=actor, target=airline, after=dict(fields))
    return airline


def airline_update(*, actor: User, airline: Airline, changes: Mapping[str, object]) -> Airline:
    """Change an airline. Raises as `airline_create`."""
    _require_administrator(actor)
    _require_known(changes, AIRLINE_FIELDS)
    with transaction.atomic():
        airline = Airline.objects.select_for_update().get(pk=airline.pk)
        before = {name: getattr(airline, name) for name in changes}
        for name, value in changes.items():
            setattr(airline, name, value)
        airline.full_clean()
        airline.save(update_fields=list(changes))
        for told in airline_changed:
            told()
        entry_record(event=AuditEvent.AIRLINE_UPDATED, actor=actor, target=airline, before=before, after=dict(changes))
    return airline


def web_sign_in_record(*, user: User) -> None:
    """That somebody signed in to the pages."""
    entry_record(event=AuditEvent.USER_SIGNED_IN, actor=user, target=user, details={"by": "pages"})


def web_sign_out_record(*, user: User) -> None:
    """That somebody signed out of the pages."""
    entry_record(event=AuditEvent.USER_SIGNED_OUT, actor=user, target=user, details={"by": "pages"})


@as_product("nobody is known until he has signed in")
def sign_in_failure_record(*, email: str, locked_out: bool) -> None:
    """That an e-mail and password were refused; `locked_out` when they were not even looked at."""
    security_event_record(
        kind=SecurityEventKind.LOCKED_OUT if locked_out else SecurityEventKind.SIGN_IN_FAILED,
        user=User.objects.filter(email__iexact=email).first(),
        subject=email,
    )


def _review_permission() -> Permission:
    return Permission.objects.get(content_type__app_label="accounts", codename=REVIEW_PERMISSION)


def _require_known(given: Mapping[str, object], known: tuple[str, ...]) -> None:
    if unknown := set(given) - set(known):
        raise ValueError(f"not changed here: {', '.join(sorted(unknown))}")


def _require_administrator(actor: User) -> None:
    if not may_administer_accounts(actor):
        raise NotAllowed("Accounts, airlines and grants are administrators' work.")

"""Erasing an account: asked for or ordered, with a grace in which it can be called off, and carried out once.

The account is not deleted but loses all that tells whose it was: what the law has kept goes on pointing to a pseudonym. ADR 0069.
"""

import secrets
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.factors.policies import require_fresh
from accounts.letters.models import LetterPurpose
from accounts.letters.writing import letter_write
from accounts.models import User
from accounts.policies import may_administer_accounts
from accounts.privacy.anonymising import account_anonymise
from accounts.privacy.models import Erasure, ErasureState
from accounts.privacy.registry import shares
from accounts.privacy.traces import own_rows, rows_redact, traces_of
from audit.events import AuditEvent
from audit.redaction import Erased, trail_redact
from audit.services import entry_record
from config.door import acting, as_product
from config.errors import NotAllowed, NotFoundForActor, RuleBroken, WrongState

GRACE = timedelta(days=7)
LONGEST_REASON = 400
# What stands in the redactions. No words of anybody's.
REASON = "erasure of an account"


@as_product("an erasure looks at more than its person sees")
def open_erasure(user: User) -> Erasure | None:
    """The one that is asked for and not over."""
    return Erasure.objects.filter(user=user, state=ErasureState.REQUESTED).first()


@as_product("an erasure looks at more than its person sees")
def obstacles_of(user: User) -> list[str]:
    """Why he cannot be erased now, as sentences. The apps above are asked first."""
    return [sentence for share in shares() for sentence in share.obstacles(user)]


@as_product("an erasure looks at more than its person sees")
def erasure_request(*, actor: User, email: str) -> Erasure:
    """Ask for one's own account to be erased once the grace is over. `email` is typed, so that nobody does it by a slip.

    Raises:
        ReauthenticationRequired: unless he has proved himself lately.
        RuleBroken: for another address, and for whatever holds it up.
        WrongState: where it was asked for already.
    """
    require_fresh(actor)
    if email.strip().lower() != actor.email:
        raise RuleBroken("That is not the e-mail address of your account. Type it as it stands above.")
    return _requested(actor=actor, user_id=actor.pk, reason="")


@as_product("an erasure looks at more than its person sees")
def erasure_order(*, actor: User, user: User, reason: str) -> Erasure:
    """Order another's account to be erased once the grace is over, as after a letter or a court's decision.

    Raises:
        NotAllowed: unless `actor` is an administrator who has proved himself lately.
        RuleBroken: for the own account, without a reason, and for whatever holds it up.
        WrongState: where it was asked for already, and for an account that is erased.
    """
    if not may_administer_accounts(actor):
        raise NotAllowed("Other people's accounts are erased by administrators.")
    require_fresh(actor)
    if actor.pk == user.pk:
        raise RuleBroken("Your own account is erased on the page of your data.")
    if not reason.strip():
        raise RuleBroken("Say why, for the record.")
    return _requested(actor=actor, user_id=user.pk, reason=reason.strip()[:LONGEST_REASON])


def _requested(*, actor: User, user_id: UUID, reason: str) -> Erasure:
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        if user.erased_at is not None:
            raise WrongState("This account is erased.")
        if open_erasure(user) is not None:
            raise WrongState("That was asked for already.")
        if held_up := obstacles_of(user):
            raise RuleBroken(" ".join(held_up))
        erasure = Erasure.objects.create(user=user, requested_by=actor, reason=reason, due_at=timezone.now() + GRACE)
        entry_record(
            event=AuditEvent.ERASURE_REQUESTED,
            actor=actor,
            target=user,
            reason=reason,
            details={"erasure": str(erasure.pk), "due_at": erasure.due_at.isoformat()},
        )
        letter_write(purpose=LetterPurpose.ERASURE_DUE, email=user.email)
    return erasure


@as_product("an erasure looks at more than its person sees")
def erasure_call_off(*, actor: User, user: User) -> Erasure:
    """Call it off, within the grace. What was ordered is called off by administrators, what one asked for oneself by both.

    Raises:
        NotFoundForActor: where none is open.
        NotAllowed: for an order, unless `actor` is an administrator.
    """
    with transaction.atomic():
        erasure = Erasure.objects.select_for_update().filter(user=user, state=ErasureState.REQUESTED).first()
        if erasure is None or not (actor.pk == user.pk or may_administer_accounts(actor)):
            raise NotFoundForActor("No erasure is asked for.")
        if not erasure.is_own_wish and not may_administer_accounts(actor):
            raise NotAllowed("An administrator ordered this: write to the administrators.")
        erasure.state, erasure.ended_at, erasure.ended_by = ErasureState.CALLED_OFF, timezone.now(), actor
        erasure.save(update_fields=["state", "ended_at", "ended_by"])
        entry_record(
            event=AuditEvent.ERASURE_CALLED_OFF, actor=actor, target=user, details={"erasure": str(erasure.pk)}
        )
    return erasure


def erasures_sweep() -> int:
    """Carry out what is due. Returns how many accounts were erased."""
    due = Erasure.objects.filter(state=ErasureState.REQUESTED, due_at__lte=timezone.now())
    return sum(erasure_carry_out(pk) for pk in list(due.order_by("due_at", "id").values_list("pk", flat=True)))


def erasure_carry_out(erasure_id: UUID) -> bool:
    """Erase the account, all in one transaction: whole or not at all. Returns whether it was done now.

    One that was called off meanwhile, or is done, is left alone. What holds it up is written down, and it is tried again.
    """
    with transaction.atomic(), acting(None):
        open_ones = Erasure.objects.select_for_update(of=("self",)).filter(state=ErasureState.REQUESTED)
        erasure = open_ones.filter(pk=erasure_id, due_at__lte=timezone.now()).first()
        if erasure is None:
            return False
        user = User.objects.select_for_update().get(pk=erasure.user_id)
        held_up = " ".join(obstacles_of(user))
        if held_up:
            if held_up != erasure.held_up_by:
                Erasure.objects.filter(pk=erasure.pk).update(held_up_by=held_up)
            return False
        _carried_out(erasure, user)
    return True


def _carried_out(erasure: Erasure, user: User) -> None:
    """Rows and locks are the caller's. What is to be found by his names is found before they are gone."""
    pseudonym = _pseudonym()
    traces = traces_of(user)
    erased = Erased(person=user.pk, pseudonym=pseudonym, labels=traces.labels, words=traces.words)
    own = own_rows(user, traces)
    stand_ins = {person for share in shares() for person in share.stand_ins(user)}
    texts = {model: columns for share in shares() for model, columns in share.texts.items()}
    for share in shares():
        share.erase(user, pseudonym)
    account_anonymise(user, pseudonym=pseudonym, emails=traces.emails)
    by_table = rows_redact(erased, texts)
    erasure.refresh_from_db()
    erasure.state, erasure.ended_at = ErasureState.ERASED, timezone.now()
    erasure.pseudonym, erasure.held_up_by = pseudonym, ""
    erasure.save(update_fields=["state", "ended_at", "pseudonym", "held_up_by"])
    entry_record(
        event=AuditEvent.USER_ERASED,
        actor=None,
        target=user,
        details={"erasure": str(erasure.pk), "by": "himself" if erasure.is_own_wish else "an administrator"},
    )
    trail_redact(erased=erased, own=own, texts=by_table, stand_ins=stand_ins, reason=REASON)


def _pseudonym() -> str:
    """One that nobody has."""
    while User.objects.filter(full_name=(made := f"erased-{secrets.token_hex(4)}")).exists():
        continue
    return made

"""Pilots' ratings: writing, finding helpful, flagging, moderating."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.events import AuditEvent
from audit.services import entry_record
from config.door import as_product
from config.errors import ErrorCode, NotFoundForActor, RuleBroken, WrongState
from contracts.community.policies import (
    may_moderate,
    require_flag,
    require_moderation,
    require_own_rating,
    require_rating,
    require_vote,
)
from contracts.models import ContractReview, ReviewFlag, ReviewVote
from contracts.services.locks import locked_contract
from contracts.services.notices import review_flagged


def review_write(
    *, actor: User, contract_id: UUID, accuracy: int, completeness: int, comment: str = ""
) -> ContractReview:
    """Rate a contract's record. Each person does so once; later he edits.

    Raises:
        NotFoundForActor, NotAllowed, WrongState: see `policies.require_rating`; WrongState `already_done` for a second one.
        ValidationError: Django's, by field.
    """
    with transaction.atomic():
        contract = locked_contract(contract_id)
        require_rating(actor, contract)
        if contract.reviews.filter(author=actor).exists():
            raise WrongState("You have rated this contract already: change that rating.", code=ErrorCode.ALREADY_DONE)
        review = ContractReview(
            contract=contract, author=actor, accuracy=accuracy, completeness=completeness, comment=comment.strip()
        )
        review.full_clean(validate_constraints=False)
        review.save(force_insert=True)
        entry_record(event=AuditEvent.RATING_WRITTEN, actor=actor, target=review, after=_stars(review))
        return review


def review_edit(
    *,
    actor: User,
    review_id: UUID,
    accuracy: int | None = None,
    completeness: int | None = None,
    comment: str | None = None,
) -> ContractReview:
    """Change one's own rating; None leaves a member as it is. A hidden one stays hidden until an administrator shows it again.

    Raises:
        NotFoundForActor, NotAllowed, WrongState: see `policies.require_own_rating`.
        ValidationError: Django's, by field.
    """
    with transaction.atomic():
        review = _locked(actor, review_id)
        require_own_rating(actor, review)
        before = _stars(review)
        review.accuracy = review.accuracy if accuracy is None else accuracy
        review.completeness = review.completeness if completeness is None else completeness
        review.comment = review.comment if comment is None else comment.strip()
        review.edited_at = timezone.now()
        review.full_clean(validate_constraints=False)
        review.save(update_fields=["accuracy", "completeness", "comment", "edited_at"])
        entry_record(event=AuditEvent.RATING_EDITED, actor=actor, target=review, before=before, after=_stars(review))
        return review


def review_vote(*, actor: User, review_id: UUID, is_helpful: bool) -> bool:
    """Say that a rating is helpful, or take it back. Returns whether that changed anything.

    Raises:
        NotFoundForActor, NotAllowed, WrongState: see `policies.require_vote`.
    """
    with transaction.atomic():
        review = _locked(actor, review_id)
        require_vote(actor, review)
        own = ReviewVote.objects.filter(review=review, voter=actor)
        if own.exists() == is_helpful:
            return False
        if is_helpful:
            ReviewVote.objects.create(review=review, voter=actor)
        else:
            own.delete()
        event = AuditEvent.RATING_VOTED if is_helpful else AuditEvent.RATING_UNVOTED
        entry_record(event=event, actor=actor, target=review)
        return True


def review_flag(*, actor: User, review_id: UUID, reason: str) -> ReviewFlag:
    """Ask administrators to look at a rating. Each person does so once a rating.

    Raises:
        NotFoundForActor, NotAllowed: see `policies.require_flag`.
        WrongState: `already_done`, when he has flagged it before.
        RuleBroken: without a reason.
    """
    with transaction.atomic():
        review = _locked(actor, review_id)
        require_flag(actor, review)
        _require_reason(reason, "Say what is wrong with it: an administrator reads the reason.")
        flag = ReviewFlag(review=review, flagged_by=actor, reason=reason.strip())
        flag.full_clean(validate_constraints=False, validate_unique=False)
        try:
            with transaction.atomic():
                flag.save(force_insert=True)
        except IntegrityError as error:
            raise WrongState("You have flagged this rating already.", code=ErrorCode.ALREADY_DONE) from error
        entry_record(event=AuditEvent.RATING_FLAGGED, actor=actor, target=review, reason=flag.reason)
        review_flagged(actor=actor, review=review)
        return flag


def review_hide(*, actor: User, review_id: UUID, reason: str) -> ContractReview:
    """Take a rating out of sight, and settle its flags. Its author reads the reason.

    Raises:
        NotFoundForActor, NotAllowed: see `policies.require_moderation`.
        WrongState: when it is hidden already.
        RuleBroken: without a reason.
    """
    with transaction.atomic():
        review = _locked(actor, review_id)
        require_moderation(actor)
        if review.hidden_at is not None:
            raise WrongState("This rating is hidden already.", code=ErrorCode.ALREADY_DONE)
        _require_reason(reason, "Say why: the author reads the reason.")
        review.hidden_at, review.hidden_by, review.hidden_reason = timezone.now(), actor, reason.strip()
        _moderated(actor, review, AuditEvent.RATING_HIDDEN, review.hidden_reason)
        return review


def review_restore(*, actor: User, review_id: UUID) -> ContractReview:
    """Show a hidden rating again. Raises as `review_hide`; WrongState when it is not hidden."""
    with transaction.atomic():
        review = _locked(actor, review_id)
        require_moderation(actor)
        if review.hidden_at is None:
            raise WrongState("This rating is not hidden.", code=ErrorCode.ALREADY_DONE)
        review.hidden_at, review.hidden_by, review.hidden_reason = None, None, ""
        _moderated(actor, review, AuditEvent.RATING_RESTORED)
        return review


def review_keep(*, actor: User, review_id: UUID) -> ContractReview:
    """Settle a rating's flags and leave it as it is. Raises as `review_hide`; WrongState when no flag is open."""
    with transaction.atomic():
        review = _locked(actor, review_id)
        require_moderation(actor)
        if not review.flags.filter(settled_at__isnull=True).exists():
            raise WrongState("No flag on this rating is open.", code=ErrorCode.ALREADY_DONE)
        _moderated(actor, review, AuditEvent.RATING_KEPT)
        return review


def _moderated(actor: User, review: ContractReview, event: AuditEvent, reason: str = "") -> None:
    """Saved, its flags settled, written down."""
    review.full_clean(validate_constraints=False)
    review.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
    settled = review.flags.filter(settled_at__isnull=True).update(settled_at=timezone.now(), settled_by=actor)
    entry_record(event=event, actor=actor, target=review, reason=reason, details={"flags_settled": settled})


@as_product("to policies a lock is a change; who may do what is asked of what is found")
def _locked(actor: User, review_id: UUID) -> ContractReview:
    """The rating, locked. A hidden one is found by its author and by administrators alone.

    Raises:
        NotFoundForActor: when there is none that `actor` may know of.
    """
    found = ContractReview.objects.select_for_update(of=("self",)).select_related("contract__airline")
    review = found.filter(pk=review_id).first()
    if review is None or (review.hidden_at and review.author_id != actor.pk and not may_moderate(actor)):
        raise NotFoundForActor("There is no such rating.")
    return review


def _require_reason(reason: str, said: str) -> None:
    if not reason.strip():
        raise RuleBroken(said, code=ErrorCode.REASON_REQUIRED)


def _stars(review: ContractReview) -> dict[str, object]:
    """What the audit trail keeps of a rating: its comment stays with its author."""
    return {"accuracy": review.accuracy, "completeness": review.completeness}

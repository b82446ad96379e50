"""What uploader and reviewers write to each other about a review."""

from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit.events import AuditEvent
from audit.services import entry_record
from config.errors import NotFoundForActor
from contracts.audience import concerned, participants
from contracts.models import ReviewComment
from contracts.policies import require_comment
from contracts.services.locks import locked_contract
from contracts.services.notices import comment_added


def comment_add(*, actor: User, contract_id: UUID, body: str, rule_id: UUID | None = None) -> ReviewComment:
    """Write a comment on the contract or on one of its rules.

    Raises:
        NotAllowed, WrongState: see `policies.require_comment`.
        NotFoundForActor: for a rule that is not the contract's.
        ValidationError: Django's, for an empty or an overlong one.
    """
    with transaction.atomic():
        contract = locked_contract(contract_id)
        require_comment(actor, contract)
        rule = contract.rules.filter(pk=rule_id).first() if rule_id else None
        if rule_id and rule is None:
            raise NotFoundForActor("There is no such rule.")
        comment = ReviewComment(contract=contract, rule=rule, author=actor, body=body.strip())
        comment.full_clean()
        comment.save(force_insert=True)
        details = {"comment": str(comment.pk), **({"rule": str(rule.pk), "citation": rule.citation} if rule else {})}
        entry_record(event=AuditEvent.CONTRACT_COMMENTED, actor=actor, target=contract, details=details)
        comment_added(
            actor=actor, contract=contract, comment_id=comment.pk, participants=concerned(contract, participants)
        )
        return comment

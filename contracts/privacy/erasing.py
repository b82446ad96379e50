"""What an erasure does to contracts: nothing to what was published or decided, and away with what was the person's alone."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError, Q
from django.utils import timezone

from accounts.models import User
from accounts.privacy.registry import HeldFile
from config.facts import facts_change
from contracts import storage
from contracts.lifecycle import Status
from contracts.models import (
    ModelCredential,
    PilotContract,
    PilotContractAssignment,
    ReviewDelegation,
    ReviewGroup,
    ReviewRoundStep,
)
from contracts.publication.facts import pilot_subject
from contracts.services.changes import assignment_changes_kept
from contracts.services.credentials import credential_revoke
from contracts.services.lifecycle import contract_withdraw
from contracts.services.locks import original_lock
from contracts.serving import served_as
from pilots.models import Pilot

# A review that is not at its end: it ends with its uploader, since nobody else can answer for the document.
UNFINISHED = (Status.IN_REVIEW, Status.CHANGES_REQUESTED)


def uploaded_files(user: User) -> Iterable[HeldFile]:
    """The documents that he uploaded."""
    for contract in PilotContract.objects.filter(uploaded_by=user, revises__isnull=True).order_by("created_at"):
        _, name = served_as(contract.document_media_type, contract.document_name)
        yield HeldFile(name=f"files/{contract.pk}/{name}", path=storage.original_path(contract.document_sha256))


def obstacles(user: User) -> list[str]:
    """Reviews do not wait for somebody who is gone."""
    claimed = PilotContract.objects.filter(
        claimed_by=user, claim_expires_at__gt=timezone.now(), status=Status.IN_REVIEW
    )
    waiting = PilotContract.objects.filter(status=Status.IN_REVIEW, review_round=OuterRef("round"))
    asked = ReviewRoundStep.objects.filter(Exists(waiting), group=OuterRef("pk"))
    alone = ReviewGroup.objects.filter(Exists(asked), pk__in=_alone(user))
    return [
        *(
            f"The review of “{title}” is claimed by this account: release it first."
            for title in claimed.order_by("title").values_list("title", flat=True)
        ),
        *(
            f"Contracts wait for the group “{name}”, of which this is the last member: add somebody first."
            for name in alone.order_by("name").values_list("name", flat=True)
        ),
    ]


def _alone(user: User) -> list[UUID]:
    """The groups in which no other account is open."""
    groups = list(ReviewGroup.objects.filter(members=user).values_list("pk", flat=True))
    manned = ReviewGroup.objects.filter(
        pk__in=groups, members__in=User.objects.filter(is_active=True).exclude(pk=user.pk)
    )
    return [pk for pk in groups if pk not in set(manned.values_list("pk", flat=True))]


def stand_ins(user: User) -> set[UUID]:
    """Who has ever stood in for him."""
    return set(ReviewDelegation.objects.filter(delegator=user).values_list("delegate_id", flat=True))


def erase(user: User, pseudonym: str) -> None:
    """While the account is still whole: what ends is ended by the services that always do it."""
    for contract in PilotContract.objects.filter(uploaded_by=user, status__in=UNFINISHED).order_by("pk"):
        contract_withdraw(actor=user, contract_id=contract.pk, reason="Its uploader's account is erased.")
    _drafts_delete(user)
    _assignments_end(user)
    for credential in ModelCredential.objects.filter(user=user, is_active=True):
        credential_revoke(actor=user, credential=credential)
    ModelCredential.objects.filter(user=user).update(base_url="", model_name="", key_ending="")
    _delegations_end(user)
    for group in ReviewGroup.objects.filter(members=user):
        group.members.remove(user)


def _drafts_delete(user: User) -> None:
    """Rows in this transaction, files once it is done. A draft that others have worked in is withdrawn instead."""
    gone: list[str] = []
    for draft in PilotContract.objects.select_for_update().filter(uploaded_by=user, status=Status.DRAFT).order_by("pk"):
        try:
            with transaction.atomic():
                draft.delete()
        except ProtectedError:
            contract_withdraw(actor=user, contract_id=draft.pk, reason="Its uploader's account is erased.")
        else:
            gone.append(draft.document_sha256)
    transaction.on_commit(lambda: originals_forget(gone))


def originals_forget(hashes: Iterable[str]) -> None:
    """Delete originals that no contract has. Whoever uploads the same document meanwhile is waited for."""
    for sha256 in hashes:
        with transaction.atomic():
            original_lock(sha256, is_alone=True)
            if not PilotContract.objects.filter(document_sha256=sha256).exists():
                storage.original_path(sha256).unlink(missing_ok=True)


def _assignments_end(user: User) -> None:
    pilot = Pilot.objects.select_for_update(of=("self",)).filter(user=user).first()
    if pilot is None:
        return
    with assignment_changes_kept(pilot):
        open_ones = PilotContractAssignment.objects.filter(pilot=pilot, ended_at__isnull=True)
        open_ones.update(ended_at=timezone.now())
    facts_change(pilot_subject(pilot.pilot_id))


def _delegations_end(user: User) -> None:
    mine = Q(delegator=user) | Q(delegate=user)
    ReviewDelegation.objects.filter(mine, ended_at__isnull=True).update(ended_at=timezone.now())

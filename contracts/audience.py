"""Who stands how to a contract, as conditions on people: what notices choose their recipients by."""

from collections.abc import Callable
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from accounts.models import Role, User
from accounts.policies import reviewers_of
from contracts.lifecycle import PUBLISHED, Status
from contracts.models import ContractDecision, PilotContract, ReviewComment
from contracts.review_selectors import claim_holder_id
from pilots.models import Pilot

Audience = Callable[[PilotContract], Q]


def owners(contract: PilotContract) -> Q:
    """Whoever uploaded or submitted it."""
    return Q(pk__in={contract.uploaded_by_id, contract.submitted_by_id} - {None})


def deciders(contract: PilotContract) -> Q:
    """Whoever may decide on it: its airline's reviewers but for its owners, as `policies.may_review` has it."""
    return Q(pk__in=reviewers_of(contract.airline)) & ~owners(contract)


def attendants(contract: PilotContract) -> Q:
    """Whoever attends to its review: who has claimed it, and where nobody has, whoever may decide on it."""
    holder = claim_holder_id(contract)
    return deciders(contract) if holder is None else Q(pk=holder)


def participants(contract: PilotContract) -> Q:
    """Whoever takes part in its review: its owners, those who wrote or decided, and who attends to it."""
    wrote = ReviewComment.objects.filter(contract=contract).values("author")
    decided = ContractDecision.objects.filter(contract=contract).values("decided_by")
    return owners(contract) | Q(pk__in=wrote) | Q(pk__in=decided) | attendants(contract)


def administrators(_contract: PilotContract) -> Q:
    """Those who can hand a review to somebody else."""
    return Q(role=Role.ADMINISTRATOR)


def pilots(contract: PilotContract) -> Q:
    """The airline's pilots: those who are assigned to it, and all others whom it binds or may come to bind."""
    return Q(pk__in=Pilot.objects.filter(airline=contract.airline).values("user"))


def viewers(contract: PilotContract) -> QuerySet[User]:
    """Everybody who may see it: `PilotContract.objects.visible_to` seen from the contract."""
    seen = Q(role=Role.ADMINISTRATOR) | Q(pk=contract.uploaded_by_id)
    if contract.status in PUBLISHED:
        seen |= pilots(contract)
    if contract.status != Status.DRAFT:
        seen |= Q(pk__in=reviewers_of(contract.airline))
    return User.objects.filter(seen, is_active=True)


def concerned(contract: PilotContract, *audiences: Audience) -> QuerySet[User]:
    """Whoever belongs to one of `audiences` and may see the contract."""
    return viewers(contract).filter(reduce(or_, (audience(contract) for audience in audiences)))

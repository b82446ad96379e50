"""What may be compared with what, by whom: the sides of a comparison, found for one caller."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from accounts.models import ServiceClient
from accounts.policies import Visitor
from config.errors import ErrorCode, Fault, Malformed, NotFoundForActor
from contracts.comparison.rules import NAMES, ComparedRule, Terms, canonical, digest_of, rule_from, rules_in
from contracts.lifecycle import Status
from contracts.models import ContractRevision, PilotContract, RevisionOccasion, RuleDecision
from contracts.selectors import takes_part

Caller = Visitor | ServiceClient
LAW = "far117"
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
# What one may choose from without typing an id.
MOST_CHOICES = 50


def terms_of(contract: PilotContract) -> Terms:
    """What identifies the contract in a revision."""
    return Terms(
        contract=str(contract.pk),
        document_sha256=contract.document_sha256,
        contract_type=contract.contract_type,
        contract_version=contract.contract_version,
        title=contract.title,
        effective_date=contract.effective_date,
        expiration_date=contract.expiration_date,
    )


# Their columns under other names, or worked out.
_COLUMNS = [name for name in NAMES if name not in {"key", "is_decided"}]


def rules_now(contract: PilotContract) -> list[ComparedRule]:
    """The contract's rules but the rejected ones, in one query. Of a published contract all of them are decided."""
    rows = contract.rules.exclude(decision=RuleDecision.REJECTED).order_by("position", "id")
    return [
        rule_from(row | {"key": row["pk"], "is_decided": row["decision"] != RuleDecision.PROPOSED})
        for row in rows.values("pk", "decision", *_COLUMNS)
    ]


@dataclass(frozen=True)
class Side:
    """One side of a comparison: a contract as it stands now or, with `revision`, as it stood at some moment."""

    contract: PilotContract
    revision: ContractRevision | None = None

    @cached_property
    def rules(self) -> Sequence[ComparedRule]:
        return rules_in(self.revision.content) if self.revision else rules_now(self.contract)

    @cached_property
    def digest(self) -> str:
        """The revision that this is, kept or not: what a cursor is bound to."""
        return self.revision.digest if self.revision else digest_of(canonical(terms_of(self.contract), self.rules))

    @property
    def address(self) -> str:
        """How a query names it."""
        return self.revision.digest if self.revision else str(self.contract.pk)


def side_for(caller: Caller, contract: PilotContract, revision: str = "") -> Side:
    """A contract that `caller` sees, now or as one of its revisions.

    Raises:
        NotFoundForActor: there is no such revision of it, or `caller` takes no part in its review.
    """
    if not revision:
        return Side(contract)
    may_ask = _DIGEST.match(revision) is not None and takes_part(caller, contract)
    found = contract.revisions.filter(digest=revision).first() if may_ask else None
    if found is None:
        raise NotFoundForActor("There is no such revision.")
    return Side(contract, found)


def other_side(caller: Caller, named: str) -> Side:
    """What `named` is: the id of a contract or the digest of a revision.

    Raises:
        Malformed: it is neither.
        NotFoundForActor: there is none, or none that `caller` may see.
    """
    if _DIGEST.match(named):
        return _revision_side(caller, named)
    try:
        key = UUID(named)
    except ValueError as error:
        detail = f"Give a contract's id, a revision's digest or “{LAW}”."
        faults = [Fault(pointer="/against", code=ErrorCode.INVALID, detail=detail)]
        raise Malformed("The query parameters are not right.", errors=faults) from error
    contract = PilotContract.objects.visible_to(caller).select_related("airline").filter(pk=key).first()
    if contract is None:
        raise NotFoundForActor("There is no such contract.")
    return Side(contract)


def _revision_side(caller: Caller, digest: str) -> Side:
    found = ContractRevision.objects.filter(
        digest=digest, contract__in=PilotContract.objects.visible_to(caller).values("pk")
    )
    revision = found.select_related("contract__airline").first()
    if revision is None or not takes_part(caller, revision.contract):
        raise NotFoundForActor("There is no such revision.")
    return Side(revision.contract, revision)


@dataclass(frozen=True, slots=True)
class RevisionChoice:
    """A kept revision, the latest thing that was done with it, and when."""

    digest: str
    occasion: str
    at: datetime

    @property
    def label(self) -> str:
        return f"{self.occasion}, {self.at:%b} {self.at.day}, {self.at.year}, {self.at:%H:%M} UTC"


def revision_choices(caller: Caller, contract: PilotContract) -> list[RevisionChoice]:
    """The contract's kept revisions, newest first, for those who take part in its review; for others none."""
    if not takes_part(caller, contract):
        return []
    occasions = RevisionOccasion.objects.filter(revision__contract=contract).select_related("revision")
    latest: dict[str, RevisionChoice] = {}
    for row in occasions.defer("revision__content")[:MOST_CHOICES]:
        choice = RevisionChoice(row.revision.digest, row.get_kind_display(), row.created_at)
        latest.setdefault(choice.digest, choice)
    return list(latest.values())


def contract_choices(caller: Visitor, contract: PilotContract) -> list[PilotContract]:
    """Other contracts of the airline that `caller` sees: those of the same type first, active ones before others."""
    others = PilotContract.objects.visible_to(caller).filter(airline=contract.airline_id).exclude(pk=contract.pk)
    others = others.exclude(status__in=[Status.WITHDRAWN, Status.REJECTED]).order_by("-effective_date", "-created_at")
    found = list(others.distinct()[:MOST_CHOICES])
    return sorted(
        found, key=lambda other: (other.contract_type != contract.contract_type, other.status != Status.ACTIVE)
    )


def usual_other(contract: PilotContract, others: Sequence[PilotContract]) -> str:
    """What one most likely wants beside the contract: the active version of its kind, else the latest; else the law."""
    same = [other for other in others if other.contract_type == contract.contract_type]
    return str(same[0].pk) if same else LAW

"""What becomes of pilots' improvements when the revision that holds them ends or comes into force."""

from uuid import UUID

from accounts.models import User
from audit.events import AuditEvent
from audit.services import Fact, entries_record
from contracts.lifecycle import ABANDONED, Status
from contracts.models import ContractImprovement, ContractRule, ImprovementStatus, PilotContract


def revision_settle(*, actor: User | None, revision: PilotContract) -> list[ContractImprovement]:
    """After a revision's status has changed, for the lifecycle: returns the improvements that are open again, or followed.

    Rejected or withdrawn, its improvements are open again. Activated, those still open at its base follow to it, so that
    they can be applied to what is in force now.
    """
    if revision.revises_id is None:
        return []
    if revision.status in ABANDONED:
        return _returned(actor, revision)
    return _followed(actor, revision) if revision.status == Status.ACTIVE else []


def improvements_give_back(*, actor: User, revision: PilotContract) -> list[ContractImprovement]:
    """After a revision's activation was undone: what is open at it is open at its base again, which is in force.

    What is about a rule that only the revision has stays with it.
    """
    if revision.revises_id is None:
        return []
    return _moved(actor, origin=revision.pk, to=revision.revises_id)


def _returned(actor: User | None, revision: PilotContract) -> list[ContractImprovement]:
    applied = list(revision.applied_improvements.select_for_update(of=("self",)).order_by("pk"))
    revision.applied_improvements.update(
        status=ImprovementStatus.OPEN, decided_by=None, decided_at=None, applied_in=None
    )
    before, after = {"status": ImprovementStatus.APPLIED.value}, {"status": ImprovementStatus.OPEN.value}
    reason = f"Revision {revision.contract_version} was {revision.get_status_display()}."
    facts = [
        Fact(
            event=AuditEvent.IMPROVEMENT_RETURNED,
            target=improvement,
            reason=reason,
            before=before,
            after=after,
            details=_concerning(improvement.contract_id, revision.pk),
        )
        for improvement in applied
    ]
    entries_record(actor=actor, facts=facts)
    return applied


def _followed(actor: User | None, revision: PilotContract) -> list[ContractImprovement]:
    if revision.revises_id is None:
        return []
    return _moved(actor, origin=revision.revises_id, to=revision.pk)


def _moved(actor: User | None, *, origin: UUID, to: UUID) -> list[ContractImprovement]:
    """Open improvements go from one record of a contract to another, each to the rule of the same name there."""
    waiting = ContractImprovement.objects.select_for_update(of=("self",)).filter(
        contract=origin, status=ImprovementStatus.OPEN
    )
    improvements = list(waiting.select_related("rule").order_by("pk"))
    copies = dict(ContractRule.objects.filter(contract=to).values_list("rule_id", "pk")) if improvements else {}
    moved, facts = [], []
    for improvement in improvements:
        if improvement.rule is not None:
            if improvement.rule.rule_id not in copies:
                continue
            improvement.rule_id = copies[improvement.rule.rule_id]
        before, after = {"contract": str(origin)}, {"contract": str(to)}
        improvement.contract_id = to
        improvement.save(update_fields=["contract", "rule"])
        moved.append(improvement)
        details = _concerning(origin, to)
        facts.append(
            Fact(event=AuditEvent.IMPROVEMENT_MOVED, target=improvement, before=before, after=after, details=details)
        )
    entries_record(actor=actor, facts=facts)
    return moved


def _concerning(contract_id: UUID, other_id: UUID) -> dict[str, object]:
    """By these an entry is found for the histories of both contracts."""
    return {"contract": str(contract_id), "revision": str(other_id)}

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
            details=_concerning(improvement.contract_id, revision),
        )
        for improvement in applied
    ]
    entries_record(actor=actor, facts=facts)
    return applied


def _followed(actor: User | None, revision: PilotContract) -> list[ContractImprovement]:
    waiting = ContractImprovement.objects.select_for_update(of=("self",)).filter(
        contract=revision.revises_id, status=ImprovementStatus.OPEN
    )
    improvements = list(waiting.select_related("rule").order_by("pk"))
    copies = dict(ContractRule.objects.filter(contract=revision).values_list("rule_id", "pk")) if improvements else {}
    facts = []
    for improvement in improvements:
        before = {"contract": str(improvement.contract_id)}
        details = _concerning(improvement.contract_id, revision)
        improvement.contract = revision
        if improvement.rule is not None:
            improvement.rule_id = copies[improvement.rule.rule_id]
        improvement.save(update_fields=["contract", "rule"])
        after = {"contract": str(revision.pk)}
        event = AuditEvent.IMPROVEMENT_MOVED
        facts.append(Fact(event=event, target=improvement, before=before, after=after, details=details))
    entries_record(actor=actor, facts=facts)
    return improvements


def _concerning(contract_id: UUID, revision: PilotContract) -> dict[str, object]:
    """By these an entry is found for the histories of both contracts."""
    return {"contract": str(contract_id), "revision": str(revision.pk)}

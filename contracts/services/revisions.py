"""Keeping what a contract says at the moments that count."""

from contracts.comparing import rules_now, terms_of
from contracts.comparison.rules import canonical, digest_of
from contracts.models import ContractRevision, Occasion, PilotContract, RevisionOccasion


def revision_keep(*, contract: PilotContract, occasion: Occasion) -> ContractRevision:
    """Keep the contract's rules as they stand, and what was done with them. For services that hold the contract's lock.

    The same content is stored once, however often it comes round. No audit entry: the step that it belongs to writes one.
    """
    rules = rules_now(contract)
    content = canonical(terms_of(contract), rules)
    revision, _ = ContractRevision.objects.get_or_create(
        digest=digest_of(content), defaults={"contract": contract, "content": content, "rule_count": len(rules)}
    )
    RevisionOccasion.objects.create(revision=revision, kind=occasion)
    return revision

"""The one order in which rows are locked: the contract first, then its run, then its rules by key.

Whatever decides which contract of an airline follows which takes the airline's succession lock before any row.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from django.db.models import Exists

from config.door import as_product
from config.errors import ErrorCode, NotFoundForActor, WrongState
from contracts.models import ContractDecision, ContractRule, DecisionKind, PilotContract

# Arbitrary and ours alone: the first half of the advisory locks, an airline's hash being the second.
SUCCESSION_LOCK = 117_002
# Likewise, the other half being a document's hash.
ORIGINAL_LOCK = 117_068


@as_product("to policies a lock is a change; who may change what is asked next")
def succession_lock(contract_id: UUID) -> None:
    """Held until the transaction ends: one activation, undo or expiry at a time at the contract's airline.

    Those lock several contracts each, and not all in the same order. No other service waits for it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(c.airline_id::text)) FROM pilot_contracts c WHERE c.id = %s",
            [SUCCESSION_LOCK, contract_id],
        )


def original_lock(sha256: str, *, is_alone: bool = False) -> None:
    """Held until the transaction ends: an original is not deleted while somebody registers the same document.

    Whoever registers shares it with others who do; whoever deletes has it alone.
    """
    take = "pg_advisory_xact_lock" if is_alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {take}(%s, hashtext(%s))", [ORIGINAL_LOCK, sha256])


@as_product("to policies a lock is a change; who may change what is asked next")
def locked_contract(contract_id: UUID, *, version: int | None = None) -> PilotContract:
    """The contract, locked until the transaction ends.

    Raises:
        NotFoundForActor: when there is none.
        WrongState: when `version` is given and is no longer the row's (code `stale_version`).
    """
    contract = (
        PilotContract.objects.select_for_update(of=("self",))
        .select_related("airline", "review_round", "claimed_by")
        .filter(pk=contract_id)
        .first()
    )
    if contract is None:
        raise NotFoundForActor("There is no such contract.")
    _require_version(contract.version, version, "contract")
    return contract


@as_product("to policies a lock is a change; who may change what is asked next")
def locked_rule(rule_id: UUID, *, version: int | None = None) -> tuple[PilotContract, ContractRule]:
    """The rule and, locked before it, its contract. Raises as `locked_contract`."""
    contract = (
        PilotContract.objects.select_for_update(of=("self",))
        .select_related("airline")
        .filter(pk__in=ContractRule.objects.filter(pk=rule_id).values("contract_id"))
        .first()
    )
    rule = locked_rules(contract, [rule_id]).get(rule_id) if contract is not None else None
    if contract is None or rule is None:
        raise NotFoundForActor("There is no such rule.")
    _require_version(rule.version, version, "rule")
    return contract, rule


def _require_version(now: int, expected: int | None, noun: str) -> None:
    if expected is not None and now != expected:
        raise WrongState(
            f"Somebody changed this {noun} since you opened it. Look at it again, then decide.",
            code=ErrorCode.STALE_VERSION,
        )


def locked_rules(contract: PilotContract, rule_ids: Iterable[UUID]) -> dict[UUID, ContractRule]:
    """Those of the rules that are the contract's, which is locked, locked in the order of their keys."""
    standing = ContractDecision.objects.filter(contract=contract, kind=DecisionKind.APPROVED, voided_at__isnull=True)
    rows = contract.rules.select_for_update(of=("self",)).annotate(approvals_stand=Exists(standing))
    rules: dict[UUID, ContractRule] = {}
    for rule in rows.filter(pk__in=set(rule_ids)).order_by("pk"):
        rule.contract = contract
        # Asked while the contract is locked: nobody approves it in between.
        contract.known_unapproved = not rule.approvals_stand
        rules[rule.pk] = rule
    return rules


def require_rule_version(rule: ContractRule, version: int | None) -> None:
    """Raises WrongState as `locked_rule` does."""
    _require_version(rule.version, version, "rule")

"""What a caller of the API may see of contracts and rules. Others' things are not found."""

from collections.abc import Sequence
from datetime import date
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Airline, ServiceClient, User
from accounts.policies import is_administrator, reviewable_airlines
from accounts.selectors import visible_airlines
from config.errors import NotFoundForActor
from contracts.models import BINDING, ContractRule, PilotContract
from contracts.policies import rules_read_airlines
from contracts.selectors import contract_in_force, takes_part

Caller = User | ServiceClient


def visible_contracts(caller: Caller) -> QuerySet[PilotContract]:
    """Every contract that `caller` may see, with its airline."""
    return PilotContract.objects.visible_to(caller).select_related("airline")


def visible_contract(caller: Caller, contract_id: UUID) -> PilotContract:
    """The contract with its airline, in one query.

    Raises:
        NotFoundForActor: also for one that `caller` may not see.
    """
    contract = visible_contracts(caller).filter(pk=contract_id).first()
    if contract is None:
        raise NotFoundForActor("There is no such contract.")
    return contract


def rules_of(caller: Caller, contract: PilotContract) -> QuerySet[ContractRule]:
    """The contract's rules in the document's order: all for those who take part, the binding ones for others."""
    rules = contract.rules.select_related("contract")
    return rules if takes_part(caller, contract) else rules.filter(decision__in=BINDING)


def visible_rules(caller: Caller) -> QuerySet[ContractRule]:
    """Every rule that `caller` may see, with its contract."""
    contracts = PilotContract.objects.visible_to(caller)
    rules = ContractRule.objects.select_related("contract").filter(contract__in=contracts.values("pk"))
    if isinstance(caller, ServiceClient):
        return rules.filter(decision__in=BINDING)
    if is_administrator(caller):
        return rules
    from_within = Q(contract__uploaded_by=caller) | Q(contract__airline__in=reviewable_airlines(caller))
    return rules.filter(Q(decision__in=BINDING) | from_within)


def visible_rule(caller: Caller, rule_id: UUID) -> ContractRule:
    """One rule. Raises NotFoundForActor also for one that `caller` may not see."""
    rule = visible_rules(caller).filter(pk=rule_id).first()
    if rule is None:
        raise NotFoundForActor("There is no such rule.")
    return rule


def rules_in_force(caller: Caller, *, airline_code: str | None, day: date | None) -> QuerySet[ContractRule]:
    """Binding rules of the contracts that `caller` may see and that hold on `day`, else on each airline's today.

    Raises:
        NotFoundForActor: for an airline that `caller` may not know of.
    """
    airlines = list(visible_airlines(caller).filter(**({"code": airline_code} if airline_code else {})))
    if airline_code and not airlines:
        raise NotFoundForActor("There is no such airline.")
    visible = PilotContract.objects.visible_to(caller)
    return ContractRule.objects.select_related("contract").filter(
        reduce(or_, _in_force_by_day(visible, airlines, day), Q(pk__in=[])), decision__in=BINDING
    )


def _in_force_by_day(visible: QuerySet[PilotContract], airlines: Sequence[Airline], day: date | None) -> list[Q]:
    """One condition a calendar day: at any instant the world's airlines live in three at most."""
    days: dict[date, list[UUID]] = {}
    for airline in airlines:
        days.setdefault(day or airline.today(), []).append(airline.pk)
    return [
        Q(contract__in=PilotContract.objects.in_force(today).filter(airline__in=codes, pk__in=visible.values("pk")))
        for today, codes in days.items()
    ]


def active_contract(caller: Caller, code: str, *, contract_type: str, day: date | None) -> PilotContract:
    """The contract of that type in force at the airline.

    Raises:
        NotFoundForActor: when there is none, or `caller` may not see it.
    """
    airline = visible_airlines(caller).filter(code=code).first()
    if airline is None:
        raise NotFoundForActor("There is no such airline.")
    found = contract_in_force(airline, contract_type=contract_type, day=day)
    seen = found and visible_contracts(caller).filter(pk=found.pk).first()
    if not seen:
        raise NotFoundForActor("No such contract is in force at this airline on that day.")
    return seen


def pack_airline(caller: Caller, code: str) -> Airline:
    """The airline of that code, whose rules in force `caller` may read, in one query.

    Raises:
        NotFoundForActor: also for one whose rules he may not.
    """
    airline = rules_read_airlines(caller).filter(code=code).first()
    if airline is None:
        raise NotFoundForActor("There is no such airline.")
    return airline


def airline_to_upload_for(caller: User, code: str) -> Airline:
    """Raises NotFoundForActor when there is no such airline."""
    airline = visible_airlines(caller).filter(code=code).first()
    if airline is None:
        raise NotFoundForActor("There is no such airline.")
    return airline

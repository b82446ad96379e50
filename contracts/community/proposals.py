"""What an improvement may say: its fields checked against what the contract's record can hold, before anybody decides.

The fields are those of the desk's correction form, and checked alike. A proposal is kept as JSON: new values by field.
"""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from config.errors import ErrorCode, Fault, RuleBroken
from contracts.models import ContractRule, ImprovementKind, PilotContract
from contracts.selectors import row_snapshot
from contracts.vocabulary import METRICS, Unit

RULE_FIELDS = (
    "category",
    "citation",
    "title",
    "rule_text",
    "metric",
    "operator",
    "value",
    "unit",
    "period",
    "is_hard_constraint",
    "description",
)
DETAIL_FIELDS = ("title", "contract_version", "effective_date", "expiration_date", "description")
FIELDS: dict[str, tuple[str, ...]] = {
    ImprovementKind.ADD_RULE: RULE_FIELDS,
    ImprovementKind.CORRECT_RULE: RULE_FIELDS,
    ImprovementKind.REMOVE_RULE: (),
    ImprovementKind.METADATA: DETAIL_FIELDS,
}
NEEDED_FOR_A_RULE = ("category", "citation", "title", "rule_text")
PREDICATE = ("metric", "operator", "value", "unit")
# The columns that have none of their own.
LONGEST = {"rule_text": 50_000, "description": 10_000}
_NULLABLE = frozenset({"metric", "operator", "value", "unit", "period", "expiration_date"})


@dataclass(frozen=True, slots=True)
class Proposal:
    """New values by field as JSON holds them, and what stands there now."""

    after: dict[str, object]
    before: dict[str, object]


def proposal_checked(
    kind: str, *, contract: PilotContract, rule: ContractRule | None, given: Mapping[str, object]
) -> Proposal:
    """The fields that differ from what is there, in the form in which they are kept.

    Raises:
        RuleBroken: with a fault for each field that is unknown, of the wrong type or refused; or when nothing differs.
    """
    _refuse_unknown(given, FIELDS[kind])
    if kind == ImprovementKind.REMOVE_RULE:
        assert rule is not None  # noqa: S101 - the service has looked; for the type checker
        return Proposal(after={}, before=row_snapshot(rule, RULE_FIELDS))
    stored: ContractRule | PilotContract = contract
    if kind != ImprovementKind.METADATA:
        stored = rule or ContractRule()
    candidate = with_values(stored, given)
    _refuse(_faults_of(candidate, stored, given, is_new=kind == ImprovementKind.ADD_RULE))
    changed = [name for name in FIELDS[kind] if name in given and getattr(candidate, name) != getattr(stored, name)]
    if kind == ImprovementKind.ADD_RULE:
        return Proposal(after=row_snapshot(candidate, [name for name in RULE_FIELDS if name in given]), before={})
    if not changed:
        raise RuleBroken("Nothing differs from what is there. Change at least one field.")
    return Proposal(after=row_snapshot(candidate, changed), before=row_snapshot(stored, changed))


def with_values(row: Any, values: Mapping[str, object]) -> Any:
    """A copy of `row`, a rule or a contract, with these fields set and converted as far as they can be."""
    candidate = copy.copy(row)
    for name, value in values.items():
        given = None if value == "" and name in _NULLABLE else value
        if isinstance(given, str):
            given = given.strip()
        try:
            setattr(candidate, name, candidate._meta.get_field(name).to_python(given))
        except ValidationError:
            setattr(candidate, name, given)  # refused below, with the field's own words
    return candidate


def _faults_of(
    candidate: Any, stored: ContractRule | PilotContract, given: Mapping[str, object], *, is_new: bool
) -> list[tuple[str, str]]:
    names = set(given) | (set(NEEDED_FOR_A_RULE) if is_new else set())
    faults = [(name, "This is not of the right type.") for name in given if not _is_of_type(name, given[name])]
    if faults:
        return faults
    others = {field.name for field in candidate._meta.fields} - names
    try:
        candidate.clean_fields(exclude=others)
    except ValidationError as error:
        faults += [(name, said) for name, sayings in error.message_dict.items() for said in sayings]
    faults += [
        (name, f"At most {longest} characters.")
        for name, longest in LONGEST.items()
        if name in names and len(getattr(candidate, name) or "") > longest
    ]
    if faults:
        return faults
    return _limit_faults(candidate, stored) if isinstance(candidate, ContractRule) else _date_faults(candidate)


def _is_of_type(name: str, value: object) -> bool:
    """What JSON may hold there; the forms give Python's own dates and decimals, which are taken too."""
    if name == "is_hard_constraint":
        return isinstance(value, bool)
    if value is None:
        return name in _NULLABLE
    if name == "value":
        return not isinstance(value, bool | list | dict)
    if name.endswith("_date"):
        return not isinstance(value, bool | int | float | list | dict)
    return isinstance(value, str) and "\0" not in value


def _limit_faults(rule: ContractRule, stored: Any) -> list[tuple[str, str]]:
    missing = [name for name in PREDICATE if getattr(rule, name) is None]
    if missing and len(missing) < len(PREDICATE):
        return [(name, "A limit needs metric, operator, value and unit, or none of them.") for name in missing]
    faults = []
    if rule.metric is not None and rule.metric not in METRICS and rule.metric != stored.metric:
        faults.append(("metric", "This metric is not in the vocabulary."))
    if rule.unit is not None and rule.unit not in set(Unit) and rule.unit != stored.unit:
        faults.append(("unit", "This unit is not in the vocabulary."))
    return faults


def _date_faults(contract: PilotContract) -> list[tuple[str, str]]:
    last = contract.expiration_date
    if last is not None and last < contract.effective_date:
        return [("expiration_date", "The contract would end before it begins.")]
    return []


def _refuse_unknown(given: Iterable[str], known: Iterable[str]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise RuleBroken(
            f"These are not proposed here: {', '.join(unknown)}.",
            code=ErrorCode.UNKNOWN_FIELD,
            errors=[Fault(f"/proposal/{name}", ErrorCode.UNKNOWN_FIELD, "Unknown field.") for name in unknown],
        )


def _refuse(faults: list[tuple[str, str]]) -> None:
    if faults:
        raise RuleBroken(
            "The proposal cannot be kept as it is; `errors` points to each fault.",
            errors=[Fault(f"/proposal/{name}", ErrorCode.INVALID, said) for name, said in faults],
        )

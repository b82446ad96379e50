"""The lookup: which rules bind a pilot today, put together from prepared texts.

Two queries say what applies and its hashes, which is all that an unchanged answer (304) needs; a third fetches the texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, models

from contracts.models import ContractType
from contracts.publication.counting import Measure, uses
from contracts.publication.entity_tags import entity_tag, is_known
from pilots.models import Pilot

# Part of every tag: raised when the shape of the answer changes, so that nobody keeps an old one.
SHAPE = "1"
_SUPPLEMENTS = (ContractType.LETTER_OF_AGREEMENT, ContractType.POLICY)


class RuleSource(models.TextChoices):
    """Where a rule comes from."""

    CONTRACT = "contract", "contract"
    FAR117 = "far117", "14 CFR Part 117"


_APPLICABLE = """
SELECT p.contract_id, p.contract_type, p.header, p.content_hash, a.id IS NOT NULL, p.status = 'active',
       p.effective_date, p.activated_at
FROM published_contracts p
LEFT JOIN pilot_contract_assignments a
    ON a.contract_id = p.contract_id AND a.pilot_id = %(pilot)s AND a.ended_at IS NULL
WHERE p.airline_id = %(airline)s
  AND p.effective_date <= %(day)s
  AND (p.expiration_date IS NULL OR p.expiration_date >= %(day)s)
UNION ALL
SELECT NULL, NULL, NULL, content_hash, false, true, NULL, NULL FROM published_regulations
"""
_TEXTS = """
SELECT contract_id, content_hash, rules FROM published_contracts WHERE contract_id = ANY(%(contracts)s)
UNION ALL
SELECT NULL, content_hash, rules FROM published_regulations
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFilter:
    """What of the rules is asked for; None does not filter."""

    category: str | None = None
    is_hard: bool | None = None
    source: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether every rule passes."""
        return self.category is None and self.is_hard is None and self.source is None

    def passes(self, rule: dict[str, Any]) -> bool:
        """Whether a rule, as parsed from its text, is asked for."""
        return (
            (self.category is None or rule["category"] == self.category)
            and (self.is_hard is None or rule["is_hard_constraint"] == self.is_hard)
            and (self.source is None or rule["source"] == self.source)
        )


@dataclass(frozen=True, slots=True)
class PublishedContract:
    """One contract whose dates hold the day. `header` is its prepared JSON."""

    contract_id: UUID
    contract_type: str
    header: str
    content_hash: str
    is_assigned: bool
    is_active: bool
    effective_date: date
    activated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What applies to one pilot on one day, without the rules themselves. `contracts` begins with the principal one."""

    pilot: Pilot
    contract: PublishedContract | None
    supplements: tuple[PublishedContract, ...]
    regulations_hash: str
    rule_filter: RuleFilter

    @property
    def contracts(self) -> list[PublishedContract]:
        """All whose rules apply, in the answer's order."""
        return [*([self.contract] if self.contract else []), *self.supplements]

    @property
    def tag(self) -> str:
        """The strong entity tag of the answer."""
        kept = self.rule_filter
        return entity_tag(
            [
                SHAPE,
                self.pilot.pilot_id,
                self.pilot.airline.code,
                repr((kept.category, kept.is_hard, kept.source)),
                str(self.contract.contract_id if self.contract else None),
                *(f"{part.contract_type} {part.content_hash}" for part in self.contracts),
                self.regulations_hash,
            ]
        )


def answer(
    pilot: Pilot, *, day: date, rule_filter: RuleFilter, if_none_match: str | None = None
) -> tuple[str, bytes | None]:
    """The answer's entity tag and its JSON, or None in its place where the caller has it already.

    Three queries at most, two for an unchanged answer; more only when the views were refreshed between them.
    """
    while True:
        found = applicable(pilot, day=day, rule_filter=rule_filter)
        body = None if (known := is_known(if_none_match, found.tag)) else written(found)
        if known or body is not None:
            uses.add(Measure.LOOKUPS, [part.contract_id for part in found.contracts], day)
            return found.tag, body


def applicable(pilot: Pilot, *, day: date, rule_filter: RuleFilter) -> Lookup:
    """What applies to the pilot on `day`: his assigned contract or the airline's, its letters and policies, the law."""
    contract, supplements, regulations_hash = in_force(pilot.airline_id, day=day, pilot_id=pilot.pk)
    return Lookup(
        pilot=pilot,
        contract=contract,
        supplements=supplements,
        regulations_hash=regulations_hash,
        rule_filter=rule_filter,
    )


def in_force(
    airline_id: UUID, *, day: date, pilot_id: UUID | None
) -> tuple[PublishedContract | None, tuple[PublishedContract, ...], str]:
    """The principal contract on `day`, the letters and policies beside it, and the hash of the law, in one query.

    The principal one is the airline's agreement, or what is assigned to the pilot where one is named.
    """
    with connection.cursor() as cursor:
        cursor.execute(_APPLICABLE, {"pilot": pilot_id, "airline": airline_id, "day": day})
        rows = cursor.fetchall()
    published = [PublishedContract(*row) for row in rows if row[0] is not None]
    contract = _principal(published)
    supplements = (part for kind in _SUPPLEMENTS for part in _holding(published, kind) if part is not contract)
    return contract, tuple(supplements), next((row[3] for row in rows if row[0] is None), "")


def written(found: Lookup) -> bytes | None:
    """The answer as JSON, or None when what applies was published anew since. Without a filter texts are joined as they are."""
    texts = published_texts(found.contracts)
    expected: dict[UUID | None, str] = {part.contract_id: part.content_hash for part in found.contracts}
    expected[None] = found.regulations_hash
    if {key: content_hash for key, (content_hash, _) in texts.items()} != expected:
        return None
    arrays = [texts[key][1] for key in expected]
    if found.rule_filter.is_open:
        rules = ",".join(array[1:-1] for array in arrays if array != "[]").encode()
    else:
        kept = (rule for array in arrays for rule in orjson.loads(array) if found.rule_filter.passes(rule))
        rules = orjson.dumps(list(kept))[1:-1]
    return b"".join(
        [
            orjson.dumps({"pilot_id": found.pilot.pilot_id, "airline": found.pilot.airline.code})[:-1],
            b',"contract":',
            found.contract.header.encode() if found.contract else b"null",
            b',"supplements":[',
            ",".join(_with_type(part) for part in found.supplements).encode(),
            b'],"rules":[',
            rules,
            b"]}",
        ]
    )


def _principal(in_force: Sequence[PublishedContract]) -> PublishedContract | None:
    """The contract assigned to the pilot, else the airline's agreement."""
    assigned = next((part for part in in_force if part.is_assigned), None)
    return assigned or next(iter(_holding(in_force, ContractType.CBA)), None)


def _holding(in_force: Sequence[PublishedContract], contract_type: str) -> list[PublishedContract]:
    """The active ones of that type, the latest first; where there are none, the last of those that were superseded."""
    found = [part for part in in_force if part.contract_type == contract_type]
    found.sort(key=lambda part: (part.is_active, part.effective_date, part.activated_at), reverse=True)
    return [part for part in found if part.is_active] or found[:1]


def _with_type(part: PublishedContract) -> str:
    """The header with the contract's type as its second member."""
    head, rest = part.header.split(",", maxsplit=1)
    return f'{head},"contract_type":"{part.contract_type}",{rest}'


def published_texts(contracts: Sequence[PublishedContract]) -> dict[UUID | None, tuple[str, str]]:
    """Hash and rules by contract; the law's under None."""
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS, {"contracts": [part.contract_id for part in contracts]})
        return {contract: (content_hash, rules) for contract, content_hash, rules in cursor.fetchall()}

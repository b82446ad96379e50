"""Which contracts apply to a pilot on a day, and what they say: right whether or not the materialized views are.

A prepared row counts only while the row that it was written from has the same `updated_at`; else the plain view, which is
the same query over the tables, writes the text on the spot.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from contracts.models import ContractType
from contracts.publication.texts_in_redis import Text, texts_published

_SUPPLEMENTS = (ContractType.LETTER_OF_AGREEMENT, ContractType.POLICY)

_IN_FORCE = """
SELECT c.id, c.contract_type, c.id IS NOT DISTINCT FROM coalesce(%(assigned)s::uuid, (
           SELECT a.contract_id FROM pilot_contract_assignments a
           WHERE a.pilot_id = %(pilot)s::uuid AND a.ended_at IS NULL
       )), c.status = 'active', c.effective_date, c.activated_at, c.updated_at, p.header, p.content_hash
FROM pilot_contracts c
LEFT JOIN published_contracts p ON p.contract_id = c.id AND p.updated_at = c.updated_at
WHERE c.airline_id = %(airline)s
  AND c.status IN ('active', 'superseded')
  AND c.effective_date <= %(day)s
  AND (c.expiration_date IS NULL OR c.expiration_date >= %(day)s)
UNION ALL
SELECT NULL, NULL, false, true, NULL, NULL, NULL, '', CASE WHEN p.row_times IS NOT DISTINCT FROM (
    SELECT array_agg(r.updated_at ORDER BY r.id) FROM regulatory_rules r
) THEN p.content_hash END
FROM published_regulations p
"""
_WRITTEN_CONTRACTS = """
SELECT contract_id, updated_at, header, content_hash, rules FROM written_contracts WHERE contract_id = ANY(%s)
"""
_WRITTEN_LAW = "SELECT content_hash, rules FROM written_regulations"


@dataclass(frozen=True, slots=True)
class ContractInForce:
    """One contract whose dates hold the day. `header` is its prepared JSON; it and the hash are None while the view is behind."""

    contract_id: UUID
    contract_type: str
    is_assigned: bool
    is_active: bool
    effective_date: date
    activated_at: datetime
    updated_at: datetime
    header: str | None
    content_hash: str | None


@dataclass(frozen=True, slots=True)
class Wording:
    """One contract, or the law, with what it says. `header` is "" for the law."""

    header: str
    content_hash: str
    text: Text
    was_behind: bool


@dataclass(frozen=True, slots=True)
class InForce:
    """What applies, the principal contract first, before its texts are fetched."""

    contract: ContractInForce | None
    supplements: tuple[ContractInForce, ...]
    law_hash: str | None

    @property
    def contracts(self) -> list[ContractInForce]:
        """All whose rules apply, in the answer's order."""
        return [*([self.contract] if self.contract else []), *self.supplements]

    @property
    def hashes(self) -> list[str] | None:
        """By contract and then the law, what the views say that each says now; None where they are behind."""
        hashes = [part.content_hash for part in self.contracts]
        known = [content_hash for content_hash in [*hashes, self.law_hash] if content_hash is not None]
        return known if len(known) == len(hashes) + 1 else None


def in_force_at(
    *, airline_id: UUID, day: date, pilot_id: UUID | None = None, assigned_id: UUID | None = None
) -> InForce:
    """What applies at the airline on `day` to that pilot, or to whoever is assigned to that contract. One query."""
    with connection.cursor() as cursor:
        given: dict[str, Any] = {"airline": airline_id, "day": day, "pilot": pilot_id, "assigned": assigned_id}
        cursor.execute(_IN_FORCE, given)
        rows = cursor.fetchall()
    found = [ContractInForce(*row) for row in rows if row[0] is not None]
    contract = _principal(found)
    return InForce(
        contract=contract,
        supplements=tuple(part for kind in _SUPPLEMENTS for part in _holding(found, kind) if part is not contract),
        law_hash=next((row[-1] for row in rows if row[0] is None), None),
    )


def wordings(found: InForce) -> list[Wording] | None:
    """What each of the contracts and then the law says; None when any of it was changed or published anew since `found`."""
    headers = {part.content_hash: part.header or "" for part in found.contracts if part.content_hash is not None}
    if found.law_hash is not None:
        headers[found.law_hash] = ""
    published = texts_published(headers)
    behind = [part for part in found.contracts if part.content_hash is None]
    written = _written(behind)
    said: list[Wording] = []
    for part in found.contracts:
        wording = written.get(part.contract_id)
        if part.content_hash is not None and part.content_hash in published:
            wording = Wording(part.header or "", part.content_hash, published[part.content_hash], was_behind=False)
        if wording is None:
            return None
        said.append(wording)
    law = _law(found.law_hash, published)
    return [*said, law] if law is not None else None


def _law(law_hash: str | None, published: dict[str, Text]) -> Wording | None:
    if law_hash is None:
        with connection.cursor() as cursor:
            cursor.execute(_WRITTEN_LAW)
            ((content_hash, rules),) = cursor.fetchall()
        return Wording("", content_hash, Text(rules=rules, gzip=None), was_behind=True)
    text = published.get(law_hash)
    return Wording("", law_hash, text, was_behind=False) if text is not None else None


def _written(parts: Sequence[ContractInForce]) -> dict[UUID, Wording]:
    """Those contracts as they are now, unless they were changed again."""
    if not parts:
        return {}
    expected = {part.contract_id: part.updated_at for part in parts}
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN_CONTRACTS, [list(expected)])
        return {
            contract_id: Wording(header, content_hash, Text(rules=rules, gzip=None), was_behind=True)
            for contract_id, updated_at, header, content_hash, rules in cursor.fetchall()
            if updated_at == expected[contract_id]
        }


def _principal(in_force: Sequence[ContractInForce]) -> ContractInForce | None:
    """The contract assigned to the pilot, else the airline's agreement."""
    assigned = next((part for part in in_force if part.is_assigned), None)
    return assigned or next(iter(_holding(in_force, ContractType.CBA)), None)


def _holding(in_force: Sequence[ContractInForce], contract_type: str) -> list[ContractInForce]:
    """The active ones of that type, the latest first; where there are none, the last of those that were superseded."""
    found = [part for part in in_force if part.contract_type == contract_type]
    found.sort(key=lambda part: (part.is_active, part.effective_date, part.activated_at), reverse=True)
    return [part for part in found if part.is_active] or found[:1]

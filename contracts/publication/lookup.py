"""The lookup: which rules bind a pilot today, put together from prepared texts.

One query says what applies and its hashes, which is all that an unchanged answer (304) needs; the texts are in Redis, else
a second query fetches them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from django.db import models

from contracts.publication.counting import Measure, uses
from contracts.publication.entity_tags import entity_tag, gzip_tag, is_known
from contracts.publication.in_force import ContractInForce, InForce, Wording, in_force_at, wordings
from pilots.models import Pilot

# Part of every tag: raised when the shape of the answer changes, so that nobody keeps an old one.
SHAPE = "2"


class RuleSource(models.TextChoices):
    """Where a rule comes from."""

    CONTRACT = "contract", "contract"
    FAR117 = "far117", "14 CFR Part 117"


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


EVERYTHING = RuleFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`body` is None where the caller has it already. `was_behind`: a view was, so the tables were asked instead."""

    tag: str
    body: bytes | None
    was_behind: bool


def answer(pilot: Pilot, *, day: date, rule_filter: RuleFilter, if_none_match: str | None = None) -> Answer:
    """What binds the pilot on `day`. One query, a second one where Redis lacks a text or a view is behind; more only when
    something changed in between.
    """
    while True:
        found = in_force_at(airline_id=pilot.airline_id, day=day, pilot_id=pilot.pk)
        said = wordings(found) if found.hashes is None else None
        hashes = [wording.content_hash for wording in said] if said is not None else found.hashes
        if hashes is None:
            continue
        tag = tag_of(pilot.pilot_id, pilot.airline.code, digest_of(found, hashes), rule_filter)
        known = is_known(if_none_match, tag, gzip_tag(tag))
        if not known and said is None and (said := wordings(found)) is None:
            continue
        uses.add(Measure.LOOKUPS, [part.contract_id for part in found.contracts], day)
        body = None
        if not known and said is not None:
            body = beginning(pilot.pilot_id, pilot.airline.code) + rest(found, said, _rules(said, rule_filter))
        return Answer(tag=tag, body=body, was_behind=found.hashes is None)


def digest_of(found: InForce, hashes: Sequence[str]) -> str:
    """Names what applies and says, whoever the pilot is."""
    principal = str(found.contract.contract_id if found.contract else None)
    kinds = [part.contract_type for part in found.contracts]
    return entity_tag([principal, *kinds, *hashes])


def tag_of(pilot_id: str, airline_code: str, digest: str, rule_filter: RuleFilter = EVERYTHING) -> str:
    """The strong entity tag of an answer that is not compressed."""
    kept = (rule_filter.category, rule_filter.is_hard, rule_filter.source)
    return entity_tag([SHAPE, pilot_id, airline_code, repr(kept), digest])


def beginning(pilot_id: str, airline_code: str) -> bytes:
    """What an answer begins with: all of it that is the pilot's own. Neither text has a character to escape."""
    return b'{"pilot_id":"%b","airline":"%b"' % (pilot_id.encode(), airline_code.encode())


def rest(found: InForce, said: Sequence[Wording], rules: bytes) -> bytes:
    """The other members of an answer. `rules` are joined by commas, without brackets."""
    return b"".join([before_rules(found, said), rules, b"]}"])


def before_rules(found: InForce, said: Sequence[Wording]) -> bytes:
    """From the pilot's own members to the bracket of the rules."""
    headers = [wording.header for wording in said[:-1]]
    principal = headers.pop(0) if found.contract is not None else "null"
    supplements = [_with_type(part, header) for part, header in zip(found.supplements, headers, strict=True)]
    return f',"contract":{principal},"supplements":[{",".join(supplements)}],"rules":['.encode()


def _rules(said: Sequence[Wording], rule_filter: RuleFilter) -> bytes:
    """Without a filter texts are joined as they are."""
    arrays = [wording.text.rules for wording in said]
    if rule_filter.is_open:
        return ",".join(array[1:-1] for array in arrays if array != "[]").encode()
    kept = (rule for array in arrays for rule in orjson.loads(array) if rule_filter.passes(rule))
    return orjson.dumps(list(kept))[1:-1]


def _with_type(part: ContractInForce, header: str) -> str:
    """The header with the contract's type as its second member."""
    head, others = header.split(",", maxsplit=1)
    return f'{head},"contract_type":"{part.contract_type}",{others}'

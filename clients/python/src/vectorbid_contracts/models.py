"""What the API answers. Members have the API's names; what a newer server says besides is passed over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NotRequired, TypedDict

from vectorbid_contracts.decoding import parsed_object


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a rule stands in its document. `box` is x0, y0, x1, y1 in PDF points from the page's top left."""

    page: int
    box: tuple[float, ...]
    quote: str
    document_sha256: str


@dataclass(frozen=True, slots=True)
class Predicate:
    """A rule as a test: `metric operator value unit`, within any `period`."""

    metric: str
    operator: str
    value: float
    unit: str
    period: str | None = None


@dataclass(frozen=True, slots=True)
class ContractRule:
    """One rule of a contract (`source` is `contract`) or of the law (`far117`)."""

    id: str
    source: str
    rule_id: str
    category: str
    title: str
    description: str
    rule_text: str
    citation: str
    is_hard_constraint: bool
    weight: float
    applies_to: Mapping[str, object]
    parameters: Mapping[str, object]
    predicate: Predicate | None
    effective_date: date | None
    expiration_date: date | None
    parsing_confidence: float | None
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class ContractHeader:
    """What identifies a contract. `contract_type` is given for letters and policies."""

    id: str
    contract_version: str
    title: str
    effective_date: date
    expiration_date: date | None
    contract_type: str | None = None


@dataclass(frozen=True, slots=True)
class PilotRules:
    """The rules that bind a pilot today: his contract's, those of its letters and policies, then the law's."""

    pilot_id: str
    airline: str
    contract: ContractHeader | None
    rules: tuple[ContractRule, ...]
    supplements: tuple[ContractHeader, ...] = ()


@dataclass(frozen=True, slots=True)
class Violation:
    """A hard rule that is broken. `pointer` is a JSON Pointer into the document; `fix_hint` names what would pass."""

    rule_id: str
    source: str
    severity: str
    pointer: str
    message: str
    citation: str
    limit: float | None
    actual: float | None
    unit: str
    fix_hint: str


@dataclass(frozen=True, slots=True)
class Penalty(Violation):
    """A soft rule that is broken, at its weight."""

    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Unknown:
    """A rule that could not be decided, and why. Never a pass."""

    rule_id: str
    pointer: str
    reason: str
    source: str = ""
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """What each soft rule earns: its weight where it is known to be kept, else 0."""

    total: float
    components: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Note:
    """What the engine of Part 117 says besides."""

    rule_id: str
    pointer: str
    message: str
    source: str = ""
    citation: str = ""


@dataclass(frozen=True, slots=True)
class PackReference:
    """The rules that an answer rests on. `untested` counts those that no schedule tells anything of."""

    contract_version: str | None
    etag: str
    rules: int | None = None
    untested: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """`verdict` is `valid`, `invalid` or `undetermined`: not decided, which is not a pass."""

    verdict: str
    violations: tuple[Violation, ...]
    penalties: tuple[Penalty, ...]
    unknown: tuple[Unknown, ...]
    score: Score
    notes: tuple[Note, ...] = ()
    assumptions: tuple[str, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether every hard rule is known to be kept."""
        return self.verdict == "valid"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationResult(Judgement):
    """The judgement on one document, with the rules that it rests on."""

    pack: PackReference


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedCandidate(Judgement):
    """The judgement on one of several candidates; rank 1 is the best."""

    rank: int
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Candidates, the best first. `unknown` holds what concerns all of them."""

    candidates: tuple[RankedCandidate, ...]
    unknown: tuple[Unknown, ...]
    pack: PackReference


@dataclass(frozen=True, slots=True)
class RulePack:
    """A rule pack whose signature has been verified. `body` is what was signed, byte by byte."""

    airline: str
    shape: str
    media_type: str
    etag: str
    key_id: str
    body: bytes = field(repr=False)
    not_expressed_count: int = 0

    def document(self) -> dict[str, object]:
        """The pack's members, where it was asked for as JSON.

        Raises:
            ValueError: for a pack in YAML: load `body` with the YAML library of your choice.
            IncompatibleAnswer: for what is no JSON object.
        """
        if self.media_type != "application/json":
            raise ValueError(f"The pack is {self.media_type}: load its body.")
        return parsed_object(self.body)


@dataclass(frozen=True, slots=True)
class ChangedContract:
    """The contract that a change is about."""

    id: str
    contract_type: str
    contract_version: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change in what lookups answer. `id` names it for ever: drop those that you know already.

    Hashes are over what was published before and after: None where nothing was in force.
    """

    id: str
    position: int
    kind: str
    airline: str | None
    contract: ChangedContract | None
    pilot_id: str | None
    old_hash: str | None
    new_hash: str | None
    recorded_at: datetime
    published_at: datetime


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Some changes from the oldest on. `cursor` leads behind the last of them, `next` is None where there is no more now."""

    results: tuple[Change, ...]
    next: str | None
    cursor: str | None


class ContractFields(TypedDict):
    """What the uploader of a contract says of it."""

    airline: str
    contract_type: str
    contract_version: str
    title: str
    effective_date: date
    expiration_date: NotRequired[date | None]
    description: NotRequired[str]

"""From a question to its answer: contract, law and preferences together, one verdict; several candidates in order of merit."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson

from contracts.predicates import JudgedRule, PilotFacts
from contracts.validation.documents import Question, Work, read_question
from contracts.validation.findings import Breach, Unknown, bounded
from contracts.validation.judging import Measured, judge_rules, untested
from contracts.validation.law import judge_law
from contracts.validation.preferences import Preferences
from contracts.validation.wishes import judge_accepted_duty, judge_wishes
from regulations.far117.faults import DocumentFault, DocumentRefused, FaultCode
from regulations.far117.stations import station

VALID, INVALID, UNDETERMINED = "valid", "invalid", "undetermined"
_MERIT = {VALID: 0, UNDETERMINED: 1, INVALID: 2}
# Weights have three decimals; their sums shall not show how floats add.
_DECIMALS = 3


@dataclass(frozen=True)
class JudgedRules:
    """A contract's rules, with those that no schedule tells anything of as every answer has them: written once."""

    rules: tuple[JudgedRule, ...]

    @cached_property
    def untested(self) -> list[Unknown]:
        """The rules that no schedule tells anything of."""
        return untested(self.rules)

    @cached_property
    def untested_bodies(self) -> list[orjson.Fragment]:
        """The same as JSON."""
        return [orjson.Fragment(orjson.dumps(unknown.body())) for unknown in self.untested]

    @cached_property
    def leaves_open(self) -> bool:
        """Whether a hard rule is among them, so that nothing is ever known to be valid."""
        return any(unknown.is_hard for unknown in self.untested)


@dataclass(frozen=True, slots=True)
class Binding:
    """What binds one pilot: his contract's rules, and what is known of him. `etag` names the rules."""

    pilot_id: str
    airline: str
    contract_version: str | None
    etag: str
    judged: JudgedRules
    facts: PilotFacts

    @property
    def pack(self) -> dict[str, Any]:
        """What an answer says of the rules that it rests on."""
        return {
            "contract_version": self.contract_version,
            "etag": self.etag,
            "rules": len(self.judged.rules),
            "untested": len(self.judged.untested),
        }


def answer_to(document: object, binding: Binding, *, with_untested: bool = True) -> dict[str, Any]:
    """The answer, ready for orjson: the same for the same document and rules.

    Rules that no schedule tells anything of are unknown in every answer: `with_untested` False leaves them to their count.

    Raises:
        DocumentRefused: the document has faults; every one is named.
        TooMuchFound: more than an answer holds.
    """
    question = read_question(document, base=station(binding.facts.base) if binding.facts.base else None)
    _check_whose(question.preferences, binding)
    always: list[Any] = binding.judged.untested_bodies if with_untested else []
    if question.candidates is None:
        body = _judged(question, question.work, binding).body()
        body["unknown"] += always
        return {**body, "pack": binding.pack}
    ranked = sorted((_judged(question, work, binding) for work in question.candidates), key=_merit)
    candidates = [{"rank": rank, "id": one.name, **one.body()} for rank, one in enumerate(ranked, start=1)]
    return {"candidates": candidates, "unknown": always, "pack": binding.pack}


def _check_whose(preferences: Preferences, binding: Binding) -> None:
    """Preferences that name somebody else are a mix-up.

    Raises:
        DocumentRefused: they do.
    """
    faults = [
        DocumentFault(f"/preferences/{name}", FaultCode.CONFLICT, f"These rules are those of {expected}.")
        for name, given, expected in (
            ("pilot_id", preferences.pilot_id, binding.pilot_id),
            ("airline", preferences.airline, binding.airline),
        )
        if given is not None and given != expected
    ]
    if faults:
        raise DocumentRefused(faults)


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found of one work."""

    name: str | None
    leaves_open: bool
    breaches: list[Breach] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    components: dict[str, int | float] = field(default_factory=dict)
    notes: list[dict[str, Any]] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)

    @property
    def violations(self) -> list[Breach]:
        return [breach for breach in self.breaches if breach.is_hard]

    @property
    def penalties(self) -> list[Breach]:
        return [breach for breach in self.breaches if not breach.is_hard]

    @property
    def total(self) -> int | float:
        """What the soft rules earn together."""
        total = round(sum(self.components.values()), _DECIMALS)
        return int(total) if total == int(total) else total

    @property
    def verdict(self) -> str:
        """Invalid with any violation; else undetermined with any hard rule unknown."""
        if self.violations:
            return INVALID
        is_open = self.leaves_open or any(unknown.is_hard for unknown in self.unknown)
        return UNDETERMINED if is_open else VALID

    def body(self) -> dict[str, Any]:
        """The answer's members but for the pack, and for the rules that are never tested."""
        return {
            "verdict": self.verdict,
            "violations": [breach.body() for breach in self.violations],
            "penalties": [breach.body() for breach in self.penalties],
            "unknown": [one.body() for one in self.unknown],
            "score": {"total": self.total, "components": self.components},
            "notes": self.notes,
            "assumptions": self.assumptions,
        }


def _judged(question: Question, work: Work, binding: Binding) -> Judged:
    preferences = question.preferences
    rules = judge_rules(binding.judged.rules, Measured(work.lines), preferences.facts(binding.facts))
    if not work.lines:
        judge_accepted_duty(preferences, binding.judged.rules, rules)
    law = judge_law(work)
    wishes = list(judge_wishes(preferences, work.lines))
    bounded(rules.size + len(law.breaches) + len(law.unknown) + len(wishes))
    return Judged(
        name=work.name,
        leaves_open=binding.judged.leaves_open,
        breaches=[*rules.breaches, *law.breaches, *(one for one in wishes if isinstance(one, Breach))],
        unknown=[*rules.unknown, *law.unknown, *(one for one in wishes if isinstance(one, Unknown))],
        components=rules.components,
        notes=[note.body() for note in law.notes],
        assumptions=law.assumptions,
    )


def _merit(judged: Judged) -> tuple[int | float, ...]:
    """The best is least: by verdict, fewest violations, score, fewest penalties, fewest unknown."""
    return (
        _MERIT[judged.verdict],
        len(judged.violations),
        -judged.total,
        len(judged.penalties),
        len(judged.unknown),
    )

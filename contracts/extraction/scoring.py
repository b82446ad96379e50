"""How well proposals agree with rules labelled by hand.

Labels are seldom exhaustive, so a proposal that meets no label is not judged: it only counts among the proposals a page.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.documents.pages import Page
from contracts.extraction.identity import letters
from contracts.extraction.proposals import Proposal

FIELDS = ("value", "operator", "unit", "citation", "category", "metric", "hardness")
JUDGED = frozenset({"value", "operator", "unit"})
"""A proposal is right where these are: what calibration holds confidence against."""
BINS = 10
VALUE_TOLERANCE = 0.005
_ADJECTIVES = {"consecutive", "calendar", "scheduled"}
_RANGE = " to "


class LabelError(ValueError):
    """A label that cannot be used, and why."""


@dataclass(frozen=True, slots=True)
class Label:
    """A rule that a person found, at `char_start` to `char_end` of the whole document's text."""

    id: str
    char_start: int
    char_end: int
    section: str
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Match:
    """A label and the proposal that overlaps it most, if any, with the fields in which both agree."""

    label: Label
    proposal: Proposal | None
    right: frozenset[str]

    @property
    def is_right(self) -> bool:
        """Whether the limit itself is right."""
        return right_limit(self.right)


def right_limit(fields: frozenset[str]) -> bool:
    """Whether value, operator and unit are among the fields that agree."""
    return fields >= JUDGED


@dataclass(frozen=True, slots=True)
class Score:
    """Shares are 0 to 1; those of fields are of the labels that were found. None where nothing can be said."""

    labels: int
    found: int
    fields: Mapping[str, float]
    proposals: int
    pages: int
    calibration_error: float | None
    matches: tuple[Match, ...]

    @property
    def recall(self) -> float:
        return self.found / self.labels

    @property
    def proposals_a_page(self) -> float:
        return self.proposals / self.pages


def read_labels(entries: Iterable[Mapping[str, Any]], pages: Sequence[Page]) -> list[Label]:
    """Labels with their places: by `char_start` and `char_end`, else where `snippet` stands on `page`.

    Raises:
        LabelError: a label lacks a member, or its snippet is not on its page.
    """
    return [_label(entry, pages) for entry in entries]


def _label(entry: Mapping[str, Any], pages: Sequence[Page]) -> Label:
    name = str(entry.get("id", "a label without an id"))
    missing = [member for member in ("id", "section", "value", "operator", "unit") if member not in entry]
    if missing:
        raise LabelError(f"{name} lacks {', '.join(missing)}")
    if "char_start" in entry and "char_end" in entry:
        start, end = int(entry["char_start"]), int(entry["char_end"])
    else:
        start, end = _place_of(name, entry, pages)
    return Label(id=name, char_start=start, char_end=end, section=str(entry["section"]), said=entry)


def _place_of(name: str, entry: Mapping[str, Any], pages: Sequence[Page]) -> tuple[int, int]:
    number, snippet = entry.get("page"), letters(str(entry.get("snippet", "")))
    page = next((page for page in pages if page.number == number), None)
    if page is None or not snippet:
        raise LabelError(f"{name} has neither offsets nor a page of the document with a snippet")
    places = [place for place, character in enumerate(page.text) if letters(character)]
    at = letters(page.text).find(snippet)
    if at < 0:
        raise LabelError(f"{name}: its snippet is not on page {number}")
    return page.char_start + places[at], page.char_start + places[at + len(snippet) - 1] + 1


def score(proposals: Sequence[Proposal], labels: Sequence[Label], *, pages: int) -> Score:
    """Compare the proposals of a document with its labels, of which there is at least one."""
    matches = tuple(match_label(proposals, label) for label in labels)
    found = [match for match in matches if match.proposal is not None]
    return Score(
        labels=len(labels),
        found=len(found),
        fields={name: sum(name in match.right for match in found) / len(found) for name in FIELDS} if found else {},
        proposals=len(proposals),
        pages=pages,
        calibration_error=calibration_error(found),
        matches=matches,
    )


def match_label(proposals: Sequence[Proposal], label: Label) -> Match:
    """The proposal that shares most characters with the label; of equals the one that is right in most fields."""
    best: tuple[int, int] = (0, 0)
    match = Match(label, None, frozenset())
    for proposal in proposals:
        evidence = proposal.evidence
        shared = min(evidence.char_end, label.char_end) - max(evidence.char_start, label.char_start)
        if shared > 0:
            right = right_fields(proposal, label)
            if (shared, len(right)) > best:
                best, match = (shared, len(right)), Match(label, proposal, right)
    return match


def right_fields(proposal: Proposal, label: Label) -> frozenset[str]:
    """The fields of `FIELDS` in which the proposal says what the label says."""
    said, predicate = label.said, proposal.predicate
    alike = {
        "citation": _steps(proposal.citation.removeprefix("Section ")) == _steps(label.section),
        "category": proposal.category == said.get("category"),
        "hardness": proposal.is_hard_constraint == (said.get("hardness", "hard") == "hard"),
    }
    if predicate is None:
        known = proposal.parameters
        alike |= {
            "value": _is_range(said["value"], known.get("lower_value"), known.get("upper_value")),
            "operator": known.get("negated") is True and said["operator"] == "!=",
            "unit": known.get("unit") is not None and _same_unit(str(known["unit"]), str(said["unit"])),
            "metric": known.get("metric") == said.get("metric"),
        }
    else:
        alike |= {
            "value": _is_value(said["value"], predicate.value, proposal.parameters),
            "operator": predicate.operator == said["operator"],
            "unit": _same_unit(predicate.unit, str(said["unit"])),
            "metric": predicate.metric == said.get("metric"),
        }
    return frozenset(name for name, holds in alike.items() if holds)


def _steps(place: str) -> list[str]:
    """The marks of a place, whatever stands between them: "12-B-1-b" is "12.B.1.b"."""
    return re.findall(r"[^\W_]+", place)


def _is_value(said: Any, value: Any, parameters: Mapping[str, Any]) -> bool:
    if isinstance(said, int | float):
        return abs(float(value) - said) < VALUE_TOLERANCE * max(1.0, abs(said))
    if isinstance(said, list) or _RANGE in str(said):
        return _is_range(said, value, parameters.get("upper_value"))
    clock = re.fullmatch(r"(\d{1,2}):(\d{2})", str(said))
    return clock is not None and abs(float(value) - int(clock[1]) - int(clock[2]) / 60) < VALUE_TOLERANCE


def _is_range(said: Any, low: Any, high: Any) -> bool:
    """A range is written "70 to 85" or as a list of both ends."""
    ends = [_hours(str(end)) for end in (said if isinstance(said, list) else str(said).split(_RANGE))]
    if None in ends or low is None or high is None:
        return False
    return ends == [float(low), float(high)]


def _hours(text: str) -> float | None:
    """A number, or the hours of a clock time."""
    clock = re.fullmatch(r"(\d{1,2}):(\d{2})", text)
    if clock is not None:
        return int(clock[1]) + int(clock[2]) / 60
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else None


def _same_unit(one: str, other: str) -> bool:
    """ "percent" and "percent of hourly rate", "days" and "consecutive day"; but a rate "per" something only itself."""
    first, second = _unit_words(one), _unit_words(other)
    if "per" in first or "per" in second:
        return _rate(first) == _rate(second)
    return first[:1] == second[:1]


def _unit_words(unit: str) -> list[str]:
    words = [word.lower() for word in unit.split() if word.lower() not in _ADJECTIVES]
    return [word.removesuffix("s") for word in words]


def _rate(words: list[str]) -> tuple[str, ...]:
    """What is counted and per what: "USD per day" is money, whatever day it is for."""
    return tuple(words[:1]) if words[:1] == ["usd"] else tuple(words)


def calibration_error(matches: Iterable[Match]) -> float | None:
    """The expected calibration error over ten bins of confidence: the mean distance of confidence and share right."""
    return expected_calibration_error([(proposal.confidence, right) for proposal, right in judged_proposals(matches)])


def judged_proposals(matches: Iterable[Match]) -> list[tuple[Proposal, bool]]:
    """Each proposal that meets a label, once: right where it is right for any of those it meets."""
    judged: dict[str, tuple[Proposal, bool]] = {}
    for match in matches:
        if match.proposal is not None:
            _, before = judged.get(match.proposal.rule_id, (match.proposal, False))
            judged[match.proposal.rule_id] = (match.proposal, before or match.is_right)
    return list(judged.values())


def expected_calibration_error(judged: Sequence[tuple[float, bool]]) -> float | None:
    """Of (confidence, whether it was right): each bin's distance of mean confidence and share right, by its size."""
    if not judged:
        return None
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in judged:
        bins.setdefault(min(int(confidence * BINS), BINS - 1), []).append((confidence, right))
    return sum(
        abs(sum(confidence for confidence, _ in held) - sum(right for _, right in held)) for held in bins.values()
    ) / len(judged)

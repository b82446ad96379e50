"""Reading the data files into a `Catalogue`. A fault in them is raised: law that is half read is not applied."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from regulations.far117.catalogue import Catalogue, Paragraph, Predicate, Rule, Ruleset, Section
from regulations.far117.clock import MINUTES_PER_HOUR, minute_of_day
from regulations.far117.tables import Column, LimitTable, LimitTables, TableRow
from regulations.far117.vocabulary import PredicateOperator, PredicateUnit, RuleCategory, TableLetter

_SECTION = re.compile(r"14 CFR (117\.[0-9]+)")
_REQUIRED = frozenset({"id", "citation", "category", "computed", "title", "summary"})
_OPTIONAL = frozenset({"parameters", "applies_to", "predicate"})
# The last word of a parameter's name is its unit. A predicate is stated in the unit on the right, times the factor.
_UNITS = {
    "hours": (PredicateUnit.MINUTES, MINUTES_PER_HOUR),
    "minutes": (PredicateUnit.MINUTES, 1),
    "days": (PredicateUnit.DAYS, 1),
    "segments": (PredicateUnit.SEGMENTS, 1),
}


class CatalogueError(Exception):
    """The data files contradict themselves or their shape."""


@cache
def catalogue() -> Catalogue:
    """Part 117 as the package's data files have it; read once a process.

    Raises:
        CatalogueError: the files are not sound.
    """
    return build_catalogue(rules=_read("part117"), sections=_read("sections"), tables=_read("tables"))


def build_catalogue(
    *, rules: Mapping[str, Any], sections: Sequence[Mapping[str, Any]], tables: Mapping[str, Any]
) -> Catalogue:
    """The catalogue of the three files' contents, checked as a whole.

    Raises:
        CatalogueError: something is missing, unknown, given twice or named but not there.
    """
    try:
        built = Catalogue(
            ruleset=Ruleset(**rules["ruleset"]),
            sections=tuple(_section(entry) for entry in sections),
            rules=tuple(_rule(entry, position=position) for position, entry in enumerate(rules["rules"], start=1)),
            tables=LimitTables(**{letter.lower(): _table(letter, tables[letter]) for letter in TableLetter}),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CatalogueError(f"Part 117's data: {error!r}") from error
    _check_references(built)
    return built


def _read(name: str) -> Any:
    return yaml.safe_load(files("regulations.far117").joinpath("data", f"{name}.yaml").read_text(encoding="utf-8"))


def _rule(entry: Mapping[str, Any], *, position: int) -> Rule:
    if missing_or_unknown := (_REQUIRED - set(entry)) | (set(entry) - _REQUIRED - _OPTIONAL):
        raise ValueError(f"rule {position}: members missing or unknown: {sorted(missing_or_unknown)}")
    section = _SECTION.match(entry["citation"])
    if section is None:
        raise ValueError(f"{entry['id']} cites no section of Part 117")
    parameters = dict(entry.get("parameters", {}))
    return Rule(
        rule_id=entry["id"],
        position=position,
        section=section[1],
        citation=entry["citation"],
        category=RuleCategory(entry["category"]),
        computed=entry["computed"],
        title=entry["title"],
        summary=entry["summary"],
        parameters=parameters,
        applies_to=dict(entry.get("applies_to", {})),
        predicate=_predicate(entry["predicate"], parameters) if "predicate" in entry else None,
    )


def _predicate(entry: Mapping[str, str], parameters: Mapping[str, Any]) -> Predicate:
    unit, factor = _UNITS[_unit_word(entry["value"])]
    period = entry.get("period")
    return Predicate(
        metric=entry["metric"],
        operator=PredicateOperator(entry["operator"]),
        value=parameters[entry["value"]] * factor,
        unit=unit,
        period=f"{parameters[period]} {_unit_word(period)}" if period else None,
    )


def _unit_word(parameter: str) -> str:
    return parameter.rsplit("_", 1)[-1]


def _section(entry: Mapping[str, Any]) -> Section:
    paragraphs = tuple(_paragraph(mark, content) for mark, content in entry["paragraphs"].items())
    return Section(number=entry["number"], title=entry["title"], paragraphs=paragraphs)


def _paragraph(mark: str, content: Sequence[str] | Mapping[str, Any]) -> Paragraph:
    """Rule ids alone, where they are computed; else `rules` and `why`."""
    if isinstance(content, Mapping):
        return Paragraph(mark=mark, rule_ids=tuple(content["rules"]), why=content["why"])
    return Paragraph(mark=mark, rule_ids=tuple(content), why=None)


def _table(letter: TableLetter, entry: Mapping[str, Any]) -> LimitTable:
    return LimitTable(
        letter=letter,
        title=entry["title"],
        rule_id=entry["rule"],
        columns=tuple(Column(**column) for column in entry["columns"]),
        rows=tuple(
            TableRow(minute_of_day(first), minute_of_day(last), tuple(_whole_minutes(hours) for hours in limits))
            for first, last, *limits in entry["rows"]
        ),
    )


def _whole_minutes(hours: float) -> int:
    minutes = hours * MINUTES_PER_HOUR
    if minutes != int(minutes):
        raise ValueError(f"{hours} hours are no whole minutes")
    return int(minutes)


def _check_references(built: Catalogue) -> None:
    """Each rule in its own section; a reason where a paragraph is not computed; each table at the rule that names it."""
    if len(built.by_id) != len(built.rules):
        raise CatalogueError("a rule id is given twice")
    placed = {
        rule_id: section.number
        for section in built.sections
        for part in section.paragraphs
        for rule_id in part.rule_ids
    }
    if placed != {rule.rule_id: rule.section for rule in built.rules}:
        raise CatalogueError("sections.yaml and part117.yaml do not name the same rules in the same sections")
    for section in built.sections:
        for part in section.paragraphs:
            if (part.why is None) != all(built.rule(rule_id).computed for rule_id in part.rule_ids):
                raise CatalogueError(f"{section.number}{part.mark} says why it is not computed exactly where it is not")
    named = {rule.parameters["table"]: rule.rule_id for rule in built.rules if "table" in rule.parameters}
    if named != {table.letter.value: table.rule_id for table in built.tables.all()}:
        raise CatalogueError("tables.yaml and part117.yaml do not agree which rule each table serves")

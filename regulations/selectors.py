"""Reads of the law for pages, admin and API."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from regulations.far117.clock import hours_text
from regulations.far117.loading import catalogue
from regulations.far117.tables import Column, LimitTable
from regulations.models import RegulatoryRule, RegulatoryRuleQuerySet, RegulatoryTableRow


def rules_in_force(*, category: str = "", computed: bool | None = None, text: str = "") -> RegulatoryRuleQuerySet:
    """Rules in the order of the law; an empty filter does not filter."""
    rules = RegulatoryRule.objects.in_force()
    if category:
        rules = rules.filter(category=category)
    if computed is not None:
        rules = rules.filter(computed=computed)
    if text:
        rules = rules.matching(text)
    return rules


@dataclass(frozen=True, slots=True)
class SectionRules:
    """A section of the part with those of its rules that were asked for."""

    number: str
    title: str
    rules: tuple[RegulatoryRule, ...]

    @property
    def anchor(self) -> str:
        """ "117-23", for links within a page."""
        return self.number.replace(".", "-")


def by_section(rules: Iterable[RegulatoryRule]) -> tuple[SectionRules, ...]:
    """Group rules, given in the order of the law, by section."""
    titles = {section.number: section.title for section in catalogue().sections}
    return tuple(
        SectionRules(number=number, title=titles.get(number, ""), rules=tuple(group))
        for number, group in groupby(rules, key=lambda rule: rule.section)
    )


@dataclass(frozen=True, slots=True)
class TableLine:
    """A line of a printed table: the hours of the clock, and the limits in hours."""

    span: str
    from_minute: int
    hours: tuple[str, ...]
    limits: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """Table A, B or C the way the law prints it."""

    letter: str
    title: str
    rule_id: str
    columns: tuple[Column, ...]
    lines: tuple[TableLine, ...]

    @property
    def groups(self) -> list[tuple[str, int]]:
        """The upper headings, each with the number of columns under it."""
        return [
            (group, len(list(columns))) for group, columns in groupby(self.columns, key=lambda column: column.group)
        ]


def printed_tables() -> tuple[PrintedTable, ...]:
    """The tables as they are in the database; one query."""
    cells = list(RegulatoryTableRow.objects.all())
    return tuple(
        _printed(table, [cell for cell in cells if cell.table_letter == table.letter])
        for table in catalogue().tables.all()
    )


def _printed(table: LimitTable, cells: list[RegulatoryTableRow]) -> PrintedTable:
    lines = [tuple(group) for _, group in groupby(cells, key=lambda cell: cell.from_minute)]
    return PrintedTable(
        letter=table.letter.value,
        title=table.title,
        rule_id=table.rule_id,
        columns=table.columns,
        lines=tuple(
            TableLine(
                span=line[0].span,
                from_minute=line[0].from_minute,
                hours=tuple(hours_text(cell.limit_minutes) for cell in line),
                limits=tuple(cell.limit_minutes for cell in line),
            )
            for line in lines
        ),
    )

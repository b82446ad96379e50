"""A comparison as CSV (RFC 4180), safe to open in a spreadsheet."""

from collections.abc import Iterable, Iterator, Sequence

from contracts.comparison.against_law import LawFinding
from contracts.comparison.differences import RuleChange
from contracts.comparison.fields_in_words import told_fields
from contracts.comparison.rules import ComparedRule
from contracts.spreadsheet import csv_text
from contracts.vocabulary.words import limit_in_words

CHANGE_COLUMNS = (
    "change",
    "title",
    "citation_before",
    "citation_after",
    "field",
    "before",
    "after",
    "limit_before",
    "limit_after",
    "limit_change",
    "in_favour_of",
    "explanation",
    "paired_by",
    "rule_id_before",
    "rule_id_after",
)
LAW_COLUMNS = ("verdict", "title", "citation", "limit", "explanation", "law_citations", "wording", "rule_id")


def changes_csv(changes: Iterable[RuleChange]) -> str:
    """One row for each field that differs; one for a rule that was added, removed or left as it was."""
    return csv_text(CHANGE_COLUMNS, (row for change in changes for row in _change_rows(change)))


def law_csv(findings: Iterable[LawFinding]) -> str:
    """One row for each rule."""
    return csv_text(LAW_COLUMNS, (_law_row(finding) for finding in findings))


def _change_rows(change: RuleChange) -> Iterator[Sequence[str]]:
    limit = change.limit
    ending = (
        limit_in_words(change.before) if change.before else "",
        limit_in_words(change.after) if change.after else "",
        limit.move.value if limit else "",
        (limit.favours or "") if limit else "",
        limit.words if limit else "",
        change.pair.by.value if change.pair else "",
        change.before.rule_id if change.before else "",
        change.after.rule_id if change.after else "",
    )
    beginning = (change.kind.value, change.rule.title, _citation(change.before), _citation(change.after))
    fields = [(told.field, told.before, told.after) for told in told_fields(change)]
    for field in fields or [("wording", _wording(change.before), _wording(change.after))]:
        yield (*beginning, *field, *ending)


def _citation(rule: ComparedRule | None) -> str:
    return rule.citation if rule else ""


def _wording(rule: ComparedRule | None) -> str:
    return rule.rule_text if rule else ""


def _law_row(finding: LawFinding) -> Sequence[str]:
    rule = finding.rule
    return (
        finding.verdict.value,
        rule.title,
        rule.citation,
        limit_in_words(rule),
        finding.words,
        "; ".join(finding.citations),
        rule.rule_text,
        rule.rule_id,
    )

"""The page docs/far117/catalogue.md: `python -m regulations.far117.catalogue_page > docs/far117/catalogue.md` makes it."""

import sys
from collections.abc import Iterator

from regulations.far117.catalogue import Catalogue
from regulations.far117.clock import clock_text, hours_text
from regulations.far117.loading import catalogue
from regulations.far117.tables import LimitTable

_INTRODUCTION = """\
# 14 CFR Part 117, paragraph by paragraph

Made from `regulations/far117/data/` by `python -m regulations.far117.catalogue_page`; a test compares the two. "Computed"
rules can be tested against a roster by calculation; the others bind people but leave nothing to calculate. A limit
stands where one number says the whole rule. Summaries are ours; the words are at the citation.
"""


def catalogue_page(law: Catalogue) -> str:
    """The whole page in Markdown."""
    return "\n".join([_INTRODUCTION, *_ruleset(law), *_sections(law), *_tables(law)])


def _ruleset(law: Catalogue) -> Iterator[str]:
    computed = sum(rule.computed for rule in law.rules)
    yield f"{law.ruleset.part}, effective {law.ruleset.effective}, amended through {law.ruleset.amended_through}:"
    yield f"{len(law.rules)} rules, {computed} of them computed.\n"


def _sections(law: Catalogue) -> Iterator[str]:
    for section in law.sections:
        yield f"## {section.number} {section.title}\n"
        yield "| Paragraph | Rule | Computed | Limit | Summary |\n|---|---|---|---|---|"
        for paragraph in section.paragraphs:
            for rule_id in paragraph.rule_ids:
                rule = law.rule(rule_id)
                limit = rule.predicate.words if rule.predicate else ""
                computed = "yes" if rule.computed else "no"
                yield f"| {section.number}{paragraph.mark} | `{rule_id}` | {computed} | {limit} | {rule.summary} |"
        yield ""


def _tables(law: Catalogue) -> Iterator[str]:
    for table in law.tables.all():
        yield from _table(table)


def _table(table: LimitTable) -> Iterator[str]:
    yield f"## Table {table.letter}: {table.title}, in hours\n"
    yield f"| Acclimated clock | {' | '.join(column.label for column in table.columns)} |"
    yield "|---|" + "---|" * len(table.columns)
    for row in table.rows:
        span = f"{clock_text(row.from_minute)}-{clock_text(row.to_minute)}"
        yield f"| {span} | {' | '.join(hours_text(limit) for limit in row.limits)} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(catalogue_page(catalogue()))

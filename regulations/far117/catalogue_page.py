"""The page docs/far117/catalogue.md: `python -m regulations.far117.catalogue_page > docs/far117/catalogue.md` makes it."""

import sys
from collections.abc import Iterator

from regulations.far117.catalogue import Catalogue
from regulations.far117.checks import CHECKS
from regulations.far117.checks.shape import Check
from regulations.far117.clock import clock_text, hours_text
from regulations.far117.loading import catalogue
from regulations.far117.tables import LimitTable

_INTRODUCTION = """\
# 14 CFR Part 117, paragraph by paragraph

Made from `regulations/far117/data/` and the list of checks by `python -m regulations.far117.catalogue_page`; a test
compares the two. Each paragraph of 117.1 to 117.29 is here with the rule that stands for it, and what becomes of it:
"computed" names the module under `regulations/far117/` whose check tests rosters against it; of the others the page says
where their content is applied, or why a schedule does not tell. A limit stands where one number says the whole rule.
Titles and summaries are ours; the words are at the citation.
"""


def catalogue_page(law: Catalogue) -> str:
    """The whole page in Markdown."""
    return "\n".join([_INTRODUCTION, *_ruleset(law), *_sections(law), *_rules(law), *_tables(law)])


def _ruleset(law: Catalogue) -> Iterator[str]:
    computed = sum(rule.computed for rule in law.rules)
    yield f"{law.ruleset.part}, effective {law.ruleset.effective}, amended through {law.ruleset.amended_through}:"
    yield f"{len(law.rules)} rules, {computed} of them computed.\n"


def _sections(law: Catalogue) -> Iterator[str]:
    modules = {check.rule_id: _module(check) for check in CHECKS}
    for section in law.sections:
        yield f"## {section.number} {section.title}\n"
        yield "| Paragraph | Rule | Limit | Status |\n|---|---|---|---|"
        for paragraph in section.paragraphs:
            for rule_id in paragraph.rule_ids:
                rule = law.rule(rule_id)
                limit = rule.predicate.words if rule.predicate else ""
                status = f"computed: `{modules[rule_id]}`" if rule.computed else f"catalogued. {paragraph.why}"
                yield f"| {section.number}{paragraph.mark} | `{rule_id}` | {limit} | {status} |"
        yield ""


def _rules(law: Catalogue) -> Iterator[str]:
    yield "## The rules\n"
    yield "| Rule | Title | Summary |\n|---|---|---|"
    for rule in law.rules:
        yield f"| `{rule.rule_id}` | {rule.title} | {rule.summary} |"
    yield ""


def _module(check: Check) -> str:
    """The file of a check, from the engine's folder."""
    return check.place.__name__.removeprefix("regulations.far117.").replace(".", "/") + ".py"


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

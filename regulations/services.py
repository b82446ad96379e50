"""The one writer of the law's tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from django.db import connection, transaction

from regulations.far117.catalogue import Catalogue, Rule
from regulations.far117.loading import catalogue
from regulations.models import RegulatoryRule, RegulatoryTableRow

# What other apps have to do in the transaction that changes the law.
catalogue_changed: list[Callable[[], None]] = []


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """What one load changed. All zero: the tables said already what the data files say."""

    rules_inserted: int = 0
    rules_updated: int = 0
    rules_deactivated: int = 0
    table_rows_inserted: int = 0
    table_rows_deleted: int = 0

    @property
    def changed(self) -> bool:
        return any(getattr(self, counter.name) for counter in fields(self))


def catalogue_load(*, law: Catalogue | None = None) -> LoadCounts:
    """Bring the tables to what `law` says, by default the package's data files. A second load writes nothing.

    `manage.py load_regulations` calls this and also tells those who follow changes.

    Rules are matched by id. One that `law` no longer has becomes inactive; one that comes back becomes active again.
    """
    law = law or catalogue()
    with transaction.atomic():
        lock_against_other_loads()
        inserted, updated, deactivated = _load_rules(law)
        rows_inserted, rows_deleted = _load_tables(law)
        counts = LoadCounts(
            rules_inserted=inserted,
            rules_updated=updated,
            rules_deactivated=deactivated,
            table_rows_inserted=rows_inserted,
            table_rows_deleted=rows_deleted,
        )
        if counts.changed:
            for told in catalogue_changed:
                told()
    return counts


def lock_against_other_loads() -> None:
    """Until the transaction ends. Two loads at once would both insert. Readers go on."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE regulatory_rules IN SHARE ROW EXCLUSIVE MODE")


def _load_rules(law: Catalogue) -> tuple[int, int, int]:
    known = {row.rule_id: row for row in RegulatoryRule.objects.all()}
    fresh: list[RegulatoryRule] = []
    updated = 0
    for rule in law.rules:
        columns = _columns(rule, law)
        row = known.pop(rule.rule_id, None)
        if row is None:
            fresh.append(RegulatoryRule(rule_id=rule.rule_id, **columns))
        else:
            updated += _update(row, columns)
    RegulatoryRule.objects.bulk_create(fresh)
    return len(fresh), updated, sum(_update(row, {"is_active": False}) for row in known.values())


def _columns(rule: Rule, law: Catalogue) -> dict[str, object]:
    predicate = rule.predicate
    return {
        "position": rule.position,
        "section": rule.section,
        "citation": rule.citation,
        "category": rule.category.value,
        "title": rule.title,
        "summary": rule.summary,
        "computed": rule.computed,
        "parameters": dict(rule.parameters),
        "applies_to": dict(rule.applies_to),
        "metric": predicate.metric if predicate else None,
        "operator": predicate.operator.value if predicate else None,
        "value": Decimal(predicate.value) if predicate else None,
        "unit": predicate.unit.value if predicate else None,
        "period": predicate.period if predicate else None,
        "effective_date": law.ruleset.effective,
        "is_active": True,
    }


def _update(row: RegulatoryRule, columns: Mapping[str, object]) -> bool:
    """Write the columns that differ. Returns whether any did: an untouched row keeps its `updated_at`."""
    changed = [name for name, value in columns.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, columns[name])
    if changed:
        row.full_clean()
        row.save(update_fields=changed)
    return bool(changed)


def _load_tables(law: Catalogue) -> tuple[int, int]:
    """Cells have no identity but what they say: those that differ go, those that lack come."""
    wanted = {
        (table.letter.value, column.key, position, row.from_minute, row.to_minute, row.limits[position])
        for table in law.tables.all()
        for row in table.rows
        for position, column in enumerate(table.columns)
    }
    names = ("table_letter", "column_key", "column_position", "from_minute", "to_minute", "limit_minutes")
    known = {tuple(values): key for key, *values in RegulatoryTableRow.objects.values_list("id", *names)}
    stale = [key for values, key in known.items() if values not in wanted]
    fresh = sorted(values for values in wanted if values not in known)
    if stale:
        RegulatoryTableRow.objects.filter(id__in=stale).delete()
    RegulatoryTableRow.objects.bulk_create(
        RegulatoryTableRow(**dict(zip(names, values, strict=True))) for values in fresh
    )
    return len(fresh), len(stale)

"""What is published and measured is kept in materialized views, which policies do not reach: views that narrow them get their names.

`config.database.row_security` makes those. The plain views see with their reader's eyes. Refreshing is the owner's: functions do it, for the role that serves owns nothing.
"""

from django.db import migrations

STORED = ("published_contracts", "published_regulations", "extraction_accuracy", "extraction_calibration")
RENAME = [f"ALTER MATERIALIZED VIEW {name} RENAME TO {name}_stored" for name in STORED]
RENAME_BACK = [f"ALTER MATERIALIZED VIEW {name}_stored RENAME TO {name}" for name in STORED]

VIEWS = [
    "ALTER VIEW written_contracts SET (security_invoker = true)",
    "ALTER VIEW written_regulations SET (security_invoker = true)",
    "ALTER VIEW extraction_outcomes SET (security_invoker = true)",
]
NO_VIEWS = [
    "ALTER VIEW written_contracts RESET (security_invoker)",
    "ALTER VIEW written_regulations RESET (security_invoker)",
    "ALTER VIEW extraction_outcomes RESET (security_invoker)",
]


def _refresh(function: str, views: tuple[str, ...]) -> str:
    statements = "\n".join(f"REFRESH MATERIALIZED VIEW CONCURRENTLY public.{view}_stored;" for view in views)
    return f"""
        CREATE FUNCTION {function}() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
        BEGIN
            {statements}
        END $$
    """


REFRESHES = [
    _refresh("published_refresh", ("published_contracts", "published_regulations")),
    _refresh("measures_refresh", ("extraction_accuracy", "extraction_calibration")),
]


class Migration(migrations.Migration):
    dependencies = [("contracts", "0026_evidence_of_deleted_rows")]

    operations = [
        migrations.RunSQL(RENAME, RENAME_BACK),
        migrations.RunSQL(VIEWS, NO_VIEWS),
        migrations.RunSQL(REFRESHES, ["DROP FUNCTION published_refresh()", "DROP FUNCTION measures_refresh()"]),
    ]

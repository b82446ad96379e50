"""The suite's own watch: triggers that count changed rows apart from the trail, so that a row that changed without its entry is noticed.

They stand on every table that is not exempt, whether the trail's own triggers do or not. `unlogged` is a table, not a setting:
tests commit, and use several connections.
"""

import json

from django.db import connection

from audit.watch import EXEMPT, PERSONAL, SILENT, silent_columns
from tests.owner import owning

COUNTING = """
CREATE SCHEMA IF NOT EXISTS suite;
CREATE UNLOGGED TABLE IF NOT EXISTS suite.seen (table_name text, changed bigint);
CREATE OR REPLACE FUNCTION suite.count_rows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    changed bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT count(*) INTO changed FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT count(*) INTO changed FROM old_rows;
    ELSE
        SELECT count(*) INTO changed FROM (
            SELECT to_jsonb(n) - TG_ARGV[0]::text[] FROM new_rows n
            EXCEPT ALL SELECT to_jsonb(o) - TG_ARGV[0]::text[] FROM old_rows o) AS different;
    END IF;
    IF changed > 0 THEN
        INSERT INTO suite.seen VALUES (TG_TABLE_NAME, changed);
    END IF;
    RETURN NULL;
END $$;
GRANT USAGE ON SCHEMA suite TO PUBLIC;
GRANT SELECT ON suite.seen TO PUBLIC;
"""
ON_EACH = """
DO $$
DECLARE
    named text;
    ignored jsonb := %s;
    silent text;
BEGIN
    FOR named IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                 AND NOT relispartition AND relname <> ALL(%s)
    LOOP
        silent := coalesce(ignored ->> named, ignored ->> '*');
        EXECUTE format('CREATE OR REPLACE TRIGGER suite_insert AFTER INSERT ON %%I REFERENCING NEW TABLE AS new_rows
                        FOR EACH STATEMENT EXECUTE FUNCTION suite.count_rows(%%L)', named, silent);
        EXECUTE format('CREATE OR REPLACE TRIGGER suite_update AFTER UPDATE ON %%I
                        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
                        FOR EACH STATEMENT EXECUTE FUNCTION suite.count_rows(%%L)', named, silent);
        EXECUTE format('CREATE OR REPLACE TRIGGER suite_delete AFTER DELETE ON %%I REFERENCING OLD TABLE AS old_rows
                        FOR EACH STATEMENT EXECUTE FUNCTION suite.count_rows(%%L)', named, silent);
    END LOOP;
END $$;
"""
# What is there when counting begins counts as told.
FROM_HERE = """
TRUNCATE suite.seen;
INSERT INTO suite.seen SELECT table_name, count(*) FROM row_changes WHERE operation <> 'truncate' GROUP BY table_name;
"""
UNTOLD = """
SELECT table_name, coalesce(seen.changed, 0), coalesce(told.changed, 0)
FROM (SELECT table_name, sum(changed) AS changed FROM suite.seen GROUP BY table_name) AS seen
FULL JOIN (SELECT table_name, count(*) AS changed FROM row_changes WHERE operation <> 'truncate' GROUP BY table_name) AS told
    USING (table_name)
WHERE coalesce(seen.changed, 0) <> coalesce(told.changed, 0)
"""


def counting_begins() -> None:
    """Put the counting triggers on, also on tables that a migration has made anew."""
    silent = {name: "{" + ",".join(silent_columns(name)) + "}" for name in {"*", *SILENT, *PERSONAL}}
    with owning(), connection.cursor() as cursor:
        cursor.execute(COUNTING)
        cursor.execute(ON_EACH, [json.dumps(silent), list(EXEMPT)])
        cursor.execute(FROM_HERE)


def untold() -> dict[str, tuple[int, int]]:
    """Tables where the rows that changed are not as many as the entries that tell of it: both counts."""
    with connection.cursor() as cursor:
        cursor.execute(UNTOLD)
        return {table: (int(seen), int(told)) for table, seen, told in cursor.fetchall()}

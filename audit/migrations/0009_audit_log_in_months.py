"""The audit log in monthly parts. Django's primary key stays `id`; the database's is (id, timestamp), as parts need."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import config.guards

# Parts of a log, by month. A default part takes what falls outside, so that nothing is ever lost. Each part refuses to be emptied
# by itself: a statement trigger of the whole does not fire for its parts.
MONTHS = """
CREATE FUNCTION audit_part_guard(part text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON public.%I FOR EACH STATEMENT
                    EXECUTE FUNCTION public.audit_part_kept()', part);
END $$;

CREATE FUNCTION audit_part_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are kept as they are';
END $$;

CREATE FUNCTION audit_months_make(log text, first date, last date) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    month timestamp;
    part text;
    made integer := 0;
BEGIN
    FOR month IN SELECT generate_series(date_trunc('month', first), date_trunc('month', last), '1 month') LOOP
        part := log || to_char(month, '"_y"YYYY"m"MM');
        CONTINUE WHEN to_regclass('public.' || quote_ident(part)) IS NOT NULL;
        EXECUTE format('CREATE TABLE public.%I PARTITION OF public.%I FOR VALUES FROM (%L) TO (%L)',
                       part, log, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
        PERFORM public.audit_part_guard(part);
        made := made + 1;
    END LOOP;
    part := log || '_rest';
    IF to_regclass('public.' || quote_ident(part)) IS NULL THEN
        EXECUTE format('CREATE TABLE public.%I PARTITION OF public.%I DEFAULT', part, log);
        PERFORM public.audit_part_guard(part);
    END IF;
    RETURN made;
END $$;
"""

NO_MONTHS = """
/* they go with the log that is in parts */ DROP FUNCTION audit_months_make(text, date, date);
DROP FUNCTION audit_part_kept() CASCADE;
DROP FUNCTION audit_part_guard(text);
"""

# The table is made anew under its name, with its columns, checks and indexes as they are.
REMADE = """
DO $$
DECLARE
    indexes text[];
    made text;
    last bigint;
BEGIN
    SELECT array_agg(replace(indexdef, ' ON ONLY ', ' ON ')) INTO indexes FROM pg_indexes
    WHERE schemaname = 'public' AND tablename = 'audit_log' AND indexname <> 'audit_log_pkey';
    SELECT coalesce(max(id), 0) INTO last FROM audit_log;
    CREATE TABLE audit_log_before (LIKE audit_log INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
    ALTER TABLE audit_log_before ALTER id DROP DEFAULT;
    INSERT INTO audit_log_before SELECT * FROM audit_log;
    DROP TABLE audit_log;
    CREATE TABLE audit_log (LIKE audit_log_before INCLUDING DEFAULTS INCLUDING CONSTRAINTS) %s;
    %s
    INSERT INTO audit_log SELECT * FROM audit_log_before ORDER BY timestamp, id;
    DROP TABLE audit_log_before;
    ALTER TABLE audit_log ADD CONSTRAINT audit_log_pkey PRIMARY KEY (%s);
    CREATE SEQUENCE audit_log_id_seq OWNED BY audit_log.id;
    PERFORM setval('audit_log_id_seq', last + 1, false);
    ALTER TABLE audit_log ALTER id SET DEFAULT nextval('audit_log_id_seq');
    FOREACH made IN ARRAY indexes LOOP
        EXECUTE made;
    END LOOP;
END $$;
"""
PARTS = """
    PERFORM audit_months_make(
        'audit_log',
        (SELECT coalesce(min(timestamp), now())::date FROM audit_log_before),
        (now() + interval '3 months')::date
    );
"""
IN_MONTHS = REMADE % ("PARTITION BY RANGE (timestamp)", PARTS, "id, timestamp")
IN_ONE = REMADE % ("", "", "id")


def guard(name: str, sql: config.guards.GuardSql) -> pgtrigger.compiler.Trigger:
    return pgtrigger.compiler.Trigger(name=name, sql=sql)


class Migration(migrations.Migration):
    dependencies = [("audit", "0008_events_of_changed_webhooks")]

    operations = [
        pgtrigger.migrations.RemoveTrigger(model_name="auditentry", name="append_only"),
        pgtrigger.migrations.RemoveTrigger(model_name="auditentry", name="append_only_whole"),
        migrations.RunSQL(MONTHS, NO_MONTHS),
        migrations.RunSQL(IN_MONTHS, IN_ONE),
        pgtrigger.migrations.AddTrigger(
            model_name="auditentry",
            trigger=guard(
                "append_only",
                config.guards.GuardSql(
                    func="RAISE EXCEPTION 'audit entries are kept as they are';",
                    hash="bf9733cfa17511fa2bb018c99fa1e35e61f5f225",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_6cfb3",
                    table="audit_log",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditentry",
            trigger=guard(
                "append_only_whole",
                config.guards.GuardSql(
                    func="RAISE EXCEPTION 'audit entries are kept as they are';",
                    hash="f13ea0e6865a55adc9e6a3150275f14d88102560",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_append_only_whole_a04f0",
                    table="audit_log",
                    when="BEFORE",
                ),
            ),
        ),
    ]

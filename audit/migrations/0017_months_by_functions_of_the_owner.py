"""Months are made and dropped by functions of the tables' owner: the role that serves may do neither by itself.

A new month gets row security and rights as `config.database.row_security` gives them to those that are there; it learns from
the whole's own policies which role serves, and does without before there are any. Dropping refuses what is not seven years
old, whoever asks.
"""

from django.db import migrations

MAKING = """
CREATE OR REPLACE FUNCTION audit_months_make(log text, first date, last date) RETURNS integer LANGUAGE plpgsql {rights} AS $$
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
        PERFORM public.audit_part_guard(part);{secured}
        made := made + 1;
    END LOOP;
    part := log || '_rest';
    IF to_regclass('public.' || quote_ident(part)) IS NULL THEN
        EXECUTE format('CREATE TABLE public.%I PARTITION OF public.%I DEFAULT', part, log);
        PERFORM public.audit_part_guard(part);{secured}
    END IF;
    RETURN made;
END $$;
"""
BY_OWNER = "SECURITY DEFINER SET search_path = public, pg_temp"
SECURED = """
        PERFORM public.audit_part_secure(part, log);"""
# A month is met through the whole; by itself it shows nobody but the product anything.
SECURING = """
CREATE FUNCTION audit_part_secure(part text, log text) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    serving name;
BEGIN
    SELECT r.rolname INTO serving FROM pg_policy p JOIN pg_roles r ON r.oid = ANY (p.polroles)
    WHERE p.polrelid = to_regclass('public.' || quote_ident(log)) AND p.polname = 'door_select';
    IF serving IS NULL THEN
        RETURN;
    END IF;
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', part);
    EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', part);
    EXECUTE format('CREATE POLICY door_select ON public.%I FOR SELECT TO %I USING ((SELECT door_is_product()))', part, serving);
    EXECUTE format('CREATE POLICY door_owner ON public.%I TO CURRENT_USER USING (true) WITH CHECK (true)', part);
    EXECUTE format('GRANT SELECT ON public.%I TO %I', part, serving);
END $$;
"""
# Two days more than seven years: `audit.verification` counts in days.
DROPPING = """
CREATE FUNCTION audit_months_drop(before date) RETURNS text[] LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    log text;
    part text;
    dropped text[] := '{}';
BEGIN
    IF before > date_trunc('month', now() AT TIME ZONE 'UTC' - interval '7 years 2 days') THEN
        RAISE EXCEPTION 'months of the trail are kept for seven years' USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOREACH log IN ARRAY ARRAY['audit_log', 'row_changes'] LOOP
        FOR part IN
            SELECT c.relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
            WHERE inhparent = to_regclass('public.' || log) AND c.relname ~ ('^' || log || '_y[0-9]{4}m[0-9]{2}$')
              AND c.relname < (log || to_char(before, '"_y"YYYY"m"MM')) COLLATE "C"
            ORDER BY c.relname
        LOOP
            EXECUTE format('DROP TABLE public.%I', part);
            dropped := dropped || part;
        END LOOP;
    END LOOP;
    RETURN dropped;
END $$;
"""
NO_DROPPING = """
/* whoever owns the tables drops them again */ DROP FUNCTION audit_months_drop(date);
"""
NO_SECURING = """
/* none calls it any more */ DROP FUNCTION audit_part_secure(text, text);
"""
MADE_BY_OWNER = MAKING.format(rights=BY_OWNER, secured=SECURED)
MADE_BY_CALLER = MAKING.format(rights="", secured="")


class Migration(migrations.Migration):
    dependencies = [("audit", "0016_one_unclosed_security_event")]

    operations = [
        migrations.RunSQL(SECURING, NO_SECURING),
        migrations.RunSQL(MADE_BY_OWNER, MADE_BY_CALLER),
        migrations.RunSQL(DROPPING, NO_DROPPING),
    ]

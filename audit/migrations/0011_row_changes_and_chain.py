"""Row changes, batches and the chain: tables, and the functions that fill them. `docs/audit.md` draws how they work together."""

import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import config.guards

# As Django would make it, in parts.
ROW_CHANGES = """
CREATE TABLE row_changes (
    batch bigint NOT NULL DEFAULT 0,
    position integer NOT NULL DEFAULT 0 CHECK (position >= 0),
    digest bytea NOT NULL DEFAULT ''::bytea,
    id bigserial NOT NULL,
    timestamp timestamptz NOT NULL DEFAULT statement_timestamp(),
    table_name varchar(63) NOT NULL,
    row_pk varchar(255) NOT NULL,
    operation varchar(10) NOT NULL,
    changes jsonb NOT NULL,
    actor_id uuid,
    actor_label varchar(320) NOT NULL,
    on_behalf_of varchar(320) NOT NULL,
    request_id varchar(64) NOT NULL,
    address inet,
    user_agent varchar(400) NOT NULL,
    transaction bigint NOT NULL,
    PRIMARY KEY (id, timestamp)
) PARTITION BY RANGE (timestamp);
SELECT audit_months_make('row_changes', now()::date, (now() + interval '3 months')::date);
"""

# What the present transaction has written so far: batch, how many, what their digests roll up to. It stands in a setting of the
# transaction, so a savepoint that is rolled back takes its entries out of both. 32 zero bytes begin each roll.
STATE = """
CREATE SEQUENCE audit_batch_seq;

CREATE FUNCTION audit_state(OUT batch bigint, OUT entries integer, OUT roll bytea) LANGUAGE plpgsql AS $$
DECLARE
    said text := current_setting('vectorbid.batch', true);
BEGIN
    IF said IS NULL OR said = '' THEN
        batch := nextval('public.audit_batch_seq');
        entries := 0;
        roll := decode(repeat('00', 32), 'hex');
    ELSE
        batch := split_part(said, ':', 1)::bigint;
        entries := split_part(said, ':', 2)::integer;
        roll := decode(split_part(said, ':', 3), 'hex');
    END IF;
END $$;

CREATE FUNCTION audit_entered(batch bigint, entries integer, roll bytea) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('vectorbid.batch', batch || ':' || entries || ':' || encode(roll, 'hex'), true);
END $$;

CREATE FUNCTION audit_instant(given timestamptz) RETURNS text LANGUAGE sql STABLE
RETURN to_char(given AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
"""
NO_STATE = """
/* none calls them any more */ DROP FUNCTION audit_instant(timestamptz);
DROP FUNCTION audit_entered(bigint, integer, bytea);
DROP FUNCTION audit_state();
DROP SEQUENCE audit_batch_seq;
"""

# Each entry gets its place and its digest as it is written, whatever its writer says. The arrays are the canonical texts:
# `audit.canonical` has them in Python, and a test compares the two.
ENTERING = """
CREATE FUNCTION audit_enter_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    state record;
BEGIN
    SELECT * INTO state FROM public.audit_state();
    NEW.batch := state.batch;
    NEW.position := state.entries + 1;
    NEW.digest := sha256(convert_to(jsonb_build_array(
        'event', NEW.batch, NEW.position, NEW.id, public.audit_instant(NEW.timestamp), NEW.event, NEW.action,
        NEW.actor_id::text, NEW.actor_label, NEW.actor_email, NEW.content_type_id, NEW.object_pk, NEW.object_id,
        NEW.object_repr, NEW.changes::text, NEW.changes_text, NEW.additional_data::text, NEW.serialized_data::text,
        NEW.reason, NEW.cid, host(NEW.remote_addr), NEW.remote_port, NEW.user_agent)::text, 'UTF8'));
    PERFORM public.audit_entered(NEW.batch, NEW.position, sha256(state.roll || NEW.digest));
    RETURN NEW;
END $$;

CREATE FUNCTION audit_enter_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    state record;
BEGIN
    SELECT * INTO state FROM public.audit_state();
    NEW.batch := state.batch;
    NEW.position := state.entries + 1;
    NEW.digest := sha256(convert_to(jsonb_build_array(
        'row', NEW.batch, NEW.position, NEW.id, public.audit_instant(NEW.timestamp), NEW.table_name, NEW.row_pk,
        NEW.operation, NEW.changes::text, NEW.actor_id::text, NEW.actor_label, NEW.on_behalf_of, NEW.request_id,
        host(NEW.address), NEW.user_agent, NEW.transaction)::text, 'UTF8'));
    PERFORM public.audit_entered(NEW.batch, NEW.position, sha256(state.roll || NEW.digest));
    RETURN NEW;
END $$;

CREATE TRIGGER audit_enter BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION audit_enter_event();
CREATE TRIGGER audit_enter BEFORE INSERT ON row_changes FOR EACH ROW EXECUTE FUNCTION audit_enter_row();
"""
NO_ENTERING = """
/* the log goes on without digests */ DROP FUNCTION audit_enter_row() CASCADE;
DROP FUNCTION audit_enter_event() CASCADE;
"""

# `audit.watch` puts these on each business table. Arguments: key column, columns that are not told, columns told as hashes.
# Plans are made once a session: made anew for each statement, as PostgreSQL would choose, they cost half of the whole.
WATCHING = """
CREATE FUNCTION audit_shown(given jsonb, is_secret boolean) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF given = 'null' OR NOT (is_secret OR pg_column_size(given) > 2000) THEN
        RETURN given;
    END IF;
    RETURN to_jsonb('sha256:' || encode(sha256(convert_to(given #>> '{}', 'UTF8')), 'hex'));
END $$;

CREATE FUNCTION audit_tell(named text, operation text, keys text[], told jsonb[]) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    said text := current_setting('vectorbid.context', true);
    who jsonb := CASE WHEN said IS NULL OR said = '' THEN '{}' ELSE said END;
BEGIN
    INSERT INTO public.row_changes (timestamp, table_name, row_pk, operation, changes, actor_id, actor_label,
                                    on_behalf_of, request_id, address, user_agent, transaction)
    SELECT clock_timestamp(), named, key, operation, coalesce(change, '{}'), (who ->> 'actor')::uuid,
           left(coalesce(who ->> 'label', 'database role ' || session_user), 320), left(coalesce(who ->> 'behalf', ''), 320),
           left(coalesce(who ->> 'request', ''), 64), (who ->> 'address')::inet, left(coalesce(who ->> 'agent', ''), 400),
           pg_current_xact_id()::text::bigint
    FROM unnest(keys, told) AS given(key, change);
END $$;

CREATE FUNCTION audit_watch() RETURNS trigger LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    key_column text := TG_ARGV[0];
    silent text[] := TG_ARGV[1];
    secret text[] := TG_ARGV[2];
    keys text[];
    told jsonb[];
    emptied bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(r ->> key_column), array_agg(change) INTO keys, told
        FROM (SELECT to_jsonb(n) FROM new_rows n) AS rows(r),
        LATERAL (SELECT jsonb_object_agg(key, jsonb_build_array(NULL, public.audit_shown(value, key = ANY(secret)))) AS change
                 FROM jsonb_each(r) WHERE value <> 'null' AND key <> ALL(silent)) AS c;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(r ->> key_column), array_agg(change) INTO keys, told
        FROM (SELECT to_jsonb(o) FROM old_rows o) AS rows(r),
        LATERAL (SELECT jsonb_object_agg(key, jsonb_build_array(public.audit_shown(value, key = ANY(secret)), NULL)) AS change
                 FROM jsonb_each(r) WHERE value <> 'null' AND key <> ALL(silent)) AS c;
    ELSIF TG_OP = 'UPDATE' THEN
        SELECT array_agg(coalesce(o.r, n.r) ->> key_column), array_agg(change) INTO keys, told
        FROM (SELECT to_jsonb(t), to_jsonb(t) ->> key_column FROM old_rows t) AS o(r, key)
        FULL JOIN (SELECT to_jsonb(t), to_jsonb(t) ->> key_column FROM new_rows t) AS n(r, key) ON o.key = n.key,
        LATERAL (SELECT jsonb_object_agg(key, jsonb_build_array(public.audit_shown(coalesce(b.value, 'null'), key = ANY(secret)),
                                                                public.audit_shown(coalesce(a.value, 'null'), key = ANY(secret))))
                        AS change
                 FROM jsonb_each(coalesce(o.r, '{}')) b FULL JOIN jsonb_each(coalesce(n.r, '{}')) a USING (key)
                 WHERE a.value IS DISTINCT FROM b.value AND key <> ALL(silent)) AS c
        WHERE change IS NOT NULL;
    ELSE
        EXECUTE format('SELECT count(*) FROM %I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO emptied;
        keys := ARRAY[''];
        told := ARRAY[jsonb_build_object('rows', jsonb_build_array(emptied, 0))];
    END IF;
    IF keys IS NOT NULL THEN
        PERFORM public.audit_tell(TG_TABLE_NAME, lower(TG_OP), keys, told);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_refuse_forgery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'only triggers write into %', TG_TABLE_NAME;
END $$;
CREATE TRIGGER audit_forgery BEFORE INSERT ON row_changes FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION audit_refuse_forgery();
CREATE TRIGGER audit_forgery BEFORE INSERT ON audit_batches FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION audit_refuse_forgery();
CREATE TRIGGER audit_forgery BEFORE INSERT ON audit_chain FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION audit_refuse_forgery();
"""
NO_WATCHING = """
/* nothing is watched any more */ DROP FUNCTION audit_refuse_forgery() CASCADE;
DROP FUNCTION audit_watch() CASCADE;
DROP FUNCTION audit_tell(text, text, text[], jsonb[]);
DROP FUNCTION audit_shown(jsonb, boolean);
"""

# At the commit, in two steps. The first entry of a batch seals it; that queues the link behind all other checks that were left to
# the commit. So nobody waits for a row while he holds the chain's lock, which would be a deadlock with whoever holds that row.
CHAINING = """
CREATE FUNCTION audit_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    state record;
BEGIN
    SELECT * INTO state FROM public.audit_state();
    IF state.batch <> NEW.batch THEN
        RAISE EXCEPTION 'the setting vectorbid.batch was changed by somebody';
    END IF;
    PERFORM set_config('vectorbid.batch', '', true);
    INSERT INTO public.audit_batches (id, entries, digest, sealed_at)
    VALUES (state.batch, state.entries, state.roll, clock_timestamp());
    RETURN NULL;
END $$;

CREATE FUNCTION audit_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    head record;
    place bigint;
    at timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(117, 55);
    SELECT sequence, hash INTO head FROM public.audit_chain ORDER BY sequence DESC LIMIT 1;
    place := coalesce(head.sequence, 0) + 1;
    at := clock_timestamp();
    INSERT INTO public.audit_chain (sequence, batch, linked_at, hash)
    VALUES (place, NEW.id, at, sha256(convert_to(jsonb_build_array(
        'link', place, NEW.id, NEW.entries, encode(NEW.digest, 'hex'), public.audit_instant(NEW.sealed_at),
        public.audit_instant(at), coalesce(encode(head.hash, 'hex'), repeat('00', 32)))::text, 'UTF8')));
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER audit_seal AFTER INSERT ON audit_log DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.position = 1) EXECUTE FUNCTION audit_seal();
CREATE CONSTRAINT TRIGGER audit_seal AFTER INSERT ON row_changes DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.position = 1) EXECUTE FUNCTION audit_seal();
CREATE CONSTRAINT TRIGGER audit_link AFTER INSERT ON audit_batches DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION audit_link();
"""
NO_CHAINING = """
/* the log goes on without a chain */ DROP FUNCTION audit_link() CASCADE;
DROP FUNCTION audit_seal() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0010_events_of_the_trail")]

    operations = [
        migrations.CreateModel(
            name="AuditBatch",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entries", models.PositiveIntegerField()),
                ("digest", models.BinaryField(max_length=32)),
                ("sealed_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "audit batches",
                "db_table": "audit_batches",
            },
        ),
        migrations.CreateModel(
            name="ChainLink",
            fields=[
                ("sequence", models.BigIntegerField(primary_key=True, serialize=False)),
                ("batch", models.BigIntegerField(unique=True)),
                ("linked_at", models.DateTimeField()),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={
                "db_table": "audit_chain",
            },
        ),
        migrations.AddField(
            model_name="auditentry",
            name="batch",
            field=models.BigIntegerField(db_default=0, editable=False),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="digest",
            field=models.BinaryField(db_default=b"", max_length=32),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="position",
            field=models.PositiveIntegerField(db_default=0, editable=False),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["batch", "position"], name="audit_log_batch"),
        ),
        # Made by SQL: Django makes no table in parts. The model is as Django would have it.
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(ROW_CHANGES, "DROP TABLE row_changes")],
            state_operations=[
                migrations.CreateModel(
                    name="RowChange",
                    fields=[
                        ("batch", models.BigIntegerField(db_default=0, editable=False)),
                        ("position", models.PositiveIntegerField(db_default=0, editable=False)),
                        ("digest", models.BinaryField(db_default=b"", max_length=32)),
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        (
                            "timestamp",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                        ),
                        ("table_name", models.CharField(max_length=63)),
                        ("row_pk", models.CharField(max_length=255)),
                        (
                            "operation",
                            models.CharField(
                                choices=[
                                    ("insert", "added"),
                                    ("update", "changed"),
                                    ("delete", "removed"),
                                    ("truncate", "table emptied"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("changes", models.JSONField()),
                        ("actor_id", models.UUIDField(null=True)),
                        ("actor_label", models.CharField(max_length=320)),
                        ("on_behalf_of", models.CharField(max_length=320)),
                        ("request_id", models.CharField(max_length=64)),
                        ("address", models.GenericIPAddressField(null=True)),
                        ("user_agent", models.CharField(max_length=400)),
                        ("transaction", models.BigIntegerField()),
                    ],
                    options={
                        "db_table": "row_changes",
                        "ordering": ["-timestamp", "-id"],
                    },
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="rowchange",
            index=models.Index(fields=["table_name", "row_pk", "-timestamp"], name="row_changes_row"),
        ),
        migrations.AddIndex(
            model_name="rowchange",
            index=models.Index(fields=["batch", "position"], name="row_changes_batch"),
        ),
        migrations.AddConstraint(
            model_name="rowchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("operation__in", ["insert", "update", "delete", "truncate"])),
                name="row_changes_operation_known",
            ),
        ),
        migrations.RunSQL(STATE, NO_STATE),
        migrations.RunSQL(ENTERING, NO_ENTERING),
        migrations.RunSQL(WATCHING, NO_WATCHING),
        migrations.RunSQL(CHAINING, NO_CHAINING),
        pgtrigger.migrations.AddTrigger(
            model_name="auditbatch",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'audit batches are kept as they are';",
                    hash="95468ec4f95b9e222f6afa3d9225b1d9c2a0524e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_528d5",
                    table="audit_batches",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditbatch",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only_whole",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'audit batches are kept as they are';",
                    hash="6063e138417ce5009001d5110f08c1ffda205b5e",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_append_only_whole_ce158",
                    table="audit_batches",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="chainlink",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'links of the audit chain are kept as they are';",
                    hash="f35fdec9474396c68c56f8c0b0e3f98d9bdf0f02",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c07b1",
                    table="audit_chain",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="chainlink",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only_whole",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'links of the audit chain are kept as they are';",
                    hash="e5cba899189b52e56259eeceae77c779a49f92a0",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_append_only_whole_f7b45",
                    table="audit_chain",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rowchange",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'row changes are kept as they are';",
                    hash="a10a602f1e31113fcd2926e5f055dab892e0ef79",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_6dd27",
                    table="row_changes",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rowchange",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only_whole",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'row changes are kept as they are';",
                    hash="fbf4afeae3e3fb6474d3a22076f7007b2a5ea752",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_append_only_whole_449c2",
                    table="row_changes",
                    when="BEFORE",
                ),
            ),
        ),
    ]

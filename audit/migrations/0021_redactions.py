"""Redactions: an erased person's name gives way to his pseudonym in the trail, attested in the chain. ADR 0068."""

import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import config.guards

# What the digests of entries are made of, as in `audit.canonical`. {row} is a row; each array is closed by {end}.
EVENT_TEXT = """jsonb_build_array(
        'event', {row}.batch, {row}.position, {row}.id, public.audit_instant({row}.timestamp), {row}.event, {row}.action,
        {row}.actor_id::text, {row}.actor_label, {row}.actor_email, {row}.content_type_id, {row}.object_pk, {row}.object_id,
        {row}.object_repr, {row}.changes::text, {row}.changes_text, {row}.additional_data::text, {row}.serialized_data::text,
        {row}.reason, {row}.cid, host({row}.remote_addr), {row}.remote_port, {row}.user_agent"""
ROW_TEXT = """jsonb_build_array(
        'row', {row}.batch, {row}.position, {row}.id, public.audit_instant({row}.timestamp), {row}.table_name, {row}.row_pk,
        {row}.operation, {row}.changes::text, {row}.actor_id::text, {row}.actor_label, {row}.on_behalf_of, {row}.request_id,
        host({row}.address), {row}.user_agent, {row}.transaction"""
ENTERED = """
CREATE OR REPLACE FUNCTION audit_enter_{log}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    state record;
BEGIN
    SELECT * INTO state FROM public.audit_state();
    NEW.batch := state.batch;
    NEW.position := state.entries + 1;{salted}
    NEW.digest := sha256(convert_to({text}::text, 'UTF8'));
    PERFORM public.audit_entered(NEW.batch, NEW.position, sha256(state.roll || NEW.digest));
    RETURN NEW;
END $$;
"""
DIGESTED = """
CREATE FUNCTION audit_{log}_digest(given {table}) RETURNS bytea LANGUAGE sql STABLE
RETURN sha256(convert_to(
    ({text} || CASE WHEN given.salt IS NULL THEN '[]' ELSE jsonb_build_array(given.salt::text) END)::text, 'UTF8'));
"""
SALTED = "\n    NEW.salt := gen_random_uuid();"


def entering(*, salt: str) -> str:
    """The functions that enter events and row changes, with a salt or as they were before."""
    end = ", NEW.salt::text)" if salt else ")"
    return "".join(
        ENTERED.format(log=log, salted=salt, text=text.format(row="NEW") + end)
        for log, text in (("event", EVENT_TEXT), ("row", ROW_TEXT))
    )


DIGESTS = "".join(
    DIGESTED.format(log=log, table=table, text=text.format(row="given") + ")")
    for log, table, text in (("event", "audit_log", EVENT_TEXT), ("row", "row_changes", ROW_TEXT))
)
NO_DIGESTS = "DROP FUNCTION audit_event_digest(audit_log); DROP FUNCTION audit_row_digest(row_changes);"

# Whether the one shows what the other did, but for words, or whole values, that gave way to the pseudonym or to [erased].
SHOWING_LESS = """
CREATE FUNCTION audit_text_shows_less(old text, new text, pseudonym text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    parts text[] := regexp_split_to_array(new, pseudonym || '|\\[erased\\]');
    last integer := array_length(parts, 1);
    rest text := old;
    at integer;
BEGIN
    IF last < 2 OR left(old, length(parts[1])) <> parts[1] THEN
        RETURN false;
    END IF;
    rest := substr(rest, length(parts[1]) + 1);
    FOR i IN 2 .. last - 1 LOOP
        at := strpos(substr(rest, 2), parts[i]);
        IF at = 0 THEN
            RETURN false;
        END IF;
        rest := substr(rest, at + 1 + length(parts[i]));
    END LOOP;
    RETURN length(rest) > length(parts[last]) AND right(rest, length(parts[last])) = parts[last];
END $$;

CREATE FUNCTION audit_shows_less(old jsonb, new jsonb, pseudonym text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF old = new THEN
        RETURN true;
    END IF;
    IF jsonb_typeof(old) = 'null' THEN
        RETURN false;
    END IF;
    IF jsonb_typeof(new) = 'string' AND new #>> '{}' IN (pseudonym, '[erased]') THEN
        RETURN true;
    END IF;
    IF jsonb_typeof(old) <> jsonb_typeof(new) THEN
        RETURN false;
    END IF;
    RETURN CASE jsonb_typeof(old)
        WHEN 'string' THEN public.audit_text_shows_less(old #>> '{}', new #>> '{}', pseudonym)
        WHEN 'array' THEN jsonb_array_length(old) = jsonb_array_length(new) AND NOT EXISTS (
            SELECT FROM generate_series(0, jsonb_array_length(old) - 1) AS i
            WHERE NOT public.audit_shows_less(old -> i, new -> i, pseudonym))
        WHEN 'object' THEN NOT EXISTS (
            SELECT FROM jsonb_each(old) AS o FULL JOIN jsonb_each(new) AS n USING (key)
            WHERE o.value IS NULL OR n.value IS NULL OR NOT public.audit_shows_less(o.value, n.value, pseudonym))
        ELSE false END;
END $$;
"""
NO_SHOWING_LESS = """
DROP FUNCTION audit_shows_less(jsonb, jsonb, text);
DROP FUNCTION audit_text_shows_less(text, text, text);
"""

# Who is being redacted stands in the setting vectorbid.redaction of the transaction. What of an entry is the person's because it was he
# who acted gives way only where he did.
REDACTING = """
CREATE FUNCTION audit_redacted_fields(old jsonb, new jsonb) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    said text := current_setting('vectorbid.redaction', true);
    who jsonb := CASE WHEN said IS NULL OR said = '' THEN '{}' ELSE said END;
    pseudonym text := who ->> 'pseudonym';
    is_own boolean := coalesce(old ->> 'actor_id' = who ->> 'person', false);
    fields text[] := '{}';
    field text;
BEGIN
    IF pseudonym IS NULL OR pseudonym !~ '^erased-[0-9a-f]{8}$' THEN
        RETURN NULL;
    END IF;
    FOR field IN SELECT key FROM jsonb_object_keys(old) AS key
                 WHERE old -> key IS DISTINCT FROM new -> key AND key <> 'salt' ORDER BY key LOOP
        IF NOT (CASE
            WHEN field IN ('remote_addr', 'remote_port', 'address') THEN is_own AND new -> field = 'null'
            WHEN field IN ('actor_label', 'actor_email', 'user_agent') THEN is_own AND new ->> field IN (pseudonym, '[erased]')
            WHEN field = 'on_behalf_of' THEN new ->> field = pseudonym
            WHEN field IN ('object_repr', 'reason', 'changes_text') THEN public.audit_shows_less(old -> field, new -> field, pseudonym)
            WHEN field IN ('changes', 'additional_data') THEN jsonb_typeof(new -> field) = 'object'
                AND public.audit_shows_less(old -> field, new -> field, pseudonym)
            ELSE false END)
        THEN
            RETURN NULL;
        END IF;
        fields := fields || CASE WHEN jsonb_typeof(old -> field) = 'object' THEN ARRAY(
            SELECT field || '.' || key FROM jsonb_each(old -> field) AS o (key, value)
            WHERE value <> new -> field -> key ORDER BY key)
            ELSE ARRAY[field] END;
    END LOOP;
    RETURN nullif(fields, '{}');
END $$;

/* for guards of other tables: whether nothing of a row changes but words that give way, in an erasure */
CREATE FUNCTION audit_only_redacted(old jsonb, new jsonb) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
    pseudonym text := current_setting('vectorbid.redaction', true)::jsonb ->> 'pseudonym';
BEGIN
    RETURN coalesce(pseudonym ~ '^erased-[0-9a-f]{8}$', false) AND NOT EXISTS (
        SELECT FROM jsonb_each(old) AS o JOIN jsonb_each(new) AS n USING (key)
        WHERE o.value <> n.value AND key <> 'updated_at'
          AND NOT (jsonb_typeof(o.value) = jsonb_typeof(n.value) AND public.audit_shows_less(o.value, n.value, pseudonym)));
END $$;

CREATE FUNCTION audit_attest(log text, entry bigint, entry_batch bigint, entry_position integer, fields text[],
                             digest_before bytea, digest_after bytea) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    who jsonb := current_setting('vectorbid.redaction');
BEGIN
    INSERT INTO public.audit_redactions (redacted_at, log, entry, entry_batch, entry_position, person, pseudonym, fields, reason,
                                         digest_before, digest_after)
    VALUES (clock_timestamp(), log, entry, entry_batch, entry_position, (who ->> 'person')::uuid, who ->> 'pseudonym', fields,
            coalesce(who ->> 'reason', ''), digest_before, digest_after);
END $$;

CREATE FUNCTION audit_enter_redaction() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    state record;
BEGIN
    SELECT * INTO state FROM public.audit_state();
    NEW.batch := state.batch;
    NEW.position := state.entries + 1;
    NEW.digest := sha256(convert_to(jsonb_build_array(
        'redaction', NEW.batch, NEW.position, NEW.id, public.audit_instant(NEW.redacted_at), NEW.log, NEW.entry, NEW.entry_batch,
        NEW.entry_position, NEW.person::text, NEW.pseudonym, array_to_string(NEW.fields, ','), NEW.reason,
        encode(NEW.digest_before, 'hex'), encode(NEW.digest_after, 'hex'))::text, 'UTF8'));
    PERFORM public.audit_entered(NEW.batch, NEW.position, sha256(state.roll || NEW.digest));
    RETURN NEW;
END $$;

CREATE TRIGGER audit_enter BEFORE INSERT ON audit_redactions FOR EACH ROW EXECUTE FUNCTION audit_enter_redaction();
CREATE TRIGGER audit_forgery BEFORE INSERT ON audit_redactions FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION audit_refuse_forgery();
CREATE CONSTRAINT TRIGGER audit_seal AFTER INSERT ON audit_redactions DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.position = 1) EXECUTE FUNCTION audit_seal();
"""
NO_REDACTING = """
/* nothing is redacted any more */ DROP FUNCTION audit_enter_redaction() CASCADE;
DROP FUNCTION audit_attest(text, bigint, bigint, integer, text[], bytea, bytea);
DROP FUNCTION audit_only_redacted(jsonb, jsonb);
DROP FUNCTION audit_redacted_fields(jsonb, jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0020_events_of_privacy")]

    operations = [
        migrations.CreateModel(
            name="AuditRedaction",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("redacted_at", models.DateTimeField()),
                ("log", models.CharField(choices=[("event", "audit log"), ("row", "row changes")], max_length=10)),
                ("entry", models.BigIntegerField()),
                ("entry_batch", models.BigIntegerField()),
                ("entry_position", models.PositiveIntegerField()),
                ("person", models.UUIDField()),
                ("pseudonym", models.CharField(max_length=40)),
                ("fields", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("reason", models.CharField(max_length=200)),
                ("digest_before", models.BinaryField(max_length=32)),
                ("digest_after", models.BinaryField(max_length=32)),
                ("batch", models.BigIntegerField(db_default=0, editable=False)),
                ("position", models.PositiveIntegerField(db_default=0, editable=False)),
                ("digest", models.BinaryField(db_default=b"", max_length=32)),
            ],
            options={
                "db_table": "audit_redactions",
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="auditentry",
            name="salt",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="rowchange",
            name="salt",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="auditredaction",
            index=models.Index(fields=["entry_batch", "entry_position", "id"], name="audit_redactions_entry"),
        ),
        migrations.AddIndex(
            model_name="auditredaction",
            index=models.Index(fields=["batch", "position"], name="audit_redactions_batch"),
        ),
        migrations.AddConstraint(
            model_name="auditredaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("log__in", ["event", "row"])), name="audit_redactions_log_known"
            ),
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="auditentry",
            name="append_only",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="rowchange",
            name="append_only",
        ),
        migrations.RunSQL(entering(salt=SALTED), entering(salt="")),
        migrations.RunSQL(DIGESTS, NO_DIGESTS),
        migrations.RunSQL(SHOWING_LESS, NO_SHOWING_LESS),
        migrations.RunSQL(REDACTING, NO_REDACTING),
        pgtrigger.migrations.AddTrigger(
            model_name="auditentry",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'audit entries are kept as they are';",
                    hash="2c67c63c56d9d031aea132b3c6f29f4d9efdcccb",
                    operation="DELETE",
                    pgid="pgtrigger_append_only_6cfb3",
                    table="audit_log",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditentry",
            trigger=pgtrigger.compiler.Trigger(
                name="redacted_only",
                sql=config.guards.GuardSql(
                    func="\n        DECLARE\n            redacted text[] := public.audit_redacted_fields(to_jsonb(OLD), to_jsonb(NEW));\n        BEGIN\n            IF redacted IS NULL THEN RAISE EXCEPTION 'audit entries are kept as they are'; END IF;\n            NEW.salt := NULL;\n            PERFORM public.audit_attest('event', OLD.id, OLD.batch, OLD.position, redacted,\n                                        public.audit_event_digest(OLD), public.audit_event_digest(NEW));\n            RETURN NEW;\n        END;\n    ",
                    hash="eb2a4c64b5cdb6688eecb434fcf153fba5cb03e3",
                    operation="UPDATE",
                    pgid="pgtrigger_redacted_only_67184",
                    table="audit_log",
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
                    hash="90872260fbfb17de6e5a1d9f3c1da9f2f03451d5",
                    operation="DELETE",
                    pgid="pgtrigger_append_only_6dd27",
                    table="row_changes",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rowchange",
            trigger=pgtrigger.compiler.Trigger(
                name="redacted_only",
                sql=config.guards.GuardSql(
                    func="\n        DECLARE\n            redacted text[] := public.audit_redacted_fields(to_jsonb(OLD), to_jsonb(NEW));\n        BEGIN\n            IF redacted IS NULL THEN RAISE EXCEPTION 'row changes are kept as they are'; END IF;\n            NEW.salt := NULL;\n            PERFORM public.audit_attest('row', OLD.id, OLD.batch, OLD.position, redacted,\n                                        public.audit_row_digest(OLD), public.audit_row_digest(NEW));\n            RETURN NEW;\n        END;\n    ",
                    hash="81f2dd1175fa7a8b976233ffc87ee43b4b8f6452",
                    operation="UPDATE",
                    pgid="pgtrigger_redacted_only_2fee0",
                    table="row_changes",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditredaction",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'redactions are kept as they are';",
                    hash="006e4d6b2f28d537b84fc894823a2a1b1ab4f08e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_5234e",
                    table="audit_redactions",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="auditredaction",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only_whole",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'redactions are kept as they are';",
                    hash="fa89286741241f91733de8db6fcb1ca409516b48",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_append_only_whole_0fb4f",
                    table="audit_redactions",
                    when="BEFORE",
                ),
            ),
        ),
    ]

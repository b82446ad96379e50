"""What was written before there was a chain is chained, in the order of its writing, a thousand entries a batch."""

from django.db import migrations

# The digests are those of `audit_enter_event`, the links those of `audit_link`.
CHAINED = """
DO $$
DECLARE
    entry record;
    roll bytea := decode(repeat('00', 32), 'hex');
    named bigint;
    placed integer := 0;
BEGIN
    ALTER TABLE audit_log DISABLE TRIGGER USER;
    FOR entry IN SELECT * FROM audit_log ORDER BY timestamp, id LOOP
        IF placed = 0 THEN
            named := nextval('audit_batch_seq');
            roll := decode(repeat('00', 32), 'hex');
        END IF;
        placed := placed + 1;
        entry.batch := named;
        entry.position := placed;
        entry.digest := sha256(convert_to(jsonb_build_array(
            'event', entry.batch, entry.position, entry.id, audit_instant(entry.timestamp), entry.event, entry.action,
            entry.actor_id::text, entry.actor_label, entry.actor_email, entry.content_type_id, entry.object_pk, entry.object_id,
            entry.object_repr, entry.changes::text, entry.changes_text, entry.additional_data::text, entry.serialized_data::text,
            entry.reason, entry.cid, host(entry.remote_addr), entry.remote_port, entry.user_agent)::text, 'UTF8'));
        UPDATE audit_log SET batch = entry.batch, position = entry.position, digest = entry.digest
        WHERE id = entry.id AND timestamp = entry.timestamp;
        roll := sha256(roll || entry.digest);
        IF placed = 1000 THEN
            PERFORM audit_first_chained(named, placed, roll);
            placed := 0;
        END IF;
    END LOOP;
    IF placed > 0 THEN
        PERFORM audit_first_chained(named, placed, roll);
    END IF;
    ALTER TABLE audit_log ENABLE TRIGGER USER;
END $$;
"""
# As `audit_seal` does it. The refusal of plain INSERTs counts triggers, so it is lifted meanwhile.
SEALING = """
CREATE FUNCTION audit_first_chained(named bigint, placed integer, roll bytea) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_batches (id, entries, digest, sealed_at) VALUES (named, placed, roll, clock_timestamp());
END $$;
ALTER TABLE audit_batches DISABLE TRIGGER audit_forgery;
"""
# What the links wait for is done before the table is altered again.
SEALED = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE audit_batches ENABLE TRIGGER audit_forgery;
DROP FUNCTION audit_first_chained(bigint, integer, bytea);
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0011_row_changes_and_chain")]

    operations = [
        migrations.RunSQL(SEALING, migrations.RunSQL.noop),
        migrations.RunSQL(CHAINED, migrations.RunSQL.noop),
        migrations.RunSQL(SEALED, migrations.RunSQL.noop),
    ]

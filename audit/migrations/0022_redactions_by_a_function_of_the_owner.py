"""Entries are redacted by a function of the tables' owner: the role that serves has no right to change the trail."""

from django.db import migrations

# `places` is a list of [[column, key...], value]: what stands there from now on. Triggers say what may, and attest it.
REDACT = """
CREATE FUNCTION audit_redact(log text, entry bigint, written timestamptz, places jsonb) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    told jsonb;
    place jsonb;
BEGIN
    IF log = 'audit_log' THEN
        SELECT to_jsonb(e) INTO told FROM audit_log e WHERE e.id = entry AND e.timestamp = written FOR UPDATE;
    ELSE
        SELECT to_jsonb(e) INTO told FROM row_changes e WHERE e.id = entry AND e.timestamp = written FOR UPDATE;
    END IF;
    FOR place IN SELECT * FROM jsonb_array_elements(places) LOOP
        told := jsonb_set(told, ARRAY(SELECT jsonb_array_elements_text(place -> 0)), place -> 1);
    END LOOP;
    IF log = 'audit_log' THEN
        UPDATE audit_log e SET (actor_label, actor_email, remote_addr, remote_port, user_agent, object_repr, reason, changes,
                                additional_data)
            = (SELECT n.actor_label, n.actor_email, n.remote_addr, n.remote_port, n.user_agent, n.object_repr, n.reason, n.changes,
                      n.additional_data FROM jsonb_populate_record(e, told) n)
        WHERE e.id = entry AND e.timestamp = written;
    ELSE
        UPDATE row_changes e SET (actor_label, on_behalf_of, address, user_agent, changes)
            = (SELECT n.actor_label, n.on_behalf_of, n.address, n.user_agent, n.changes FROM jsonb_populate_record(e, told) n)
        WHERE e.id = entry AND e.timestamp = written;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0021_redactions")]

    operations = [migrations.RunSQL(REDACT, "DROP FUNCTION audit_redact(text, bigint, timestamptz, jsonb)")]

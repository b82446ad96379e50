"""What was written before events were counted: one event each, seen when it was written."""

from django.db import migrations

FILLED = """
    UPDATE security_events SET
        fingerprint = encode(sha256(convert_to(id::text, 'UTF8')), 'hex'),
        last_seen_at = created_at,
        burst_started_at = created_at,
        names = CASE WHEN subject = '' THEN '{}' ELSE ARRAY[subject] END,
        addresses = CASE WHEN address IS NULL THEN '{}' ELSE ARRAY[address] END
    WHERE fingerprint = ''
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0014_work_on_security_events")]

    operations = [migrations.RunSQL(FILLED, migrations.RunSQL.noop)]

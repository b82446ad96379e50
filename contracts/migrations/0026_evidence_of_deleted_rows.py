"""Rows of a contract that are gone are found by what the trail says of their deletion: deletions are few, and so is this index."""

from django.db import migrations

DELETED = """
CREATE INDEX row_changes_deleted_of_contract ON row_changes ((changes #>> '{contract_id,0}')) WHERE operation = 'delete'
"""


class Migration(migrations.Migration):
    dependencies = [("contracts", "0025_words_of_what_is_here_are_known"), ("audit", "0011_row_changes_and_chain")]

    operations = [migrations.RunSQL(DELETED, "DROP INDEX row_changes_deleted_of_contract")]

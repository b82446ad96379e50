"""The one row that says from when on Redis is believed: `config.facts` raises it when a change could not be told to Redis."""

from django.db import migrations

FENCE = """
CREATE TABLE fact_fence (
    is_the_one boolean PRIMARY KEY DEFAULT true CHECK (is_the_one),
    generation bigint NOT NULL DEFAULT 1
);
INSERT INTO fact_fence DEFAULT VALUES
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_terms_of_reviews")]

    operations = [migrations.RunSQL(FENCE, "DROP TABLE fact_fence")]

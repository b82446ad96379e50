"""The one row that says from when on Redis is believed: `config.facts` raises it when a change could not be told to Redis."""

from django.db import migrations

FENCE = (
    "CREATE TABLE fact_fence ("
    "is_the_one boolean PRIMARY KEY DEFAULT true CHECK (is_the_one), generation bigint DEFAULT 1 NOT NULL)"
)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_notice_of_webhooks")]

    operations = [
        migrations.RunSQL(FENCE, "/* one row, made anew */ DROP TABLE fact_fence"),
        migrations.RunSQL("INSERT INTO fact_fence DEFAULT VALUES", migrations.RunSQL.noop),
    ]

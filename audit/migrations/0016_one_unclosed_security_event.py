"""What happens again raises a count."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0015_old_security_events")]

    operations = [
        migrations.AddConstraint(
            model_name="securityevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("state", "closed"), _negated=True),
                    models.Q(("fingerprint", ""), _negated=True),
                ),
                fields=("fingerprint",),
                name="security_events_one_unclosed",
            ),
        ),
    ]

"""A letter says that an account is to be erased."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0015_copies_and_erasures"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="accountletter",
            name="account_letters_purpose_known",
        ),
        migrations.AlterField(
            model_name="accountletter",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("registration", "registration"),
                    ("password_reset", "lost password"),
                    ("email_old", "new address, asked of the old one"),
                    ("email_new", "new address, asked of the new one"),
                    ("invitation", "first password of an account that was made for somebody"),
                    ("password_changed", "password changed"),
                    ("email_changed", "address changed"),
                    ("erasure_due", "account to be erased"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="accountletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "purpose__in",
                        [
                            "registration",
                            "password_reset",
                            "email_old",
                            "email_new",
                            "invitation",
                            "password_changed",
                            "email_changed",
                            "erasure_due",
                        ],
                    )
                ),
                name="account_letters_purpose_known",
            ),
        ),
    ]

"""How long airlines allow an activation to be undone, and what people are told of planned and undone ones."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_terms_of_reviews"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="notification",
            name="notifications_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="notificationpreference",
            name="notification_preferences_kind_known",
        ),
        migrations.AddField(
            model_name="airline",
            name="activation_undo_hours",
            field=models.PositiveSmallIntegerField(
                db_default=24,
                default=24,
                help_text="Counted from the activation. 0: activations stand at once.",
                validators=[django.core.validators.MaxValueValidator(720)],
                verbose_name="hours for undoing an activation",
            ),
        ),
        migrations.AlterField(
            model_name="notification",
            name="kind",
            field=models.CharField(
                choices=[
                    ("contract_submitted", "a contract waits for your review"),
                    ("claim_reassigned", "a review is handed to you"),
                    ("review_due_soon", "a review is due within a day, or within two hours"),
                    ("review_overdue", "a review is overdue"),
                    ("review_escalated", "an overdue review is passed on to you"),
                    ("contract_expiring", "a contract's last day is near"),
                    ("improvement_proposed", "a pilot proposes an improvement"),
                    ("review_flagged", "a rating is reported"),
                    ("comment_added", "somebody comments in a review that you take part in"),
                    ("reading_finished", "your document has been read"),
                    ("reading_failed", "your document could not be read"),
                    ("contract_changes_requested", "changes to your contract are requested"),
                    ("contract_rejected", "your contract is rejected"),
                    ("contract_approved", "your contract is approved"),
                    ("contract_reopened", "the review of your contract is reopened"),
                    ("contract_superseded", "your contract is superseded"),
                    ("activation_planned", "an activation is planned, moved or called off"),
                    ("activation_failed", "a planned activation does not take place"),
                    ("activation_undone", "the activation of a contract that concerns you is undone"),
                    ("contract_activated", "a contract that concerns you comes into force"),
                    ("contract_retired", "a contract that concerns you is retired"),
                    ("improvement_applied", "an improvement that you proposed is applied"),
                    ("improvement_declined", "an improvement that you proposed is declined"),
                ],
                max_length=40,
            ),
        ),
        migrations.AlterField(
            model_name="notificationpreference",
            name="kind",
            field=models.CharField(
                choices=[
                    ("contract_submitted", "a contract waits for your review"),
                    ("claim_reassigned", "a review is handed to you"),
                    ("review_due_soon", "a review is due within a day, or within two hours"),
                    ("review_overdue", "a review is overdue"),
                    ("review_escalated", "an overdue review is passed on to you"),
                    ("contract_expiring", "a contract's last day is near"),
                    ("improvement_proposed", "a pilot proposes an improvement"),
                    ("review_flagged", "a rating is reported"),
                    ("comment_added", "somebody comments in a review that you take part in"),
                    ("reading_finished", "your document has been read"),
                    ("reading_failed", "your document could not be read"),
                    ("contract_changes_requested", "changes to your contract are requested"),
                    ("contract_rejected", "your contract is rejected"),
                    ("contract_approved", "your contract is approved"),
                    ("contract_reopened", "the review of your contract is reopened"),
                    ("contract_superseded", "your contract is superseded"),
                    ("activation_planned", "an activation is planned, moved or called off"),
                    ("activation_failed", "a planned activation does not take place"),
                    ("activation_undone", "the activation of a contract that concerns you is undone"),
                    ("contract_activated", "a contract that concerns you comes into force"),
                    ("contract_retired", "a contract that concerns you is retired"),
                    ("improvement_applied", "an improvement that you proposed is applied"),
                    ("improvement_declined", "an improvement that you proposed is declined"),
                ],
                max_length=40,
            ),
        ),
        migrations.AddConstraint(
            model_name="airline",
            constraint=models.CheckConstraint(
                condition=models.Q(("activation_undo_hours__lte", 720)), name="airlines_activation_undo_hours_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "contract_submitted",
                            "claim_reassigned",
                            "review_due_soon",
                            "review_overdue",
                            "review_escalated",
                            "contract_expiring",
                            "improvement_proposed",
                            "review_flagged",
                            "comment_added",
                            "reading_finished",
                            "reading_failed",
                            "contract_changes_requested",
                            "contract_rejected",
                            "contract_approved",
                            "contract_reopened",
                            "contract_superseded",
                            "activation_planned",
                            "activation_failed",
                            "activation_undone",
                            "contract_activated",
                            "contract_retired",
                            "improvement_applied",
                            "improvement_declined",
                        ],
                    )
                ),
                name="notifications_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="notificationpreference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "contract_submitted",
                            "claim_reassigned",
                            "review_due_soon",
                            "review_overdue",
                            "review_escalated",
                            "contract_expiring",
                            "improvement_proposed",
                            "review_flagged",
                            "comment_added",
                            "reading_finished",
                            "reading_failed",
                            "contract_changes_requested",
                            "contract_rejected",
                            "contract_approved",
                            "contract_reopened",
                            "contract_superseded",
                            "activation_planned",
                            "activation_failed",
                            "activation_undone",
                            "contract_activated",
                            "contract_retired",
                            "improvement_applied",
                            "improvement_declined",
                        ],
                    )
                ),
                name="notification_preferences_kind_known",
            ),
        ),
    ]

"""Security events are counted, worked and told of."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import config.guards


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0012_entries_are_chained"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SecurityAlert",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("fingerprint", models.CharField(max_length=64)),
                (
                    "severity",
                    models.CharField(
                        choices=[("information", "information"), ("warning", "warning"), ("critical", "critical")],
                        max_length=20,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("letter", models.UUIDField(blank=True, null=True)),
                ("mail_due_at", models.DateTimeField(blank=True, null=True)),
                ("mail_attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("mailed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "security_alerts",
                "ordering": ["due_at", "id"],
            },
        ),
        migrations.AlterModelOptions(
            name="securityevent",
            options={"ordering": ["-last_seen_at", "id"]},
        ),
        migrations.RemoveConstraint(
            model_name="auditentry",
            name="audit_log_event_known",
        ),
        migrations.RemoveConstraint(
            model_name="securityevent",
            name="security_events_kind_known",
        ),
        migrations.RemoveIndex(
            model_name="securityevent",
            name="security_events_kind",
        ),
        migrations.RemoveIndex(
            model_name="securityevent",
            name="security_events_user",
        ),
        migrations.AddField(
            model_name="securityevent",
            name="addresses",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.GenericIPAddressField(), blank=True, db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="securityevent",
            name="burst_count",
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="securityevent",
            name="burst_started_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name="securityevent",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="securityevent",
            name="count",
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="securityevent",
            name="counted_by",
            field=models.CharField(
                choices=[("account", "account"), ("address", "address")],
                db_default="account",
                default="account",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="securityevent",
            name="fingerprint",
            field=models.CharField(blank=True, db_default="", max_length=64),
        ),
        migrations.AddField(
            model_name="securityevent",
            name="last_seen_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name="securityevent",
            name="names",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=320), blank=True, db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="securityevent",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("handled", "handled"),
                    ("false_alarm", "false alarm"),
                    ("accepted", "accepted"),
                    ("lapsed", "lapsed"),
                ],
                db_default="",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="securityevent",
            name="rule",
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
        migrations.AddField(
            model_name="securityevent",
            name="state",
            field=models.CharField(
                choices=[("open", "open"), ("taken", "taken"), ("closed", "closed")],
                db_default="open",
                default="open",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="securityevent",
            name="taken_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="securityevent",
            name="taken_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="event",
            field=models.CharField(
                choices=[
                    ("user.signed_in", "signed in"),
                    ("user.signed_out", "signed out"),
                    ("session.revoked", "ended a session"),
                    ("token.issued", "issued a token"),
                    ("client.created", "created a service client"),
                    ("client.updated", "changed a service client"),
                    ("airline.created", "created the airline"),
                    ("airline.updated", "changed the airline"),
                    ("user.created", "created the account"),
                    ("user.updated", "changed the account"),
                    ("grant.added", "granted review of an airline's contracts"),
                    ("grant.removed", "withdrew a grant"),
                    ("pilot.created", "created the pilot's record"),
                    ("pilot.updated", "changed the pilot's record"),
                    ("pilot.assigned", "assigned the pilot to a contract"),
                    ("contract.uploaded", "uploaded the document"),
                    ("contract.updated", "changed the contract's details"),
                    ("contract.submitted", "submitted it for review"),
                    ("contract.withdrawn", "withdrew it"),
                    ("contract.changes_requested", "asked for changes"),
                    ("contract.rejected", "rejected it"),
                    ("contract.step_approved", "approved it for a step of its review"),
                    ("contract.approved", "approved it"),
                    ("contract.approvals_voided", "made the approvals given so far void"),
                    ("contract.claimed", "claimed its review"),
                    ("contract.claim_released", "released its review"),
                    ("contract.claim_reassigned", "gave its review to somebody else"),
                    ("contract.commented", "wrote a comment"),
                    ("contract.reopened", "reopened its review"),
                    ("contract.activated", "activated it"),
                    ("contract.superseded", "superseded it"),
                    ("contract.activation_undone", "undid its activation"),
                    ("contract.restored", "put it back in force"),
                    ("activation.planned", "planned its activation"),
                    ("activation.moved", "moved its planned activation"),
                    ("activation.cancelled", "called its planned activation off"),
                    ("activation.failed", "did not activate it as planned"),
                    ("contract.retired", "retired it"),
                    ("contract.revised", "opened it as a revision"),
                    ("rating.written", "rated the contract"),
                    ("rating.edited", "changed his rating"),
                    ("rating.voted", "found the rating helpful"),
                    ("rating.unvoted", "took back that the rating is helpful"),
                    ("rating.flagged", "flagged the rating"),
                    ("rating.kept", "looked at the flags and kept the rating"),
                    ("rating.hidden", "hid the rating"),
                    ("rating.restored", "showed the rating again"),
                    ("improvement.proposed", "proposed an improvement"),
                    ("improvement.withdrawn", "withdrew the improvement"),
                    ("improvement.applied", "applied the improvement"),
                    ("improvement.declined", "declined the improvement"),
                    ("improvement.returned", "opened the improvement again"),
                    ("improvement.moved", "moved the improvement to the revision in force"),
                    ("extraction.queued", "queued the reading of the document"),
                    ("extraction.finished", "read the document"),
                    ("extraction.failed", "could not read the document"),
                    ("rule.accepted", "accepted the rule"),
                    ("rule.corrected", "corrected the rule"),
                    ("rule.rejected", "rejected the proposal"),
                    ("rule.reopened", "took the decision back"),
                    ("rule.added", "added a rule"),
                    ("rule.placed", "moved the rule's place"),
                    ("rule.split", "split the rule in two"),
                    ("rule.merged", "merged rules"),
                    ("rule.undone", "undid what was done to the rule"),
                    ("review_group.created", "created a group of approvers"),
                    ("review_group.updated", "changed a group of approvers"),
                    ("review_steps.updated", "changed the steps of the airline's reviews"),
                    ("delegation.created", "named somebody to stand in"),
                    ("delegation.ended", "ended a delegation"),
                    ("rule.removed", "removed the rule"),
                    ("credential.created", "stored a language model's key"),
                    ("credential.updated", "changed the terms of a language model's key"),
                    ("credential.replaced", "replaced a language model's key"),
                    ("credential.revoked", "revoked a language model's key"),
                    ("credential.rotated", "encrypted a language model's key anew"),
                    ("credential.used", "used a language model's key"),
                    ("webhook.created", "created a webhook"),
                    ("webhook.updated", "changed a webhook"),
                    ("webhook.verified", "verified a webhook"),
                    ("webhook.secret_renewed", "renewed a webhook's secret"),
                    ("webhook.secret_rotated", "encrypted a webhook's secret anew"),
                    ("webhook.pinged", "had a webhook pinged"),
                    ("webhook.replayed", "had changes told again"),
                    ("webhook.disabled", "disabled a webhook"),
                    ("webhook.deleted", "deleted a webhook"),
                    ("document.read", "downloaded the original"),
                    ("evidence.exported", "exported the evidence"),
                    ("audit.months_dropped", "dropped the audit trail's oldest months"),
                    ("security_event.taken", "took the security event"),
                    ("security_event.released", "gave the security event back"),
                    ("security_event.commented", "wrote a comment"),
                    ("security_event.closed", "closed the security event"),
                    ("security_event.reopened", "opened the security event again"),
                ],
                max_length=40,
            ),
        ),
        migrations.AlterField(
            model_name="securityevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("sign_in_failed", "sign-in failed"),
                    ("locked_out", "locked out"),
                    ("own_approval_refused", "tried to approve an own contract"),
                    ("token_reused", "used a refresh token twice"),
                    ("client_secret_wrong", "wrong client secret"),
                    ("client_address_refused", "service client from an address that is not its own"),
                    ("sign_in_slowed", "sign-in slowed down"),
                    ("password_reset_asked", "asked for a new password"),
                    ("password_changed", "password changed"),
                    ("email_changed", "e-mail address changed"),
                    ("second_factor_failed", "second factor or confirmation failed"),
                    ("second_factor_changed", "second factor changed"),
                    ("recovery_code_used", "used a recovery code"),
                    ("passkey_cloned", "passkey used by a copy"),
                    ("refused", "tried what is not allowed"),
                    ("privileges_changed", "rights of a person changed"),
                    ("client_changed", "rights of a service client changed"),
                    ("exported", "took a copy out of the product"),
                    ("downloaded_many", "downloaded unusually many documents"),
                    ("trail_broken", "the audit trail does not verify"),
                    ("trail_unsigned", "the audit trail's root is not signed"),
                ],
                max_length=40,
            ),
        ),
        migrations.AddIndex(
            model_name="securityevent",
            index=models.Index(fields=["-last_seen_at", "id"], name="security_events_seen"),
        ),
        migrations.AddIndex(
            model_name="securityevent",
            index=models.Index(
                condition=models.Q(("state", "closed"), _negated=True),
                fields=["-last_seen_at", "id"],
                name="security_events_unclosed",
            ),
        ),
        migrations.AddIndex(
            model_name="securityevent",
            index=models.Index(fields=["kind", "-last_seen_at"], name="security_events_of_kind"),
        ),
        migrations.AddIndex(
            model_name="securityevent",
            index=models.Index(fields=["user", "-last_seen_at"], name="security_events_of_user"),
        ),
        migrations.AddIndex(
            model_name="securityevent",
            index=django.contrib.postgres.indexes.GinIndex(fields=["addresses"], name="security_events_addresses"),
        ),
        migrations.AddIndex(
            model_name="securityevent",
            index=django.contrib.postgres.indexes.GinIndex(fields=["names"], name="security_events_names"),
        ),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "event__in",
                        [
                            "user.signed_in",
                            "user.signed_out",
                            "session.revoked",
                            "token.issued",
                            "client.created",
                            "client.updated",
                            "airline.created",
                            "airline.updated",
                            "user.created",
                            "user.updated",
                            "grant.added",
                            "grant.removed",
                            "pilot.created",
                            "pilot.updated",
                            "pilot.assigned",
                            "contract.uploaded",
                            "contract.updated",
                            "contract.submitted",
                            "contract.withdrawn",
                            "contract.changes_requested",
                            "contract.rejected",
                            "contract.step_approved",
                            "contract.approved",
                            "contract.approvals_voided",
                            "contract.claimed",
                            "contract.claim_released",
                            "contract.claim_reassigned",
                            "contract.commented",
                            "contract.reopened",
                            "contract.activated",
                            "contract.superseded",
                            "contract.activation_undone",
                            "contract.restored",
                            "activation.planned",
                            "activation.moved",
                            "activation.cancelled",
                            "activation.failed",
                            "contract.retired",
                            "contract.revised",
                            "rating.written",
                            "rating.edited",
                            "rating.voted",
                            "rating.unvoted",
                            "rating.flagged",
                            "rating.kept",
                            "rating.hidden",
                            "rating.restored",
                            "improvement.proposed",
                            "improvement.withdrawn",
                            "improvement.applied",
                            "improvement.declined",
                            "improvement.returned",
                            "improvement.moved",
                            "extraction.queued",
                            "extraction.finished",
                            "extraction.failed",
                            "rule.accepted",
                            "rule.corrected",
                            "rule.rejected",
                            "rule.reopened",
                            "rule.added",
                            "rule.placed",
                            "rule.split",
                            "rule.merged",
                            "rule.undone",
                            "review_group.created",
                            "review_group.updated",
                            "review_steps.updated",
                            "delegation.created",
                            "delegation.ended",
                            "rule.removed",
                            "credential.created",
                            "credential.updated",
                            "credential.replaced",
                            "credential.revoked",
                            "credential.rotated",
                            "credential.used",
                            "webhook.created",
                            "webhook.updated",
                            "webhook.verified",
                            "webhook.secret_renewed",
                            "webhook.secret_rotated",
                            "webhook.pinged",
                            "webhook.replayed",
                            "webhook.disabled",
                            "webhook.deleted",
                            "document.read",
                            "evidence.exported",
                            "audit.months_dropped",
                            "security_event.taken",
                            "security_event.released",
                            "security_event.commented",
                            "security_event.closed",
                            "security_event.reopened",
                        ],
                    )
                ),
                name="audit_log_event_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="securityevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "sign_in_failed",
                            "locked_out",
                            "own_approval_refused",
                            "token_reused",
                            "client_secret_wrong",
                            "client_address_refused",
                            "sign_in_slowed",
                            "password_reset_asked",
                            "password_changed",
                            "email_changed",
                            "second_factor_failed",
                            "second_factor_changed",
                            "recovery_code_used",
                            "passkey_cloned",
                            "refused",
                            "privileges_changed",
                            "client_changed",
                            "exported",
                            "downloaded_many",
                            "trail_broken",
                            "trail_unsigned",
                        ],
                    )
                ),
                name="security_events_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="securityevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("counted_by__in", ["account", "address"])), name="security_events_counted_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="securityevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "taken", "closed"])), name="security_events_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="securityevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "taken"), ("taken_at__isnull", False), ("taken_by__isnull", False)),
                    models.Q(
                        models.Q(("state", "taken"), _negated=True),
                        ("taken_at__isnull", True),
                        ("taken_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="security_events_taken_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="securityevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", False),
                        ("outcome__in", ["handled", "false_alarm", "accepted", "lapsed"]),
                        ("state", "closed"),
                    ),
                    models.Q(
                        models.Q(("state", "closed"), _negated=True), ("closed_at__isnull", True), ("outcome", "")
                    ),
                    _connector="OR",
                ),
                name="security_events_closed_with_outcome",
            ),
        ),
        migrations.AddField(
            model_name="securityalert",
            name="event",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="alerts", to="audit.securityevent"
            ),
        ),
        migrations.AddIndex(
            model_name="securityalert",
            index=models.Index(fields=["fingerprint", "-due_at"], name="security_alerts_fingerprint"),
        ),
        migrations.AddIndex(
            model_name="securityalert",
            index=models.Index(
                condition=models.Q(("told_at__isnull", True)), fields=["due_at"], name="security_alerts_untold"
            ),
        ),
        migrations.AddIndex(
            model_name="securityalert",
            index=models.Index(
                condition=models.Q(("mail_due_at__isnull", False), ("mailed_at__isnull", True)),
                fields=["mail_due_at"],
                name="security_alerts_unmailed",
            ),
        ),
        migrations.AddConstraint(
            model_name="securityalert",
            constraint=models.CheckConstraint(
                condition=models.Q(("severity__in", ["information", "warning", "critical"])),
                name="security_alerts_severity_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="securityalert",
            constraint=models.UniqueConstraint(
                condition=models.Q(("told_at__isnull", True)),
                fields=("fingerprint",),
                name="security_alerts_one_untold",
            ),
        ),
        migrations.AddConstraint(
            model_name="securityalert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("letter__isnull", True), ("told_at__isnull", True)),
                    models.Q(("letter__isnull", False), ("told_at__isnull", False)),
                    _connector="OR",
                ),
                name="security_alerts_told_in_a_letter",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="securityalert",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="3570738a5ed324213defd2a8248b382465e0b22f",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_f1597",
                    table="security_alerts",
                    when="BEFORE",
                ),
            ),
        ),
    ]

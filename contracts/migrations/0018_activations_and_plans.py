"""Activations and what they did are kept, they can be planned, and the database holds to how one is undone."""

import uuid

import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import accounts.models
import config.guards


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_undoing_activations"),
        ("contracts", "0017_approvals_are_bound_to_all_places"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ActivationEffect",
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
                ("expiration_before", models.DateField(blank=True, null=True)),
                ("expiration_after", models.DateField(blank=True, null=True)),
                ("was_superseded", models.BooleanField()),
            ],
            options={
                "db_table": "activation_effects",
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ActivationPlan",
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
                ("due_at", models.DateTimeField()),
                ("time_zone", models.CharField(max_length=60, validators=[accounts.models.validate_time_zone])),
                ("revision", models.CharField(help_text="The revision hash that was approved.", max_length=64)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "waiting"),
                            ("moved", "moved"),
                            ("cancelled", "called off"),
                            ("activated", "activated"),
                            ("failed", "not activated"),
                        ],
                        db_default="open",
                        default="open",
                        max_length=20,
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, db_default="", default="")),
            ],
            options={
                "db_table": "activation_plans",
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ContractActivation",
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
                ("activated_at", models.DateTimeField()),
                ("revision", models.CharField(max_length=64)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undo_reason", models.TextField(blank=True, db_default="", default="")),
            ],
            options={
                "db_table": "contract_activations",
                "ordering": ["-created_at", "id"],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="pilotcontract",
            name="guards_lifecycle",
        ),
        migrations.AddField(
            model_name="pilotcontractassignment",
            name="follows",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="contracts.pilotcontractassignment",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="pilotcontract",
            trigger=pgtrigger.compiler.Trigger(
                name="guards_lifecycle",
                sql=config.guards.GuardSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.status <> 'draft' OR NEW.approved_by_id IS NOT NULL OR NEW.review_round_id IS NOT NULL\n                THEN RAISE EXCEPTION 'a contract begins as a draft' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_begins_as_draft'; END IF;\n                RETURN NEW;\n            END IF;\n            IF (NEW.uploaded_by_id, NEW.airline_id, NEW.document_sha256, NEW.document_media_type, NEW.document_bytes)\n               IS DISTINCT FROM\n               (OLD.uploaded_by_id, OLD.airline_id, OLD.document_sha256, OLD.document_media_type, OLD.document_bytes)\n            THEN RAISE EXCEPTION 'what was uploaded, by whom and for which airline, does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_upload_kept'; END IF;\n            IF NEW.submitted_by_id IS DISTINCT FROM OLD.submitted_by_id\n               AND NOT (NEW.status = 'in_review' AND OLD.status IN ('draft', 'changes_requested'))\n            THEN RAISE EXCEPTION 'the submitter changes only on submission' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_submitter_kept'; END IF;\n            IF (NEW.contract_type, NEW.contract_version, NEW.title, NEW.description, NEW.effective_date, NEW.expiration_date) IS DISTINCT FROM (OLD.contract_type, OLD.contract_version, OLD.title, OLD.description, OLD.effective_date, OLD.expiration_date) THEN\n                IF OLD.status = 'approved' THEN RAISE EXCEPTION 'the details of an approved contract stand: reopen its review first' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_terms_kept'; END IF;\n                IF OLD.status = 'in_review' THEN UPDATE contract_decisions SET voided_at = clock_timestamp()\n    WHERE contract_id IN (NEW.id) AND kind = 'approved' AND voided_at IS NULL; END IF;\n            END IF;\n            IF NEW.review_round_id IS DISTINCT FROM OLD.review_round_id THEN\n                IF NEW.status <> 'in_review' OR OLD.status = 'in_review' THEN RAISE EXCEPTION 'a review keeps its round to the end' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_round_kept'; END IF;\n                UPDATE contract_decisions SET voided_at = clock_timestamp()\n    WHERE contract_id IN (NEW.id) AND kind = 'approved' AND voided_at IS NULL;\n            END IF;\n            IF NEW.status <> OLD.status THEN\n                IF (OLD.status, NEW.status) NOT IN (('active', 'approved'), ('active', 'retired'), ('active', 'superseded'), ('approved', 'active'), ('approved', 'in_review'), ('changes_requested', 'in_review'), ('changes_requested', 'withdrawn'), ('draft', 'in_review'), ('draft', 'withdrawn'), ('in_review', 'approved'), ('in_review', 'changes_requested'), ('in_review', 'rejected'), ('in_review', 'withdrawn'), ('superseded', 'active'), ('superseded', 'retired')) THEN RAISE EXCEPTION 'no way leads from the old status to the new one' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_edge'; END IF;\n                IF NEW.status = 'in_review' THEN \n        IF NEW.review_round_id IS NOT DISTINCT FROM OLD.review_round_id\n           OR NOT EXISTS (SELECT 1 FROM review_rounds n WHERE n.id = NEW.review_round_id AND n.contract_id = NEW.id)\n           OR EXISTS (SELECT 1 FROM contract_decisions d JOIN review_round_steps s ON s.id = d.step_id\n                      WHERE s.round_id = NEW.review_round_id)\n        THEN RAISE EXCEPTION 'a review begins with a round of its own' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_round_fresh'; END IF;\n        IF (SELECT n.second_pair_of_eyes::text || ':' || (SELECT string_agg(s.position || '/' || coalesce(s.group_id::text, '') || '/' || s.approvals_needed, ',' ORDER BY s.position) FROM review_round_steps s WHERE s.round_id = n.id)\n            FROM review_rounds n WHERE n.id = NEW.review_round_id)\n           IS DISTINCT FROM (CASE WHEN OLD.status = 'approved' AND OLD.review_round_id IS NOT NULL THEN\n               (SELECT n.second_pair_of_eyes::text || ':' || (SELECT string_agg(s.position || '/' || coalesce(s.group_id::text, '') || '/' || s.approvals_needed, ',' ORDER BY s.position) FROM review_round_steps s WHERE s.round_id = n.id)\n                FROM review_rounds n WHERE n.id = OLD.review_round_id)\n           ELSE\n               (SELECT l.second_pair_of_eyes::text || ':' || coalesce(\n                   (SELECT string_agg(s.position || '/' || coalesce(s.group_id::text, '') || '/' || s.approvals_needed, ',' ORDER BY s.position) FROM review_steps s WHERE s.airline_id = l.id), '1//1')\n                FROM airlines l WHERE l.id = NEW.airline_id)\n           END)\n        THEN RAISE EXCEPTION 'the steps of the review are not those of the airline' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_round_configured'; END IF; END IF;\n                IF NEW.status IN ('approved', 'active') AND OLD.status <> 'superseded' THEN \n        IF NEW.review_round_id IS NULL OR NEW.approved_revision IS DISTINCT FROM contract_revision(NEW)\n           OR NOT EXISTS (SELECT 1 FROM contract_decisions d WHERE d.contract_id = NEW.id AND d.kind = 'approved' AND d.voided_at IS NULL AND d.revision = NEW.approved_revision\n              AND d.decided_by_id NOT IN (NEW.uploaded_by_id, NEW.submitted_by_id) AND d.decided_by_id = NEW.approved_by_id)\n           OR EXISTS (SELECT 1 FROM review_round_steps s WHERE s.round_id = NEW.review_round_id AND s.approvals_needed >\n                      (SELECT count(*) FROM contract_decisions d WHERE d.contract_id = NEW.id AND d.kind = 'approved' AND d.voided_at IS NULL AND d.revision = NEW.approved_revision\n              AND d.decided_by_id NOT IN (NEW.uploaded_by_id, NEW.submitted_by_id) AND d.step_id = s.id))\n        THEN RAISE EXCEPTION 'an approval by somebody other than uploader and submitter is missing' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_approval_by_other'; END IF;\n        IF (SELECT n.second_pair_of_eyes FROM review_rounds n WHERE n.id = NEW.review_round_id)\n           AND EXISTS (SELECT 1 FROM contract_decisions d WHERE d.contract_id = NEW.id AND d.kind = 'approved' AND d.voided_at IS NULL AND d.revision = NEW.approved_revision\n              AND d.decided_by_id NOT IN (NEW.uploaded_by_id, NEW.submitted_by_id)\n                       AND (EXISTS (\n        SELECT 1 FROM contract_rules r WHERE r.contract_id = NEW.id AND r.decision IN ('accepted', 'corrected')\n          AND (r.added_by_id = d.decided_by_id\n               OR EXISTS (SELECT 1 FROM rule_corrections k WHERE k.rule_id = r.id AND k.corrected_by_id = d.decided_by_id))) OR EXISTS (\n        SELECT 1 FROM contract_rules r WHERE r.contract_id = NEW.id AND r.decision IN ('accepted', 'corrected')\n          AND (r.added_by_id = d.on_behalf_of_id\n               OR EXISTS (SELECT 1 FROM rule_corrections k WHERE k.rule_id = r.id AND k.corrected_by_id = d.on_behalf_of_id)))))\n        THEN RAISE EXCEPTION 'somebody approved whose own edits are part of the revision' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_second_pair_of_eyes'; END IF;\n        IF EXISTS (SELECT 1 FROM contract_rules r WHERE r.contract_id = NEW.id AND r.decision = 'proposed')\n        THEN RAISE EXCEPTION 'a proposed rule is undecided' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_all_decided'; END IF; END IF;\n                IF NEW.status = 'approved' AND OLD.status = 'active' THEN \n        IF EXISTS (SELECT 1 FROM contract_activations v WHERE v.contract_id = NEW.id AND v.undone_at IS NULL)\n           OR NOT EXISTS (SELECT 1 FROM contract_activations v WHERE v.contract_id = NEW.id AND v.undone_at >= OLD.status_since)\n        THEN RAISE EXCEPTION 'an active contract is approved again only by undoing its activation' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_activation_undone'; END IF;\n        IF OLD.activated_at + (SELECT make_interval(hours => l.activation_undo_hours) FROM airlines l WHERE l.id = NEW.airline_id)\n           < clock_timestamp() OR OLD.activated_at IS NULL\n        THEN RAISE EXCEPTION 'the time for undoing this activation is over' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_undo_in_time'; END IF; END IF;\n                IF NEW.status = 'active' AND OLD.status = 'superseded' THEN \n        IF NOT EXISTS (\n            SELECT 1 FROM activation_effects e JOIN contract_activations v ON v.id = e.activation_id\n            WHERE e.contract_id = NEW.id AND v.undone_at >= OLD.status_since\n              AND e.expiration_before IS NOT DISTINCT FROM NEW.expiration_date\n        ) THEN RAISE EXCEPTION 'a superseded contract is put back only as an undone activation found it' USING ERRCODE = 'check_violation', CONSTRAINT = 'pilot_contracts_restored_as_it_was'; END IF; END IF;\n                NEW.status_since = clock_timestamp();\n            END IF;\n            RETURN NEW;\n        ",
                    hash="05dd0cee6632aae5dfbc4ab391b000074e53e62d",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_guards_lifecycle_c8d0d",
                    table="pilot_contracts",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="activationeffect",
            name="contract",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="activation_effects",
                to="contracts.pilotcontract",
            ),
        ),
        migrations.AddField(
            model_name="activationplan",
            name="contract",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="activation_plans",
                to="contracts.pilotcontract",
            ),
        ),
        migrations.AddField(
            model_name="activationplan",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="activationplan",
            name="planned_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="contractactivation",
            name="activated_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="contractactivation",
            name="contract",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="activations", to="contracts.pilotcontract"
            ),
        ),
        migrations.AddField(
            model_name="contractactivation",
            name="plan",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="activation",
                to="contracts.activationplan",
            ),
        ),
        migrations.AddField(
            model_name="contractactivation",
            name="undone_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="activationeffect",
            name="activation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="effects", to="contracts.contractactivation"
            ),
        ),
        migrations.AddIndex(
            model_name="activationplan",
            index=models.Index(condition=models.Q(("status", "open")), fields=["due_at"], name="activation_plans_due"),
        ),
        migrations.AddIndex(
            model_name="activationplan",
            index=models.Index(fields=["contract", "-created_at"], name="activation_plans_contract"),
        ),
        migrations.AddConstraint(
            model_name="activationplan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "open")), fields=("contract",), name="activation_plans_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="activationplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "moved", "cancelled", "activated", "failed"])),
                name="activation_plans_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="activationplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("revision__regex", "^[0-9a-f]{64}$")), name="activation_plans_revision_form"
            ),
        ),
        migrations.AddConstraint(
            model_name="activationplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_at__gt", models.F("created_at"))), name="activation_plans_lie_ahead"
            ),
        ),
        migrations.AddConstraint(
            model_name="activationplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("status", "open")),
                    models.Q(models.Q(("status", "open"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="activation_plans_ended_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="activationplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "failed"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="activation_plans_failed_for_a_reason",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="activationplan",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="44b1fdb309e23efe421208d361d67b681fcaef5f",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_4f1f1",
                    table="activation_plans",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="activationplan",
            trigger=pgtrigger.compiler.Trigger(
                name="guards_plan",
                sql=config.guards.GuardSql(
                    func="\n            IF TG_OP = 'UPDATE' THEN\n                IF (NEW.contract_id, NEW.planned_by_id, NEW.due_at, NEW.time_zone, NEW.revision, NEW.created_at)\n                   IS DISTINCT FROM\n                   (OLD.contract_id, OLD.planned_by_id, OLD.due_at, OLD.time_zone, OLD.revision, OLD.created_at)\n                   OR OLD.status <> 'open'\n                THEN RAISE EXCEPTION 'a planned activation changes once, when it ends' USING ERRCODE = 'check_violation', CONSTRAINT = 'activation_plans_kept'; END IF;\n                RETURN NEW;\n            END IF;\n            IF EXISTS (SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id AND (NEW.planned_by_id IN (c.uploaded_by_id, c.submitted_by_id) OR EXISTS (\n        SELECT 1 FROM review_delegations g WHERE g.delegate_id = NEW.planned_by_id AND g.delegator_id IN (c.uploaded_by_id, c.submitted_by_id)\n          AND g.ended_at IS NULL AND (clock_timestamp() AT TIME ZONE 'UTC')::date BETWEEN g.starts_on AND g.ends_on)))\n            THEN RAISE EXCEPTION 'nobody plans the activation of a contract that he uploaded or submitted' USING ERRCODE = 'check_violation', CONSTRAINT = 'activation_plans_not_own'; END IF;\n            IF NEW.status <> 'open' OR NOT EXISTS (\n                SELECT 1 FROM pilot_contracts c\n                WHERE c.id = NEW.contract_id AND c.status = 'approved' AND c.approved_revision = NEW.revision\n            ) THEN RAISE EXCEPTION 'only an approved contract''s activation is planned, as approved' USING ERRCODE = 'check_violation', CONSTRAINT = 'activation_plans_approved'; END IF;\n            RETURN NEW;\n        ",
                    hash="f90ab8db9419e93406ab5a3d2e969813c4bc862b",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_guards_plan_b3183",
                    table="activation_plans",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="activationplan",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'planned activations are kept as they are';",
                    hash="a7eaeb947f37c50b70a8cbfe3ee6e13baf237b19",
                    operation="DELETE",
                    pgid="pgtrigger_kept_c9487",
                    table="activation_plans",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="activationplan",
            trigger=pgtrigger.compiler.Trigger(
                name="kept_whole",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'planned activations are kept as they are';",
                    hash="e0757f7bdb05999dca237dd98bf792d3fe67209f",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_kept_whole_12162",
                    table="activation_plans",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="contractactivation",
            index=models.Index(fields=["contract", "-created_at"], name="contract_activations_contract"),
        ),
        migrations.AddConstraint(
            model_name="contractactivation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("contract",),
                name="contract_activations_one_standing",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractactivation",
            constraint=models.CheckConstraint(
                condition=models.Q(("revision__regex", "^[0-9a-f]{64}$")), name="contract_activations_revision_form"
            ),
        ),
        migrations.AddConstraint(
            model_name="contractactivation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undo_reason", ""), ("undone_at__isnull", True), ("undone_by__isnull", True)),
                    models.Q(
                        ("undone_at__isnull", False),
                        ("undone_by__isnull", False),
                        models.Q(("undo_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="contract_activations_undone_whole",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractactivation",
            trigger=pgtrigger.compiler.Trigger(
                name="sets_updated_at",
                sql=config.guards.GuardSql(
                    func="NEW.updated_at = clock_timestamp(); RETURN NEW;",
                    hash="561bb4d1878def617f9e80721c53e45639e470f8",
                    operation="UPDATE",
                    pgid="pgtrigger_sets_updated_at_a8eca",
                    table="contract_activations",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractactivation",
            trigger=pgtrigger.compiler.Trigger(
                name="guards_activation",
                sql=config.guards.GuardSql(
                    func="\n            IF TG_OP = 'UPDATE' THEN\n                IF (NEW.contract_id, NEW.activated_by_id, NEW.activated_at, NEW.revision, NEW.plan_id, NEW.created_at)\n                   IS DISTINCT FROM\n                   (OLD.contract_id, OLD.activated_by_id, OLD.activated_at, OLD.revision, OLD.plan_id, OLD.created_at)\n                   OR OLD.undone_at IS NOT NULL\n                THEN RAISE EXCEPTION 'an activation changes once, when it is undone' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_activations_kept'; END IF;\n                IF NEW.undone_at IS NOT NULL THEN NEW.undone_at = clock_timestamp(); END IF;\n                IF EXISTS (SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id AND (NEW.undone_by_id IN (c.uploaded_by_id, c.submitted_by_id) OR EXISTS (\n        SELECT 1 FROM review_delegations g WHERE g.delegate_id = NEW.undone_by_id AND g.delegator_id IN (c.uploaded_by_id, c.submitted_by_id)\n          AND g.ended_at IS NULL AND (clock_timestamp() AT TIME ZONE 'UTC')::date BETWEEN g.starts_on AND g.ends_on)))\n                THEN RAISE EXCEPTION 'nobody activates a contract that he uploaded or submitted' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_activations_not_own'; END IF;\n                RETURN NEW;\n            END IF;\n            IF EXISTS (SELECT 1 FROM pilot_contracts c WHERE c.id = NEW.contract_id AND (NEW.activated_by_id IN (c.uploaded_by_id, c.submitted_by_id) OR EXISTS (\n        SELECT 1 FROM review_delegations g WHERE g.delegate_id = NEW.activated_by_id AND g.delegator_id IN (c.uploaded_by_id, c.submitted_by_id)\n          AND g.ended_at IS NULL AND (clock_timestamp() AT TIME ZONE 'UTC')::date BETWEEN g.starts_on AND g.ends_on)))\n            THEN RAISE EXCEPTION 'nobody activates a contract that he uploaded or submitted' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_activations_not_own'; END IF;\n            IF NEW.undone_at IS NOT NULL OR NOT EXISTS (\n                SELECT 1 FROM pilot_contracts c\n                WHERE c.id = NEW.contract_id AND c.status = 'approved' AND c.approved_revision = NEW.revision\n            ) THEN RAISE EXCEPTION 'only an approved contract is activated, as approved' USING ERRCODE = 'check_violation', CONSTRAINT = 'contract_activations_approved'; END IF;\n            RETURN NEW;\n        ",
                    hash="cad65a9ca89a76003938c0b70d12ad98ae62a4da",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_guards_activation_61ab6",
                    table="contract_activations",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractactivation",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'activations are kept as they are';",
                    hash="1fec7e548aa028066daf3fe4b0a4c54d0ad8a4c8",
                    operation="DELETE",
                    pgid="pgtrigger_kept_5e987",
                    table="contract_activations",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractactivation",
            trigger=pgtrigger.compiler.Trigger(
                name="kept_whole",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'activations are kept as they are';",
                    hash="497874268321d78dfce90504debdcd640b392d14",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_kept_whole_25073",
                    table="contract_activations",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="activationeffect",
            constraint=models.UniqueConstraint(fields=("activation", "contract"), name="activation_effects_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="activationeffect",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'effects of activations are kept as they are';",
                    hash="a1efdbdc0045680c61df3cd40bf3f37f3d4f6ab5",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_kept_3de2b",
                    table="activation_effects",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="activationeffect",
            trigger=pgtrigger.compiler.Trigger(
                name="kept_whole",
                sql=config.guards.GuardSql(
                    func="RAISE EXCEPTION 'effects of activations are kept as they are';",
                    hash="4f7d2ce551546283239efce1406f542fcd2b1aaa",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_kept_whole_7c379",
                    table="activation_effects",
                    when="BEFORE",
                ),
            ),
        ),
    ]

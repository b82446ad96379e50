"""Two airlines with a row of each on every protected table, and who asks for them."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from config import door
from config.database.row_security import declared
from contracts.lifecycle import Status
from tests.owner import owning
from tests.trust.rows import NOW, Table, Writer, tables

# The law, and what of Django is nobody's: rows without a side.
SHARED = (
    "django_session",
    "auth_group",
    "auth_group_permissions",
    "regulatory_rules",
    "regulatory_rule_search",
    "regulatory_table_rows",
    "published_compressions",
)
STATES = (Status.DRAFT, Status.IN_REVIEW, Status.ACTIVE)
OF_EACH_PERSON = (
    "user_sessions",
    "authenticators",
    "passkeys",
    "recovery_codes",
    "factor_failures",
    "email_changes",
    "account_letters",
    "notifications",
    "notification_preferences",
    "idempotency_keys",
    "security_events",
    "security_alerts",
    "audit_log",
    "row_changes",
    "audit_batches",
    "audit_chain",
    "audit_redactions",
    "consents",
    "data_exports",
    "erasures",
    "django_admin_log",
    "users_groups",
    "users_user_permissions",
    "guardian_userobjectpermission",
    "guardian_groupobjectpermission",
    "axes_accessattempt",
    "axes_accessattemptexpiration",
    "axes_accessfailurelog",
    "axes_accesslog",
)
OF_EACH_CONTRACT = (
    "contract_pages",
    "contract_page_search",
    "contract_rules",
    "contract_rule_search",
    "contract_definitions",
    "contract_references",
    "extraction_runs",
    "model_runs",
    "contract_revisions",
    "contract_revision_occasions",
    "review_rounds",
    "review_round_steps",
    "review_reminders",
    "contract_decisions",
    "review_comments",
    "rule_actions",
    "rule_corrections",
    "activation_plans",
    "contract_activations",
    "activation_effects",
    "contract_improvements",
    "contract_reviews",
    "contract_review_votes",
    "contract_review_flags",
    "contract_usage_daily",
)


@dataclass
class Side:
    """One airline, its people, and the keys of all that is theirs, by table."""

    airline: UUID
    people: dict[str, UUID] = field(default_factory=dict)
    client: UUID | None = None
    pilots: dict[str, UUID] = field(default_factory=dict)
    contracts: dict[Status, UUID] = field(default_factory=dict)
    keys: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))

    def as_whom(self, role: str) -> door.Identity:
        """As whom somebody of this side sees."""
        if role == "nobody":
            return door.NOBODY
        if role == "client":
            return door.Identity("client", str(self.client))
        return door.Identity("person", str(self.people[role]))


@dataclass
class Scene:
    tables: dict[str, Table]
    sides: dict[str, Side]
    administrator: UUID

    def as_whom(self, role: str) -> door.Identity:
        """Who asks, of the first airline."""
        if role == "administrator":
            return door.Identity("person", str(self.administrator))
        return self.sides["A"].as_whom(role)


def guards_are_lifted() -> None:
    """No trigger of ours is set off until the transaction ends."""
    with connection.cursor() as cursor:
        for table in declared().protected:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = ANY(%s::regclass[])",
            [["audit_log", "row_changes"]],
        )
        for (part,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {part} DISABLE TRIGGER USER")


def lay_out() -> Scene:
    """Two airlines, as the owner writes them."""
    with owning(), transaction.atomic():
        guards_are_lifted()
        known = tables()
        write = Writer(known)
        administrator = write.row("users", {}, role="administrator")
        shared = _foreign()
        for table in ("auth_group", "auth_group_permissions"):
            shared[table] = write.row(table, shared)
        sides = {letter: _side(write, shared) for letter in "AB"}
        _law(write, known)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return Scene(known, sides, administrator)


def _foreign() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, content_type_id FROM auth_permission WHERE codename = 'review_contracts'")
        permission, content_type = cursor.fetchone()
    return {"auth_permission": permission, "django_content_type": content_type}


def _law(write: Writer, known: dict[str, Table]) -> None:
    """What migrations have not put there already."""
    refs: dict[str, Any] = {}
    for table in SHARED:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT "{known[table].key}" FROM "{table}" LIMIT 1')
            found = cursor.fetchone()
        refs[table] = found[0] if found else write.row(table, refs)


def _side(write: Writer, shared: dict[str, Any]) -> Side:
    side = Side(airline=write.row("airlines", shared))
    side.keys["airlines"].append(side.airline)

    def put(table: str, refs: dict[str, Any], **given: Any) -> Any:
        key = write.row(table, refs, **given)
        side.keys[table].append(key)
        refs[table] = key
        return key

    refs = {**shared, "airlines": side.airline}
    for role in ("pilot", "colleague", "approver"):
        side.people[role] = put("users", refs, role="approver" if role == "approver" else "pilot")
        _of_person(put, dict(refs), role, side)
    refs["users"] = side.people["approver"]
    put("airline_grants", refs, content_object_id=side.airline)
    side.client = put("service_clients", refs)
    put("service_client_airlines", refs)
    put("idempotency_keys", refs, caller=side.client)
    put("review_groups", refs)
    put("review_group_members", refs)
    put("review_steps", refs)
    put("review_delegations", refs, delegator_id=side.people["approver"], delegate_id=side.people["colleague"])
    put("extraction_metrics_daily", refs)
    put("model_credentials", refs, airline_id=side.airline)
    for state in STATES:
        _of_contract(put, dict(refs), state, side)
    put("webhooks", refs)
    put("webhook_secrets", refs)
    put("changes", refs, airline_id=side.airline, contract_id=side.contracts[Status.ACTIVE])
    put("webhook_deliveries", refs)
    put("webhook_attempts", refs)
    return side


def _of_person(put: Any, refs: dict[str, Any], role: str, side: Side) -> None:
    person = refs["users"]
    if role != "approver":
        side.pilots[role] = put("pilots", refs)
    given = {
        "security_events": {"user_id": person},
        "audit_log": {"actor_id": person},
        "row_changes": {"actor_id": person},
        "idempotency_keys": {"caller": person},
        "consents": {"person_id": person},
        "audit_redactions": {"person": person},
    }
    for table in OF_EACH_PERSON:
        refs["email_changes"] = refs.get("email_changes")
        put(table, refs, **given.get(table, {}))
    put("model_credentials", refs, user_id=person)


def _of_contract(put: Any, refs: dict[str, Any], state: Status, side: Side) -> None:
    approved = {"approved_by_id": side.people["approver"], "approved_at": NOW, "approved_revision": "a" * 64}
    refs["users"] = side.people["pilot"]
    side.contracts[state] = put("pilot_contracts", refs, status=state, **(approved if state == Status.ACTIVE else {}))
    content = f"what {refs['pilot_contracts']} says"
    digest = hashlib.sha256(content.encode()).hexdigest()
    given: dict[str, dict[str, Any]] = {
        "contract_revisions": {"content": content, "digest": digest},
        "contract_rules": {"decided_by_id": side.people["approver"], "decided_at": NOW},
        "contract_decisions": {"decided_by_id": side.people["approver"]},
    }
    for table in OF_EACH_CONTRACT:
        put(table, refs, **given.get(table, {}))
    if state == Status.ACTIVE:
        for pilot in side.pilots.values():
            put("pilot_contract_assignments", {**refs, "pilots": pilot})
            about = {"airline_id": side.airline, "contract_id": side.contracts[state], "pilot_id": pilot}
            put("changes", refs, kind="assignment.started", **about)

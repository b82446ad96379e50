"""What people of one airline meet of another's rows, by every command on every protected table: nothing.

The guards are off, so that the policies answer alone. A refusal is `InsufficientPrivilege` or no row; any other error, such as
that of a unique key, would tell that there is something.
"""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from psycopg.errors import CheckViolation, UniqueViolation

from tests.owner import owning
from tests.trust.attempts import attempt, blind, copied, harmless, harmless_column, met_tables, pointers, taken_back
from tests.trust.rows import Table
from tests.trust.scene import Scene

pytestmark = [pytest.mark.django_db, pytest.mark.untold]

ROLES = ("nobody", "pilot", "colleague", "approver", "client")
# Which carriers there are everybody knows who is known.
SEEN_BY_ALL = {"airlines"}
# What is a person's own, a program's own, or the product's: administrators see others' rows on all other tables.
NOT_FOR_ADMINISTRATORS = {
    "account_letters",
    "authenticators",
    "axes_accessattempt",
    "axes_accessattemptexpiration",
    "axes_accessfailurelog",
    "axes_accesslog",
    "consents",
    "data_exports",
    "django_admin_log",
    "email_changes",
    "factor_failures",
    "guardian_groupobjectpermission",
    "guardian_userobjectpermission",
    "idempotency_keys",
    "notification_preferences",
    "notifications",
    "passkeys",
    "recovery_codes",
    "security_alerts",
    "user_sessions",
    "users_groups",
    "users_user_permissions",
}
# Columns by which a row of one's own may name anything at all: ids of 122 random bits, of which nobody learns more by naming
# them than he knew (the last test). Who did something to a row, and which part of the contract it is about, the guards keep,
# which are off here.
NAMES_A_PERSON = {
    "activation_plans": ["ended_by_id", "planned_by_id"],
    "contract_activations": ["activated_by_id", "undone_by_id"],
    "contract_decisions": ["decided_by_id", "on_behalf_of_id"],
    "contract_improvements": ["author_id", "decided_by_id"],
    "contract_review_flags": ["settled_by_id"],
    "contract_reviews": ["author_id", "hidden_by_id"],
    "contract_rules": ["added_by_id", "decided_by_id"],
    "pilot_contract_assignments": ["assigned_by_id"],
    "pilot_contracts": ["approved_by_id", "claimed_by_id", "submitted_by_id"],
    "review_comments": ["author_id"],
    "rule_actions": ["actor_id"],
    "rule_corrections": ["corrected_by_id", "proposed_by_id"],
}
NAMES_A_PART = {
    "contract_activations": ["plan_id"],
    "contract_decisions": ["step_id"],
    "contract_improvements": ["applied_in_id", "rule_id"],
    "contract_rules": ["merged_into_id"],
    "model_credentials": ["airline_id"],
    "pilot_contract_assignments": ["follows_id"],
    "pilot_contracts": ["review_round_id", "revises_id"],
    "review_comments": ["rule_id"],
    "review_round_steps": ["group_id"],
}
MAY_NAME_ANY = {
    (table, column)
    for named in (NAMES_A_PERSON, NAMES_A_PART)
    for table, columns in named.items()
    for column in columns
}


@pytest.mark.parametrize("role", ROLES)
def test_no_row_of_the_other_airline_is_read(scene: Scene, role: str) -> None:
    assert met_tables(scene.as_whom(role), scene) == (set() if role == "nobody" else SEEN_BY_ALL)


def test_administrators_read_what_is_not_a_persons_own(scene: Scene) -> None:
    met = met_tables(scene.as_whom("administrator"), scene)

    assert set(scene.sides["B"].keys) - met == NOT_FOR_ADMINISTRATORS


@pytest.mark.parametrize("role", ROLES)
def test_no_row_is_written_for_the_other_airline(scene: Scene, role: str) -> None:
    who = scene.as_whom(role)

    written = {
        (name, met)
        for name, keys in scene.sides["B"].keys.items()
        for key in keys
        if not harmless(met := attempt(who, *copied(scene.tables[name], key)))
    }

    assert written == set()


@pytest.mark.parametrize("role", ROLES)
def test_no_row_of_ones_own_is_written_that_hangs_on_the_other_airlines(scene: Scene, role: str) -> None:
    who, mine, theirs = scene.as_whom(role), scene.sides["A"], scene.sides["B"]

    written = {
        (name, column, met)
        for name, keys in mine.keys.items()
        for key in keys
        for column, target in pointers(scene.tables[name], theirs)
        if (name, column) not in MAY_NAME_ANY
        and not harmless(met := attempt(who, *copied(scene.tables[name], key, **{column: target})))
    }

    assert written == set()


@pytest.mark.parametrize("role", ROLES)
def test_no_row_of_the_other_airline_is_changed_or_deleted_by_its_key(scene: Scene, role: str) -> None:
    who = scene.as_whom(role)

    touched = set()
    for name, keys in scene.sides["B"].keys.items():
        table = scene.tables[name]
        where = f'WHERE "{table.key}"::text = ANY(%s)'
        for statement in (
            f'UPDATE "{name}" SET {harmless_column(table)} {where}',
            f'DELETE FROM "{name}" {where}',
        ):
            met = attempt(who, statement, [[str(key) for key in keys]])
            if not harmless(met):
                touched.add((name, statement[:6], met))

    assert touched == set()


@pytest.mark.parametrize("role", ROLES)
def test_no_row_of_the_other_airline_is_changed_or_deleted_by_who_reads_nothing(scene: Scene, role: str) -> None:
    who = scene.as_whom(role)

    touched = {
        (name, statement[:6], became)
        for name in scene.sides["B"].keys
        for statement in (
            f'UPDATE "{name}" SET {harmless_column(scene.tables[name])}',
            f'DELETE FROM "{name}"',
        )
        if (became := blind(scene, who, scene.tables[name], statement))
    }

    assert touched == set()


@pytest.mark.parametrize("role", ROLES)
def test_no_row_of_ones_own_is_moved_to_the_other_airline(scene: Scene, role: str) -> None:
    who, mine, theirs = scene.as_whom(role), scene.sides["A"], scene.sides["B"]

    moved = set()
    for name, keys in mine.keys.items():
        table = scene.tables[name]
        for column, target in pointers(table, theirs):
            if (name, column) in MAY_NAME_ANY:
                continue
            by_key = f'UPDATE "{name}" SET "{column}" = %s WHERE "{table.key}"::text = ANY(%s)'
            for met in (
                *(attempt(who, by_key, [target, [str(key)]]) for key in keys),
                attempt(who, f'UPDATE "{name}" SET "{column}" = %s', [target]),
            ):
                if not harmless(met):
                    moved.add((name, column, met))

    assert moved == set()


def test_naming_what_is_of_the_other_airline_shows_nothing_of_it_but_the_person_named(scene: Scene) -> None:
    mine, theirs = scene.sides["A"], scene.sides["B"]

    shown = set()
    for name, column in sorted(MAY_NAME_ANY):
        table = scene.tables[name]
        for target in (key for at, key in pointers(table, theirs) if at == column):
            with taken_back():
                if not _named(table, column, target, mine.keys[name]):
                    continue
                for role in ("pilot", "colleague", "approver"):
                    shown |= {(name, column, other) for other in met_tables(scene.as_whom(role), scene) - SEEN_BY_ALL}

    assert {other for *_, other in shown} <= {"users"}
    assert {(name, column) for name, column, *_ in shown} <= {
        (n, c) for n, columns in NAMES_A_PERSON.items() for c in columns
    }


def _named(table: Table, column: str, target: Any, keys: list[Any]) -> bool:
    """Whether the owner may write it: checks and keys refuse some of it to everybody."""
    try:
        with owning(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'UPDATE "{table.name}" SET "{column}" = %s WHERE "{table.key}" = ANY(%s)', [target, keys])
    except IntegrityError as error:
        if isinstance(error.__cause__, (CheckViolation, UniqueViolation)):
            return False
        raise
    return True


@pytest.mark.parametrize("role", ["pilot", "approver"])
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE users SET role = 'administrator' WHERE id = %(me)s",
        "UPDATE users SET role = 'administrator'",
        "UPDATE users SET is_superuser = true",
        "UPDATE users SET is_active = false",
        "UPDATE users SET id = %(them)s WHERE id = %(me)s",
        "UPDATE pilots SET airline_id = %(airline)s",
        "UPDATE pilots SET pilot_id = 'P-TAKEN'",
        "UPDATE pilots SET user_id = %(them)s",
        "UPDATE pilot_contracts SET airline_id = %(airline)s",
        "UPDATE pilot_contracts SET uploaded_by_id = %(colleague)s",
        "INSERT INTO airline_grants (user_id, permission_id, content_object_id) SELECT %(me)s, id, %(airline)s FROM auth_permission",
        "UPDATE airline_grants SET content_object_id = %(airline)s",
        "INSERT INTO users_user_permissions (user_id, permission_id) SELECT %(me)s, id FROM auth_permission",
        "UPDATE service_clients SET scopes = '{}'",
    ],
)
def test_nobody_gives_himself_more_than_he_has(scene: Scene, role: str, change: str) -> None:
    mine, theirs = scene.sides["A"], scene.sides["B"]
    names = {
        "me": mine.people[role],
        "them": theirs.people[role],
        "airline": theirs.airline,
        "colleague": mine.people["colleague"],
    }
    met = attempt(scene.as_whom(role), change, names)
    assert harmless(met), met

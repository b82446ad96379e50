"""What policies ask is asked once a statement, however PostgreSQL plans it: not once a row, nor once a pair of rows."""

import json
import re
from typing import Any

import pytest
from django.db import connection

from config import door
from tests.factories import ContractFactory, UserFactory, grant_review

pytestmark = pytest.mark.django_db

# Without figures on its tables, PostgreSQL takes such plans by itself.
WAYS = ("hashjoin", "mergejoin", "material", "indexscan", "bitmapscan", "memoize")


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """A plan's steps, subplans among them."""
    return [plan, *(node for part in plan.get("Plans", ()) for node in nodes(part))]


def test_whose_names_one_meets_is_asked_once_though_a_list_reads_everybody_for_each_row() -> None:
    approver = UserFactory.create(approver=True)
    for contract in ContractFactory.create_batch(4, in_review=True):
        grant_review(approver, contract.airline)
    UserFactory.create_batch(5)
    with door.seeing(door.identity_of(approver)), connection.cursor() as cursor:
        cursor.execute("; ".join(f"SET LOCAL enable_{way} = off" for way in WAYS))
        cursor.execute("""EXPLAIN (ANALYZE, FORMAT JSON)
            SELECT c.id, u.full_name FROM pilot_contracts c LEFT JOIN users u ON u.id = c.claimed_by_id""")
        ((told,),) = cursor.fetchall()
    steps = nodes((json.loads(told) if isinstance(told, str) else told)[0]["Plan"])

    (reads_people,) = (step for step in steps if step.get("Relation Name") == "users")
    asks = [step["Actual Loops"] for step in steps if step["Node Type"] == "ProjectSet"]
    assert reads_people["Actual Loops"] >= 4, "the plan that this is about"
    assert asks == [1]


def test_no_policy_and_no_view_asks_of_the_caller_anew_for_each_row() -> None:
    """What takes nothing of a row belongs in a subselect of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname FROM pg_proc WHERE proname LIKE 'door\\_%' AND pronargs = 0")
        asked = {name for (name,) in cursor.fetchall()}
        cursor.execute(
            """SELECT tablename || ': ' || policyname, coalesce(qual, '') || ' ' || coalesce(with_check, '')
               FROM pg_policies WHERE schemaname = 'public'
               UNION ALL SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'"""
        )
        said = dict(cursor.fetchall())
    calls = rf"\b({'|'.join(sorted(asked))})\(\)"
    bare = {where for where, text in said.items() if re.search(rf"(?<!SELECT ){calls}", text)}

    assert asked >= {name for text in said.values() for name in re.findall(r"\b(door_\w+)\(\)", text)}
    assert {"door_person", "door_acquaintances", "door_reviews"} <= {
        name for text in said.values() for name in re.findall(calls, text)
    }
    assert bare == set()

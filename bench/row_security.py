"""What policies cost: the same questions asked by an approver behind them, and by the owner of the tables, whom they let pass.

    .venv/bin/python -m bench.row_security [--rounds 40]

Both connections and all questions take turns, in one process; both narrow by `visible_to`, as pages do.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SCALE = ("--pilots=2000", "--contracts=100", "--rules=20000")
PAGE = 50


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40)
    given = parser.parse_args()
    from config import servers

    with tempfile.TemporaryDirectory(prefix="vectorbid-bench-") as folder, servers.available(Path(folder)) as running:
        os.environ.update(running.environment(), VAR_DIR=folder, DJANGO_SETTINGS_MODULE="config.settings.local")
        for command in (("migrate", "-v0"), ("load_regulations",), ("load_scale", *SCALE)):
            subprocess.run([sys.executable, "manage.py", *command], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own
        import django

        django.setup()
        measure(given.rounds)


def measure(rounds: int) -> None:
    """Each question behind policies and past them, in turn."""
    from django.contrib.auth.models import Permission
    from django.db import connection

    from accounts.models import Airline, AirlineGrant, Role, User
    from config import door
    from config.database.owner import as_owner

    with door.as_product("the scene is set"):
        approver = User.objects.create_user(email="bench@people.test", role=Role.APPROVER)
        permission = Permission.objects.get(codename="review_contracts")
        for airline in Airline.objects.filter(contracts__isnull=False).distinct():
            AirlineGrant.objects.create(user=approver, permission=permission, content_object=airline)
    asked = questions(approver)
    times: dict[str, dict[str, list[float]]] = {name: {"behind": [], "past": []} for name in asked}
    for turn in range(rounds + 2):
        for side in ("behind", "past"):
            with door.seeing(door.identity_of(approver)):
                if side == "past":
                    with as_owner():
                        connection.ensure_connection()
                        _asked(asked, times, side, counts=turn >= 2)
                else:
                    _asked(asked, times, side, counts=turn >= 2)
    for name, sides in times.items():
        behind, past = (statistics.median(sides[side]) * 1000 for side in ("behind", "past"))
        print(f"{name}: {behind:.2f} ms behind policies, {past:.2f} ms past them, ratio {behind / past:.2f}")


def _asked(
    asked: dict[str, Callable[[], Any]], times: dict[str, dict[str, list[float]]], side: str, *, counts: bool
) -> None:
    for name, question in asked.items():
        question()  # plans and caches of a fresh connection are no policy's doing
        began = time.perf_counter()
        question()
        if counts:
            times[name][side].append(time.perf_counter() - began)


def questions(approver: Any) -> dict[str, Callable[[], Any]]:
    """What pages and the API ask most."""
    from accounts.models import User
    from config import door
    from config.search.asking import question_of
    from contracts.models import ContractRule, PilotContract
    from contracts.search_selectors import RuleScope, rules_found

    visible = PilotContract.objects.visible_to(approver)
    with door.as_product("whom to ask for"):
        other = PilotContract.objects.exclude(uploaded_by=approver)[:1].get().uploaded_by_id
    return {
        "a page of contracts": lambda: list(visible.select_related("airline", "uploaded_by")[:PAGE]),
        "another's name": lambda: User.objects.filter(pk=other).first(),
        "one contract": lambda: visible.select_related("airline").filter(pk=_first(visible)).first(),
        "its rules": lambda: list(ContractRule.objects.filter(contract=_first(visible))[:300]),
        "a search": lambda: rules_found(approver, question_of("minimum rest"), RuleScope(), cursor="", size=20),
    }


def _first(visible: Any) -> Any:
    return visible.values_list("pk", flat=True).first()


if __name__ == "__main__":
    main()

"""What the audit trail costs: a save with and without it, in turn, and the verification of a long trail.

`python -m bench.audit [--entries 1000000]` makes servers of its own in a temporary folder, with fsync as in production.
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

import psycopg

ROUNDS, SAVES = 12, 100
TABLE = "bench_rows"
WATCHES = ("insert", "update", "delete")
# Twenty rows a transaction.
FILL = f"""
DO $$ BEGIN
    FOR number IN 1..%s LOOP
        INSERT INTO {TABLE} (name, minutes) SELECT 'row ' || number, n FROM generate_series(1, 20) AS n;
        COMMIT;
    END LOOP;
END $$;
"""  # noqa: S608 - our own table


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    given = parser.parse_args()
    from config import servers

    with (
        tempfile.TemporaryDirectory(prefix="vectorbid-bench-") as folder,
        servers.available(Path(folder), durable=True) as running,
    ):
        os.environ.update(running.environment(), VAR_DIR=folder, DJANGO_SETTINGS_MODULE="config.settings.local")
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], check=True)
        import django

        from config import door

        django.setup()
        door.process_is_product()
        measure_saves()
        measure_verification(given.entries)


def watched(is_on: bool) -> None:  # noqa: FBT001 - on or off
    """The trail's triggers of the two tables, which their owner alone switches."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as cursor:
        for table in ("airlines", "pilot_contracts"):
            for watch in WATCHES:
                state = "ENABLE" if is_on else "DISABLE"
                cursor.execute(f"ALTER TABLE {table} {state} TRIGGER audit_watch_{watch}")


def measure_saves() -> None:
    """A save in a transaction of its own, and a service's write, with each commit on the disk and without."""
    from django.db import connection, transaction

    from accounts.models import Airline

    airline = Airline.objects.create(code="BEN", name="Bench")

    def alone() -> None:
        airline.name = f"Bench {time.perf_counter_ns()}"
        with transaction.atomic():
            airline.save()

    def several() -> None:
        with transaction.atomic():
            for _ in range(10):
                airline.name = f"Bench {time.perf_counter_ns()}"
                airline.save()

    for durability in ("on", "off"):
        with connection.cursor() as cursor:
            cursor.execute(f"SET synchronous_commit = {durability}")
        for name, act, count in (("one save", alone, SAVES), ("ten saves in a transaction", several, SAVES // 10)):
            told = in_turn(act, count)
            print(
                f"{name}, synchronous_commit {durability}: {told[True]:.0f} µs with the trail, {told[False]:.0f} µs without, "
                f"ratio {told[True] / told[False]:.2f}"
            )


def in_turn(act: Callable[[], None], count: int) -> dict[bool, float]:
    """The median microseconds of `act`, with the trail (True) and without, rounds of each in turn."""
    taken: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(ROUNDS):
        for is_on in (True, False):
            watched(is_on)
            act()
            began = time.perf_counter()
            for _ in range(count):
                act()
            taken[is_on].append((time.perf_counter() - began) / count * 1e6)
    watched(is_on=True)
    return {is_on: statistics.median(times) for is_on, times in taken.items()}


def measure_verification(entries: int) -> None:
    """Verify a trail of so many entries, in a process of its own whose memory is told."""
    from django.db import connection

    from audit.watch import watch_tables
    from config.database.owner import as_owner

    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TABLE} (id bigserial PRIMARY KEY, name text, minutes integer)")
        watch_tables()
        cursor.execute("SET synchronous_commit = off")
        began = time.perf_counter()
        cursor.execute(FILL, [entries // 20])
        print(f"{entries} rows written, {entries // 20} transactions: {time.perf_counter() - began:.1f} s")
        cursor.execute("VACUUM ANALYZE")
    command: list[Any] = [sys.executable, "manage.py", "verify_audit"]
    began = time.perf_counter()
    subprocess.run(command, check=True)  # noqa: S603 - our own
    import resource

    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"verified in {time.perf_counter() - began:.1f} s, {memory} MB at the most")


if __name__ == "__main__":
    main()

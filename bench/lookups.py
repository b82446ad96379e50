"""The lookup beside a bare server, FastAPI with plain SQL and a stock viewset, in turn, on one core; wrk has the other.

    .venv/bin/python -m bench.lookups [--times 10] [--seconds 8] [--rounds 3]

`make bench` installs what it needs and runs it. `--times 10` measures the product on these data and on ten times as many, in
turn, instead of beside the others. Servers, PostgreSQL and Valkey share core 0. Each figure is the median over rounds in which
all take turns; compare the ratios.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from config import door, servers

ROOT = Path(__file__).resolve().parent.parent
PEERS_PYTHON = ROOT / "var" / "bench-venv" / "bin" / "python"
PORT = 8117
SERVERS_CORE, LOAD_CORE = {0}, "1"
GRANIAN = (
    "-m",
    "granian",
    "--host",
    "127.0.0.1",
    "--port",
    str(PORT),
    "--workers",
    "1",
    "--no-ws",
    "--log-level",
    "error",
)
THREADS = ("--interface", "wsgi", "--blocking-threads", "4")
EXPLAIN = (
    "EXPLAIN (ANALYZE, SERIALIZE, TIMING OFF, SUMMARY ON) SELECT rules, gzip, content_hash FROM published_contracts"
)


@dataclass(frozen=True, slots=True)
class Contestant:
    """A server's arguments to Python, and what follows the pilot's id in its addresses."""

    name: str
    python: Path
    arguments: tuple[str, ...]
    suffix: str = "/rules/"


HERE = Path(sys.executable)
PRODUCT = Contestant("product", HERE, (*GRANIAN, *THREADS, "config.wsgi:application"))
LARGER = replace(PRODUCT, name="larger")
BARE = Contestant("bare", HERE, (*GRANIAN, *THREADS, "bench.peers.bare:application"))
FASTAPI = Contestant(
    "fastapi", PEERS_PYTHON, (*GRANIAN, "--interface", "asgi", "bench.peers.straightforward:application")
)
STOCK = Contestant("stock", HERE, (*GRANIAN, *THREADS, "bench.peers.stock:application"), "/")


@dataclass(frozen=True, slots=True)
class Setting:
    """Where everything is: the environment of servers and load, the pilots' ids and a token for all of them."""

    environment: Mapping[str, str]
    pilots: Path
    token: str


def manage(environment: Mapping[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


CLIENT = """
from accounts.models import Airline, Scope, ServiceClient
from accounts.tokens import client_token
client, _ = ServiceClient.objects.get_or_create(
    client_id="bench", defaults={"name": "bench", "secret_hash": "-", "scopes": [Scope.RULES_READ.value]})
client.airlines.set(Airline.objects.all())
from datetime import timedelta
from rest_framework_simplejwt.settings import api_settings
from accounts import tokens
tokens._Access.lifetime = timedelta(hours=12)
print(client_token(client), api_settings.SIGNING_KEY)
"""


@contextmanager
def prepared(times: int) -> Iterator[Setting]:
    """Servers on their core with the data loaded, kept under var/ between runs."""
    var_dir = ROOT / "var" / f"bench-{times}"
    settings = {"VAR_DIR": str(var_dir), "DJANGO_SETTINGS_MODULE": "config.settings.local", "PYTHONPATH": str(ROOT)}
    with servers.available(var_dir) as running:
        for process in running.pids().values():
            if process is not None:
                os.sched_setaffinity(process, SERVERS_CORE)
        environment = {**os.environ, **settings, **running.environment(), "LOG_LEVEL": "INFO"}
        manage(environment, "migrate", "-v0")
        manage(environment, "load_regulations")
        pilots = var_dir / "scale" / "pilots-117.txt"
        if not pilots.exists():
            sizes = (f"--pilots={10_000 * times}", f"--contracts={100 * times}", f"--rules={5_000 * times}")
            manage(environment, "load_scale", *sizes)
        manage(
            environment,
            "shell",
            "-v0",
            "-c",
            "from contracts.services.publication import *; publication_refresh(); lookups_warm()",
        )
        token, key = manage(environment, "shell", "-v0", "-c", CLIENT).split()
        body = var_dir / "answer.json"
        environment |= {"BENCH_BODY": str(body), "BENCH_DSN": running.owner_url, "BENCH_KEY": key}
        environment |= {"BENCH_PILOTS": str(pilots), "BENCH_TOKEN": token}
        with psycopg.connect(running.owner_url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute(f"SET {door.KIND} = 'product'")
            explain(connection)
        setting = Setting(environment, pilots, token)
        with serving(PRODUCT, setting):
            body.write_bytes(asked(PRODUCT, setting))
        yield setting


def explain(connection: psycopg.Connection[tuple[str]]) -> None:
    """How long PostgreSQL takes over one row of the view, written out."""
    contract = connection.execute("SELECT contract_id FROM published_contracts WHERE status = 'active'").fetchone()
    took = []
    for _ in range(50):
        lines = connection.execute(f"{EXPLAIN} WHERE contract_id = %s", contract).fetchall()
        took.append(float(re.search(r"Execution Time: ([\d.]+)", "\n".join(line for (line,) in lines))[1]))  # type: ignore[index]
    print(f"a row of published_contracts, serialized: {statistics.median(took):.3f} ms")


@contextmanager
def serving(contestant: Contestant, setting: Setting) -> Iterator[None]:
    """The server on its core, answering, until the block ends."""
    process = subprocess.Popen(
        [contestant.python, *contestant.arguments],
        cwd=ROOT,
        env=setting.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, SERVERS_CORE),  # noqa: PLW1509 - no threads have been started
    )
    try:
        for _ in range(300):
            try:
                asked(contestant, setting)
                break
            except OSError:
                if process.poll() is not None:
                    raise SystemExit(f"{contestant.name} does not start") from None
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def asked(contestant: Contestant, setting: Setting) -> bytes:
    pilot = setting.pilots.read_text().split(maxsplit=1)[0]
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}/api/v1/pilots/{pilot}{contestant.suffix}")
    request.add_header("Authorization", f"Bearer {setting.token}")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return bytes(answer.read())


def rate(contestant: Contestant, setting: Setting, seconds: int, **switches: str) -> float:
    """Requests a second over 32 connections that are kept alive, pilots drawn at random."""
    command = ["taskset", "-c", LOAD_CORE, "wrk", "-t1", "-c32", f"-d{seconds}s", "-s", "bench/peers/lookups.lua"]
    said = subprocess.run(
        [*command, f"http://127.0.0.1:{PORT}"],
        cwd=ROOT,
        env={**setting.environment, "BENCH_SUFFIX": contestant.suffix, **switches},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    if "Non-2xx" in said:
        raise SystemExit(f"{contestant.name} refused:\n{said}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]


def latency(contestant: Contestant, setting: Setting, seconds: int) -> float:
    """The 99th percentile at 1,000 requests a second, in milliseconds from when each was due."""
    target = (f"http://127.0.0.1:{PORT}/api/v1/pilots/", contestant.suffix, str(setting.pilots), setting.token)
    command = ["taskset", "-c", LOAD_CORE, sys.executable, "-m", "bench.open_loop", *target, "1000", str(seconds)]
    said = subprocess.run(command, cwd=ROOT, env=setting.environment, check=True, capture_output=True, text=True).stdout
    return float(said.split()[1])


def measure(contestants: Sequence[tuple[Contestant, Setting]], seconds: int, rounds: int) -> dict[str, float]:
    """All figures by their names, each the median of its rounds."""
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        for contestant, setting in contestants:
            with serving(contestant, setting):
                rate(contestant, setting, 2)
                figures = {"": rate(contestant, setting, seconds)}
                if contestant in {PRODUCT, LARGER, FASTAPI}:
                    figures[" 304"] = rate(contestant, setting, seconds, BENCH_KNOWN="1")
                if contestant is PRODUCT:
                    figures[" gzip"] = rate(contestant, setting, seconds, BENCH_GZIP="1")
                if contestant in {PRODUCT, BARE}:
                    figures[" p99"] = latency(contestant, setting, seconds)
            for kind, figure in figures.items():
                found.setdefault(contestant.name + kind, []).append(figure)
                print(f"  {contestant.name + kind:14} {figure:10.2f}", flush=True)
    return {name: statistics.median(figures) for name, figures in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=1, help="How many times the data.")
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with ExitStack() as opened:
        setting = opened.enter_context(prepared(1))
        if given.times == 1:
            contestants = [(contestant, setting) for contestant in (BARE, PRODUCT, FASTAPI, STOCK)]
        else:
            contestants = [(PRODUCT, setting), (LARGER, opened.enter_context(prepared(given.times)))]
        found = measure(contestants, given.seconds, given.rounds)
    ratios = {
        "of the bare server's rate (at least 0.12)": ("product", "bare"),
        "times FastAPI's rate (at least 7)": ("product", "fastapi"),
        "times the stock viewset's rate (at least 25)": ("product", "stock"),
        "times FastAPI's rate of 304 (at least 8)": ("product 304", "fastapi 304"),
        "times the bare server's p99 at 1,000/s (at most 3)": ("product p99", "bare p99"),
        "of the rate on fewer data (at least 0.9)": ("larger", "product"),
        "of the rate of 304 on fewer data (at least 0.9)": ("larger 304", "product 304"),
    }
    for words, (ours, theirs) in ratios.items():
        if ours in found and theirs in found:
            print(f"{found[ours] / found[theirs]:7.3f} {words}")


if __name__ == "__main__":
    main()

"""What `make run` runs, as data."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
# Workers need not look for one another, which would take a second of each start.
WORKER = ("worker", "--loglevel", "INFO", "--without-mingle", "--without-gossip")
WELCOME = (
    "Sign in as pilot@demo.test, second.pilot@demo.test, approver@demo.test, second.approver@demo.test",
    "or admin@demo.test, password demo-pass-117. Ctrl-C ends everything.",
)


@dataclass(frozen=True, slots=True)
class Step:
    """A command that has to succeed before the programs start."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """A command that runs for as long as the product does, and is started again when it ends."""

    name: str
    command: tuple[str, ...]
    stop_round: int = 1  # those of a lower round are asked to end first
    after_web: bool = False  # first started once the web answers, or a moment later: the site is there sooner


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in their order, then programs; `health_url` answers 200 once people can come in."""

    steps: tuple[Step, ...]
    programs: tuple[Program, ...]
    folder: Path = CHECKOUT
    health_url: str | None = None
    welcome: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


def product(*, host: str, port: int, var_dir: Path) -> Plan:
    """The product with its demo, at `host` and `port`."""
    python = sys.executable
    celery = (python, "-m", "celery", "-A", "config", "--quiet")
    web = (python, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", "1")
    seen_as = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - compared, not bound
    address = f"http://{seen_as}:{port}"
    schedule = str(var_dir / "run" / "beat-schedule")
    return Plan(
        steps=(Step("prepare", (python, "manage.py", "prepare_demo")),),
        programs=(
            Program("web", (*web, "--blocking-threads", "4", "--no-ws", "config.wsgi:application"), stop_round=0),
            Program(
                "beat", (*celery, "beat", "--loglevel", "INFO", "--schedule", schedule, "--pidfile="), after_web=True
            ),
            # What is short has a worker of its own: a publication never waits behind the reading of long documents.
            Program("worker", (*celery, *WORKER, "--hostname", "worker@%h", "--pool", "solo"), after_web=True),
            # So has mail: a mail server may take its time.
            Program(
                "mailer",
                (*celery, *WORKER, "--hostname", "mailer@%h", "--queues", "mail", "--pool", "solo"),
                after_web=True,
            ),
            # And webhooks: so may their receivers.
            Program(
                "courier",
                (*celery, *WORKER, "--hostname", "courier@%h", "--queues", "webhooks", "--pool", "solo"),
                after_web=True,
            ),
            Program(
                "reader",
                (*celery, *WORKER, "--hostname", "reader@%h", "--queues", "reading", "--concurrency", "2"),
                after_web=True,
            ),
        ),
        health_url=f"{address}/health/",
        welcome=(f"VectorBid Contracts is ready: {address}/", *WELCOME),
        environment={"VAR_DIR": str(var_dir), "HOST": host, "PORT": str(port)},
    )

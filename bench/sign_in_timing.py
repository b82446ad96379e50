"""Does the time of a refused sign-in tell whether the address has an account? docs/accounts.md explains the method.

    .venv/bin/python -m bench.sign_in_timing [--tries 500] [--seed 117]

Addresses with and without an account take turns in random order, each tried once, over the API and over the page, against
PostgreSQL and Redis; so do two sets of addresses with accounts, which shows what chance alone does. Everything that counts
failures is at work; only its bounds are lifted, since what is slowed down answers before any password is looked at. Exits
with 1 where the time tells.
"""

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
os.environ.setdefault("LOG_LEVEL", "WARNING")  # no line a request

PASSWORD, WRONG = "correct-horse-117", "wrong-horse-117"
RESAMPLES = 2000
CERTAINTY = 0.95
# A difference as rare as this by chance alone tells.
RARE = 0.01
Attempt = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two sets of times in milliseconds. `p` is of the Mann-Whitney test; `low` and `high` bound the difference of the medians."""

    first: float
    second: float
    low: float
    high: float
    p: float

    @property
    def tells(self) -> bool:
        """Whether ranks and medians both say that the two are not alike."""
        return self.p < RARE and not self.low <= 0 <= self.high


def compared(first: Sequence[float], second: Sequence[float], chance: random.Random) -> Compared:
    """Ranks, which one slow request cannot sway, and a bootstrap of the medians."""
    differences = sorted(
        statistics.median(chance.choices(first, k=len(first)))
        - statistics.median(chance.choices(second, k=len(second)))
        for _ in range(RESAMPLES)
    )
    edge = int(RESAMPLES * (1 - CERTAINTY) / 2)
    return Compared(
        statistics.median(first),
        statistics.median(second),
        differences[edge],
        differences[-edge - 1],
        mann_whitney(first, second),
    )


def mann_whitney(first: Sequence[float], second: Sequence[float]) -> float:
    """The two-sided probability that sets of one distribution differ so much in rank, by the normal approximation."""
    ranked = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    rank_sum = sum(rank for rank, (_, which) in enumerate(ranked, start=1) if which == 0)
    many, few = len(first), len(second)
    u = rank_sum - many * (many + 1) / 2
    deviation = sqrt(many * few * (many + few + 1) / 12)
    return erfc(abs(u - many * few / 2) / deviation / sqrt(2))


def measured(attempt: Attempt, sets: Sequence[Sequence[str]], chance: random.Random) -> list[list[float]]:
    """Milliseconds of one attempt for each address of each set, in random order."""
    order = [(which, address) for which, addresses in enumerate(sets) for address in addresses]
    chance.shuffle(order)
    times: list[list[float]] = [[] for _ in sets]
    for which, address in order:
        began = time.perf_counter()
        status = attempt(address)
        times[which].append((time.perf_counter() - began) * 1000)
        if status not in {200, 401}:  # the page shows its form again
            raise SystemExit(f"An attempt was answered {status}: nothing can be said of its time.")
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--tries", type=int, default=500)
    parser.add_argument("--seed", type=int, default=117)
    given = parser.parse_args()
    from config import servers

    var_dir = Path(os.environ.get("VAR_DIR") or Path(__file__).resolve().parent.parent / "var")
    with servers.available(var_dir) as running:
        os.environ.update(running.environment())
        tells = _run(given.tries, random.Random(given.seed))  # noqa: S311 - an order, no secret
    raise SystemExit("The time tells." if tells else 0)


def _run(tries: int, chance: random.Random) -> bool:
    """Whether the time told, over the API or over the page."""
    import django

    from config import door

    django.setup()
    door.process_is_product()
    from django.conf import settings
    from django.test.utils import setup_databases, teardown_databases

    settings.ALLOWED_HOSTS = ["testserver"]
    _lift_bounds()
    old = setup_databases(verbosity=0, interactive=False)
    try:
        told = [_surface_tells(name, attempt, tries, chance) for name, attempt in _surfaces().items()]
    finally:
        teardown_databases(old, verbosity=0)
    return any(told)


def _lift_bounds() -> None:
    """All failures are still counted."""
    from django.conf import settings

    from accounts import guessing
    from config.api.throttles import TokenThrottle

    settings.AXES_FAILURE_LIMIT = guessing.FREE_FAILURES = 10**9
    TokenThrottle.allow_request = lambda *_: True  # type: ignore[method-assign] # lifted for the measurement


def _surfaces() -> dict[str, Attempt]:
    from django.test import Client

    client = Client()

    def by_api(email: str) -> int:
        body = {"email": email, "password": WRONG}
        return client.post("/api/v1/auth/token/", body, content_type="application/json").status_code

    def by_page(email: str) -> int:
        return client.post("/login/", {"username": email, "password": WRONG}).status_code

    return {"API": by_api, "page": by_page}


def _surface_tells(name: str, attempt: Attempt, tries: int, chance: random.Random) -> bool:
    known, others, unknown = ([f"{chance.getrandbits(64):016x}@people.test" for _ in range(tries)] for _ in range(3))
    _accounts(known + others)
    measured(attempt, [[f"warm{number}@people.test" for number in range(10)]], chance)
    of_known, of_others, of_unknown = measured(attempt, [known, others, unknown], chance)
    _say(f"{name}: known against known", compared(of_known, of_others, chance))
    found = compared(of_known, of_unknown, chance)
    _say(f"{name}: known against unknown", found)
    return found.tells


def _accounts(emails: Sequence[str]) -> None:
    from django.contrib.auth.hashers import make_password

    from accounts.models import Role, User

    hashed = make_password(PASSWORD)
    User.objects.bulk_create(User(email=email, role=Role.PILOT, password=hashed) for email in emails)


def _say(what: str, found: Compared) -> None:
    print(
        f"{what}: medians {found.first:.2f} and {found.second:.2f} ms, difference {found.first - found.second:+.2f} "
        f"({found.low:+.2f} to {found.high:+.2f}), p = {found.p:.3f}"
    )


if __name__ == "__main__":
    main()

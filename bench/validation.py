"""How long validation takes: `python -m bench.validation`.

A month of 20 duty periods against 300 rules that can all be tested and pass, the same with a tenth broken, and 10,000 pairings
of one to four duty periods at once, with the law and, for comparison, by contract alone. Each time is the whole of it, from parsed
JSON to the answer's bytes, and is given as a ratio too: to a yardstick that only parses and writes the same document and every
instant in it, timed in turn with it. Growth is the cost of a pairing against that in the smallest choice: 1.0 is linear.
"""

import argparse
import random
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import orjson

from bench.far117 import FIRST_DAY as MONDAY
from bench.far117 import Document, flight_duty_period, month, yardstick
from contracts.predicates import PilotFacts, judged_rules
from contracts.validation import answers
from contracts.validation.answers import Binding, JudgedRules
from contracts.validation.documents import Work
from contracts.validation.law import LawJudgement, judge_law

# Metric, operator, a value that a month and its trips keep, unit, period.
KEPT = (
    ("duty_period", "<=", 14, "hours", None),
    ("flight_duty_period", "<=", 13, "hours", None),
    ("flight_time_per_duty_period", "<=", 8, "hours", None),
    ("segments_per_duty_period", "<=", 6, "segments", None),
    ("report_before_departure", ">=", 45, "minutes", None),
    ("ground_time_between_segments", ">=", 30, "minutes", None),
    ("rest_between_duty_periods", ">=", 10, "hours", None),
    ("time_away_from_base", "<=", 120, "hours", None),
    ("pairing_length", "<=", 5, "days", None),
    ("duty_in_window", "<=", 60, "hours", "7 consecutive days"),
    ("flight_time_in_window", "<=", 32, "hours", "168 hours"),
    ("flight_time_in_window", "<=", 95, "hours", "bid period"),
    ("rest_in_window", ">=", 30, "hours", "168 consecutive hours"),
    ("days_off_per_month", ">=", 8, "days", "month"),
    ("consecutive_workdays", "<=", 6, "days", None),
)
PERCENTILE = 0.95


def rules(count: int, *, broken: int = 0) -> JudgedRules:
    """That many, of each metric in turn; the first few allow no duty period of more than three hours."""
    bodies = []
    for number in range(count):
        metric, operator, value, unit, period = KEPT[number % len(KEPT)]
        if number < broken:
            metric, operator, value, unit, period = "duty_period", "<=", 3, "hours", None
        predicate = {"metric": metric, "operator": operator, "value": value, "unit": unit, "period": period}
        bodies.append(
            {
                "source": "contract",
                "rule_id": f"rule-{number}",
                "title": "A limit",
                "citation": "Section 1",
                "is_hard_constraint": number % 5 > 0 or number < broken,
                "weight": 0.5,
                "applies_to": {},
                "parameters": {},
                "predicate": predicate,
            }
        )
    return JudgedRules(judged_rules(bodies))


def binding(judged: JudgedRules) -> Binding:
    return Binding("P-1", "TST", "2026", '"tag"', judged, PilotFacts(seat="captain", base="JFK"))


def pairings(count: int) -> Document:
    """Trips of one to four duty periods, two and a half on average, from different mornings of a month: a choice, no line."""
    chance = random.Random(117)  # noqa: S311 - invented trips, not a secret
    made = []
    for number in range(count):
        duties = []
        first = chance.randrange(28)
        for day in range(1 + number % 4):
            report = MONDAY + timedelta(days=first + day, hours=chance.randrange(5, 10))
            item = flight_duty_period(report, chance.randrange(1, 4))
            duties.append({name: item[name] for name in ("report", "release", "segments")})
        made.append({"id": str(number), "duty_periods": duties})
    return {"pairings": made}


def judge(document: Document, bound: Binding) -> bytes:
    """What is measured."""
    return orjson.dumps(answers.answer_to(document, bound))


def judge_by_contract_alone(document: Document, bound: Binding) -> bytes:
    """Without the law's engine."""
    setattr(answers, "judge_law", without_law)  # noqa: B010 - a name that the module imports
    try:
        return judge(document, bound)
    finally:
        setattr(answers, "judge_law", judge_law)  # noqa: B010 - as it was


def without_law(_: Work) -> LawJudgement:
    return LawJudgement()


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def in_turn(rounds: int, *works: Callable[[], object]) -> list[list[float]]:
    """Milliseconds of each round of each work, sorted."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for spent, work in zip(times, works, strict=True):
            spent.append(timed(work))
    return [sorted(spent) for spent in times]


def report(name: str, times: list[float], parsed: list[float], promised: str) -> None:
    middle, high = times[len(times) // 2], times[min(len(times) - 1, int(len(times) * PERCENTILE))]
    ratio = times[0] / parsed[0]
    print(f"{name:44}{times[0]:9.1f}{middle:9.1f}{high:9.1f}{ratio:9.1f}  {promised}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200, help="of a month; a choice gets a fiftieth, at least three")
    rounds = parser.parse_args().rounds
    roster: dict[str, Any] = {"schedule": month(), "month": {"first_day": "2026-01-01", "last_day": "2026-01-31"}}
    print(f"{'case':44}{'least ms':>9}{'median':>9}{'p95':>9}{'ratio':>9}  promised")
    for name, bound in (
        ("a month, 300 rules", binding(rules(300))),
        ("a month, 300 rules, 30 of them broken", binding(rules(300, broken=30))),
    ):
        times, parsed = in_turn(rounds, partial(judge, roster, bound), partial(yardstick, [roster]))
        report(name, times, parsed, "p95 50 ms")
    bound, few = binding(rules(300)), max(3, rounds // 50)
    choice = pairings(10_000)
    times, alone, parsed = in_turn(
        few,
        partial(judge, choice, bound),
        partial(judge_by_contract_alone, choice, bound),
        partial(yardstick, [choice]),
    )
    report("10,000 pairings, 300 rules, with the law", times, parsed, "2,000 ms")
    report("10,000 pairings, 300 rules, contract alone", alone, parsed, "")
    sizes = [1250, 2500, 5000, 10_000]
    each = [in_turn(few, partial(judge, pairings(size), bound))[0][0] / size for size in sizes]
    print("\ngrowth: pairings, microseconds each, of the smallest")
    for size, cost in zip(sizes, each, strict=True):
        print(f"{size:8,}{cost * 1000:10.1f}{cost / each[0]:8.2f}")


if __name__ == "__main__":
    main()

"""How long comparing two versions of an agreement takes: `python -m bench.comparison`.

Invented rules in the words of the demo agreement, every one of them amended. In the easy case rules keep their ids; in the
hard one each has another id and place, so that wording alone pairs them; in the worst all are one sentence but for a number.
The last figure is the same for what the page shows first: 30 wordings told word by word. Growth is the cost of a rule against
that in the shortest agreement: 1.0 throughout is linear.
"""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

import contracts
from contracts.comparison.against_law import compare_with_law
from contracts.comparison.differences import Comparison, compare
from contracts.comparison.rules import ComparedRule

SOURCES = Path(contracts.__file__).parent / "demo" / "sources" / "cascadia-cba-2026"
SIZES = (250, 500, 1000, 2000, 4000)
WORDS_A_RULE, SHOWN, RUNS = 40, 30, 3


def vocabulary() -> list[str]:
    """The words of the demo agreement, each as often as it stands there."""
    texts = " ".join(path.read_text(encoding="utf-8") for path in sorted(SOURCES.glob("*.txt")))
    return [word for word in texts.split() if word.isalpha()]


def rule(number: int, text: str) -> ComparedRule:
    return ComparedRule(
        key=str(number),
        rule_id=f"{number}-duty",
        position=number,
        title=f"Duty period at most 14 hours ({number})",
        rule_text=text,
        description="",
        citation=f"Section {number}",
        category="duty",
        metric="flight_duty_period",
        operator="<=",
        value=Decimal(14),
        unit="hours",
        period=None,
        is_hard_constraint=True,
        weight=Decimal(1),
        applies_to={},
        parameters={},
        page=1,
        is_decided=True,
    )


def amended(before: ComparedRule, *, moved: bool) -> ComparedRule:
    """With other words and another limit and, where it moved, under another id at another place."""
    place = {"rule_id": f"new-{before.rule_id}", "citation": f"Article {before.position}"} if moved else {}
    return replace(before, rule_text=f"{before.rule_text} As amended.", value=Decimal(13), **place)  # type: ignore[arg-type] # texts


def seconds(work: Callable[[], object]) -> float:
    """The least of a few runs."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def show(comparison: Comparison) -> None:
    for change in comparison.changes[:SHOWN]:
        change.field_changes()


def main() -> None:
    chance, words = random.Random(117), vocabulary()  # noqa: S311 - invented wordings, not a secret
    shortest: dict[str, float] = {}
    for size in SIZES:
        told = [rule(number, " ".join(chance.choices(words, k=WORDS_A_RULE))) for number in range(size)]
        alike = [
            rule(number, f"Item {number} shall be no less than {number} hours in a month.") for number in range(size)
        ]
        sides = {
            "ids kept": (told, [amended(one, moved=False) for one in told]),
            "all moved": (told, [amended(one, moved=True) for one in told]),
            "all alike": (alike, [amended(one, moved=True) for one in alike]),
        }
        figures = {name: seconds(partial(compare, *pair)) for name, pair in sides.items()}
        figures["law"] = seconds(partial(compare_with_law, told))
        for name, taken in figures.items():
            shortest.setdefault(name, taken / size)
        line = "  ".join(
            f"{name} {taken * 1000:6.0f} ms (growth {taken / size / shortest[name]:4.1f})"
            for name, taken in figures.items()
        )
        print(f"{size:5} rules a side  {line}")
    page = compare(*sides["all moved"])
    print(f"{SHOWN} wordings word by word: {seconds(partial(show, page)) * 1000:.1f} ms")


if __name__ == "__main__":
    main()

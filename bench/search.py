"""How long searching takes beside the regular expression that it replaced: `python -m bench.search [--rules 5000]`.

Rules and the pages of one document in words drawn from the demo agreement, in drafts of an ordinary person, written in one
transaction that is taken back; the former trigram indexes are made there too. For each question the first 50 results are
fetched in turn: ranked and marked by full text, and as they were by regular expression, which knows no phrase of other
forms, no order and no spelling. Given are the median milliseconds of each and how many times full text is as fast.
"""

import argparse
import hashlib
import os
import random
import statistics
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from re import escape
from typing import Any

import django
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from bench.comparison import vocabulary
from config import servers

PAGES, WORDS_A_PAGE, WORDS_A_RULE, CONTRACTS = 250, 450, 60, 100
SHOWN = 50
QUESTIONS = (
    "rest",
    "minimum rest",
    '"reserve availability period"',
    "12.C.3",
    "augment*",
    "deadhead -reserve",
    "minimun rest",
)
FORMER_INDEXES = (
    "CREATE INDEX bench_rules_text ON contract_rules USING gin (rule_text gin_trgm_ops)",
    "CREATE INDEX bench_rules_title ON contract_rules USING gin (title gin_trgm_ops)",
    "CREATE INDEX bench_pages_text ON contract_pages USING gin (text gin_trgm_ops)",
)


def load(rules: int) -> Any:
    """The person whose drafts they are."""
    from accounts.models import Airline, User
    from contracts.models import ContractPage, ContractRule, ContractType, MediaType, PilotContract

    words, chance = vocabulary(), random.Random(117)  # noqa: S311 - invented text, not a secret
    airline, person = Airline.objects.create(code="BSR", name="Bench"), User.objects.create(email="bench@search.test")

    def text(length: int) -> str:
        begin = chance.randrange(len(words) - length)
        return " ".join([*words[begin : begin + length // 2], *chance.choices(words, k=length // 2)])

    contracts = PilotContract.objects.bulk_create(
        PilotContract(
            airline=airline,
            uploaded_by=person,
            contract_type=ContractType.POLICY,
            contract_version=f"bench {number}",
            title="Policy",
            effective_date=date(2026, 1, 1),
            document_sha256=hashlib.sha256(f"bench {number}".encode()).hexdigest(),
            document_name="policy.txt",
            document_media_type=MediaType.TEXT,
            document_bytes=1,
            page_count=PAGES,
        )
        for number in range(CONTRACTS)
    )
    ContractRule.objects.bulk_create(
        ContractRule(
            contract=contracts[number % CONTRACTS],
            rule_id=f"{number}",
            category="duty",
            title=" ".join(chance.choices(words, k=5)),
            rule_text=text(WORDS_A_RULE),
            citation=f"Section {number % 30}.{'ABCDEF'[number % 6]}.{number % 9}",
        )
        for number in range(rules)
    )
    ContractPage.objects.bulk_create(
        ContractPage(contract=contracts[0], number=number, width=612, height=792, text=text(WORDS_A_PAGE), char_start=0)
        for number in range(1, PAGES + 1)
    )
    with connection.cursor() as cursor:
        for statement in ("SET CONSTRAINTS ALL IMMEDIATE", *FORMER_INDEXES, "ANALYZE"):
            cursor.execute(statement)
    return person


def by_pattern(rows: QuerySet[Any], columns: tuple[str, ...], typed: str) -> list[Any]:
    """As it was: one pattern in any of the columns, in the order of the keys."""
    condition = Q()
    for column in columns:
        condition |= Q(**{f"{column}__iregex": escape(typed.strip('"*'))})
    return list(rows.filter(condition).order_by("pk")[: SHOWN + 1])


def in_turn(rounds: int, *works: Callable[[], Any]) -> list[float]:
    """Median milliseconds of each."""
    spent: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for times, work in zip(spent, works, strict=True):
            begun = time.perf_counter()
            work()
            times.append((time.perf_counter() - begun) * 1000)
    return [statistics.median(times) for times in spent]


def measure(rounds: int, rules: int) -> None:
    from config.search.asking import question_of
    from config.search.matching import marker, ranked
    from config.search.paging import found_page
    from contracts.api.reading import visible_contracts, visible_rules
    from contracts.models import ContractPage

    person = load(rules)
    pages = ContractPage.objects.filter(contract__in=visible_contracts(person).values("pk")).defer("words")

    def by_words(rows: QuerySet[Any], columns: tuple[str, ...], typed: str) -> list[Any]:
        question = question_of(typed)
        page = found_page(lambda match: [ranked(rows, question, match)], "", SHOWN)
        texts = [getattr(row, column) for row in page.rows for column in columns]
        marks = marker(question, page.match, texts)
        for text in texts:
            marks.excerpt(text)
        return page.rows

    print(f"{'':10}{'question':34}{'found':>7}{'full text ms':>14}{'pattern ms':>12}{'ratio':>8}")
    for name, rows, columns in (
        (f"{rules} rules", visible_rules(person), ("title", "rule_text")),
        (f"{PAGES} pages", pages.select_related("contract__airline"), ("text",)),
    ):
        for typed in QUESTIONS:
            found = len(by_words(rows, columns, typed))
            ours, former = in_turn(
                rounds, partial(by_words, rows, columns, typed), partial(by_pattern, rows, columns, typed)
            )
            print(f"{name:10}  {typed:32}{found:7}{ours:14.1f}{former:12.1f}{former / ours:8.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    var_dir = Path(os.environ.get("VAR_DIR") or Path(__file__).resolve().parent.parent / "var")
    with servers.available(var_dir) as running:
        os.environ.update(running.environment())
        django.setup()
        with transaction.atomic():
            measure(given.rounds, given.rules)
            transaction.set_rollback(True)
    print("Nothing of it was kept.")


if __name__ == "__main__":
    main()

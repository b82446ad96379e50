"""How long searching takes beside what it replaced: `python -m bench.search [--rules 5000] [--pages 250]`.

Rules and the pages of one document in words drawn from the demo agreement, in drafts of an ordinary person, written in one
transaction that is taken back; the former trigram indexes are made there too. For each question the first 50 results are
fetched in turn: ranked and marked by full text, and as they were by regular expression, which knows no phrase of other
forms, no order and no spelling. Given are the median milliseconds of each and how many times full text is as fast.

Then misspelt questions, and reading a document's pages in, in turn with what both did before words were known apart: each
row kept its different words as one text with a trigram index, and a misspelt word was compared with every such text. The
pages stand in documents of 250.
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
from django.db.models.expressions import RawSQL

from bench.comparison import vocabulary
from config import door, servers

PAGES_A_DOCUMENT, WORDS_A_PAGE, WORDS_A_RULE, CONTRACTS = 250, 450, 60, 100
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
MISSPELT = ("minimun rest", '"resserve availability period"', "augmentd crew", "deadhaed -reserve")
LEAST_LIKENESS = 0.4
FORMER_INDEXES = (
    "CREATE INDEX bench_rules_text ON contract_rules USING gin (rule_text gin_trgm_ops)",
    "CREATE INDEX bench_rules_title ON contract_rules USING gin (title gin_trgm_ops)",
    "CREATE INDEX bench_pages_text ON contract_pages USING gin (text gin_trgm_ops)",
)


# What each row kept before, and the trigger that wrote it.
FORMER_SPELLING = (
    "ALTER TABLE contract_rule_search ADD COLUMN spelling text NOT NULL DEFAULT ''",
    "ALTER TABLE contract_page_search ADD COLUMN spelling text NOT NULL DEFAULT ''",
    "UPDATE contract_rule_search SET spelling = search_spelling(r.rule_id || ' ' || r.citation || ' ' || r.title || ' ' "
    "|| r.description || ' ' || r.rule_text) FROM contract_rules r WHERE r.id = contract_rule_search.rule_id",
    "UPDATE contract_page_search SET spelling = search_spelling(p.text) FROM contract_pages p WHERE p.id = contract_page_search.page_id",
    "CREATE INDEX bench_rule_spelling ON contract_rule_search USING gin (spelling gin_trgm_ops) WITH (fastupdate=off)",
    "CREATE INDEX bench_page_spelling ON contract_page_search USING gin (spelling gin_trgm_ops) WITH (fastupdate=off)",
    "ANALYZE",
)
FORMER_TRIGGER = """
    CREATE FUNCTION bench_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO contract_page_search (page_id, vector, spelling)
        VALUES (NEW.id, search_vector('', '', NEW.text), search_spelling(NEW.text))
        ON CONFLICT (page_id) DO UPDATE SET vector = excluded.vector, spelling = excluded.spelling;
        RETURN NULL;
    END; $$;
    CREATE TRIGGER bench_keeps AFTER INSERT ON contract_pages FOR EACH ROW EXECUTE FUNCTION bench_keeps();
"""


def load(rules: int, pages: int) -> Any:
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
            page_count=PAGES_A_DOCUMENT,
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
        (
            ContractPage(
                contract=contracts[number // PAGES_A_DOCUMENT],
                number=number % PAGES_A_DOCUMENT + 1,
                width=612,
                height=792,
                text=text(WORDS_A_PAGE),
                char_start=0,
            )
            for number in range(pages)
        ),
        batch_size=500,
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


def by_words(rows: QuerySet[Any], columns: tuple[str, ...], typed: str) -> list[Any]:
    from config.search.asking import question_of
    from config.search.matching import marker
    from config.search.paging import found_page

    page = found_page([rows], question_of(typed), "", SHOWN)
    texts = [getattr(row, column) for row in page.rows for column in columns]
    marks = marker(page.question, texts)
    for text in texts:
        marks.excerpt(text)
    return page.rows


def by_look_alikes(rows: QuerySet[Any], entries: str, typed: str) -> list[Any]:
    """As it was for misspelt words, without the marks: each row's words are compared, once words have found nothing."""
    from config.search.asking import question_of
    from config.search.matching import ranked

    question = question_of(typed)
    list(ranked(rows, question).order_by("-rank", "pk")[: SHOWN + 1])
    alike = " + ".join([f"strict_word_similarity(%s, {entries}.spelling)"] * len(question.misspelt))
    near = RawSQL(f"({alike})", question.misspelt)  # noqa: S611 - our own names
    is_near = RawSQL(  # noqa: S611 - our own names
        "(" + " AND ".join([f"%s <<%% {entries}.spelling"] * len(question.misspelt)) + ")", question.misspelt
    )
    found = rows.filter(search_entry__isnull=False).annotate(near=near, is_near=is_near).filter(is_near=True)
    return list(found.order_by("-near", "pk")[: SHOWN + 1])


def measure_questions(searched: list[tuple[str, QuerySet[Any], tuple[str, ...], str]], rounds: int) -> None:
    print(f"{'':14}{'question':34}{'found':>7}{'full text ms':>14}{'pattern ms':>12}{'ratio':>8}")
    for name, rows, columns, _ in searched:
        for typed in QUESTIONS:
            found = len(by_words(rows, columns, typed))
            ours, former = in_turn(
                rounds, partial(by_words, rows, columns, typed), partial(by_pattern, rows, columns, typed)
            )
            print(f"{name:14}{typed:34}{found:7}{ours:14.1f}{former:12.1f}{former / ours:8.2f}")


def measure_misspelt(searched: list[tuple[str, QuerySet[Any], tuple[str, ...], str]], rounds: int) -> None:
    with connection.cursor() as cursor:
        for statement in FORMER_SPELLING:
            cursor.execute(statement)
        cursor.execute("SELECT set_config('pg_trgm.strict_word_similarity_threshold', %s, true)", [str(LEAST_LIKENESS)])
        cursor.execute("SELECT count(*) FROM search_known_words")
        print(f"\nmisspelt, {cursor.fetchone()[0]} known words")
    print(f"{'':14}{'question':34}{'found':>7}{'known words ms':>16}{'look-alikes ms':>16}{'ratio':>8}")
    for name, rows, columns, entries in searched:
        for typed in MISSPELT:
            found = len(by_words(rows, columns, typed))
            ours, former = in_turn(
                rounds, partial(by_words, rows, columns, typed), partial(by_look_alikes, rows, entries, typed)
            )
            print(f"{name:14}{typed:34}{found:7}{ours:16.1f}{former:16.1f}{former / ours:8.2f}")


def measure_reading(rounds: int) -> None:
    """Pages of one document come in, in turn with the trigger and index that were there before; each time taken back."""
    from contracts.models import ContractPage, PilotContract

    words, chance = vocabulary(), random.Random(118)  # noqa: S311 - invented text, not a secret
    contract = PilotContract.objects.filter(airline__code="BSR").order_by("-contract_version")[0]
    fresh = [f"word{letter}{other}" for letter in "abcdefghijklmnopqrst" for other in "abcdefghij"]
    texts = [
        " ".join(chance.choices(words, k=WORDS_A_PAGE) + chance.choices(fresh, k=2)) for _ in range(PAGES_A_DOCUMENT)
    ]

    def comes_in(former: bool) -> None:  # noqa: FBT001 - called here alone
        with transaction.atomic(), connection.cursor() as cursor:
            if former:
                cursor.execute("ALTER TABLE contract_pages DISABLE TRIGGER pgtrigger_keeps_search_entry_e2711")
                cursor.execute(FORMER_TRIGGER)
            else:
                cursor.execute("DROP INDEX bench_page_spelling")
            begun = time.perf_counter()
            ContractPage.objects.bulk_create(
                ContractPage(contract=contract, number=number, width=612, height=792, text=text, char_start=0)
                for number, text in enumerate(texts, start=1)
            )
            spent[former].append((time.perf_counter() - begun) * 1000)
            transaction.set_rollback(True)

    spent: dict[bool, list[float]] = {False: [], True: []}
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX bench_pages_text")
    for _ in range(rounds):
        comes_in(former=False)
        comes_in(former=True)
    ours, former = statistics.median(spent[False]), statistics.median(spent[True])
    print(f"\n{PAGES_A_DOCUMENT} pages come in: {ours:.0f} ms, before {former:.0f} ms, ratio {former / ours:.2f}")


def measure(rounds: int, rules: int, pages: int) -> None:
    from contracts.api.reading import visible_contracts, visible_rules
    from contracts.models import ContractPage

    person = load(rules, pages)
    texts = ContractPage.objects.filter(contract__in=visible_contracts(person).values("pk")).defer("words")
    searched = [
        (f"{rules} rules", visible_rules(person), ("title", "rule_text"), "contract_rule_search"),
        (f"{pages} pages", texts.select_related("contract__airline"), ("text",), "contract_page_search"),
    ]
    measure_questions(searched, rounds)
    measure_misspelt(searched, rounds)
    measure_reading(rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", type=int, default=5000)
    parser.add_argument("--pages", type=int, default=PAGES_A_DOCUMENT)
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    var_dir = Path(os.environ.get("VAR_DIR") or Path(__file__).resolve().parent.parent / "var")
    with servers.available(var_dir) as running:
        os.environ.update(running.environment())
        django.setup()
        door.process_is_product()
        with transaction.atomic():
            measure(given.rounds, given.rules, given.pages)
            transaction.set_rollback(True)
    print("Nothing of it was kept.")


if __name__ == "__main__":
    main()

"""Keeping the words that misspelt ones are looked up in: the triggers add them, this removes them."""

from django.db import connection, transaction

ENTRIES = ("contract_rule_search", "contract_page_search", "regulatory_rule_search")
_VECTORS = " UNION ALL ".join(f"SELECT vector FROM {table}" for table in ENTRIES)  # noqa: S608 - our own names
_UNUSED = f"""
    SELECT DISTINCT known.word FROM search_known_words AS known
    WHERE NOT EXISTS (SELECT FROM ts_stat('{_VECTORS}') AS standing WHERE standing.word = known.word)
"""  # noqa: S608 - our own names
_STANDS = "SELECT FROM {} AS entry WHERE entry.vector @@ quote_literal(known.word)::tsquery"
_REMOVE = f"""
    DELETE FROM search_known_words AS known
    WHERE known.word = ANY(%s) AND {" AND ".join(f"NOT EXISTS ({_STANDS.format(table)})" for table in ENTRIES)}
"""  # noqa: S608 - our own names
_REMOVE_DOUBLES = """
    DELETE FROM search_known_words AS known USING search_known_words AS earlier
    WHERE earlier.word = known.word AND earlier.id < known.id
"""
# Whoever brings words waits behind this lock, and it waits for those who are bringing some: rather tried again later.
_LOCK = "SET LOCAL lock_timeout = '3s'; LOCK TABLE search_known_words IN SHARE ROW EXCLUSIVE MODE"


def known_words_clear() -> int:
    """Remove words that stand nowhere any more, and those that two transactions brought at once. Returns how many rows.

    All texts are gone through without holding anybody up; what stands nowhere is then looked up again under a lock, in the
    index alone, for a transaction that has met a word as known does not bring it.

    Raises:
        OperationalError: when somebody brings words for longer than the lock is waited for.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UNUSED)
        unused = [word for (word,) in cursor.fetchall()]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_REMOVE_DOUBLES)
        removed = int(cursor.rowcount)
        if unused:
            cursor.execute(_LOCK)
            cursor.execute(_REMOVE, [unused])
            removed += int(cursor.rowcount)
    return removed

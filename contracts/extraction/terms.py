"""Which names of defined terms a wording uses."""

import re
from collections.abc import Iterable


def names_used(names: Iterable[str], text: str) -> list[str]:
    """Those of the names that stand in the text, in the order of their first use.

    A longer name hides the shorter ones inside it: "Flight Duty Period" uses no "Duty Period". Names of several words count
    in any case, single ones only as they are written: "rest" is not the defined "Rest".
    """
    known = {name.casefold(): name for name in names if name}
    if not known:
        return []
    patterns = (_pattern(name) for name in sorted(known.values(), key=len, reverse=True))
    found = re.finditer(rf"(?<![\w-])(?:{'|'.join(patterns)})(?:e?s)?(?!\w)", " ".join(text.split()))
    used = (match[0].casefold() for match in found)
    return list(dict.fromkeys(known.get(name) or _singular(name, known) for name in used))


def _pattern(name: str) -> str:
    escaped = re.escape(" ".join(name.split()))
    return f"(?i:{escaped})" if " " in name else escaped


def _singular(plural: str, known: dict[str, str]) -> str:
    """The known name of which this is the plural."""
    return known.get(plural.removesuffix("s")) or known[plural.removesuffix("es")]

"""Finding words in rules."""

import re

from django.db.models import Q


def containing(words: str) -> Q:
    """Rules whose title or wording holds `words`, in any case.

    As a regular expression, not by `icontains`: that compares capitals, which the trigram indexes do not hold.
    """
    pattern = re.escape(words)
    return Q(title__iregex=pattern) | Q(rule_text__iregex=pattern)

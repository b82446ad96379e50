"""The law is everybody's to read; the product writes it, from its own files. See `config.database.row_security`."""

from config.database.row_security import EVERYBODY, Exempt, Policies

_LAW = Policies(select=EVERYBODY)

PROTECTED = {
    "regulatory_rules": _LAW,
    "regulatory_rule_search": _LAW,
    "regulatory_table_rows": _LAW,
}
EXEMPT = {
    # Behind policies its index would not be used.
    "search_known_words": Exempt(
        "single words, without what they stand in; who may read that is asked before one is shown", ("SELECT", "DELETE")
    ),
}

"""The law is everybody's to read; the product writes it, from its own files. See `config.database.row_security`."""

from config.database.row_security import EVERYBODY, Policies

_LAW = Policies(select=EVERYBODY)

PROTECTED = {
    "regulatory_rules": _LAW,
    "regulatory_rule_search": _LAW,
    "regulatory_table_rows": _LAW,
    # Words of every contract, drafts among them.
    "search_known_words": Policies(),
}

"""What rules and pages are found by."""

from django.db import models

from config.search.keeping import SearchEntry
from contracts.models.contracts import ContractPage
from contracts.models.rules import ContractRule


class RuleSearchEntry(SearchEntry):
    """What one rule is found by. The database deletes it with its rule."""

    rule = models.OneToOneField(
        ContractRule, on_delete=models.DO_NOTHING, db_constraint=False, primary_key=True, related_name="search_entry"
    )

    found_by = "search_contract_rules"

    class Meta(SearchEntry.Meta):
        db_table = "contract_rule_search"

    def __str__(self) -> str:
        return f"what {self.pk} is found by"


class PageSearchEntry(SearchEntry):
    """What one page of a document is found by. The database deletes it with its page."""

    page = models.OneToOneField(
        ContractPage, on_delete=models.DO_NOTHING, db_constraint=False, primary_key=True, related_name="search_entry"
    )

    found_by = "search_contract_pages"

    class Meta(SearchEntry.Meta):
        db_table = "contract_page_search"

    def __str__(self) -> str:
        return f"what {self.pk} is found by"

"""The law, loaded; and rules made up for tests of lists."""

from collections.abc import Callable
from datetime import date

import pytest

from regulations.models import RegulatoryRule
from regulations.services import catalogue_load


@pytest.fixture
def law(db: None) -> None:
    """Part 117 as its data files have it, in the database."""
    catalogue_load()


@pytest.fixture
def make_rules(db: None) -> Callable[[int], None]:
    """Writes that many rules, each of its own section."""

    def make(count: int) -> None:
        taken = RegulatoryRule.objects.count()
        for number in range(taken + 1, taken + count + 1):
            RegulatoryRule.objects.create(
                rule_id=f"FAR117_INVENTED_{number}",
                position=number,
                section=f"117.{number}",
                citation=f"14 CFR 117.{number}",
                category="rest",
                title=f"Invented rule {number}",
                summary="Rests.",
                computed=True,
                effective_date=date(2014, 1, 4),
                metric="rest_in_window",
                operator=">=",
                value=600,
                unit="minutes",
            )

    return make

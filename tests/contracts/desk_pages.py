"""A contract in review whose pages hold real words in real places, small or as large as the desk must carry."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from accounts.models import Airline
from contracts.documents.pages import Page
from contracts.documents.text import read_text_pages
from contracts.extraction import Evidence
from contracts.models import ContractPage, ContractRule, PilotContract
from contracts.passages import evidence_of_words
from tests.factories import ContractFactory, RuleFactory

DUTY = "A Pilot's duty period shall not exceed fourteen (14) hours."
REST = "Rest between duty periods shall be no less than eleven (11) hours."
BOTH = "He shall fly no more than ninety (90) hours in a month and no more than nine hundred (900) hours in a year."
PAGE_ONE = f"Section 10 Hours of Service\n\nB. Limits\n\n1. {DUTY}\n\n2. {REST}\n"
PAGE_TWO = f"3. {BOTH}\n\n4. {REST} This goes for\nall Pilots.\n"


def read_pages(*texts: str) -> list[Page]:
    """Pages as the reader of plain text lays them out."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "document.txt"
        path.write_text("\f".join(texts))
        return list(read_text_pages(path))


def contract_with_pages(airline: Airline, *texts: str) -> PilotContract:
    """In review, without rules."""
    contract = ContractFactory.create(airline=airline, page_count=len(texts), in_review=True)
    contract.pages.all().delete()
    pages_store(contract, read_pages(*texts))
    return contract


def pages_store(contract: PilotContract, pages: Sequence[Page]) -> None:
    ContractPage.objects.bulk_create(
        ContractPage(
            contract=contract,
            number=page.number,
            width=page.width,
            height=page.height,
            text=page.text,
            char_start=page.char_start,
            words=[[word.text, *word.box, word.char_start, word.char_end] for word in page.words],
        )
        for page in pages
    )


def rule_on(contract: PilotContract, page: Page, words: str, **fields: object) -> ContractRule:
    """A proposal whose evidence is those words of the page."""
    return RuleFactory.create(
        contract=contract, rule_text=words, **evidence_fields(evidence_of_words(page, words)), **fields
    )


def evidence_fields(evidence: Evidence) -> dict[str, object]:
    return {
        "page": evidence.page,
        "box": list(evidence.box),
        "quote": evidence.quote,
        "char_start": evidence.char_start,
        "char_end": evidence.char_end,
    }


def large_contract(airline: Airline, *, pages: int = 400, proposals: int = 1000) -> PilotContract:
    """As large as the desk must carry: every page full of words, the proposals spread over them."""
    line = "The Company shall post the bid package for each base and fleet before the fifteenth day of the month."
    filler = "\n".join(f"{number}. {line}" for number in range(1, 41))
    laid_out = read_pages(*(f"Section {number // 20 + 1}\n\n{DUTY}\n\n{REST}\n\n{filler}\n" for number in range(pages)))
    contract = ContractFactory.create(airline=airline, page_count=pages, in_review=True)
    contract.pages.all().delete()
    pages_store(contract, laid_out)
    evidence = [[evidence_fields(evidence_of_words(page, words)) for words in (DUTY, REST)] for page in laid_out]
    ContractRule.objects.bulk_create(
        RuleFactory.build(
            contract=contract,
            position=index + 1,
            rule_id=f"rule-{index + 1}",
            citation=f"Section {index * pages // proposals // 20 + 1}.{index + 1}",
            parsing_confidence=Decimal("0.6" if index % 7 == 0 else "0.9"),
            **evidence[index * pages // proposals][index % 2],
        )
        for index in range(proposals)
    )
    return contract

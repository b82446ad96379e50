"""Where evidence stands: boxes moved, resized, put on other pages; words found on a page."""

import pytest

from accounts.models import Airline, User
from audit.models import AuditEntry
from config.errors import NotAllowed, RuleBroken, WrongState
from contracts.documents.pages import Page
from contracts.models import ContractRule, PilotContract, RuleCorrection, RuleDecision
from contracts.passages import DrawnBox, evidence_in_box, evidence_of_words, page_of, places_of
from contracts.selectors import revision_hash
from contracts.services import rules
from contracts.services.places import rule_place
from tests.contracts.desk_pages import BOTH, DUTY, PAGE_ONE, PAGE_TWO, REST, contract_with_pages, read_pages, rule_on
from tests.factories import ContractFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages() -> list[Page]:
    return read_pages(PAGE_ONE, PAGE_TWO)


@pytest.fixture
def contract(airline: Airline) -> PilotContract:
    return contract_with_pages(airline, PAGE_ONE, PAGE_TWO)


@pytest.fixture
def rule(contract: PilotContract, pages: list[Page]) -> ContractRule:
    return rule_on(contract, pages[0], DUTY)


def drawn(page: Page, words: str) -> DrawnBox:
    return DrawnBox(page.number, evidence_of_words(page, words).box)


def assert_stands_where_it_says(rule: ContractRule) -> None:
    """Each quote is what stands at its offsets, and on its page."""
    rows = {row.number: row for row in rule.contract.pages.all()}
    for place in places_of(rule):
        row = rows[place["page"]]
        start, end = place["char_start"] - row.char_start, place["char_end"] - row.char_start
        assert row.text[start:end] == place["quote"]


def test_a_moved_box_takes_the_words_that_stand_in_it(rule: ContractRule, pages: list[Page], approver: User) -> None:
    box = drawn(pages[0], REST)

    rule_place(actor=approver, rule_id=rule.pk, boxes=[box], reason="One line too high.", version=rule.version)

    rule.refresh_from_db()
    assert (rule.page, rule.quote, rule.box) == (1, REST, list(box.box))
    assert (rule.decision, rule.version) == (RuleDecision.PROPOSED, 2)
    assert_stands_where_it_says(rule)


def test_what_moved_is_kept_field_by_field_and_told(rule: ContractRule, pages: list[Page], approver: User) -> None:
    rule_place(actor=approver, rule_id=rule.pk, boxes=[drawn(pages[0], REST)], reason="One line too high.")

    kept = {row.field: row for row in RuleCorrection.objects.filter(rule=rule)}
    entry = AuditEntry.objects.get(event="rule.placed", object_pk=str(rule.contract_id))
    assert set(kept) == {"box", "quote", "char_start", "char_end"}
    assert (kept["quote"].before, kept["quote"].after) == (DUTY, REST)
    assert (kept["quote"].reason, kept["quote"].corrected_by) == ("One line too high.", approver)
    assert entry.changes["quote"] == [DUTY, REST]


def test_a_larger_box_takes_more_words_and_a_smaller_one_fewer(
    rule: ContractRule, pages: list[Page], approver: User
) -> None:
    left, top, *_ = evidence_of_words(pages[0], DUTY).box
    right, bottom = evidence_of_words(pages[0], REST).box[2:]

    rule_place(actor=approver, rule_id=rule.pk, boxes=[DrawnBox(1, (left, top, right, bottom))])
    larger = ContractRule.objects.get(pk=rule.pk)
    rule_place(actor=approver, rule_id=rule.pk, boxes=[drawn(pages[0], "fourteen (14) hours.")])

    rule.refresh_from_db()
    assert larger.quote.startswith(DUTY)
    assert larger.quote.endswith(REST)
    assert rule.quote == "fourteen (14) hours."
    assert_stands_where_it_says(larger)


def test_evidence_goes_on_over_pages_and_the_first_place_keeps_its_columns(
    rule: ContractRule, pages: list[Page], approver: User
) -> None:
    first, second = drawn(pages[0], DUTY), drawn(pages[1], BOTH)

    rule_place(actor=approver, rule_id=rule.pk, boxes=[first, second])

    rule.refresh_from_db()
    assert (rule.page, rule.quote) == (1, DUTY)
    assert [(place["page"], place["quote"]) for place in rule.further_places] == [(2, BOTH)]
    assert_stands_where_it_says(rule)


def test_evidence_moves_to_another_page(rule: ContractRule, pages: list[Page], approver: User) -> None:
    rule_place(actor=approver, rule_id=rule.pk, boxes=[drawn(pages[1], REST)])

    rule.refresh_from_db()
    assert (rule.page, rule.quote, rule.further_places) == (2, REST, [])
    assert_stands_where_it_says(rule)


def test_a_box_left_alone_keeps_its_quote(contract: PilotContract, pages: list[Page], approver: User) -> None:
    part = rule_on(contract, pages[0], "duty period shall not exceed")
    left, top, right, bottom = part.box or (0, 0, 0, 0)

    rule_place(
        actor=approver,
        rule_id=part.pk,
        boxes=[DrawnBox(1, (left + 0.2, top, right, bottom - 0.2)), drawn(pages[1], REST)],
    )

    part.refresh_from_db()
    assert part.quote == "duty period shall not exceed"
    assert len(part.further_places) == 1


@pytest.mark.parametrize(
    ("boxes", "said"),
    [
        ([], "1 to 20 places"),
        ([DrawnBox(1, (0.0, 700.0, 5.0, 705.0))], "holds no words"),
        ([DrawnBox(3, (0.0, 0.0, 600.0, 700.0))], "no page 3"),
        ([DrawnBox(1, (0.0, 0.0, 600.0, 700.0))] * 21, "1 to 20 places"),
    ],
)
def test_boxes_that_hold_nothing_change_nothing(
    boxes: list[DrawnBox], said: str, rule: ContractRule, approver: User
) -> None:
    with pytest.raises(RuleBroken, match=said):
        rule_place(actor=approver, rule_id=rule.pk, boxes=boxes)

    rule.refresh_from_db()
    assert (rule.quote, rule.version) == (DUTY, 1)
    assert not RuleCorrection.objects.exists()


def test_boxes_left_where_they_are_are_no_change(rule: ContractRule, pages: list[Page], approver: User) -> None:
    with pytest.raises(RuleBroken, match="nothing was moved"):
        rule_place(actor=approver, rule_id=rule.pk, boxes=[drawn(pages[0], DUTY)])


def test_a_stale_place_is_met(rule: ContractRule, pages: list[Page], approver: User) -> None:
    rules.rule_accept(actor=approver, rule_id=rule.pk)

    with pytest.raises(WrongState) as refusal:
        rule_place(actor=approver, rule_id=rule.pk, boxes=[drawn(pages[0], REST)], version=rule.version)

    rule.refresh_from_db()
    assert (refusal.value.code, rule.quote) == ("stale_version", DUTY)


def test_places_are_moved_by_reviewers_alone(rule: ContractRule, pages: list[Page]) -> None:
    with pytest.raises(NotAllowed):
        rule_place(actor=UserFactory.create(approver=True), rule_id=rule.pk, boxes=[drawn(pages[0], REST)])

    rule.refresh_from_db()
    assert rule.quote == DUTY


def test_an_approval_is_bound_to_further_places_too(rule: ContractRule, pages: list[Page], approver: User) -> None:
    rules.rule_accept(actor=approver, rule_id=rule.pk)
    before = revision_hash(rule.contract)

    rule_place(actor=approver, rule_id=rule.pk, boxes=[drawn(pages[0], DUTY), drawn(pages[1], REST)])

    assert revision_hash(rule.contract) != before


def test_words_are_found_whatever_their_lines_and_spaces_are(pages: list[Page]) -> None:
    found = evidence_of_words(pages[1], "this goes  for ALL")

    assert found.quote == "This goes for\nall"
    assert pages[1].text[found.char_start - pages[1].char_start :].startswith("This goes for")


def test_a_passage_goes_from_its_first_to_its_last_words(pages: list[Page]) -> None:
    found = evidence_of_words(pages[0], "A Pilot's duty", "eleven (11) hours")

    assert found.quote.startswith("A Pilot's duty")
    assert found.quote.endswith("eleven (11) hours.")


@pytest.mark.parametrize(("first", "last"), [("no such words", ""), ("", ""), (REST, DUTY)])
def test_words_that_do_not_stand_there_are_refused(first: str, last: str, pages: list[Page]) -> None:
    with pytest.raises(RuleBroken, match="does not stand"):
        evidence_of_words(pages[0], first, last)


def test_a_box_takes_the_words_whose_middle_it_holds(pages: list[Page]) -> None:
    left, top, right, bottom = evidence_of_words(pages[0], REST).box

    found = evidence_in_box(pages[0], (left - 3, top - 2, right + 3, bottom + 2))

    assert found.quote == REST


def test_a_stored_page_reads_as_it_was_read(contract: PilotContract, pages: list[Page]) -> None:
    stored = page_of(contract.pages.get(number=2))

    assert stored.words == pages[1].words
    assert stored.char_start == pages[1].char_start


def test_a_rule_without_a_place_has_none() -> None:
    rule = ContractFactory.create(rules=1).rules.get()
    rule.page = rule.box = None

    assert places_of(rule) == []

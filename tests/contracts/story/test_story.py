"""A contract's history as a story: what it says, in which chapters, to whom, and at what cost."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Airline, User
from audit.events import AuditEvent
from audit.models import AuditEntry
from audit.services import entry_record
from contracts.models import PilotContract, ReviewComment
from contracts.selectors import LIFECYCLE_EVENTS
from contracts.services.comments import comment_add
from contracts.services.lifecycle import (
    contract_approve,
    contract_submit,
)
from contracts.story.chapters import BEGINNINGS
from contracts.story.selectors import PAGE_SIZE, story_page
from contracts.story.sentences import ELSEWHERE, FOLDED, SENTENCES
from contracts.story.things import PilotsPages
from contracts.story.viewpoints import Viewpoint
from tests.contracts.story.scene import sentences, told, written
from tests.factories import (
    ContractFactory,
    delegate,
    review_steps,
    reviewer_of,
)

pytestmark = pytest.mark.django_db


def test_every_event_has_a_sentence_or_never_concerns_a_contract() -> None:
    told_of = {AuditEvent(event) for event in SENTENCES}

    assert told_of | ELSEWHERE == set(AuditEvent)
    assert not told_of & ELSEWHERE
    assert set(FOLDED) <= set(SENTENCES)


def test_every_step_of_the_lifecycle_begins_a_chapter_and_can_be_told_without_its_actor() -> None:
    assert set(BEGINNINGS) == set(LIFECYCLE_EVENTS)
    assert all(SENTENCES[event].passive for event in LIFECYCLE_EVENTS)


def test_the_story_goes_from_the_upload_to_force_in_chapters(active: PilotContract, bob: User) -> None:
    story = story_page(Viewpoint(bob, active), {}, PilotsPages())

    assert [chapter.title for chapter in story.chapters] == [
        "Draft",
        "First review",
        "Changes requested",
        "Second review",
        "Approved",
        "Active",
    ]
    assert sentences(bob, active) == [
        "Bob Uploader uploaded the document, 2 pages",
        "Bob Uploader submitted it for review",
        "Ann Lee asked for changes",
        "Bob Uploader submitted it again",
        "Ann Lee corrected 1 rule, rejected 1 proposal and accepted 2 rules",
        "Ann Lee approved it with the step “Approval”",
        "Ann Lee activated it",
    ]


def test_a_fold_holds_each_act_with_its_reason_its_rule_and_what_changed(active: PilotContract, bob: User) -> None:
    (fold,) = (act for act in told(bob, active) if act.parts)

    correction, rejection, *_ = fold.parts

    assert (correction.reason, rejection.reason) == ("It says thirteen.", "A heading.")
    assert [(change.label, change.before, change.after) for change in correction.changes] == [("value", "14", "13")]
    assert correction.thing is not None
    assert correction.thing.label.endswith(", “Duty period at most 14 hours”")
    assert correction.thing.address.startswith(reverse("contracts:detail", args=[active.pk]))


@pytest.mark.parametrize(
    ("name", "change", "told_as"),
    [
        ("applies_to", [{}, {"base": ["SEA", "PDX"], "reserve": True}], ("everybody", "base: SEA, PDX; reserve: yes")),
        ("value", ["14.0000", "100"], ("14", "100")),
        ("is_hard_constraint", [True, False], ("hard limit", "soft limit")),
        ("category", ["sick_leave", "no such"], ("Sick leave", "no such")),
        ("contract_type", ["loa", "cba"], ("letter of agreement", "collective bargaining agreement")),
        ("metric", [None, "duty"], ("nothing", "duty")),
    ],
)
def test_values_are_told_in_words(
    draft: PilotContract, bob: User, name: str, change: list[Any], told_as: tuple[str, str]
) -> None:
    before, after = ({name: value} for value in change)
    entry_record(event=AuditEvent.RULE_CORRECTED, actor=bob, target=draft, before=before, after=after)

    (change_told,) = told(bob, draft, kind="rules")[0].changes

    assert (change_told.before, change_told.after) == told_as


def test_like_acts_fold_within_a_day_a_chapter_and_a_person(draft: PilotContract, ann: User, airline: Airline) -> None:
    carl = reviewer_of(airline, full_name="Carl")
    for minutes, who in ((0, ann), (38, ann), (40, carl), (41, ann), (60 * 24, ann), (60 * 24 + 1, ann)):
        written(draft, who, AuditEvent.RULE_ACCEPTED, minutes=minutes, details={"rule_id": "x", "citation": "1.A"})

    days = story_page(Viewpoint(ann, draft), {"kind": "rules"}, PilotsPages()).chapters[0].days

    folds = [[(act.who, act.what, len(act.parts)) for act in day.acts] for day in days[:2]]
    assert folds == [
        [("Ann Lee", "accepted 2 rules", 2), ("Carl", "accepted ", 0), ("Ann Lee", "accepted ", 0)],
        [("Ann Lee", "accepted 2 rules", 2)],
    ]
    assert days[0].acts[0].spans_minutes


def test_an_approval_says_on_whose_behalf_and_for_which_step(airline: Airline, bob: User, ann: User) -> None:
    dana = reviewer_of(airline, full_name="Dana")
    review_steps(airline, ("Legal", [dana], 1), ("Chief", None, 1))
    delegate(dana, ann)
    contract = ContractFactory.create(airline=airline, uploaded_by=bob, rules=1)
    contract_submit(actor=bob, contract_id=contract.pk)
    contract_approve(actor=ann, contract_id=contract.pk)

    last = sentences(bob, contract)[-1]

    assert last == "Ann Lee approved it for the step “Legal”, on behalf of Dana; further approvals are needed"


@pytest.mark.parametrize(
    ("event", "details", "said"),
    [
        (AuditEvent.RULE_PLACED, {}, "moved the place in the document of Section 1"),
        (AuditEvent.RULE_SPLIT, {}, "split Section 1 in two"),
        (AuditEvent.RULES_MERGED, {"merged": ["a", "b"]}, "merged 2 other rules into Section 1"),
        (AuditEvent.RULE_UNDONE, {"rules": 1}, "undid what was done last to Section 1"),
        (AuditEvent.RULE_UNDONE, {"rules": 3}, "undid what was done last to Section 1 and 2 others"),
        (AuditEvent.RULE_CORRECTED, {"improvement": "x"}, "corrected Section 1, as a pilot proposed"),
    ],
)
def test_acts_on_rules_name_the_rule(
    draft: PilotContract, ann: User, event: AuditEvent, details: dict[str, Any], said: str
) -> None:
    named = {"rule": "gone", "citation": "Section 1", **details}
    entry_record(event=event, actor=ann, target=draft, details=named)

    assert told(ann, draft, kind="rules")[0].what == said


def test_comments_are_quoted(draft: PilotContract, bob: User) -> None:
    contract_submit(actor=bob, contract_id=draft.pk)
    comment_add(actor=bob, contract_id=draft.pk, body="See the appendix.")

    acts = told(bob, draft, kind="review")

    assert [(act.what, act.quote) for act in acts] == [("commented", "See the appendix.")]
    assert ReviewComment.objects.count() == 1


def test_long_histories_go_on_on_further_pages_and_begin_at_any_chapter(active: PilotContract, bob: User) -> None:
    for number in range(PAGE_SIZE + 5):
        entry_record(event=AuditEvent.CONTRACT_COMMENTED, actor=bob, target=active, details={"number": number})

    first = story_page(Viewpoint(bob, active), {}, PilotsPages())
    second = story_page(Viewpoint(bob, active), {"after": first.next_query.partition("=")[2]}, PilotsPages())
    approved = story_page(Viewpoint(bob, active), {"chapter": "5"}, PilotsPages())

    counts = [sum(len(act.parts) or 1 for c in s.chapters for d in c.days for act in d.acts) for s in (first, second)]
    assert counts == [PAGE_SIZE, AuditEntry.objects.filter(object_pk=str(active.pk)).count() - PAGE_SIZE]
    assert second.next_query == ""
    assert second.chapters[0].is_continued
    assert approved.chapters[0].title == "Approved"
    assert not approved.chapters[0].is_continued

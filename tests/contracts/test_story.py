"""A contract's history as a story: what it says, in which chapters, to whom, and at what cost."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Airline, User
from audit.events import AuditEvent
from audit.models import AuditEntry
from audit.services import entry_record
from config import requests
from contracts.lifecycle import Status
from contracts.models import ContractRule, PilotContract, ReviewComment
from contracts.selectors import LIFECYCLE_EVENTS
from contracts.services.comments import comment_add
from contracts.services.improvements import improvement_apply, improvement_decline, improvement_propose
from contracts.services.lifecycle import (
    contract_activate,
    contract_approve,
    contract_request_changes,
    contract_submit,
)
from contracts.services.ratings import review_flag, review_hide, review_write
from contracts.services.rules import rule_correct, rule_reject, rules_accept
from contracts.story.chapters import BEGINNINGS, headings
from contracts.story.selectors import PAGE_SIZE, story_page
from contracts.story.sentences import ELSEWHERE, FOLDED, SENTENCES
from contracts.story.telling import Act
from contracts.story.things import PilotsPages
from contracts.story.viewpoints import Viewpoint
from tests.factories import (
    ContractFactory,
    PilotFactory,
    RuleFactory,
    UserFactory,
    delegate,
    review_steps,
    reviewer_of,
)

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 3, 2, 14, 2, tzinfo=UTC)
PAGE_QUERIES = 10
DESK_QUERIES = 12


@pytest.fixture
def ann(airline: Airline) -> User:
    return reviewer_of(airline, full_name="Ann Lee")


@pytest.fixture
def bob(airline: Airline) -> User:
    return PilotFactory.create(airline=airline, user=UserFactory.create(full_name="Bob Uploader")).user


@pytest.fixture
def draft(airline: Airline, bob: User) -> PilotContract:
    contract: PilotContract = ContractFactory.create(airline=airline, uploaded_by=bob, proposals=4)
    entry_record(
        event=AuditEvent.CONTRACT_UPLOADED,
        actor=bob,
        target=contract,
        after={"status": "draft"},
        details={"pages": 2},
    )
    return contract


@pytest.fixture
def active(draft: PilotContract, ann: User) -> PilotContract:
    """Submitted, sent back, submitted again, approved and activated; Ann's acts on rules in between."""
    contract_submit(actor=draft.uploaded_by, contract_id=draft.pk)
    contract_request_changes(actor=ann, contract_id=draft.pk, reason="Page 2 is missing.")
    contract_submit(actor=draft.uploaded_by, contract_id=draft.pk)
    first, second, *rest = ContractRule.objects.filter(contract=draft).order_by("position")
    rule_correct(actor=ann, rule_id=first.pk, changes={"value": "13"}, reason="It says thirteen.")
    rule_reject(actor=ann, rule_id=second.pk, reason="A heading.")
    rules_accept(actor=ann, contract_id=draft.pk, rule_ids=[rule.pk for rule in rest])
    contract_approve(actor=ann, contract_id=draft.pk)
    contract_activate(actor=ann, contract_id=draft.pk)
    draft.refresh_from_db()
    return draft


def told(viewer: User, contract: PilotContract, **query: str) -> list[Act]:
    story = story_page(Viewpoint(viewer, contract), query, PilotsPages())
    return [act for chapter in story.chapters for day in chapter.days for act in day.acts]


def sentences(viewer: User, contract: PilotContract, **query: str) -> list[str]:
    return [f"{act.who} {act.what}".strip() for act in told(viewer, contract, **query)]


def written(contract: PilotContract, actor: User | None, event: AuditEvent, **given: Any) -> None:
    """An entry of that time of day: `minutes` after the morning."""
    at = MORNING + timedelta(minutes=given.pop("minutes", 0))
    entry = entry_record(event=event, actor=actor, target=contract, **given)
    assert AuditEntry.objects.filter(pk=entry.pk).exists()
    moved = {field.attname: getattr(entry, field.attname) for field in AuditEntry._meta.concrete_fields}
    AuditEntry.objects.bulk_create([AuditEntry(**{**moved, "id": None, "timestamp": at})])


def page(client: Client, user: User, contract: PilotContract, query: str = "") -> str:
    client.force_login(user)
    answer = client.get(f"{reverse('contracts:history', args=[contract.pk])}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def desk(client: Client, user: User, contract: PilotContract, query: str = "") -> str:
    client.force_login(user)
    answer = client.get(f"{reverse('admin:contracts_pilotcontract_history', args=[contract.pk])}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


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


def test_pilots_of_the_airline_are_told_the_steps_without_names(
    client: Client, active: PilotContract, pilot_user: User
) -> None:
    text = page(client, pilot_user, active)

    assert sentences(pilot_user, active) == [
        "It was uploaded.",
        "It was submitted for review.",
        "Changes were asked for.",
        "It was submitted for review.",
        "It was approved.",
        "It was activated.",
    ]
    assert "Ann Lee" not in text
    assert "Page 2 is missing." not in text
    assert "Where from" not in text


def test_who_may_not_see_the_contract_finds_no_history(client: Client, draft: PilotContract, pilot_user: User) -> None:
    client.force_login(pilot_user)

    assert client.get(reverse("contracts:history", args=[draft.pk])).status_code == 404
    client.force_login(reviewer_of(ContractFactory.create().airline))
    assert client.get(reverse("admin:contracts_pilotcontract_history", args=[draft.pk])).status_code == 404
    assert client.get(reverse("admin:contracts_pilotcontract_history", args=["nothing"])).status_code == 404


def test_addresses_and_requests_are_told_to_reviewers_and_administrators_alone(
    client: Client, draft: PilotContract, bob: User, ann: User, administrator: User
) -> None:
    context = requests.RequestContext(request_id="request-4711", address="192.0.2.7", user_agent="Browser/9")
    token = requests._current.set(context)
    contract_submit(actor=bob, contract_id=draft.pk)
    requests._current.reset(token)
    secrets = ("request-4711", "192.0.2.7", "Browser/9", "Where from")

    pages = {user.pk: page(client, user, draft) for user in (bob, ann, administrator)}

    assert not any(secret in pages[bob.pk] for secret in secrets)
    for reader in (ann, administrator):
        assert all(secret in pages[reader.pk] for secret in secrets)


def test_a_reviewer_who_uploaded_it_is_told_no_addresses(client: Client, airline: Airline) -> None:
    uploader = reviewer_of(airline)
    contract = ContractFactory.create(airline=airline, uploaded_by=uploader)
    token = requests._current.set(requests.RequestContext("request-4711", "192.0.2.7", "Browser/9"))
    entry_record(event=AuditEvent.CONTRACT_UPLOADED, actor=uploader, target=contract)
    requests._current.reset(token)

    assert "Where from" not in page(client, uploader, contract)


def test_who_downloaded_is_told_to_administrators_alone(
    active: PilotContract, bob: User, ann: User, administrator: User, pilot_user: User
) -> None:
    entry_record(event=AuditEvent.DOCUMENT_READ, actor=pilot_user, target=active)

    readers = [
        user for user in (bob, ann, administrator) if any("download" in said for said in sentences(user, active))
    ]

    assert readers == [administrator]


def test_ratings_are_told_without_their_authors_and_hidden_ones_to_administrators(
    active: PilotContract, bob: User, ann: User, administrator: User, pilot_user: User
) -> None:
    shown = review_write(actor=pilot_user, contract_id=active.pk, accuracy=4, completeness=3)
    other = PilotFactory.create(airline=active.airline).user
    hidden = review_write(actor=other, contract_id=active.pk, accuracy=1, completeness=1)
    review_flag(actor=pilot_user, review_id=hidden.pk, reason="Rude.")
    review_hide(actor=administrator, review_id=hidden.pk, reason="Insults.")

    found = {user.pk: sentences(user, active, kind="pilots") for user in (bob, ann, administrator)}

    assert found[bob.pk] == found[ann.pk] == ["A pilot rated the record: accuracy 4 of 5, completeness 3 of 5"]
    assert len(found[administrator.pk]) == 4
    assert found[administrator.pk][2:] == [f"{pilot_user} flagged a rating", f"{administrator} hid a rating"]
    assert found[administrator.pk][0].startswith(str(shown.author))


def test_improvements_are_told_to_the_uploader_without_their_authors_nor_why_they_were_declined(
    active: PilotContract, bob: User, ann: User, pilot_user: User
) -> None:
    first, second = (
        improvement_propose(
            actor=pilot_user,
            contract_id=active.pk,
            kind="metadata",
            proposal={"title": title},
            comment="The cover says so.",
        )
        for title in ("Better", "Other")
    )
    improvement_decline(actor=ann, improvement_id=first.pk, reason="It does not.")
    revision = improvement_apply(actor=ann, improvement_id=second.pk).revision

    own, reviewers = told(bob, active, kind="pilots"), told(ann, active, kind="pilots")

    assert [act.who for act in own] == ["A pilot", "A pilot", "Ann Lee", "Ann Lee"]
    assert [act.who for act in reviewers] == [str(pilot_user)] * 2 + ["Ann Lee"] * 2
    assert [act.reason for act in own] == [""] * 4
    assert reviewers[2].reason == "It does not."
    assert "Ann Lee applied an improvement" in sentences(ann, revision, kind="pilots")[0]
    assert f"Ann Lee opened a revision of it, {revision}" in sentences(ann, active)
    assert f"Ann Lee opened it as a revision of {active}" in sentences(ann, revision)


def test_it_is_narrowed_by_kind_and_person(active: PilotContract, bob: User, ann: User) -> None:
    assert sentences(bob, active, kind="rules") == [
        "Ann Lee corrected 1 rule, rejected 1 proposal and accepted 2 rules"
    ]
    assert {act.who for act in told(bob, active, person=str(ann.pk))} == {"Ann Lee"}
    assert told(bob, active, person=str(ann.pk), kind="readings") == []
    assert len(told(bob, active, kind="nonsense", person="nobody")) == 7
    assert [person.label for person in story_page(Viewpoint(bob, active), {}, PilotsPages()).people] == [
        "Ann Lee",
        "Bob Uploader",
    ]


def test_what_the_product_did_is_chosen_by_its_name(draft: PilotContract, bob: User) -> None:
    entry_record(event=AuditEvent.EXTRACTION_FINISHED, actor=None, target=draft, details={"proposals": 4})

    assert sentences(bob, draft, person="by:VectorBid Contracts") == [
        "VectorBid Contracts read the document and proposed 4 rules"
    ]


def test_choosing_a_person_finds_out_nothing_that_is_told_without_names(
    active: PilotContract, bob: User, pilot_user: User
) -> None:
    review_write(actor=pilot_user, contract_id=active.pk, accuracy=4, completeness=3)

    assert told(bob, active, person=str(pilot_user.pk)) == []
    assert told(pilot_user, active, person=str(bob.pk)) == []


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


@pytest.mark.parametrize(
    "query", ["?after=999999999999999999", "?after=x", "?chapter=99", "?person=by:%00", "?kind=%00"]
)
def test_addresses_that_mean_nothing_do_no_harm(client: Client, active: PilotContract, bob: User, query: str) -> None:
    assert "History" in page(client, bob, active, query)


def test_what_people_wrote_is_text(client: Client, draft: PilotContract, bob: User) -> None:
    contract_submit(actor=bob, contract_id=draft.pk)
    comment_add(actor=bob, contract_id=draft.pk, body="<script>alert(1)</script>")

    text = page(client, bob, draft)

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_reviews_are_numbered_and_reopened_ones_say_so() -> None:
    events = [
        AuditEvent.CONTRACT_UPLOADED,
        AuditEvent.CONTRACT_SUBMITTED,
        AuditEvent.CONTRACT_APPROVED,
        AuditEvent.CONTRACT_REOPENED,
    ]

    found = headings([(event, MORNING + timedelta(days=day), day) for day, event in enumerate(events)])

    assert [heading.title for heading in found] == ["Draft", "First review", "Approved", "Second review, reopened"]
    assert found[0].ends == MORNING + timedelta(days=1)
    assert found[-1].ends is None


def test_the_desk_links_to_rules_at_the_desk(client: Client, active: PilotContract, ann: User) -> None:
    text = desk(client, ann, active)

    assert re.search(rf"/admin/contracts/pilotcontract/{active.pk}/review/\?rule=", text)
    assert "One by one" in text


@pytest.mark.parametrize("count", [1, 40])
def test_a_page_costs_the_same_however_much_it_tells(
    client: Client,
    active: PilotContract,
    bob: User,
    ann: User,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        rule = RuleFactory.create(contract=ContractFactory.create())
        details = {"rule": str(rule.pk), "citation": rule.citation, "comment": str(rule.pk)}
        entry_record(event=AuditEvent.RULE_ACCEPTED, actor=reviewer_of(active.airline), target=active, details=details)
        revision = ContractFactory.create(airline=active.airline, in_review=True, contract_version=f"copy {number}")
        entry_record(event=AuditEvent.CONTRACT_REVISED, actor=ann, target=active, details={"revises": str(revision.pk)})
    page(client, bob, active)
    desk(client, ann, active)

    client.force_login(bob)
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(reverse("contracts:history", args=[active.pk]))
    client.force_login(ann)
    with django_assert_num_queries(DESK_QUERIES):
        client.get(reverse("admin:contracts_pilotcontract_history", args=[active.pk]))


def test_the_list_of_contracts_leads_to_the_history(client: Client, active: PilotContract, ann: User) -> None:
    client.force_login(ann)

    text = client.get(reverse("admin:contracts_pilotcontract_changelist")).content.decode()

    assert reverse("admin:contracts_pilotcontract_history", args=[active.pk]) in text


def test_the_contracts_page_shows_the_latest_acts_and_leads_to_the_rest(
    client: Client, active: PilotContract, bob: User
) -> None:
    client.force_login(bob)

    text = client.get(reverse("contracts:detail", args=[active.pk])).content.decode()

    assert "activated it" in text
    assert "Page 2 is missing." in text
    assert reverse("contracts:history", args=[active.pk]) in text
    assert active.status == Status.ACTIVE

"""Who is told what of a contract's story, and what of it one asks for."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Airline, User
from audit.events import AuditEvent
from audit.services import entry_record
from config import requests
from contracts.models import PilotContract
from contracts.services.improvements import improvement_apply, improvement_decline, improvement_propose
from contracts.services.lifecycle import (
    contract_submit,
)
from contracts.services.ratings import review_flag, review_hide, review_write
from contracts.story.selectors import story_page
from contracts.story.things import PilotsPages
from contracts.story.viewpoints import Viewpoint
from tests.contracts.story.scene import page, sentences, told
from tests.factories import (
    ContractFactory,
    PilotFactory,
    reviewer_of,
)

pytestmark = pytest.mark.django_db


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

"""What uploader and reviewers write to each other, who reads it, and the way back into review."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Airline, User
from audit.models import AuditEntry
from config.errors import NotAllowed, NotFoundForActor, WrongState
from contracts.lifecycle import Status
from contracts.models import PilotContract, ReviewComment
from contracts.services import lifecycle
from contracts.services.comments import comment_add
from tests.factories import ContractFactory, PilotFactory, RuleFactory, UserFactory, reviewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract(airline: Airline, pilot_user: User) -> PilotContract:
    return ContractFactory.create(in_review=True, airline=airline, uploaded_by=pilot_user, rules=2)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_question_is_answered_and_the_contract_comes_back_with_all_that_was_decided(
    contract: PilotContract, approver: User, pilot_user: User
) -> None:
    desk, site = browser(approver), browser(pilot_user)
    own_page = reverse("contracts:detail", args=[contract.pk])
    review = reverse("admin:contracts_review", args=[contract.pk])

    rule = contract.rules.first()
    assert rule is not None
    asked = desk.post(
        reverse("admin:contracts_comment", args=[contract.pk]), {"body": "Is page 3 signed?", "rule": str(rule.pk)}
    )
    act = reverse("admin:contracts_act", args=[contract.pk, "request_changes"])
    contract.refresh_from_db()
    desk.post(act, {"version": contract.version, "reason": "Upload page 3."})
    read = site.get(own_page).content.decode()
    site.post(reverse("contracts:comment", args=[contract.pk]), {"body": "It is; see <the> annex."})
    site.post(reverse("contracts:submit", args=[contract.pk]))
    answered = desk.get(review, {"record": "yes"}).content.decode()

    assert asked.status_code == 302
    assert "Is page 3 signed?" in read
    assert "Upload page 3." in read
    assert rule.citation in read
    assert "It is; see &lt;the&gt; annex." in answered
    contract.refresh_from_db()
    assert contract.status == Status.IN_REVIEW
    assert set(contract.rules.values_list("decision", flat=True)) == {"accepted"}
    entry = AuditEntry.objects.filter(event="contract.commented").earliest()
    assert entry.additional_data["rule"] == str(rule.pk)
    assert "signed" not in str(entry.changes) + entry.reason


@pytest.mark.parametrize("who", ["colleague", "stranger", "administrator"])
def test_others_neither_write_nor_read(
    who: str, contract: PilotContract, airline: Airline, approver: User, administrator: User
) -> None:
    comment_add(actor=approver, contract_id=contract.pk, body="Between us.")
    people = {
        "colleague": PilotFactory.create(airline=airline).user,
        "stranger": UserFactory.create(approver=True),
        "administrator": administrator,
    }

    with pytest.raises(NotAllowed):
        comment_add(actor=people[who], contract_id=contract.pk, body="Me too.")
    page = browser(people[who]).get(reverse("contracts:detail", args=[contract.pk]))

    assert ReviewComment.objects.count() == 1
    assert page.status_code == (200 if who == "administrator" else 404)
    assert ("Between us." in page.content.decode()) == (who == "administrator")


def test_pilots_who_see_the_contract_in_force_do_not_read_how_it_was_reviewed(
    contract: PilotContract, airline: Airline, approver: User
) -> None:
    visitor = PilotFactory.create(airline=airline, user=UserFactory.create(approver=True)).user
    comment_add(actor=approver, contract_id=contract.pk, body="Between us.")
    lifecycle.contract_approve(actor=approver, contract_id=contract.pk)
    lifecycle.contract_activate(actor=approver, contract_id=contract.pk)

    pages = [
        browser(visitor).get(reverse(name, args=[contract.pk]))
        for name in ("contracts:detail", "admin:contracts_review", "admin:contracts_record")
    ]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert not any("Between us." in page.content.decode() for page in pages)


@pytest.mark.parametrize("state", ["draft", "active", "rejected"])
def test_a_thread_belongs_to_its_review(state: str, airline: Airline) -> None:
    traits = {} if state == "draft" else {state: True}
    contract = ContractFactory.create(airline=airline, rules=1, **traits)

    with pytest.raises(WrongState):
        comment_add(actor=contract.uploaded_by, contract_id=contract.pk, body="Too late.")


def test_a_comment_is_on_the_contracts_own_rule(contract: PilotContract, approver: User) -> None:
    foreign = RuleFactory.create()

    with pytest.raises(NotFoundForActor):
        comment_add(actor=approver, contract_id=contract.pk, body="This one.", rule_id=foreign.pk)


@pytest.mark.parametrize("body", ["   ", "x" * 4001, "a\0b"])
def test_what_cannot_be_kept_is_said_and_shown_again(body: str, contract: PilotContract, approver: User) -> None:
    page = browser(approver).post(reverse("admin:contracts_comment", args=[contract.pk]), {"body": body})

    assert page.status_code == 422
    assert not ReviewComment.objects.exists()


def test_comments_stand_as_they_were_written(contract: PilotContract, approver: User) -> None:
    comment_add(actor=approver, contract_id=contract.pk, body="As it is.")

    for statement in ("UPDATE review_comments SET body = 'x'", "DELETE FROM review_comments"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_two_reviewers_and_the_uploader_share_one_thread(
    contract: PilotContract, airline: Airline, approver: User, pilot_user: User
) -> None:
    for number, author in enumerate((approver, reviewer_of(airline), pilot_user)):
        comment_add(actor=author, contract_id=contract.pk, body=f"Remark {number}")

    page = browser(pilot_user).get(reverse("contracts:detail", args=[contract.pk])).content.decode()

    assert page.index("Remark 0") < page.index("Remark 1") < page.index("Remark 2")

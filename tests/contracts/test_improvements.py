"""What pilots may propose, how it is checked, and what becomes of it short of being applied."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Airline
from audit.models import AuditEntry
from config.errors import NotFoundForActor, RuleBroken, WrongState
from contracts.community.words import differences
from contracts.models import ContractImprovement
from contracts.services.improvements import (
    improvement_apply,
    improvement_decline,
    improvement_propose,
    improvement_withdraw,
)
from tests.accounts.callers import calling_as
from tests.contracts.community import ADDED, Place, correction, place, proposed
from tests.factories import RuleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def where(airline: Airline) -> Place:
    return place(airline)


def pointers(refusal: RuleBroken) -> dict[str, str]:
    return {fault.pointer: fault.code for fault in refusal.errors}


def test_only_what_differs_is_kept_with_what_stands_there(where: Place) -> None:
    improvement = correction(where, value=13, title=where.rule.title, period="")

    assert improvement.proposal == {"value": "13", "period": None}
    assert improvement.before == {"value": "14.0000", "period": "duty period"}
    assert [(difference.label, difference.before, difference.after) for difference in differences(improvement)] == [
        ("Value", "14", "13"),
        ("Period", "duty period", ""),
    ]


@pytest.mark.parametrize(
    ("kind", "proposal", "expected"),
    [
        ("correct_rule", {"weight": 1}, {"/proposal/weight": "unknown_field"}),
        ("correct_rule", {"decision": "accepted"}, {"/proposal/decision": "unknown_field"}),
        ("metadata", {"document_sha256": "a" * 64}, {"/proposal/document_sha256": "unknown_field"}),
        ("remove_rule", {"title": "x"}, {"/proposal/title": "unknown_field"}),
        ("correct_rule", {"value": "many"}, {"/proposal/value": "invalid"}),
        ("correct_rule", {"value": True}, {"/proposal/value": "invalid"}),
        ("correct_rule", {"value": "NaN"}, {"/proposal/value": "invalid"}),
        ("correct_rule", {"value": "1" * 20}, {"/proposal/value": "invalid"}),
        ("correct_rule", {"value": None}, {"/proposal/value": "invalid"}),
        ("correct_rule", {"title": ""}, {"/proposal/title": "invalid"}),
        ("correct_rule", {"title": "x" * 301}, {"/proposal/title": "invalid"}),
        ("correct_rule", {"title": {"a": 1}}, {"/proposal/title": "invalid"}),
        ("correct_rule", {"title": "a\0b"}, {"/proposal/title": "invalid"}),
        ("correct_rule", {"rule_text": "x" * 50_001}, {"/proposal/rule_text": "invalid"}),
        ("correct_rule", {"is_hard_constraint": "yes"}, {"/proposal/is_hard_constraint": "invalid"}),
        ("correct_rule", {"category": "weather"}, {"/proposal/category": "invalid"}),
        ("correct_rule", {"operator": "~"}, {"/proposal/operator": "invalid"}),
        ("correct_rule", {"metric": "mood"}, {"/proposal/metric": "invalid"}),
        ("correct_rule", {"unit": "parsecs"}, {"/proposal/unit": "invalid"}),
        ("add_rule", {**ADDED, "title": None}, {"/proposal/title": "invalid"}),
        (
            "add_rule",
            {"title": "Only a title"},
            {f"/proposal/{name}": "invalid" for name in ("category", "citation", "rule_text")},
        ),
        ("add_rule", {**ADDED, "operator": None}, {"/proposal/operator": "invalid"}),
        ("metadata", {"expiration_date": "2020-01-01"}, {"/proposal/expiration_date": "invalid"}),
        ("metadata", {"effective_date": "soon"}, {"/proposal/effective_date": "invalid"}),
        ("metadata", {"effective_date": None}, {"/proposal/effective_date": "invalid"}),
        ("correct_rule", {}, {}),
        ("metadata", {}, {}),
    ],
)
def test_what_the_record_cannot_hold_is_refused_field_by_field(
    where: Place, kind: str, proposal: dict[str, Any], expected: dict[str, str]
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        proposed(where, kind, **proposal)

    assert pointers(refusal.value) == expected
    assert not ContractImprovement.objects.exists()
    assert not AuditEntry.objects.filter(event__startswith="improvement.").exists()


def test_what_is_stored_may_stay_though_the_vocabulary_has_moved_on(where: Place) -> None:
    """The rule's metric is none of the vocabulary's."""
    assert correction(where, metric=where.rule.metric, value=12).proposal == {"value": "12"}


def test_dates_are_kept_as_days(where: Place) -> None:
    improvement = proposed(where, "metadata", expiration_date=date(2030, 1, 31))

    assert (improvement.before, improvement.proposal) == ({"expiration_date": None}, {"expiration_date": "2030-01-31"})
    assert differences(improvement)[0].after == "January 31, 2030"


@pytest.mark.parametrize("comment", ["", "  \n "])
def test_a_comment_is_needed(where: Place, comment: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        improvement_propose(
            actor=where.pilot,
            contract_id=where.contract.pk,
            kind="metadata",
            proposal={"title": "Another"},
            comment=comment,
        )

    assert pointers(refusal.value) == {"/comment": "reason_required"}


def test_the_rule_named_is_a_binding_one_of_the_contract(where: Place) -> None:
    elsewhere = place(where.airline, contract_type="loa").rule
    rejected = RuleFactory.build(contract=where.contract, rule_id="gone")

    for rule_id in (elsewhere.pk, rejected.pk):
        with pytest.raises(NotFoundForActor):
            improvement_propose(
                actor=where.pilot, contract_id=where.contract.pk, kind="remove_rule", rule_id=rule_id, comment="Twice."
            )
    cases: list[tuple[str, UUID | None, str]] = [
        ("correct_rule", None, "/rule"),
        ("metadata", where.rule.pk, "/rule"),
        ("x", None, "/kind"),
    ]
    for kind, named, pointer in cases:
        with pytest.raises(RuleBroken) as refusal:
            improvement_propose(
                actor=where.pilot, contract_id=where.contract.pk, kind=kind, rule_id=named, comment="Twice."
            )
        assert list(pointers(refusal.value)) == [pointer]


def test_one_takes_his_own_back_while_it_is_open(where: Place) -> None:
    improvement = correction(where)

    withdrawn = improvement_withdraw(actor=where.pilot, improvement_id=improvement.pk)
    with pytest.raises(WrongState) as refusal:
        improvement_withdraw(actor=where.pilot, improvement_id=improvement.pk)

    assert (withdrawn.status, withdrawn.decided_by) == ("withdrawn", where.pilot)
    assert refusal.value.code == "already_done"


def test_declining_takes_a_reason(where: Place) -> None:
    improvement = correction(where)
    with pytest.raises(RuleBroken) as refusal:
        improvement_decline(actor=where.approver, improvement_id=improvement.pk, reason=" ")

    declined = improvement_decline(actor=where.approver, improvement_id=improvement.pk, reason="It says fourteen.")

    assert refusal.value.code == "reason_required"
    assert (declined.status, declined.decision_reason) == ("declined", "It says fourteen.")
    entry = AuditEntry.objects.get(object_pk=str(improvement.pk), event="improvement.declined")
    assert entry.reason == "It says fourteen."


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "declined"},
        {"proposal": {"value": "1"}},
        {"status": "applied"},
        {"decision_reason": "x", "status": "withdrawn"},
    ],
)
def test_the_database_keeps_decisions_whole_and_proposals_as_they_were(where: Place, changes: dict[str, Any]) -> None:
    improvement = correction(where)

    with pytest.raises(IntegrityError), transaction.atomic():
        ContractImprovement.objects.filter(pk=improvement.pk).update(**changes)


# Over the API


def test_proposing_and_following_over_the_api(where: Place) -> None:
    client, address = calling_as(where.pilot), f"/api/v1/contracts/{where.contract.pk}/improvements/"
    body = {
        "kind": "correct_rule",
        "rule": str(where.rule.pk),
        "proposal": {"value": 13},
        "comment": "Page 1 says thirteen.",
    }

    made = client.post(address, body, format="json", headers={"Idempotency-Key": "one"})
    again = client.post(address, body, format="json", headers={"Idempotency-Key": "one"})
    wrong = client.post(address, {**body, "proposal": {"mood": 1}}, format="json")
    improvement_decline(actor=where.approver, improvement_id=made.json()["id"], reason="It says fourteen.")
    own = client.get(made["Location"]).json()
    others = calling_as(where.contract.uploaded_by).get(made["Location"]).json()

    assert (made.status_code, again.json()) == (201, made.json())
    assert wrong.status_code == 422
    assert wrong.json()["errors"] == [
        {"pointer": "/proposal/mood", "code": "unknown_field", "detail": "Unknown field."}
    ]
    assert (own["status"], own["decision_reason"], own["before"]) == (
        "declined",
        "It says fourteen.",
        {"value": "14.0000"},
    )
    assert (others["decision_reason"], others["is_mine"]) == ("", False)
    assert [row["id"] for row in client.get("/api/v1/improvements/?mine=true").json()["results"]] == [made.json()["id"]]
    assert client.get("/api/v1/improvements/?status=open").json()["results"] == []
    assert client.get("/api/v1/improvements/?status=lost").status_code == 400


def test_applying_over_the_api_names_the_revision(where: Place) -> None:
    improvement = correction(where)
    client = calling_as(where.approver)

    answer = client.post(f"/api/v1/improvements/{improvement.pk}/apply/").json()
    revision = client.get(f"/api/v1/contracts/{answer['applied_in']}/").json()

    assert (answer["status"], revision["status"]) == ("applied", "in_review")
    assert (revision["revises"], revision["revision_number"]) == (str(where.contract.pk), 2)


@pytest.mark.parametrize("rows", [1, 4])
@pytest.mark.parametrize("who", ["pilot", "approver"])
def test_the_list_over_the_api_costs_the_same_for_one_and_for_four(
    where: Place, django_assert_num_queries: DjangoAssertNumQueries, who: str, rows: int
) -> None:
    for _ in range(rows):
        correction(where)
    client = calling_as(getattr(where, who))

    with django_assert_num_queries(2):
        answer = client.get("/api/v1/improvements/")

    assert len(answer.json()["results"]) == rows


# On the pages


def test_a_pilot_proposes_on_the_page_and_follows_it(client: Client, where: Place) -> None:
    client.force_login(where.pilot)
    address = reverse("contracts:propose_rule", args=[where.contract.pk, where.rule.pk, "correct"])
    form = client.get(address).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"value": "13"}

    without = client.post(address, typed)
    given = client.post(address, {**typed, "comment": "Page 1 says thirteen."}, follow=True)

    assert without.status_code == 422
    assert "Say what is wrong" in without.content.decode()
    improvement = ContractImprovement.objects.get()
    assert improvement.proposal == {"value": "13"}
    page = given.content.decode()
    assert "<del>14</del>" in page
    assert "<ins>13</ins>" in page
    assert "An approver of the airline decides on it." in page


@pytest.mark.parametrize(
    ("what", "typed", "expected"),
    [
        ("add", {**ADDED, "is_hard_constraint": "on"}, {**ADDED, "value": "11"}),
        ("details", {"title": "Another title"}, {"title": "Another title"}),
        ("remove", {}, {}),
    ],
)
def test_the_other_forms(
    client: Client, where: Place, what: str, typed: dict[str, Any], expected: dict[str, Any]
) -> None:
    client.force_login(where.pilot)
    of_rule = what == "remove"
    address = (
        reverse("contracts:propose_rule", args=[where.contract.pk, where.rule.pk, what])
        if of_rule
        else reverse("contracts:propose", args=[where.contract.pk, what])
    )
    form = client.get(address).context["form"]
    kept = {name: form[name].value() or "" for name in form.fields}

    answer = client.post(address, {**kept, **typed, "comment": "As the document says."})

    assert answer.status_code == 302
    proposal = ContractImprovement.objects.get().proposal
    assert proposal == {name: value for name, value in expected.items() if value != ""}


def test_the_services_refusals_stand_beside_their_fields(client: Client, where: Place) -> None:
    client.force_login(where.pilot)
    address = reverse("contracts:propose", args=[where.contract.pk, "details"])
    form = client.get(address).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields}

    backwards = client.post(address, {**typed, "expiration_date": "2020-01-01", "comment": "x"})
    nothing = client.post(address, {**typed, "comment": "x"})

    assert (backwards.status_code, nothing.status_code) == (422, 422)
    assert backwards.context["form"].errors["expiration_date"] == ["The contract would end before it begins."]
    assert "Nothing differs" in nothing.content.decode()
    assert not ContractImprovement.objects.exists()


@pytest.mark.parametrize("path", ["propose/lost/", "propose/correct/", "rules/{rule}/propose/add/"])
def test_there_are_no_other_forms(client: Client, where: Place, path: str) -> None:
    client.force_login(where.pilot)
    address = reverse("contracts:detail", args=[where.contract.pk]) + path.format(rule=where.rule.pk)

    assert client.get(address).status_code == 404


def test_the_contracts_page_offers_proposals_to_pilots_alone(client: Client, where: Place) -> None:
    address = reverse("contracts:detail", args=[where.contract.pk])
    shown = {}
    for name in ("pilot", "approver"):
        client.force_login(getattr(where, name))
        shown[name] = client.get(address).content.decode()

    assert "Propose a correction" in shown["pilot"]
    assert "Propose a correction" not in shown["approver"]


def test_a_revision_and_its_base_name_one_another(client: Client, where: Place) -> None:
    revision = improvement_apply(actor=where.approver, improvement_id=correction(where).pk).revision
    pages = {}
    for name in ("approver", "pilot"):
        client.force_login(getattr(where, name))
        pages[name] = client.get(reverse("contracts:detail", args=[where.contract.pk])).content.decode()
    client.force_login(where.second)
    own = client.get(reverse("contracts:detail", args=[revision.pk])).content.decode()

    address = reverse("contracts:detail", args=[revision.pk])
    assert address in pages["approver"]
    assert address not in pages["pilot"]
    assert reverse("contracts:detail", args=[where.contract.pk]) in own


@pytest.mark.parametrize("rows", [1, 4])
@pytest.mark.parametrize(
    ("name", "queries"),
    [("improvements", 6), ("my_improvements", 4)],
)
def test_pages_cost_the_same_for_one_proposal_and_for_four(
    client: Client,
    where: Place,
    django_assert_num_queries: DjangoAssertNumQueries,
    name: str,
    queries: int,
    rows: int,
) -> None:
    for _ in range(rows):
        correction(where)
        proposed(where, "metadata", title="Another")
    client.force_login(where.pilot)

    with django_assert_num_queries(queries):
        page = client.get(reverse(f"contracts:{name}", args=[where.contract.pk] if name == "improvements" else []))

    assert len(page.context["items"]) == 2 * rows

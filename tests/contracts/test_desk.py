"""The approvers' desk: from the inbox over the rules to a contract in force, as an approver's browser does it."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Airline, User
from audit.models import AuditEntry
from contracts.admin.desk import review_address
from contracts.lifecycle import Status
from contracts.models import ContractDecision, ContractRule, PilotContract, RuleCorrection, RuleDecision
from contracts.services.uploads import Terms, contract_upload
from tests.factories import ContractFactory, RuleFactory

REVIEW_QUERIES = 11


@pytest.fixture
def desk(client: Client, approver: User) -> Client:
    """The approver's browser."""
    client.force_login(approver)
    return client


@pytest.fixture
def contract(airline: Airline) -> PilotContract:
    """In review, with three undecided proposals."""
    return ContractFactory.create(airline=airline, in_review=True, proposals=3)


def rules_of(contract: PilotContract) -> list[ContractRule]:
    return list(contract.rules.order_by("position", "id"))


def decide(client: Client, rule: ContractRule, decision: str, **data: Any) -> Any:
    address = reverse("admin:contracts_rule_decide", args=[rule.contract_id, rule.pk, decision])
    return client.post(address, {"version": rule.version, "queue": "decision=proposed", **data})


def shown_after(client: Client, answer: Any) -> ContractRule:
    """The rule that the screen shows where the answer leads to."""
    rule: ContractRule = client.get(answer["Location"]).context["rule"]
    return rule


def act(client: Client, contract: PilotContract, action: str, **data: Any) -> Any:
    contract.refresh_from_db()
    address = reverse("admin:contracts_act", args=[contract.pk, action])
    return client.post(address, {"version": contract.version, **data})


def correction_of(rule: ContractRule, **changed: Any) -> dict[str, Any]:
    """What the correction form sends, with `changed` typed over what it showed."""
    shown = {
        "category": rule.category,
        "citation": rule.citation,
        "title": rule.title,
        "rule_text": rule.rule_text,
        "metric": rule.metric or "",
        "operator": rule.operator or "",
        "value": str(rule.value),
        "unit": rule.unit or "",
        "period": rule.period or "",
        "is_hard_constraint": "on",
        "description": rule.description,
        "reason": "",
    }
    return {**shown, **changed}


def test_a_contract_goes_from_the_inbox_over_its_rules_into_force(
    desk: Client, contract: PilotContract, approver: User
) -> None:
    first, second, third = rules_of(contract)
    inbox = desk.get(reverse("admin:index"))

    after_accepted = shown_after(desk, decide(desk, first, "accept"))
    corrected = decide(desk, second, "correct", **correction_of(second, value="13.5", reason="misread"))
    after_corrected = shown_after(desk, corrected)
    rejected = decide(desk, third, "reject", reason="a heading")
    act(desk, contract, "approve")
    act(desk, contract, "activate")

    assert review_address(contract) in inbox.content.decode()
    assert (after_accepted, after_corrected) == (second, third)
    assert rejected.status_code == 302
    assert [rule.decision for rule in rules_of(contract)] == ["accepted", "corrected", "rejected"]
    contract.refresh_from_db()
    assert contract.status == Status.ACTIVE
    assert contract.approved_by == approver
    assert ContractDecision.objects.filter(contract=contract, kind="approved", decided_by=approver).exists()


def test_each_decision_stands_in_the_audit_trail_and_in_the_history_shown(
    desk: Client, contract: PilotContract
) -> None:
    first, second, third = rules_of(contract)

    decide(desk, first, "accept")
    decide(desk, second, "correct", **correction_of(second, value="13.5", reason="misread"))
    decide(desk, third, "reject", reason="a heading")
    page = desk.get(review_address(contract)).content.decode()
    record = desk.get(reverse("admin:contracts_record", args=[contract.pk])).content.decode()

    entries = AuditEntry.objects.filter(object_pk=str(contract.pk)).order_by("timestamp")
    assert [entry.event for entry in entries] == ["rule.accepted", "rule.corrected", "rule.rejected"]
    assert reverse("admin:contracts_record", args=[contract.pk]) in page
    assert [entry.reason for entry in entries] == ["", "misread", "a heading"]
    assert all(word in record for word in ("accepted", "corrected", "rejected"))


def test_a_correction_is_kept_field_by_field(desk: Client, contract: PilotContract, approver: User) -> None:
    rule = rules_of(contract)[0]

    decide(desk, rule, "correct", **correction_of(rule, value="13.5", period="", reason="misread"))

    kept = RuleCorrection.objects.get(rule=rule, field="value")
    assert (kept.before, kept.after, kept.reason, kept.corrected_by) == ("14.0000", "13.5000", "misread", approver)
    assert set(RuleCorrection.objects.filter(rule=rule).values_list("field", flat=True)) == {"value", "period"}
    assert rules_of(contract)[0].period is None


def test_a_refused_correction_keeps_what_was_typed_and_says_at_the_field_what_is_wrong(
    desk: Client, contract: PilotContract
) -> None:
    rule = rules_of(contract)[0]

    answer = decide(desk, rule, "correct", **correction_of(rule, unit="", title="A title typed with care"))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert answer["HX-Push-Url"] == "false"
    assert "A title typed with care" in page
    assert "A limit needs metric, operator, value and unit, or none of them." in page
    assert rules_of(contract)[0].decision == RuleDecision.PROPOSED


def test_saving_an_unchanged_form_is_refused_in_words(desk: Client, contract: PilotContract) -> None:
    rule = rules_of(contract)[0]

    answer = decide(desk, rule, "correct", **correction_of(rule))

    assert answer.status_code == 422
    assert "Accept it instead" in answer.content.decode()
    assert rules_of(contract)[0].decision == RuleDecision.PROPOSED


def test_a_stale_correction_changes_nothing_and_shows_both_what_was_typed_and_what_is_stored(
    desk: Client, contract: PilotContract
) -> None:
    seen = rules_of(contract)[0]
    decide(desk, seen, "correct", **correction_of(seen, title="Changed by a colleague"))

    answer = decide(desk, seen, "correct", **correction_of(seen, title="Typed by me"))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody changed this rule" in page
    assert "Typed by me" in page
    assert "Stored now: Changed by a colleague" in page
    assert f'name="version" value="{seen.version + 1}"' in page
    assert rules_of(contract)[0].title == "Changed by a colleague"


@pytest.mark.parametrize("decision", ["accept", "reject"])
def test_a_stale_decision_is_refused_and_its_reason_kept(desk: Client, contract: PilotContract, decision: str) -> None:
    seen = rules_of(contract)[0]
    decide(desk, seen, "correct", **correction_of(seen, title="Changed by a colleague"))

    answer = decide(desk, seen, decision, reason="typed")

    assert answer.status_code == 409
    assert "Somebody changed this rule" in answer.content.decode()
    assert rules_of(contract)[0].decision == RuleDecision.CORRECTED


def test_a_decision_without_a_version_is_refused(desk: Client, contract: PilotContract) -> None:
    rule = rules_of(contract)[0]

    answer = desk.post(reverse("admin:contracts_rule_decide", args=[contract.pk, rule.pk, "accept"]))

    assert answer.status_code == 409
    assert rules_of(contract)[0].decision == RuleDecision.PROPOSED


def test_a_decision_can_be_taken_back(desk: Client, contract: PilotContract) -> None:
    rule = rules_of(contract)[0]
    decide(desk, rule, "accept")
    decided = rules_of(contract)[0]

    answer = decide(desk, decided, "reopen")

    assert f"rule={rule.pk}" in answer["Location"]
    assert rules_of(contract)[0].decision == RuleDecision.PROPOSED


def test_approval_says_how_many_proposals_are_undecided_and_is_refused_until_none_is(
    desk: Client, contract: PilotContract
) -> None:
    page = desk.get(review_address(contract)).content.decode()

    answer = act(desk, contract, "approve")

    assert "3 proposals are undecided." in page
    assert answer.status_code == 422
    assert "3 proposed rules are undecided" in answer.content.decode()
    contract.refresh_from_db()
    assert contract.status == Status.IN_REVIEW


@pytest.mark.parametrize(
    ("action", "target"), [("request_changes", Status.CHANGES_REQUESTED), ("reject", Status.REJECTED)]
)
def test_sending_back_and_rejecting_need_a_reason(
    desk: Client, contract: PilotContract, action: str, target: Status
) -> None:
    refused = act(desk, contract, action, reason="  ")
    contract.refresh_from_db()
    before = contract.status

    act(desk, contract, action, reason="Page 7 is missing.")

    assert refused.status_code == 422
    assert before == Status.IN_REVIEW
    contract.refresh_from_db()
    assert contract.status == target
    assert AuditEntry.objects.filter(object_pk=str(contract.pk), reason="Page 7 is missing.").count() == 1


def test_an_approved_contract_can_be_reopened_and_an_active_one_retired(desk: Client, airline: Airline) -> None:
    approved = ContractFactory.create(airline=airline, approved=True, rules=1)
    active = ContractFactory.create(airline=airline, active=True, rules=1)

    act(desk, approved, "reopen", reason="One limit is wrong.")
    act(desk, active, "retire", reason="The agreement ended.")

    approved.refresh_from_db()
    active.refresh_from_db()
    assert (approved.status, active.status) == (Status.IN_REVIEW, Status.RETIRED)


def test_a_stale_step_is_refused_and_its_reason_kept(desk: Client, contract: PilotContract) -> None:
    address = reverse("admin:contracts_act", args=[contract.pk, "reject"])

    answer = desk.post(address, {"version": contract.version + 1, "reason": "Page 7 is missing."})

    assert answer.status_code == 409
    assert "Page 7 is missing." in answer.content.decode()
    contract.refresh_from_db()
    assert contract.status == Status.IN_REVIEW


def test_the_page_of_the_document_is_drawn_once_and_kept_privately(
    desk: Client, airline: Airline, approver: User, settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    terms = Terms(contract_type="policy", contract_version="1", title="Policy", effective_date=airline.today())
    upload = SimpleUploadedFile(
        "policy.txt", b"Section 1\n\nA Pilot's duty period shall not exceed fourteen (14) hours.\n"
    )
    contract = contract_upload(actor=approver, airline=airline, terms=terms, upload=upload)
    address = reverse("admin:contracts_page_picture", args=[contract.pk, 1])

    first = b"".join(desk.get(address))
    kept = list(tmp_path.rglob("*.png"))
    again = desk.get(address)

    assert first.startswith(b"\x89PNG")
    assert [path.parent.name for path in kept] == [contract.document_sha256]
    assert b"".join(again) == first
    assert again["Cache-Control"] == "private, max-age=3600, immutable"
    assert desk.get(reverse("admin:contracts_page_picture", args=[contract.pk, 2])).status_code == 404


def test_the_proposals_place_is_drawn_in_the_pages_own_points(desk: Client, airline: Airline) -> None:
    contract = ContractFactory.create(airline=airline, in_review=True)
    RuleFactory.create(contract=contract, page=2, box=[72.0, 100.0, 300.0, 112.0])

    page = desk.get(review_address(contract)).content.decode()

    assert 'viewBox="0 0 612.00 792.00"' in page
    assert 'x="70.00" y="98.00" width="232.00" height="16.00"' in page
    assert reverse("admin:contracts_page_picture", args=[contract.pk, 2]) in page


@pytest.mark.parametrize("proposals", [1, 5])
def test_the_review_screen_costs_the_same_queries_for_one_and_five_rules(
    desk: Client, airline: Airline, proposals: int, django_assert_num_queries: Any
) -> None:
    contract = ContractFactory.create(airline=airline, in_review=True, proposals=proposals)

    with django_assert_num_queries(REVIEW_QUERIES):
        desk.get(review_address(contract))


@pytest.mark.parametrize("contracts", [1, 5])
def test_the_inbox_costs_the_same_queries_for_one_and_five_contracts(
    desk: Client, airline: Airline, contracts: int, django_assert_num_queries: Any
) -> None:
    ContractFactory.create_batch(contracts, airline=airline, in_review=True, proposals=2)

    with django_assert_num_queries(7):
        desk.get(reverse("admin:index"))


@pytest.mark.parametrize("contracts", [1, 5])
def test_the_list_costs_the_same_queries_for_one_and_five_contracts(
    desk: Client, airline: Airline, contracts: int, django_assert_num_queries: Any
) -> None:
    ContractFactory.create_batch(contracts, airline=airline, in_review=True, proposals=2)

    with django_assert_num_queries(7):
        desk.get(reverse("admin:contracts_pilotcontract_changelist"))


def test_the_list_is_narrowed_by_status_and_searched_by_title(desk: Client, airline: Airline) -> None:
    waiting = ContractFactory.create(airline=airline, in_review=True, title="Northern agreement")
    ContractFactory.create(airline=airline, active=True, rules=1, title="Southern agreement")
    address = reverse("admin:contracts_pilotcontract_changelist")

    narrowed = desk.get(address, {"status__exact": "active"}).content.decode()
    searched = desk.get(address, {"q": "northern"}).content.decode()

    assert waiting.title not in narrowed
    assert "Southern agreement" in narrowed
    assert waiting.title in searched
    assert "Southern agreement" not in searched


def test_an_empty_inbox_says_what_will_appear_there(desk: Client, airline: Airline) -> None:
    page = desk.get(reverse("admin:index")).content.decode()

    assert "Nothing waits for you" in page
    assert airline.name in page


@pytest.mark.parametrize("reason", ["a\0b", "x" * 4001])
def test_a_reason_that_cannot_be_kept_is_refused_in_words(desk: Client, contract: PilotContract, reason: str) -> None:
    rule = rules_of(contract)[0]

    answers = [
        act(desk, contract, "reject", reason=reason),
        decide(desk, rule, "reject", reason=reason),
        decide(desk, rule, "correct", **correction_of(rule, title="Another", reason=reason)),
    ]

    contract.refresh_from_db()
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert "Reason:" in answers[0].content.decode()
    assert contract.status == Status.IN_REVIEW
    assert rules_of(contract)[0].decision == RuleDecision.PROPOSED


@pytest.mark.parametrize("features", [["comparing_words", "is_condition"], [], "odd", None])
def test_the_desk_says_why_a_proposal_has_its_confidence(
    desk: Client, contract: PilotContract, features: object
) -> None:
    rule = rules_of(contract)[0]
    ContractRule.objects.filter(pk=rule.pk).update(parameters={"features": features})

    page = desk.get(review_address(contract), {"rule": str(rule.pk)})

    shown = page.content.decode()
    has_reasons = features == ["comparing_words", "is_condition"]
    assert ("Why this confidence" in shown) == has_reasons
    assert ("For it: words that compare, such as “at least”." in shown) == has_reasons
    assert ("Against it: it reads as a condition for something else." in shown) == has_reasons

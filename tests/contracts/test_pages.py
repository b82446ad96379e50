"""The pilot's pages: who sees what, what they say, and how many queries they take."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Airline, User
from audit.events import AuditEvent
from audit.models import AuditEntry
from contracts import storage
from contracts.lifecycle import Status
from contracts.models import ExtractionRun, PilotContract, RunStatus
from contracts.services.lifecycle import contract_request_changes
from contracts.serving import SANDBOX
from tests.factories import AirlineFactory, ContractFactory, PilotFactory, RuleFactory, UserFactory, walk

pytestmark = pytest.mark.django_db
LIST_QUERIES = 5
DETAIL_QUERIES = 15


@pytest.fixture
def pilot(client: Client, pilot_user: User) -> Client:
    client.force_login(pilot_user)
    return client


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(client: Client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(f"contracts:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


PAGES = ("detail", "progress", "document", "rules")
MOVES = ("submit", "withdraw")


@pytest.mark.parametrize("state", Status)
def test_what_a_person_may_not_see_is_not_found(airline: Airline, approver: User, state: Status) -> None:
    contract = ContractFactory.create(airline=airline, state=state, rules=1)
    stranger = PilotFactory.create(airline=AirlineFactory.create()).user
    foreign_approver = UserFactory.create(approver=True)
    colleague = PilotFactory.create(airline=airline).user
    everyone = [contract.uploaded_by, stranger, foreign_approver, colleague, approver]

    found = {
        person.pk: {
            signed_in(person).get(reverse(f"contracts:{page}", args=[contract.pk])).status_code
            for page in ("detail", "progress", "rules")
        }
        for person in everyone
    }

    visible = {person.pk: PilotContract.objects.visible_to(person).exists() for person in everyone}
    assert found == {key: {200} if seen else {404} for key, seen in visible.items()}
    assert [visible[person.pk] for person in everyone[:3]] == [True, False, False]


@pytest.mark.parametrize("page", PAGES)
def test_strangers_sign_in_first(client: Client, page: str) -> None:
    address = reverse(f"contracts:{page}", args=[ContractFactory.create(active=True).pk])

    assert client.get(address).headers["Location"] == f"{reverse('login')}?next={address}"


@pytest.mark.parametrize("move", MOVES)
def test_another_cannot_move_a_contract_that_he_does_not_see(pilot: Client, airline: Airline, move: str) -> None:
    contract = ContractFactory.create(airline=airline, rules=1)

    response = pilot.post(reverse(f"contracts:{move}", args=[contract.pk]))

    contract.refresh_from_db()
    assert response.status_code == 404
    assert contract.status == Status.DRAFT


def test_a_reviewer_cannot_withdraw_anothers_contract(airline: Airline, approver: User) -> None:
    contract = ContractFactory.create(airline=airline, in_review=True)

    response = signed_in(approver).post(reverse("contracts:withdraw", args=[contract.pk]))

    contract.refresh_from_db()
    assert response.status_code == 403
    assert contract.status == Status.IN_REVIEW


def test_moving_takes_a_post(pilot: Client, airline: Airline, pilot_user: User) -> None:
    contract = ContractFactory.create(airline=airline, uploaded_by=pilot_user)

    assert {pilot.get(reverse(f"contracts:{move}", args=[contract.pk])).status_code for move in MOVES} == {405}


def test_the_uploader_submits_and_withdraws_from_the_page(pilot: Client, airline: Airline, pilot_user: User) -> None:
    contract = ContractFactory.create(airline=airline, uploaded_by=pilot_user, proposals=2)

    before = text_of(pilot, "detail", contract.pk)
    pilot.post(reverse("contracts:submit", args=[contract.pk]))
    between = text_of(pilot, "detail", contract.pk)
    pilot.post(reverse("contracts:withdraw", args=[contract.pk]), {"reason": "The wrong letter"})
    after = text_of(pilot, "detail", contract.pk)

    contract.refresh_from_db()
    assert contract.status == Status.WITHDRAWN
    assert "Submit for review" in before
    assert "Submit for review" not in between
    assert "A reviewer of the airline decides" in between
    assert "The wrong letter" in after
    assert "Withdraw it" not in after


def test_a_document_that_is_still_read_cannot_be_submitted(pilot: Client, airline: Airline, pilot_user: User) -> None:
    contract = ContractFactory.create(airline=airline, uploaded_by=pilot_user)
    ExtractionRun.objects.update(status=RunStatus.RUNNING, pages_read=1, pages_searched=0)

    page = text_of(pilot, "detail", contract.pk)
    response = pilot.post(reverse("contracts:submit", args=[contract.pk]), follow=True)

    assert "Submit for review" not in page
    assert "The document has not been read to its end" in response.content.decode()


def test_progress_polls_while_the_document_is_read(pilot: Client, airline: Airline, pilot_user: User) -> None:
    contract = ContractFactory.create(airline=airline, uploaded_by=pilot_user, page_count=2)
    ExtractionRun.objects.update(status=RunStatus.RUNNING, pages_read=1, pages_searched=0)

    response = pilot.get(reverse("contracts:progress", args=[contract.pk]), headers={"HX-Request": "true"})

    fragment = " ".join(response.content.decode().split())
    assert "Reading: page 1 of 2 · 25 %" in fragment
    assert 'hx-trigger="every 1s"' in fragment
    assert '<progress max="100" value="25"' in fragment
    assert "HX-Refresh" not in response.headers


@pytest.mark.parametrize("status", [RunStatus.SUCCEEDED, RunStatus.FAILED])
def test_progress_ends_by_loading_the_page_anew(
    pilot: Client, airline: Airline, pilot_user: User, status: RunStatus
) -> None:
    contract = ContractFactory.create(airline=airline, uploaded_by=pilot_user)
    ExtractionRun.objects.update(status=status, fault_code="broken", fault_message="Page 2 is damaged.")

    response = pilot.get(reverse("contracts:progress", args=[contract.pk]), headers={"HX-Request": "true"})

    assert response.headers["HX-Refresh"] == "true"
    assert "hx-get" not in response.content.decode()
    assert ("Page 2 is damaged." in response.content.decode()) == (status == RunStatus.FAILED)


def test_the_reason_for_requested_changes_is_shown_to_the_uploader(
    pilot: Client, airline: Airline, pilot_user: User, approver: User
) -> None:
    contract = ContractFactory.create(airline=airline, uploaded_by=pilot_user, in_review=True)
    contract_request_changes(actor=approver, contract_id=contract.pk, reason="Page 2 is the <unsigned> draft.")

    page = text_of(pilot, "detail", contract.pk)

    assert "Page 2 is the &lt;unsigned&gt; draft." in page
    assert "Submit it again" in page


def test_colleagues_see_binding_rules_alone(pilot: Client, airline: Airline) -> None:
    contract = ContractFactory.create(airline=airline, rules=0)
    RuleFactory.create(contract=contract, accepted=True, title="Fourteen hours of duty")
    RuleFactory.create(contract=contract, rejected=True, title="Not a rule at all", decision_reason="A heading")
    walk(contract, Status.ACTIVE)

    seen_by_colleague = text_of(pilot, "detail", contract.pk)
    seen_by_uploader = text_of(signed_in(contract.uploaded_by), "detail", contract.pk)

    assert "Fourteen hours of duty" in seen_by_colleague
    assert "Not a rule at all" not in seen_by_colleague
    assert "History" not in seen_by_colleague
    assert "Not a rule at all" in seen_by_uploader
    assert "A heading" in seen_by_uploader


def test_the_original_is_an_attachment_and_its_reading_is_written_down(
    pilot: Client, airline: Airline, pilot_user: User, tmp_path: Path
) -> None:
    contract = ContractFactory.create(airline=airline, uploaded_by=pilot_user, document_name="Vertrag “2026”.pdf")
    incoming = tmp_path / "original"
    incoming.write_bytes(b"%PDF-1.7 the very bytes")
    storage.keep(incoming, contract.document_sha256)

    response = pilot.get(reverse("contracts:document", args=[contract.pk]))

    assert b"".join(response) == b"%PDF-1.7 the very bytes"
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == SANDBOX
    entry = AuditEntry.objects.get(event=AuditEvent.DOCUMENT_READ)
    assert (entry.actor, entry.object_pk) == (pilot_user, str(contract.pk))


def test_the_list_is_filtered_by_status_and_says_what_to_do_when_empty(pilot: Client, pilot_user: User) -> None:
    empty = text_of(pilot, "list")
    ContractFactory.create(uploaded_by=pilot_user, title="A draft of mine")
    ContractFactory.create(uploaded_by=pilot_user, title="Sent to reviewers", in_review=True)

    reviewed = text_of(pilot, "list", status="in_review")
    unknown = text_of(pilot, "list", status="eaten")

    assert "No contract yet" in empty
    assert ("Sent to reviewers" in reviewed, "A draft of mine" in reviewed) == (True, False)
    assert "A draft of mine" in unknown


def test_the_list_is_leafed_through_without_loss(pilot: Client, pilot_user: User) -> None:
    ContractFactory.create_batch(27, uploaded_by=pilot_user)

    first = pilot.get(reverse("contracts:list")).context
    second = pilot.get(reverse("contracts:list"), {"after": first["page"].next_cursor}).context

    pages = [[item["contract"].pk for item in context["items"]] for context in (first, second)]
    assert [len(page) for page in pages] == [25, 2]
    assert pages[0] + pages[1] == list(PilotContract.objects.values_list("pk", flat=True))
    assert second["page"].next_cursor == ""


@pytest.mark.parametrize("count", [1, 5])
def test_the_list_takes_as_many_queries_for_five_as_for_one(
    pilot: Client, pilot_user: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    ContractFactory.create_batch(count, uploaded_by=pilot_user)

    with django_assert_num_queries(LIST_QUERIES):
        pilot.get(reverse("contracts:list"))


@pytest.mark.parametrize("count", [1, 5])
def test_the_contracts_page_takes_as_many_queries_for_five_rules_as_for_one(
    pilot: Client, pilot_user: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    contract = ContractFactory.create(uploaded_by=pilot_user, proposals=count)

    with django_assert_num_queries(DETAIL_QUERIES):
        pilot.get(reverse("contracts:detail", args=[contract.pk]))


@pytest.mark.parametrize("reason", ["a\0b", "x" * 4001])
def test_a_reason_that_cannot_be_kept_withdraws_nothing(pilot: Client, pilot_user: User, reason: str) -> None:
    contract = ContractFactory.create(uploaded_by=pilot_user)

    page = pilot.post(reverse("contracts:withdraw", args=[contract.pk]), {"reason": reason}, follow=True)

    contract.refresh_from_db()
    assert contract.status == Status.DRAFT
    assert "The contract was not withdrawn." in page.content.decode()

"""Comparing on the page and as CSV: who sees what, in how many queries."""

import csv
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Airline, User
from contracts.comparison_page import segments
from contracts.lifecycle import Status
from contracts.models import ContractRevision, Occasion, PilotContract
from contracts.services.revisions import revision_keep
from tests.factories import ContractFactory, PilotFactory, RuleFactory, UserFactory, grant_review, walk

pytestmark = pytest.mark.django_db
PAGE_QUERIES = 10
LAW_QUERIES = 8
CSV_QUERIES = 6


def contract_with(airline: Airline, state: Status, *rules: dict[str, Any], **terms: Any) -> PilotContract:
    """A contract in that state with those rules, accepted."""
    contract: PilotContract = ContractFactory.create(airline=airline, **terms)
    for number, members in enumerate(rules):
        RuleFactory.create(
            **{"contract": contract, "accepted": True, "position": number, "metric": "duty_period", **members}
        )
    walk(contract, state)
    return contract


@pytest.fixture
def versions(airline: Airline) -> tuple[PilotContract, PilotContract]:
    """A superseded version and the active one after it, in which the maximum has fallen."""
    text = "A Pilot's duty period shall not exceed {} hours."
    old = contract_with(
        airline,
        Status.SUPERSEDED,
        {"rule_id": "A", "citation": "10.A", "value": 14, "rule_text": text.format("fourteen (14)")},
        {"rule_id": "B", "citation": "10.B", "title": "A rule that went", "rule_text": "Uniforms are paid in full."},
        {"rule_id": "C", "citation": "10.C", "title": "A rule that stayed"},
        effective_date=date(2024, 1, 1),
        expiration_date=date(2025, 12, 31),
    )
    new = contract_with(
        airline,
        Status.ACTIVE,
        {"rule_id": "A", "citation": "10.A", "value": 13, "rule_text": text.format("thirteen (13)")},
        {"rule_id": "C", "citation": "10.C", "title": "A rule that stayed"},
        {"rule_id": "D", "citation": "12.D", "title": "A rule that came", "rule_text": "Each crew gets a hot meal."},
    )
    return old, new


@pytest.fixture
def pilot(client: Client, pilot_user: User) -> Client:
    client.force_login(pilot_user)
    return client


def compare(client: Client, contract: PilotContract, **query: str) -> str:
    response = client.get(reverse("contracts:compare", args=[contract.pk]), query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_differences_are_shown_and_what_stayed_is_counted(
    pilot: Client, versions: tuple[PilotContract, PilotContract]
) -> None:
    old, new = versions

    page = compare(pilot, new, against=str(old.pk))

    assert [words in page for words in ("A rule that went", "A rule that came")] == [True, True]
    assert "A rule that stayed" not in page
    assert "<strong>1</strong> unchanged" in page
    assert "Of the changed limits <strong>1</strong> got tighter" in page
    assert (
        "Tighter: at most 13 hours per duty period instead of at most 14 hours per duty period; in the pilot&#x27;s favour."
        in page
    )
    assert '<del><span class="visually-hidden">[removed: </span>fourteen<span' in page
    assert '<ins><span class="visually-hidden">[added: </span>thirteen<span' in page


def test_one_kind_of_change_alone_is_shown_when_asked(
    pilot: Client, versions: tuple[PilotContract, PilotContract]
) -> None:
    old, new = versions

    pages = {show: compare(pilot, new, against=str(old.pk), show=show) for show in ("added", "unchanged", "nonsense")}

    titles = ("A rule that went", "A rule that came", "A rule that stayed")
    assert {show: [title in page for title in titles] for show, page in pages.items()} == {
        "added": [False, True, False],
        "unchanged": [False, False, True],
        "nonsense": [True, True, False],
    }


def test_without_another_side_it_is_the_active_version_or_the_law(
    pilot: Client, airline: Airline, versions: tuple[PilotContract, PilotContract]
) -> None:
    old, new = versions
    letter = contract_with(airline, Status.ACTIVE, {"rule_id": "L"}, contract_type="loa")

    assert f"from {new.title}" in " ".join(compare(pilot, old).split())
    assert f"from {old.title}" in " ".join(compare(pilot, new).split())
    assert "beside 14 CFR Part 117" in compare(pilot, letter)


def test_a_letter_beside_an_agreement_is_not_said_to_replace_it(
    pilot: Client, airline: Airline, versions: tuple[PilotContract, PilotContract]
) -> None:
    letter = contract_with(airline, Status.ACTIVE, {"rule_id": "L"}, contract_type="loa")

    assert "does not replace it" in compare(pilot, letter, against=str(versions[1].pk))
    assert "does not replace it" not in compare(pilot, versions[1], against=str(versions[0].pk))


def test_beside_the_law_each_limit_says_which_binds(pilot: Client, airline: Airline) -> None:
    contract = contract_with(
        airline,
        Status.ACTIVE,
        {"rule_id": "A", "metric": "reserve_availability_period", "value": 15},
        {"rule_id": "B", "metric": "hourly_pay_rate", "unit": "USD", "title": "Not regulated"},
    )

    regulated = compare(pilot, contract, against="far117")
    everything = compare(pilot, contract, against="far117", show="everything")

    assert "The contract allows 15 h, the law 14 h (14 CFR 117.21(c)(1)): the law binds." in regulated
    assert ("Not regulated" in regulated, "Not regulated" in everything) == (False, True)
    assert "The law sets none." in everything


def test_nothing_different_says_so(pilot: Client, versions: tuple[PilotContract, PilotContract]) -> None:
    assert "No rule differs" in compare(pilot, versions[0], against=str(versions[0].pk))


def test_many_differences_are_leafed_through(pilot: Client, airline: Airline) -> None:
    old = contract_with(airline, Status.SUPERSEDED, effective_date=date(2024, 1, 1), expiration_date=date(2024, 12, 31))
    new = contract_with(airline, Status.ACTIVE, *[{"rule_id": str(n), "title": f"Rule {n:02}."} for n in range(35)])

    pages = [compare(pilot, new, against=str(old.pk), start=start) for start in ("0", "30", "60", "9" * 5000)]

    assert ["Rule 00." in page for page in pages] == [True, False, False, True]
    assert ["Rule 34." in page for page in pages] == [False, True, False, False]
    assert "start=30#changes" in pages[0]
    assert "31 to 35 of 35" in pages[1]
    assert "There are no more." in pages[2]


STATES = ("draft", "in_review", "active", "superseded", "withdrawn")
SEEN_IN = {
    "uploader": set(STATES),
    "colleague": {"active", "superseded"},
    "pilot elsewhere": set[str](),
    "approver": set(STATES) - {"draft"},
    "administrator": set(STATES),
}


@pytest.mark.parametrize("state", STATES)
def test_both_sides_must_be_seen(client: Client, airline: Airline, approver: User, state: str) -> None:
    people = {
        "uploader": PilotFactory.create(airline=airline).user,
        "colleague": PilotFactory.create(airline=airline).user,
        "pilot elsewhere": PilotFactory.create().user,
        "approver": approver,
        "administrator": UserFactory.create(administrator=True),
    }
    contract = contract_with(airline, Status(state), {"rule_id": "A"}, uploaded_by=people["uploader"])
    found: dict[str, list[int]] = {}
    for name, person in people.items():
        own = ContractFactory.create(uploaded_by=person)
        client.force_login(person)
        found[name] = [
            client.get(reverse(f"contracts:{route}", args=[one]), {"against": other}).status_code
            for route in ("compare", "compare_csv")
            for one, other in ((contract.pk, str(own.pk)), (own.pk, str(contract.pk)), (contract.pk, "far117"))
        ]

    assert found == {name: [200 if state in SEEN_IN[name] else 404] * 6 for name in people}


def test_strangers_are_asked_to_sign_in(client: Client, airline: Airline) -> None:
    contract = ContractFactory.create(airline=airline, active=True, rules=1)

    for route in ("compare", "compare_csv"):
        response = client.get(reverse(f"contracts:{route}", args=[contract.pk]))

        assert (response.status_code, "/login/" in response["Location"]) == (302, True)


def test_revisions_are_for_those_who_take_part(client: Client, airline: Airline, approver: User) -> None:
    uploader, colleague = PilotFactory.create_batch(2, airline=airline)
    contract = contract_with(airline, Status.ACTIVE, {"rule_id": "A"}, uploaded_by=uploader.user)
    kept = revision_keep(contract=contract, occasion=Occasion.APPROVED)
    elsewhere = UserFactory.create(approver=True)
    grant_review(elsewhere, PilotFactory.create().airline)
    found, offered = {}, {}
    for name, person in {"uploader": uploader.user, "approver": approver, "colleague": colleague.user}.items():
        client.force_login(person)
        address = reverse("contracts:compare", args=[contract.pk])
        queries = ({"against": kept.digest}, {"against": "far117", "revision": kept.digest})
        found[name] = [client.get(address, query).status_code for query in queries]
        offered[name] = "as approved" in client.get(address).content.decode()

    assert found == {"uploader": [200, 200], "approver": [200, 200], "colleague": [404, 404]}
    assert offered == {"uploader": True, "approver": True, "colleague": False}


@pytest.mark.parametrize(
    "against", ["nonsense", "0" * 64, "g" * 64, "00000000-0000-0000-0000-000000000000", "far118", "'", "\0" * 64]
)
def test_another_side_that_there_is_not_is_not_found(pilot: Client, airline: Airline, against: str) -> None:
    contract = contract_with(airline, Status.ACTIVE, {"rule_id": "A"})

    for route in ("compare", "compare_csv"):
        address = reverse(f"contracts:{route}", args=[contract.pk])
        assert pilot.get(address, {"against": against}).status_code == 404
        assert pilot.get(address, {"against": "far117", "revision": against}).status_code == 404


def test_a_revision_of_another_contract_is_no_revision_of_this_one(
    client: Client, airline: Airline, approver: User
) -> None:
    one, other = [contract_with(airline, Status.IN_REVIEW, {"rule_id": "A"}) for _ in range(2)]
    kept = revision_keep(contract=other, occasion=Occasion.SUBMITTED)
    client.force_login(approver)
    address = reverse("contracts:compare", args=[one.pk])

    assert client.get(address, {"against": "far117", "revision": kept.digest}).status_code == 404
    assert client.get(address, {"against": kept.digest}).status_code == 200


def test_the_csv_holds_all_that_the_page_shows(pilot: Client, versions: tuple[PilotContract, PilotContract]) -> None:
    old, new = versions

    response = pilot.get(reverse("contracts:compare_csv", args=[new.pk]), {"against": str(old.pk)})

    rows = list(csv.DictReader(StringIO(response.content.decode(), newline="")))
    assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert response["Content-Disposition"] == f'attachment; filename="comparison-{new.pk}.csv"'
    assert "no-store" in response["Cache-Control"]
    assert [(row["change"], row["field"]) for row in rows] == [
        ("changed", "rule_text"),
        ("changed", "limit"),
        ("removed", "wording"),
        ("added", "wording"),
    ]


@pytest.mark.parametrize("count", [1, 60])
def test_queries_do_not_grow_with_rules(
    client: Client, airline: Airline, approver: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rules = [{"rule_id": str(n)} for n in range(count)]
    old = contract_with(
        airline, Status.SUPERSEDED, *rules, effective_date=date(2024, 1, 1), expiration_date=date(2024, 12, 31)
    )
    new = contract_with(airline, Status.ACTIVE, *[rule | {"value": 13} for rule in rules])
    for contract in (old, new):
        revision_keep(contract=contract, occasion=Occasion.APPROVED)
    client.force_login(approver)
    page, table = (reverse(f"contracts:{route}", args=[new.pk]) for route in ("compare", "compare_csv"))
    client.get(page)

    with django_assert_num_queries(PAGE_QUERIES):
        client.get(page, {"against": str(old.pk)})
    with django_assert_num_queries(LAW_QUERIES):
        client.get(page, {"against": "far117"})
    with django_assert_num_queries(CSV_QUERIES):
        client.get(table, {"against": str(old.pk)})
    assert ContractRevision.objects.count() == 2


def test_both_ways_lead_to_the_page(client: Client, airline: Airline, approver: User) -> None:
    contract = contract_with(airline, Status.IN_REVIEW, {"rule_id": "A"})
    client.force_login(approver)
    address = reverse("contracts:compare", args=[contract.pk])

    pages = [reverse("contracts:detail", args=[contract.pk]), reverse("admin:contracts_review", args=[contract.pk])]

    assert [f'href="{address}"' in client.get(page).content.decode() for page in pages] == [True, True]


def test_a_bar_is_whole() -> None:
    parts = segments([("a", 1, ""), ("b", 0, ""), ("c", 3, "")])

    assert [(part.label, part.x, part.width) for part in parts] == [("a", 0, 25), ("c", 25, 75)]
    assert segments([("a", 0, "")]) == []

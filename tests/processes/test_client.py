"""The Python client against the running product: what it asks, what it keeps, and what it does when things go wrong."""

import json
import os
import signal
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest
import readme

from tests.processes.product import PASSWORD, Product, until
from vectorbid_contracts import (
    AccessToken,
    Client,
    ClientCredentials,
    NotAuthenticated,
    NotFound,
    PersonCredentials,
    RetryPolicy,
)

PILOT = "pilot@demo.test"
SECOND_PILOT = "second.pilot@demo.test"
LOOKUP = "/api/v1/pilots/CSC-1042/rules/"
EXAMPLES = [
    (heading, place)
    for heading, blocks in readme.examples().items()
    for place in range(len(blocks))
    if heading not in {"Follow changes", "Receive a webhook"}  # tested with the client
]


class Recording(httpx.HTTPTransport):
    """Real connections; `seen` has path and status of each answer, or the fault's name."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, int | str]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            response = super().handle_request(request)
        except httpx.RequestError as fault:
            self.seen.append((request.url.path, type(fault).__name__))
            raise
        self.seen.append((request.url.path, response.status_code))
        return response


@pytest.fixture(scope="module")
def credentials(product: Product) -> ClientCredentials:
    """The demo's service client."""
    return ClientCredentials(**json.loads((product.var_dir / "secrets" / "demo-client.json").read_text()))


@pytest.fixture
def wire() -> Recording:
    return Recording()


@pytest.fixture
def contracts(product: Product, credentials: ClientCredentials, wire: Recording) -> Iterator[Client]:
    with Client(product.address, credentials, transport=wire) as client:
        yield client


def test_a_lookup_is_typed_and_its_second_answer_is_not_sent(contracts: Client, wire: Recording) -> None:
    first = contracts.get_pilot_rules("CSC-1042")
    second = contracts.get_pilot_rules("CSC-1042")

    assert first == second
    assert first.contract is not None
    assert {rule.source for rule in first.rules} == {"contract", "far117"}
    assert wire.seen == [("/api/v1/auth/client-token/", 200), (LOOKUP, 200), (LOOKUP, 304)]
    hard = contracts.get_pilot_rules("CSC-1042", hard=True, source="far117").rules
    assert hard == tuple(rule for rule in first.rules if rule.is_hard_constraint and rule.source == "far117")


def test_preferences_are_judged_the_same_each_time(contracts: Client) -> None:
    preferences = {"hard_constraints": {"days_off": ["2026-03-14"], "max_duty_hours_per_day": 9}}

    first = contracts.validate_preferences("CSC-1042", preferences)

    assert first.verdict in {"valid", "invalid", "undetermined"}
    assert first.pack.contract_version
    assert first == contracts.validate_preferences("CSC-1042", preferences)


def test_a_duty_that_is_too_long_is_a_violation_with_its_figures(contracts: Client) -> None:
    result = contracts.validate("CSC-1042", {"pairings": [pairing("long", release="2026-03-15T09:00:00Z")]})

    assert (result.verdict, result.is_valid) == ("invalid", False)
    assert any(breach.actual and breach.limit and breach.actual > breach.limit for breach in result.violations)
    assert all(breach.pointer and breach.message and breach.fix_hint for breach in result.violations)


def test_candidates_are_ranked(contracts: Client) -> None:
    candidates = [
        {"id": "long", "pairings": [pairing("1", release="2026-03-15T09:00:00Z")]},
        {"id": "short", "pairings": [pairing("2", release="2026-03-14T18:30:00Z")]},
    ]

    ranking = contracts.rank("CSC-1042", {"candidates": candidates}, unknown="input")

    assert [(entry.rank, entry.id) for entry in ranking.candidates] == [(1, "short"), (2, "long")]


@pytest.mark.parametrize("shape", ["native", "flat", "sectioned", "compiled"])
def test_a_packs_signature_is_that_of_the_published_key(contracts: Client, wire: Recording, shape: Any) -> None:
    first = contracts.get_rule_pack("CSC", shape=shape)
    second = contracts.get_rule_pack("CSC", shape=shape)
    yaml = contracts.get_rule_pack("CSC", shape=shape, media="yaml")

    assert first == second
    assert first.document()["airline"] == "CSC"
    assert (first.media_type, yaml.media_type) == ("application/json", "application/yaml")
    assert [status for path, status in wire.seen if path.endswith("rule-pack/")] == [200, 304, 200]


def test_requests_outlive_a_restart_of_the_server(
    product: Product, credentials: ClientCredentials, wire: Recording
) -> None:
    patient = RetryPolicy(attempts=60, first_wait_seconds=0.1, longest_wait_seconds=0.5)
    with Client(product.address, credentials, retries=patient, transport=wire) as contracts:
        before = contracts.get_pilot_active_rules("CSC-1042")
        web = product.process_id("web")
        assert web is not None
        os.killpg(os.getpgid(web), signal.SIGKILL)
        after = contracts.get_pilot_active_rules("CSC-1042")

    until("another web process is up", lambda: product.process_id("web") not in {None, web})
    assert after == before
    assert "ConnectError" in [status for _, status in wire.seen]
    assert wire.seen[-1] == (LOOKUP, 304)


def test_a_person_whose_session_was_ended_is_signed_in_anew(product: Product, wire: Recording) -> None:
    with Client(product.address, PersonCredentials(PILOT, PASSWORD), transport=wire) as contracts:
        contracts.get_pilot_active_rules("CSC-1042")
        _, sessions = product.call("GET", "auth/sessions/", email=PILOT)
        for session in sessions["results"]:
            if not session["is_current"]:
                product.call("DELETE", f"auth/sessions/{session['id']}/", email=PILOT)
        contracts.get_pilot_active_rules("CSC-1042")

    assert wire.seen[2:] == [
        (LOOKUP, 401),
        ("/api/v1/auth/refresh/", 401),
        ("/api/v1/auth/token/", 200),
        (LOOKUP, 304),
    ]


def test_a_revoked_token_of_somebody_elses_is_told(product: Product, wire: Recording) -> None:
    token = product.manage("issue_token", PILOT)
    with Client(product.address, AccessToken(token), transport=wire) as contracts:
        contracts.get_pilot_active_rules("CSC-1042")
        httpx.post(
            f"{product.address}/api/v1/auth/revoke/", json={}, headers={"Authorization": f"Bearer {token}"}
        ).raise_for_status()
        with pytest.raises(NotAuthenticated) as refusal:
            contracts.get_pilot_active_rules("CSC-1042")

    assert [status for _, status in wire.seen] == [200, 401]
    assert refusal.value.request_id
    assert token not in str(refusal.value)


def test_anothers_pilot_is_not_there(product: Product) -> None:
    with (
        Client(product.address, PersonCredentials(SECOND_PILOT, PASSWORD)) as contracts,
        pytest.raises(NotFound) as refusal,
    ):
        contracts.get_pilot_active_rules("CSC-1042")

    assert (refusal.value.status, refusal.value.code) == (404, "not_found")


def test_an_upload_under_one_key_makes_one_contract(product: Product) -> None:
    document = b"SECTION 1 REST\n\nA. A Pilot shall receive no fewer than 11 hours of rest between duty periods.\n"
    with Client(product.address, PersonCredentials(SECOND_PILOT, PASSWORD)) as contracts:
        made = [
            contracts.upload_contract(
                document,
                "policy.txt",
                airline="CSC",
                contract_type="policy",
                contract_version="by-client",
                title="Sent by the client",
                effective_date=date(2026, 1, 1),
                idempotency_key="sent-by-the-client",
            )
            for _ in range(2)
        ]
        again = contracts.get(f"contracts/{made[0]['id']}/")

    assert made[0]["id"] == made[1]["id"] == again["id"]
    status, _ = product.call("POST", f"contracts/{again['id']}/withdraw/", {}, email=SECOND_PILOT)
    assert status == 200


def test_the_feed_is_read_to_its_end_and_gone_on_from_there(product: Product, contracts: Client) -> None:
    feed = contracts.changes()
    changes = list(feed)

    assert "contract.activated" in {change.kind for change in changes}
    assert [change.position for change in changes] == sorted({change.position for change in changes})
    assert list(contracts.changes(feed.cursor)) == []


@pytest.mark.parametrize(("heading", "place"), EXAMPLES)
def test_the_readmes_examples_run(
    heading: str, place: int, product: Product, credentials: ClientCredentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONTRACTS_URL", product.address)
    monkeypatch.setenv("CONTRACTS_CLIENT_ID", credentials.client_id)
    monkeypatch.setenv("CONTRACTS_CLIENT_SECRET", credentials.client_secret)

    readme.executed(readme.examples()[heading][place])


def pairing(name: str, *, release: str) -> dict[str, Any]:
    """One duty period from noon, UTC, with one flight."""
    flight = {
        "from": "SEA",
        "to": "DEN",
        "out": "2026-03-14T13:00:00Z",
        "in": "2026-03-14T15:45:00Z",
        "deadhead": False,
    }
    return {"id": name, "duty_periods": [{"report": "2026-03-14T12:00:00Z", "release": release, "segments": [flight]}]}

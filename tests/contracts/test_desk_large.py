"""The desk with 400 pages and 1,000 proposals, for an ordinary approver: each step's queries (`bench/desk.py` has its times)."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Airline
from contracts.admin.desk import review_address
from contracts.models import ContractRule, PilotContract
from contracts.passages import evidence_of_words, page_of
from tests.contracts.desk_pages import DUTY, REST, large_contract
from tests.contracts.test_desk import correction_of
from tests.factories import AirlineFactory, ContractFactory, RuleFactory, UserFactory, grant_review, walk

PAGES, PROPOSALS = 400, 1000
# Whether the approver has one grant or fifty.
QUERIES = {
    "open": 11,
    "next": 11,
    "after a decision": 11,
    "turn the page": 11,
    "low confidence": 11,
    "changed": 11,
    "by section": 11,
    "draft by words": 11,
    "halves": 11,
    "accept": 10,
    "reject": 10,
    "correct": 11,
    "place": 12,
    "add": 12,
    "split": 12,
    "merge": 12,
    "several": 11,
    "undo": 11,
}
MOST_QUERIES = 12
TIMES = 2
# What begins and ends a transaction of the test case's own is not a query of the step.
# Whoever acts is told ahead of a statement, in the same message.
OF_TRANSACTIONS = re.compile(
    r"(SELECT pg_catalog\.set_config\('vectorbid\.[^;]*; )?(SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT|BEGIN|COMMIT)"
)


@pytest.fixture
def contract(airline: Airline) -> PilotContract:
    """As large as the desk must carry, with an active version to compare with."""
    before = ContractFactory.create(airline=airline)
    RuleFactory.create_batch(20, contract=before, accepted=True)
    walk(before, "active")  # type: ignore[arg-type] # a status is its word
    return large_contract(airline, pages=PAGES, proposals=PROPOSALS)


@pytest.fixture(params=[1, 50], ids=["one grant", "fifty grants"])
def desk(request: pytest.FixtureRequest, client: Client, airline: Airline) -> Client:
    """An approver's browser, warm: with one grant, or with this and 49 others."""
    user = UserFactory.create(approver=True)
    grant_review(user, airline)
    for other in AirlineFactory.create_batch(request.param - 1):
        grant_review(user, other)
    client.force_login(user)
    return client


class Steps:
    """What an approver does in the middle of the document, each time anew, by name."""

    def __init__(self, client: Client, contract: PilotContract) -> None:
        self.client, self.contract = client, contract
        self.waiting: Iterator[ContractRule] = iter(list(contract.rules.order_by("position")[400:600]))

    def of(self, rule: ContractRule, deed: str, **data: Any) -> Any:
        address = reverse("admin:contracts_rule_decide", args=[self.contract.pk, rule.pk, deed])
        return self.client.post(address, {"version": rule.version, "queue": "decision=proposed", **data})

    def together(self, deed: str, **data: Any) -> Any:
        address = reverse("admin:contracts_deed", args=[self.contract.pk, deed])
        return self.client.post(address, {"queue": "decision=proposed", **data})

    def look(self, **query: object) -> Any:
        return self.client.get(f"{review_address(self.contract)}?{urlencode(query)}")

    def next(self) -> ContractRule:
        return next(self.waiting)

    def named(self) -> dict[str, Callable[[], Any]]:
        def place() -> Any:
            rule = self.next()
            page = page_of(self.contract.pages.get(number=rule.page or 0))
            words = DUTY if rule.quote == REST else REST
            return lambda: self.of(
                rule, "place", place=[f"{page.number} " + " ".join(map(str, evidence_of_words(page, words).box))]
            )

        def add() -> Any:
            page = self.contract.pages.get(number=self.next().page or 0)
            found = evidence_of_words(page_of(page), "The Company shall post the bid package")
            data = correction_of(self.next(), title="Missed", metric="other")
            span = {"start": found.char_start - page.char_start, "end": found.char_end - page.char_start}
            return lambda: self.together("add", **data, page=page.number, **span)

        def split() -> Any:
            rule, half = self.next(), {"metric": "other", "operator": ">=", "unit": "hours", "period": "", "value": "9"}
            data = {f"{name}-{field}": value for name in ("first", "second") for field, value in half.items()}
            words = {"first-quote": rule.quote, "first-title": "One", "second-quote": rule.quote, "second-title": "Two"}
            return lambda: self.of(rule, "split", **data, **words)

        def merge() -> Any:
            kept, other = (f"{rule.pk}:{rule.version}" for rule in (self.next(), self.next()))
            return lambda: self.together("merge", into=kept, marked=[kept, other])

        def several() -> Any:
            marked = [f"{rule.pk}:{rule.version}" for rule in (self.next() for _ in range(5))]
            return lambda: self.together("accept", marked=marked)

        def undo() -> Any:
            self.of(self.next(), "accept")
            return lambda: self.together("undo")

        def decided(deed: str) -> Any:
            rule = self.next()
            data = correction_of(rule, title=f"Corrected {rule.position}", value="13") if deed == "correct" else {}
            return lambda: self.of(rule, deed, **data)

        def seen(**query: object) -> Any:
            rule = self.next()
            return lambda: self.look(rule=rule.pk, **query)

        def after(rule: ContractRule) -> Any:
            return lambda: self.look(after=rule.pk, last=rule.pk)

        page = {"view": 200}
        return {
            "open": lambda: self.look,
            "next": lambda: seen(decision="proposed"),
            "after a decision": lambda: after(self.next()),
            "turn the page": lambda: seen(view=300),
            "low confidence": lambda: seen(confidence="low"),
            "changed": lambda: seen(changed="yes"),
            "by section": lambda: seen(section="Section 10", decision="all"),
            "draft by words": lambda: seen(add="yes", **page, **{"from": "Rest between duty", "to": "hours."}),
            "halves": lambda: seen(split="yes"),
            "accept": lambda: decided("accept"),
            "reject": lambda: decided("reject"),
            "correct": lambda: decided("correct"),
            "place": place,
            "add": add,
            "split": split,
            "merge": merge,
            "several": several,
            "undo": undo,
        }


def test_each_step_keeps_to_its_queries(desk: Client, contract: PilotContract) -> None:
    steps = Steps(desk, contract)
    # What a process does once: templates, content types.
    steps.look()
    steps.of(steps.next(), "accept")

    counts: dict[str, int] = {}
    for name, prepare in steps.named().items():
        for _ in range(TIMES):
            step = prepare()
            with CaptureQueriesContext(connection) as captured:
                answer = step()
            assert answer.status_code in {200, 302}, (name, answer.context["typed"].faults)
            queries = [query["sql"] for query in captured if not OF_TRANSACTIONS.match(query["sql"])]
            counts[name] = max(counts.get(name, 0), len(queries))

    assert counts == QUERIES
    assert max(counts.values()) <= MOST_QUERIES

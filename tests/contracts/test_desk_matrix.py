"""The permission matrix of the desk's deeds: every role, deed and state, through services, desk and SQL."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import Airline, User
from config import door
from config.errors import NotAllowed, ProductError, WrongState
from contracts.lifecycle import RULES_OPEN, Status
from contracts.models import ContractRule, RuleActionKind, RuleDecision
from contracts.passages import DrawnBox, evidence_of_words, page_of
from contracts.services import rules
from contracts.services.deciding import action_record, state_of
from contracts.services.places import rule_place
from contracts.services.reshaping import Half, rule_split, rules_merge
from contracts.services.undo import action_undo
from tests.contracts.desk_pages import REST
from tests.contracts.review_scene import REVIEWERS, ROLES, Scene, picture, scene, undone
from tests.contracts.test_desk import correction_of

pytestmark = pytest.mark.django_db

PROPOSALS = 1


def allowed(role: str, state: Status) -> bool:
    """All deeds are reviewers' alone, and only in review."""
    return state == Status.IN_REVIEW and role in REVIEWERS


def other(at: Scene) -> ContractRule:
    return at.contract.rules.order_by("position")[1]


def last(at: Scene) -> ContractRule:
    """Undecided where the contract is in review."""
    return at.contract.rules.order_by("-position")[0]


def drawn(at: Scene) -> Any:
    return evidence_of_words(page_of(at.contract.pages.get()), REST)


def accepted_before(at: Scene, who: User) -> None:
    """Something of his own that one could undo: he had accepted the first rule."""
    with door.as_product("the scene is set"):
        rule = at.rule
        before = {**state_of(rule), "decision": RuleDecision.PROPOSED.value, "decided_by_id": None, "decided_at": None}
        action_record(actor=who, contract=at.contract, kind=RuleActionKind.ACCEPTED, changes=[(before, rule)])


def place(at: Scene, who: User) -> object:
    found = drawn(at)
    return rule_place(actor=who, rule_id=at.rule.pk, boxes=[DrawnBox(found.page, found.box)])


def split(at: Scene, who: User) -> object:
    first, second = Half("duty period", {"title": "One"}), Half("fourteen (14) hours", {"value": Decimal(12)})
    return rule_split(actor=who, rule_id=at.rule.pk, first=first, second=second)


def merge(at: Scene, who: User) -> object:
    kept, gone = ((rule.pk, rule.version) for rule in (at.rule, other(at)))
    return rules_merge(actor=who, contract_id=at.contract.pk, survivor=kept, others=[gone])


def add(at: Scene, who: User) -> object:
    fields = {"category": "rest", "title": "Rest", "rule_text": REST, "citation": "Section 10.B.2", "quote": REST}
    return rules.rule_add(actor=who, contract_id=at.contract.pk, fields=fields)


Attempt = Callable[[Scene, User], object]
SERVICE: dict[str, Attempt] = {
    "accept": lambda at, who: rules.rule_accept(actor=who, rule_id=last(at).pk),
    "correct": lambda at, who: rules.rule_correct(actor=who, rule_id=at.rule.pk, changes={"value": Decimal(13)}),
    "accept several": lambda at, who: rules.rules_accept(actor=who, contract_id=at.contract.pk, rule_ids=[last(at).pk]),
    "reject several": lambda at, who: rules.rules_reject(
        actor=who, contract_id=at.contract.pk, rule_ids=[last(at).pk], reason="No rule."
    ),
    "place": place,
    "split": split,
    "merge": merge,
    "add": add,
    "undo": lambda at, who: action_undo(actor=who, contract_id=at.contract.pk),
}


@pytest.mark.parametrize("state", list(Status))
def test_services(airline: Airline, state: Status) -> None:
    at = scene(airline, state, proposals=PROPOSALS)
    for deed, attempt in SERVICE.items():
        for role in ROLES:
            cell, may = (role, deed, state.value), allowed(role, state)
            with undone():
                accepted_before(at, at.people[role])
                before = picture(at)
                try:
                    attempt(at, at.people[role])
                    outcome: object = True
                except ProductError as refusal:
                    outcome = isinstance(refusal, NotAllowed | WrongState) and False
                assert (cell, outcome) == (cell, may)
                assert (cell, picture(at) == before) == (cell, not may)


def rule_post(rule: ContractRule, deed: str, **given: Any) -> tuple[str, dict[str, Any]]:
    address = reverse("admin:contracts_rule_decide", args=[rule.contract_id, rule.pk, deed])
    return address, {"version": rule.version, **given}


def deed_post(at: Scene, deed: str, **given: Any) -> tuple[str, dict[str, Any]]:
    return reverse("admin:contracts_deed", args=[at.contract.pk, deed]), given


def mark(rule: ContractRule) -> str:
    return f"{rule.pk}:{rule.version}"


def halves() -> dict[str, Any]:
    fields = {"metric": "other", "operator": ">=", "unit": "hours", "period": "", "value": "9"}
    given = {f"{half}-{name}": value for half in ("first", "second") for name, value in fields.items()}
    words = {"first-quote": "duty period", "second-quote": "fourteen (14) hours"}
    return {**given, **words, "first-title": "One", "second-title": "Two"}


def added(at: Scene) -> dict[str, Any]:
    found, page = drawn(at), at.contract.pages.get()
    span = {"start": found.char_start - page.char_start, "end": found.char_end - page.char_start}
    return {**correction_of(at.rule, title="Missed", metric="other"), "page": 1, **span}


DESK: dict[str, Callable[[Scene], tuple[str, dict[str, Any]]]] = {
    "accept": lambda at: rule_post(last(at), "accept"),
    "correct": lambda at: rule_post(at.rule, "correct", **correction_of(at.rule, title="Another")),
    "accept several": lambda at: deed_post(at, "accept", marked=[mark(last(at))]),
    "reject several": lambda at: deed_post(at, "reject", marked=[mark(last(at))], reason="No rule."),
    "place": lambda at: rule_post(at.rule, "place", place=["1 " + " ".join(map(str, drawn(at).box))]),
    "split": lambda at: rule_post(at.rule, "split", **halves()),
    "merge": lambda at: deed_post(at, "merge", into=mark(at.rule), marked=[mark(at.rule), mark(other(at))]),
    "add": lambda at: deed_post(at, "add", **added(at)),
    "undo": lambda at: deed_post(at, "undo"),
}
# They are led away from the whole of the administration.
OUTSIDE = {"colleague", "pilot elsewhere", "closed approver"}


@pytest.mark.parametrize("state", list(Status))
def test_the_desk(airline: Airline, state: Status) -> None:
    at = scene(airline, state, proposals=PROPOSALS)
    for deed, post in DESK.items():
        for role in ROLES:
            cell, may = (role, deed, state.value), allowed(role, state)
            browser = at.browser(role)
            with undone():
                accepted_before(at, at.people[role])
                before = picture(at)
                address, given = post(at)
                status = browser.post(address, given).status_code
                assert (cell, picture(at) == before) == (cell, not may)
                expected = {302} if may or role in OUTSIDE else {403, 404, 409, 422}
                assert (cell, status in expected, status) == (cell, True, status)


def copying() -> str:
    """A second rule like the first."""
    kept = [field.column for field in ContractRule._meta.concrete_fields if field.column not in {"id", "rule_id"}]
    columns = ", ".join(filter(None, kept))
    return (
        f"INSERT INTO contract_rules (rule_id, {columns}) "
        f"SELECT 'a-copy', {columns} FROM contract_rules WHERE id = %(rule)s"
    )


WRITES = {
    "change": "UPDATE contract_rules SET value = 99 WHERE id = %(rule)s",
    "decide": "UPDATE contract_rules SET decision = 'proposed', decided_by_id = NULL, decided_at = NULL WHERE id = %(rule)s",
    "move": "UPDATE contract_rules SET box = '{1,1,2,2}' WHERE id = %(rule)s",
    "delete": "DELETE FROM contract_rules WHERE id = %(rule)s",
    "copy": copying(),
}


@pytest.mark.parametrize("state", list(Status))
@pytest.mark.parametrize("write", list(WRITES))
def test_rules_in_sql(airline: Airline, state: Status, write: str) -> None:
    """The database knows no sessions, yet lets rules be changed only while the contract is open to it."""
    at = scene(airline, state, proposals=PROPOSALS)
    before, may = picture(at), state in RULES_OPEN
    with undone():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(WRITES[write], {"rule": at.rule.pk})
            done = True
        except IntegrityError:
            done = False
        assert ((write, state), done) == ((write, state), may)
        assert (picture(at) == before) == (not may)

"""For each route that reads: a place where `count` rows of what it reads hang on one another, and who asks for it.

The callers are ordinary people with grants, and programs with the scopes that they need: nobody passes a check by role alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Airline, ServiceClient, User
from accounts.notifications.kinds import NotificationKind
from accounts.notifications.services import Notice, notifications_send
from accounts.services import session_open
from audit.events import AuditEvent
from audit.services import entry_record
from contracts import storage
from contracts.comparing import LAW
from contracts.models import (
    ContractImprovement,
    ContractReview,
    ContractUsageDay,
    DeliveryState,
    PilotContract,
    ReviewVote,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
    WebhookState,
)
from contracts.publication import binding, packs
from contracts.services.publication import publication_refresh
from regulations.services import catalogue_load
from tests.api.routes import Route
from tests.contracts.validated import day_trip
from tests.contracts.webhook_scene import happen
from tests.factories import (
    AirlineFactory,
    ContractFactory,
    PilotFactory,
    ServiceClientFactory,
    UserFactory,
    ready_copy,
    reviewer_of,
)


@dataclass(frozen=True)
class Asked:
    """Who asks, and what: the parameters of the address and of the query, or a body."""

    caller: User | ServiceClient | None
    at: dict[str, Any]
    query: dict[str, Any] | None = None
    body: Any = None


Maker = Callable[[Airline, int], Asked]


def _airlines(airline: Airline, count: int) -> Asked:
    AirlineFactory.create_batch(count)
    return Asked(reviewer_of(airline), {})


def _contracts(airline: Airline, count: int) -> Asked:
    ContractFactory.create_batch(count, airline=airline, in_review=True, rules=1)
    return Asked(reviewer_of(airline), {})


def _with_rules(airline: Airline, count: int) -> PilotContract:
    contract: PilotContract = ContractFactory.create(airline=airline, active=True, rules=count)
    return contract


def _of_contract(airline: Airline, count: int) -> Asked:
    return Asked(reviewer_of(airline), {"contract_id": _with_rules(airline, count).pk})


def _history(airline: Airline, count: int) -> Asked:
    asked = _of_contract(airline, 1)
    contract = PilotContract.objects.get(pk=asked.at["contract_id"])
    for _ in range(count):
        entry_record(event=AuditEvent.RULE_ACCEPTED, actor=asked.caller, target=contract)
    return asked


def _difference(airline: Airline, count: int) -> Asked:
    asked, other = _of_contract(airline, count), ContractFactory.create(airline=airline, in_review=True, rules=count)
    return Asked(asked.caller, asked.at, query={"against": str(other.pk)})


def _beside_law(airline: Airline, count: int) -> Asked:
    asked = _of_contract(airline, count)
    return Asked(asked.caller, asked.at, query={"against": LAW})


def _document(airline: Airline, count: int) -> Asked:
    with storage.received(SimpleUploadedFile("agreement.txt", b"An original.")) as (path, sha256, _):
        storage.keep(path, sha256)
    contract = ContractFactory.create(airline=airline, in_review=True, rules=count, document_sha256=sha256)
    return Asked(reviewer_of(airline), {"contract_id": contract.pk})


def _ratings(airline: Airline, count: int) -> Asked:
    contract = _with_rules(airline, 1)
    pilots = PilotFactory.create_batch(count, airline=airline)
    for pilot in pilots:
        rating = ContractReview.objects.create(contract=contract, author=pilot.user, accuracy=3, completeness=3)
        ReviewVote.objects.create(review=rating, voter=UserFactory.create())
    return Asked(pilots[0].user, {"contract_id": contract.pk})


def _votes(airline: Airline, count: int) -> Asked:
    asked = _ratings(airline, 1)
    rating = ContractReview.objects.get()
    for voter in UserFactory.create_batch(count):
        ReviewVote.objects.create(review=rating, voter=voter)
    return Asked(asked.caller, {"review_id": rating.pk})


def _improvements(airline: Airline, count: int) -> Asked:
    contract, pilot = _with_rules(airline, 1), PilotFactory.create(airline=airline)
    for number in range(count):
        ContractImprovement.objects.create(
            contract=contract,
            author=pilot.user,
            kind="metadata",
            proposal={"title": f"Title {number}"},
            before={"title": contract.title},
            comment="As the document says.",
        )
    return Asked(reviewer_of(airline), {"contract_id": contract.pk})


def _improvement_list(airline: Airline, count: int) -> Asked:
    return Asked(_improvements(airline, count).caller, {})


def _improvement(airline: Airline, count: int) -> Asked:
    caller = _improvements(airline, count).caller
    return Asked(caller, {"improvement_id": ContractImprovement.objects.first().pk})  # type: ignore[union-attr] # made above


def _usage(airline: Airline, count: int) -> Asked:
    asked, today = _of_contract(airline, 1), airline.today()
    PilotFactory.create_batch(count, airline=airline)
    for number in range(count):
        ContractUsageDay.objects.create(
            contract_id=asked.at["contract_id"], day=today - timedelta(days=number), lookups=1
        )
    return asked


def _active(airline: Airline, count: int) -> Asked:
    _with_rules(airline, count)
    for number in range(count):
        day = date(2000, 1, 1) + timedelta(days=number)
        ContractFactory.create(airline=airline, retired=True, rules=1, effective_date=day, expiration_date=day)
    return Asked(reviewer_of(airline), {"code": airline.code})


def _rules(airline: Airline, count: int) -> Asked:
    _with_rules(airline, count)
    return Asked(reviewer_of(airline), {})


def _pages(airline: Airline, count: int) -> Asked:
    for contract in ContractFactory.create_batch(count, airline=airline, in_review=True):
        contract.pages.update(text="Hotels are given to whoever rests away.")
    return Asked(reviewer_of(airline), {}, query={"q": "hotel"})


def _rule(airline: Airline, count: int) -> Asked:
    rule = _with_rules(airline, count).rules.first()
    return Asked(reviewer_of(airline), {"rule_id": rule.pk if rule else None})


def _batch(airline: Airline, count: int) -> Asked:
    ids = [str(rule.pk) for rule in _with_rules(airline, count).rules.all()]
    return Asked(reviewer_of(airline), {}, body={"ids": ids})


def _published(airline: Airline, count: int) -> None:
    _with_rules(airline, count)
    catalogue_load()
    publication_refresh()
    binding.forget()
    packs.forget()


def _lookup(airline: Airline, count: int) -> Asked:
    _published(airline, count)
    pilot = PilotFactory.create(airline=airline)
    return Asked(ServiceClientFactory.create(airlines=[airline]), {"pilot_id": pilot.pilot_id})


def _pack(airline: Airline, count: int) -> Asked:
    _published(airline, count)
    return Asked(ServiceClientFactory.create(airlines=[airline]), {"code": airline.code})


def _validation(airline: Airline, count: int) -> Asked:
    asked = _lookup(airline, count)
    return Asked(asked.caller, asked.at, body={"pairings": [day_trip(1 + number) for number in range(count)]})


def _law(_: Airline, count: int) -> Asked:
    catalogue_load()
    return Asked(None, {}, query={"page_size": count})


def _law_rule(_: Airline, count: int) -> Asked:
    catalogue_load()
    return Asked(None, {"rule_id": "FAR117_FDP_168H"})


def _limits(_: Airline, count: int) -> Asked:
    catalogue_load()
    return Asked(None, {}, query={"report": "05:30", "segments": count})


def duty_of(day: int) -> dict[str, Any]:
    """A flight duty period of a schedule document."""
    return {"kind": "fdp", **day_trip(day)["duty_periods"][0]}


def _schedule(airline: Airline, count: int) -> Asked:
    catalogue_load()
    document = {"home_base": "SEA", "items": [duty_of(1 + number) for number in range(count)]}
    return Asked(PilotFactory.create(airline=airline).user, {}, body=document)


def _own_pilot(airline: Airline, count: int) -> Asked:
    return Asked(PilotFactory.create_batch(count, airline=airline)[0].user, {})


def _notifications(airline: Airline, count: int) -> Asked:
    person = PilotFactory.create(airline=airline).user
    for number in range(count):
        notice = Notice(
            kind=NotificationKind.CONTRACT_APPROVED,
            event_key=str(number),
            title="Told",
            body="Told.",
            path="/",
            subject_id=str(number),
        )
        notifications_send(actor=None, recipients=User.objects.filter(pk=person.pk), notice=notice)
    return Asked(person, {})


def _sessions(airline: Airline, count: int) -> Asked:
    person = PilotFactory.create(airline=airline).user
    for _ in range(count):
        session_open(user=person)
    return Asked(person, {})


def _copies(airline: Airline, count: int) -> Asked:
    person = PilotFactory.create(airline=airline).user
    for _ in range(count):
        ready_copy(person)
    return Asked(person, {})


def _copy(airline: Airline, count: int) -> Asked:
    person = PilotFactory.create(airline=airline).user
    first, *_ = (ready_copy(person) for _ in range(count))
    return Asked(person, {"export_id": first.pk})


def _changes(airline: Airline, count: int) -> Asked:
    happen(airline, count=count)
    return Asked(ServiceClientFactory.create(airlines=[airline]), {})


def _webhook(airline: Airline, count: int) -> Asked:
    client = ServiceClientFactory.create(airlines=[airline])
    for number in range(count):
        webhook = Webhook.objects.create(
            client=client, url=f"https://receiver.example/{number}", challenge="x", state=WebhookState.ACTIVE
        )
    return Asked(client, {"webhook_id": webhook.pk})


def _webhooks(airline: Airline, count: int) -> Asked:
    return Asked(_webhook(airline, count).caller, {})


def _deliveries(airline: Airline, count: int) -> Asked:
    asked, settled = _webhook(airline, 1), {"state": DeliveryState.DELIVERED, "settled_at": timezone.now()}
    for change in happen(airline, count=count):
        WebhookDelivery.objects.update_or_create(webhook_id=asked.at["webhook_id"], change=change, defaults=settled)
    return asked


def _attempts(airline: Airline, count: int) -> Asked:
    asked = _deliveries(airline, 1)
    delivery = WebhookDelivery.objects.filter(webhook=asked.at["webhook_id"], change__isnull=False).get()
    for number in range(count):
        WebhookAttempt.objects.create(delivery=delivery, number=number + 1)
    return Asked(asked.caller, {**asked.at, "delivery_id": delivery.pk})


def _nothing(_: Airline, __: int) -> Asked:
    return Asked(None, {})


MAKERS: dict[Route, Maker] = {
    ("airline-list", "get"): _airlines,
    ("contract-list", "get"): _contracts,
    ("contract", "get"): _of_contract,
    ("contract-rules", "get"): _of_contract,
    ("contract-history", "get"): _history,
    ("contract-diff", "get"): _difference,
    ("contract-document", "get"): _document,
    ("contract-extraction", "get"): _of_contract,
    ("contract-reviews", "get"): _ratings,
    ("contract-improvements", "get"): _improvements,
    ("contract-usage", "get"): _usage,
    ("review", "get"): _votes,
    ("improvement-list", "get"): _improvement_list,
    ("improvement", "get"): _improvement,
    ("active-contract", "get"): _active,
    ("rule-search", "get"): _rules,
    ("text-search", "get"): _pages,
    ("rule", "get"): _rule,
    ("rule-batch", "post"): _batch,
    ("pilot-rules", "get"): _lookup,
    ("pilot-validate", "post"): _validation,
    ("rule-pack", "get"): _pack,
    ("regulations-rules", "get"): _law,
    ("regulations-rule", "get"): _law_rule,
    ("regulations-limits", "get"): _limits,
    ("regulations-evaluate", "post"): _schedule,
    ("own-pilot", "get"): _own_pilot,
    ("notification-list", "get"): _notifications,
    ("session-list", "get"): _sessions,
    ("data-export-list", "get"): _copies,
    ("data-export-file", "get"): _copy,
    ("change-list", "get"): _changes,
    ("webhook-list", "get"): _webhooks,
    ("webhook", "get"): _webhook,
    ("webhook-deliveries", "get"): _deliveries,
    ("webhook-attempts", "get"): _attempts,
    ("schema", "get"): _nothing,
}

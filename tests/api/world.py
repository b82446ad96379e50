"""Two airlines with something of everything, and everybody who may call: what the tables of `tests/api` are told of."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Airline, Scope, ServiceClient, User, UserSession
from accounts.notifications.models import Notification
from accounts.services import session_open
from accounts.tokens import client_token
from contracts import storage
from contracts.lifecycle import Status
from contracts.models import (
    DeliveryState,
    PilotContract,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
    WebhookState,
)
from contracts.services.assignments import assignment_set
from contracts.services.comments import comment_add
from contracts.services.improvements import improvement_decline, improvement_propose, improvement_withdraw
from contracts.services.lifecycle import contract_withdraw
from contracts.services.publication import changes_publish, publication_refresh
from contracts.services.ratings import review_flag, review_hide, review_write
from contracts.services.webhook_secrets import secret_add
from regulations.services import catalogue_load
from tests.factories import (
    AirlineFactory,
    ContractFactory,
    PilotFactory,
    RuleFactory,
    ServiceClientFactory,
    UserFactory,
    ready_copy,
    reviewer_of,
    walk,
)

# Whom no token lets in, or none at all.
STRANGERS = ("anonymous", "expired token", "revoked session", "suspended person", "shut off client")
PEOPLE = (
    "uploader",
    "colleague",
    "pilot elsewhere",
    "approver",
    "recusing approver",
    "approver elsewhere",
    "administrator",
)
CLIENTS = ("client", "rules client", "validating client", "changes client", "client elsewhere")
ROLES = (*STRANGERS, *PEOPLE, *CLIENTS)


@dataclass
class World:
    """`callers` are people and service clients by role; `things`, by the names that the tables use, contracts, rules, ratings,
    webhooks and so on.
    """

    home: Airline
    away: Airline
    callers: dict[str, Any]
    things: dict[str, Any] = field(default_factory=dict)
    _clients: dict[str, APIClient] = field(default_factory=dict)

    def calling(self, role: str) -> APIClient:
        """A client that sends that role's token: the same at each call, so that no call begins a session."""
        if role not in self._clients:
            self._clients[role] = self._signed_in(role)
        return self._clients[role]

    def _signed_in(self, role: str) -> APIClient:
        # An address each: attempts to get tokens are counted by it.
        client = APIClient(REMOTE_ADDR=f"198.51.100.{ROLES.index(role)}")
        if role != "anonymous":
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {self._token(role)}")
        return client

    def _token(self, role: str) -> str:
        caller = self.callers[role]
        if isinstance(caller, ServiceClient):
            return client_token(caller)
        access = session_open(user=caller).access
        UserSession.objects.filter(user=caller).update(user_agent=f"MARK agent of the {role}")
        self.things[f"session of the {role}"] = UserSession.objects.get(user=caller)
        return _long_expired(access) if role == "expired token" else access


def _long_expired(access: str) -> str:
    """The same token, good until an hour ago."""
    key = str(settings.SIMPLE_JWT["SIGNING_KEY"])
    claims = jwt.decode(access, key, algorithms=["HS256"], options={"verify_aud": False})
    return jwt.encode({**claims, "exp": claims["exp"] - 2 * 3600}, key, algorithm="HS256")


def world() -> World:
    """The rows are written as the services write them, or walked to their states along the lifecycle."""
    home, away = AirlineFactory.create(code="HOM", name="Home Air"), AirlineFactory.create(code="AWY", name="Away Air")
    AirlineFactory.create(code="NIL", name="Airline without anything")
    made = World(home, away, _callers(home, away))
    for role in ROLES:
        made.calling(role)
    _shut_out(made)
    _contracts(made)
    _community(made)
    _followers(made)
    return made


def _callers(home: Airline, away: Airline) -> dict[str, Any]:
    uploader = PilotFactory.create(airline=home, user__full_name="Ulla Uploader", user__email="ulla@uploader.test").user
    scoped = {
        "client": list(Scope.values),
        "rules client": [Scope.RULES_READ.value],
        "validating client": [Scope.VALIDATE.value],
        "changes client": [Scope.CHANGES_READ.value],
        "shut off client": list(Scope.values),
    }
    return {
        "expired token": PilotFactory.create(airline=home).user,
        "revoked session": PilotFactory.create(airline=home).user,
        "suspended person": reviewer_of(home),
        "uploader": uploader,
        "colleague": PilotFactory.create(airline=home, pilot_id="P-HOME", user__full_name="Colin Colleague").user,
        "pilot elsewhere": PilotFactory.create(airline=away, pilot_id="P-AWAY").user,
        "approver": reviewer_of(home, full_name="Anna Approver"),
        "recusing approver": reviewer_of(home),
        "approver elsewhere": reviewer_of(away),
        "administrator": UserFactory.create(administrator=True),
        "client elsewhere": ServiceClientFactory.create(airlines=[away]),
        **{name: ServiceClientFactory.create(airlines=[home], scopes=scopes) for name, scopes in scoped.items()},
    }


def _shut_out(made: World) -> None:
    """What ends after the tokens were handed out."""
    UserSession.objects.filter(pk=made.things["session of the revoked session"].pk).update(revoked_at=timezone.now())
    User.objects.filter(pk=made.callers["suspended person"].pk).update(is_active=False)
    ServiceClient.objects.filter(pk=made.callers["shut off client"].pk).update(is_active=False)


def _contracts(made: World) -> None:
    home, things, uploader = made.home, made.things, made.callers["uploader"]
    things["draft"] = ContractFactory.create(airline=home, uploaded_by=uploader, title="MARK draft", rules=1)
    things["in review"] = _in_review(home, uploader, "MARK in review")
    things["own in review"] = _in_review(home, made.callers["recusing approver"], "MARK own in review")
    things["active"] = _active(home, uploader, "MARK active", sha256=_original(b"MARK original of the active one"))
    things["retired"] = ContractFactory.create(
        airline=home, contract_type="loa", title="MARK retired", rules=1, retired=True, uploaded_by=uploader
    )
    things["active elsewhere"] = _active(made.away, PilotFactory.create(airline=made.away).user, "MARK elsewhere")
    things["ready"] = ContractFactory.create(
        airline=home, uploaded_by=made.callers["recusing approver"], title="MARK ready", in_review=True, rules=1
    )
    things["approved"] = ContractFactory.create(
        airline=home,
        uploaded_by=made.callers["recusing approver"],
        title="MARK approved",
        contract_type="policy",
        approved=True,
        rules=1,
    )
    things["undecided"] = things["in review"].rules.get(decision="proposed")
    things["own undecided"] = things["own in review"].rules.get(decision="proposed")
    things["binding"] = things["active"].rules.get(decision="accepted")
    things["rejected"] = things["active"].rules.get(decision="rejected")
    things["binding elsewhere"] = things["active elsewhere"].rules.get(decision="accepted")
    comment_add(actor=made.callers["approver"], contract_id=things["in review"].pk, body="MARK comment of a reviewer")
    withdrawn = ContractFactory.create(
        airline=home, uploaded_by=uploader, title="MARK withdrawn", in_review=True, rules=1
    )
    contract_withdraw(actor=uploader, contract_id=withdrawn.pk, reason="MARK reason of the withdrawal")
    things["withdrawn"] = withdrawn
    for contract in PilotContract.objects.all():
        contract.pages.filter(number=1).update(text=f"{contract.title}: page of the document")


def _in_review(airline: Airline, uploader: User, title: str) -> PilotContract:
    contract = ContractFactory.create(airline=airline, uploaded_by=uploader, title=title)
    RuleFactory.create(contract=contract, rule_text=f"{title}: undecided wording")
    RuleFactory.create(contract=contract, accepted=True, title=f"{title}: accepted")
    contract.extraction_runs.update(warnings=[f"{title}: note of the reading"])
    walk(contract, Status.IN_REVIEW)
    contract.refresh_from_db()
    return contract


def _active(airline: Airline, uploader: User, title: str, **document: str) -> PilotContract:
    named = {"document_sha256": document["sha256"], "document_media_type": "text/plain"} if document else {}
    contract = ContractFactory.create(airline=airline, uploaded_by=uploader, title=title, **named)
    RuleFactory.create(contract=contract, accepted=True, rule_text=f"{title}: binding wording")
    RuleFactory.create(contract=contract, rejected=True, rule_text=f"{title}: rejected wording")
    walk(contract, Status.ACTIVE)
    contract.refresh_from_db()
    return contract


def _original(content: bytes) -> str:
    with storage.received(SimpleUploadedFile("agreement.txt", content)) as (path, sha256, _):
        storage.keep(path, sha256)
    return sha256


def _community(made: World) -> None:
    things, active, colleague = made.things, made.things["active"], made.callers["colleague"]
    stars = {"accuracy": 4, "completeness": 3}
    things["rating"] = review_write(actor=colleague, contract_id=active.pk, comment="MARK rating", **stars)
    review_flag(actor=made.callers["uploader"], review_id=things["rating"].pk, reason="MARK reason of a flag")
    another = PilotFactory.create(airline=made.home).user
    things["another's rating"] = review_write(actor=another, contract_id=active.pk, comment="MARK another's", **stars)
    hidden_by = PilotFactory.create(airline=made.home).user
    things["hidden rating"] = review_write(
        actor=hidden_by, contract_id=active.pk, comment="MARK hidden rating", **stars
    )
    review_hide(
        actor=made.callers["administrator"], review_id=things["hidden rating"].pk, reason="MARK reason of the hiding"
    )
    for name in ("open", "declined", "taken back"):
        things[f"{name} improvement"] = improvement_propose(
            actor=colleague,
            contract_id=active.pk,
            kind="metadata",
            proposal={"title": f"Another {name}"},
            comment=f"MARK {name} improvement",
        )
    declined, taken_back = things["declined improvement"], things["taken back improvement"]
    improvement_decline(
        actor=made.callers["approver"], improvement_id=declined.pk, reason="MARK reason of the declining"
    )
    improvement_withdraw(actor=colleague, improvement_id=taken_back.pk)
    assignment_set(actor=colleague, pilot=colleague.pilot, contract_id=active.pk)
    Notification.objects.filter(recipient=made.callers["uploader"]).update(body="MARK told to the uploader")
    things["notification"] = Notification.objects.filter(recipient=made.callers["uploader"]).first()
    things["copy"] = ready_copy(made.callers["uploader"])


def _followers(made: World) -> None:
    catalogue_load()
    publication_refresh()
    changes_publish()
    webhook = Webhook.objects.create(
        client=made.callers["client"],
        url="https://receiver.example/MARK-address",
        state=WebhookState.ACTIVE,
        challenge="MARK-challenge",
    )
    made.things["secret"] = secret_add(webhook=webhook)
    change = made.things["change"] = made.things["active"].changes.filter(position__isnull=False).first()
    delivery = WebhookDelivery.objects.create(
        webhook=webhook, change=change, state=DeliveryState.DELIVERED, settled_at=timezone.now()
    )
    WebhookAttempt.objects.create(delivery=delivery, number=1, response="MARK answer of a receiver")
    made.things |= {"webhook": webhook, "delivery": delivery}


@contextmanager
def undone() -> Iterator[None]:
    """What happens within is rolled back."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def rows_written() -> int:
    """How many rows this transaction has written so far, in every table, rolled back or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables")
        (written,) = cursor.fetchone()
    return int(written)

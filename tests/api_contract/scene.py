"""What the examples of the OpenAPI document are about: an airline with contracts in every state, and everybody who calls.

Examples name rows by sample ids and hold sample tokens. `Scene.living` says which real ones stand for them here.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db.models import Model
from django.utils import timezone

from accounts.letters.links import token_of
from accounts.letters.models import AccountLetter, LetterPurpose
from accounts.letters.services import email_change_request, password_reset_request, registration_request
from accounts.models import Airline, Role, ServiceClient, User, UserSession
from accounts.notifications.models import MailState, Notification
from accounts.services import session_open
from contracts.models import (
    Change,
    ChangeKind,
    ContractType,
    DeliveryState,
    ExtractionRun,
    MediaType,
    PilotContract,
    RunStatus,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
    WebhookState,
)
from contracts.services.improvements import improvement_propose
from contracts.services.publication import changes_publish, publication_refresh
from contracts.services.ratings import review_flag, review_hide, review_write
from contracts.storage import original_path
from regulations.services import catalogue_load
from tests.contracts.api_uploads import TEXT
from tests.factories import (
    PASSWORD,
    AirlineFactory,
    ContractFactory,
    PilotFactory,
    ServiceClientFactory,
    UserFactory,
    grant_review,
    ready_copy,
)

REFRESH_TOKEN = "a-refresh-token"
ACCESS_TOKEN = "an-access-token"
WEBHOOK_SECRET = "whsec_a-secret"
RECEIVER = "https://receiver.example/vectorbid-changes"


def sample(name: str) -> str:
    """The id by which examples name a row of the scene."""
    return str(uuid5(NAMESPACE_URL, f"https://vectorbid.example/samples/{name.replace(' ', '-')}"))


@dataclass
class Scene:
    """`callers` by role; `living` are the real ids and tokens by the samples that stand for them in examples."""

    airline: Airline
    callers: dict[str, User | ServiceClient]
    living: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, row: Model) -> None:
        """The row that the sample of that name stands for."""
        self.living[sample(name)] = str(row.pk)

    def person(self, role: str) -> User:
        found = self.callers[role]
        assert isinstance(found, User)
        return found


def scene_made() -> Scene:
    """The scene, published. Its pilot has the demo's number, its client and people log in with the factories' password."""
    catalogue_load()
    airline = AirlineFactory.create(code="CSC", name="Cascadia Air")
    people: dict[str, User | ServiceClient] = {
        "pilot": _pilot(airline, "P-10042", "pilot@cascadia.example"),
        "colleague": _pilot(airline, "P-10043", "colleague@cascadia.example"),
        "uploader": _pilot(airline, "P-10044", "uploader@cascadia.example"),
        "approver": UserFactory.create(role=Role.APPROVER, email="approver@cascadia.example", full_name="Ann Approver"),
        "administrator": UserFactory.create(role=Role.ADMINISTRATOR, email="administrator@cascadia.example"),
        "client": ServiceClientFactory.create(
            name="VectorBid",
            client_id="vectorbid",
            secret_hash=hashlib.sha256(PASSWORD.encode()).hexdigest(),
            airlines=[airline],
        ),
    }
    scene = Scene(airline, people)
    grant_review(scene.person("approver"), airline)
    _contracts(scene)
    _community(scene)
    _told(scene)
    publication_refresh()
    return scene


def _pilot(airline: Airline, pilot_id: str, email: str) -> User:
    user = UserFactory.create(email=email, full_name=email.partition("@")[0].title())
    PilotFactory.create(user=user, airline=airline, pilot_id=pilot_id)
    return user


def _contract(scene: Scene, name: str, **fields: object) -> PilotContract:
    uploader = scene.person(str(fields.pop("by", "uploader")))
    given = {"airline": scene.airline, "uploaded_by": uploader, "contract_version": name, "title": name.capitalize()}
    contract = ContractFactory.create(**{**given, **fields})
    scene.put(name, contract)
    original = original_path(contract.document_sha256)
    original.parent.mkdir(parents=True, exist_ok=True)
    original.write_bytes(TEXT)
    return contract


def _contracts(scene: Scene) -> None:
    approver = scene.person("approver")
    letter = {"contract_type": ContractType.LETTER_OF_AGREEMENT}
    _contract(
        scene,
        "agreement before",
        superseded=True,
        rules=2,
        contract_version="2022",
        effective_date=date(2022, 1, 1),
        expiration_date=date(2025, 12, 31),
    )
    in_force = _contract(
        scene,
        "agreement in force",
        active=True,
        rules=2,
        proposals=0,
        contract_version="2026",
        title="Agreement between Cascadia Air and its pilots",
        document_sha256=hashlib.sha256(TEXT).hexdigest(),
        document_name="agreement-2026.txt",
        document_media_type=MediaType.TEXT,
        document_bytes=len(TEXT),
        approver=approver,
    )
    in_force.pages.filter(number=1).update(text=TEXT.decode())
    scene.put("rule", in_force.rules.order_by("position")[0])
    scene.put("second rule", in_force.rules.order_by("position")[1])
    _contract(scene, "own draft", by="pilot", rules=1, **letter)
    _contract(scene, "own in review", by="pilot", in_review=True, rules=1, **letter)
    failed = _contract(scene, "own unread", by="pilot", **letter)
    ExtractionRun.objects.filter(contract=failed).update(
        status=RunStatus.FAILED, fault_code="broken", fault_message="The file is broken."
    )
    for name in ("letter to send back", "letter to reject", "letter to approve"):
        _contract(scene, name, in_review=True, rules=1, **letter)
    undecided = _contract(scene, "letter undecided", in_review=True, rules=1, proposals=3, **letter)
    for name, rule in zip(
        ("proposal to accept", "proposal to correct", "proposal to reject"),
        undecided.rules.filter(decision="proposed").order_by("position"),
        strict=True,
    ):
        scene.put(name, rule)
    _contract(scene, "letter approved", approved=True, rules=1, approver=approver, **letter)
    _contract(scene, "letter in force", active=True, rules=1, approver=approver, **letter)


def _community(scene: Scene) -> None:
    contract = PilotContract.objects.get(pk=scene.living[sample("agreement in force")])
    stars = {"accuracy": 4, "completeness": 3}
    rated = review_write(
        actor=scene.person("colleague"), contract_id=contract.pk, **stars, comment="Section 10 is read right."
    )
    scene.put("rating", rated)
    for name in ("hidden rating", "flagged rating", "rating to hide"):
        author = PilotFactory.create(airline=scene.airline).user
        scene.put(name, review_write(actor=author, contract_id=contract.pk, **stars, comment=name.capitalize()))
    review_hide(
        actor=scene.person("administrator"),
        review_id=UUID(scene.living[sample("hidden rating")]),
        reason="It names a person.",
    )
    review_flag(
        actor=scene.person("uploader"),
        review_id=UUID(scene.living[sample("flagged rating")]),
        reason="Off the subject.",
    )
    first, second = contract.rules.order_by("position")[:2]
    for name, rule, value in (
        ("improvement", first, 13),
        ("improvement to decline", second, 12),
        ("improvement to withdraw", second, 11),
    ):
        proposed = improvement_propose(
            actor=scene.person("colleague"),
            contract_id=contract.pk,
            kind="correct_rule",
            rule_id=rule.pk,
            proposal={"value": value},
            comment=f"Page 1 says {value}.",
        )
        scene.put(name, proposed)


def _letters(scene: Scene) -> None:
    """Links that were mailed."""
    pilot, colleague = scene.person("pilot"), scene.person("colleague")
    registration_request(email="newcomer@cascadia.example", password=PASSWORD)
    password_reset_request(email=pilot.email)
    email_change_request(actor=colleague, email="colleague@elsewhere.example", present=PASSWORD)
    for name, purpose in (
        ("a-registration-token", LetterPurpose.REGISTRATION),
        ("a-password-reset-token", LetterPurpose.PASSWORD_RESET),
        ("an-email-change-token", LetterPurpose.EMAIL_NEW),
    ):
        scene.living[name] = token_of(AccountLetter.objects.get(purpose=purpose).pk)


def _told(scene: Scene) -> None:
    """Sessions, a notification, changes, and a webhook that was told of one."""
    now = timezone.now()
    pilot, client = scene.person("pilot"), scene.callers["client"]
    assert isinstance(client, ServiceClient)
    scene.living[REFRESH_TOKEN] = session_open(user=pilot).refresh
    other = session_open(user=pilot).access
    assert other
    scene.put("session", UserSession.objects.filter(user=pilot).order_by("created_at")[1])
    _letters(scene)
    told = Notification.objects.create(
        recipient=pilot,
        kind="contract_expiring",
        event_key="ends soon",
        title="Your letter ends soon",
        path="/contracts/",
        subject_id=scene.living[sample("letter approved")],
        mail=MailState.UNWANTED,
    )
    scene.put("notification", told)
    scene.put("copy", ready_copy(pilot))
    contract = PilotContract.objects.get(pk=scene.living[sample("agreement in force")])
    Change.objects.create(
        kind=ChangeKind.CONTRACT_ACTIVATED, airline=scene.airline, contract=contract, new_hash=f"{1:064x}"
    )
    webhook = Webhook.objects.create(
        client=client, url=RECEIVER, state=WebhookState.ACTIVE, challenge="c" * 32, verified_at=now
    )
    scene.put("webhook", webhook)
    changes_publish()
    delivery = WebhookDelivery.objects.filter(webhook=webhook).first() or WebhookDelivery.objects.create(
        webhook=webhook, change=Change.objects.published().first(), state=DeliveryState.WAITING
    )
    WebhookDelivery.objects.filter(pk=delivery.pk).update(attempts=1, attempts_made=1)
    WebhookAttempt.objects.create(
        delivery=delivery, number=1, finished_at=timezone.now() + timedelta(seconds=1), status_code=503, duration_ms=41
    )
    scene.put("delivery", delivery)

"""Makers of rows, with a trait for each state. What the database guards is walked through, not around."""

import hashlib
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils import timezone

from accounts.consents.documents import current_texts
from accounts.consents.models import Act, Consent
from accounts.models import Airline, AirlineGrant, Role, Scope, ServiceClient, User
from accounts.policies import REVIEW_PERMISSION
from accounts.privacy.exporting import export_make
from accounts.privacy.models import DataExport
from contracts.lifecycle import Status
from contracts.models import (
    ContractActivation,
    ContractDecision,
    ContractDefinition,
    ContractPage,
    ContractReference,
    ContractRule,
    ContractType,
    DecisionKind,
    DefinitionKind,
    ExtractionRun,
    MediaType,
    ModelCredential,
    PilotContract,
    ReferenceResolution,
    ReviewDelegation,
    ReviewGroup,
    ReviewStep,
    RuleDecision,
    RunStatus,
)
from contracts.selectors import revision_hash
from contracts.services.credentials import credential_create
from contracts.services.rounds import round_open
from contracts.vocabulary import Category, Operator
from pilots.models import Pilot, Seat

PASSWORD = "correct-horse-117"
# One hash for all.
_HASHED = make_password(PASSWORD)


class AirlineFactory(factory.django.DjangoModelFactory[Airline]):
    class Meta:
        model = Airline

    code = factory.Sequence(lambda n: f"{chr(65 + n // 676 % 26)}{chr(65 + n // 26 % 26)}{chr(65 + n % 26)}")
    name = factory.LazyAttribute(lambda airline: f"Air {airline.code}")
    time_zone = "America/Los_Angeles"


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User

        skip_postgeneration_save = True

    class Params:
        approver = factory.Trait(role=Role.APPROVER)
        administrator = factory.Trait(role=Role.ADMINISTRATOR)

    email = factory.Sequence(lambda n: f"person{n}@people.test")
    full_name = factory.Sequence(lambda n: f"Person {n}")
    role = Role.PILOT
    password = _HASHED

    @factory.post_generation
    def agrees(self: User, create: bool, extracted: Any, **_: Any) -> None:  # noqa: FBT001 - factory_boy's signature
        """To the present texts, unless `agrees=False`: who has not is asked at his first sign-in."""
        if create and extracted is not False:
            Consent.objects.bulk_create(
                Consent(
                    person=self, document=text.document, version=text.version, text_sha256=text.sha256, act=Act.GIVEN
                )
                for text in current_texts()
            )


def grant_review(user: User, airline: Airline) -> AirlineGrant:
    """Let an approver review the airline's contracts."""
    permission = Permission.objects.get(codename=REVIEW_PERMISSION, content_type__app_label="accounts")
    return AirlineGrant.objects.create(user=user, permission=permission, content_object=airline)


def reviewer_of(airline: Airline, **fields: Any) -> User:
    """An approver with a grant for the airline."""
    user: User = UserFactory.create(approver=True, **fields)
    grant_review(user, airline)
    return user


def review_steps(airline: Airline, *steps: tuple[str, list[User] | None, int]) -> list[ReviewStep]:
    """The airline's steps in order: a name, who is in the group (None: any reviewer), how many approvals."""
    made = []
    for position, (name, members, needed) in enumerate(steps, start=1):
        group = None
        if members is not None:
            group = ReviewGroup.objects.create(airline=airline, name=f"{name} group")
            group.members.set(members)
        made.append(
            ReviewStep.objects.create(
                airline=airline, position=position, name=name, group=group, approvals_needed=needed
            )
        )
    return made


def delegate(delegator: User, to: User, *, days: int = 0) -> ReviewDelegation:
    """`to` stands in for `delegator` from yesterday until so many days from now."""
    today = timezone.now().date()
    return ReviewDelegation.objects.create(
        delegator=delegator, delegate=to, starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=days)
    )


class PilotFactory(factory.django.DjangoModelFactory[Pilot]):
    class Meta:
        model = Pilot

    user = factory.SubFactory(UserFactory)
    airline = factory.SubFactory(AirlineFactory)
    pilot_id = factory.Sequence(lambda n: f"P-{10000 + n}")
    base = "SEA"
    seat = Seat.FIRST_OFFICER
    equipment = factory.LazyFunction(lambda: ["B737"])
    seniority_percentile = Decimal("42.50")


class ServiceClientFactory(factory.django.DjangoModelFactory[ServiceClient]):
    class Meta:
        model = ServiceClient
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Program {n}")
    client_id = factory.Sequence(lambda n: f"program-{n}")
    secret_hash = _HASHED
    scopes = factory.LazyFunction(lambda: list(Scope.values))

    @factory.post_generation
    def airlines(self: ServiceClient, create: bool, extracted: Any, **_: Any) -> None:  # noqa: FBT001 - factory_boy's signature
        if create and extracted:
            self.airlines.set(extracted)


class RuleFactory(factory.django.DjangoModelFactory[ContractRule]):
    """A proposal; traits decide it, by `decided_by`."""

    class Meta:
        model = ContractRule

    class Params:
        accepted = factory.Trait(decision=RuleDecision.ACCEPTED)
        corrected = factory.Trait(decision=RuleDecision.CORRECTED)
        rejected = factory.Trait(decision=RuleDecision.REJECTED)

    contract = factory.SubFactory("tests.factories.ContractFactory")
    rule_id = factory.Sequence(lambda n: f"10.B.{n}-duty")
    position = factory.Sequence(lambda n: n)
    category = Category.DUTY.value
    title = "Duty period at most 14 hours"
    rule_text = "A Pilot's duty period shall not exceed fourteen (14) hours."
    citation = factory.Sequence(lambda n: f"Section 10.B.{n}")
    metric = "duty_period_maximum"
    operator = Operator.AT_MOST.value
    value = Decimal(14)
    unit = "hours"
    period = "duty period"
    parsing_confidence = Decimal("0.9")
    page = 1
    box = factory.LazyFunction(lambda: [72.0, 100.0, 300.0, 112.0])
    quote = "shall not exceed fourteen (14) hours"
    char_start = 23
    char_end = 59
    decision = RuleDecision.PROPOSED
    decided_by = factory.Maybe(
        factory.LazyAttribute(lambda rule: rule.decision == RuleDecision.PROPOSED),
        yes_declaration=None,
        no_declaration=factory.SubFactory(UserFactory, approver=True),
    )
    decided_at = factory.LazyAttribute(lambda rule: None if rule.decision == RuleDecision.PROPOSED else timezone.now())


class DefinitionFactory(factory.django.DjangoModelFactory[ContractDefinition]):
    class Meta:
        model = ContractDefinition

    contract = factory.SubFactory("tests.factories.ContractFactory")
    position = factory.Sequence(lambda n: n + 1)
    term = factory.Sequence(lambda n: f"Term {n}")
    kind = DefinitionKind.MEANING.value
    wording = factory.LazyAttribute(lambda definition: f'"{definition.term}" means something agreed.')
    citation = factory.Sequence(lambda n: f"Section 2.A.{n}")
    page = 1
    box = factory.LazyFunction(lambda: [72.0, 100.0, 300.0, 112.0])
    quote = "means something agreed"
    char_start = 0
    char_end = 22


class ReferenceFactory(factory.django.DjangoModelFactory[ContractReference]):
    """In the sentence that `RuleFactory` quotes; traits say what became of it."""

    class Meta:
        model = ContractReference

    class Params:
        law = factory.Trait(
            resolution=ReferenceResolution.LAW, target="14 CFR 117.25(b)", law_section="117.25", target_page=None
        )
        outside = factory.Trait(resolution=ReferenceResolution.OUTSIDE, target="LOA 15", target_page=None)

    contract = factory.SubFactory("tests.factories.ContractFactory")
    position = factory.Sequence(lambda n: n + 1)
    citation = "Section 10.B.1"
    target = factory.Sequence(lambda n: f"Section 3.{n}")
    resolution = ReferenceResolution.FOUND.value
    target_page = 2
    page = 1
    box = factory.LazyFunction(lambda: [72.0, 100.0, 300.0, 112.0])
    quote = "Section 3"
    char_start = 40
    char_end = 49
    sentence_start = 20
    sentence_end = 70


class ContractFactory(factory.django.DjangoModelFactory[PilotContract]):
    """A draft whose document has been read; traits move it on. `rules` decided ones and `proposals` undecided ones come with it."""

    class Meta:
        model = PilotContract

    class Params:
        in_review = factory.Trait(state=Status.IN_REVIEW)
        changes_requested = factory.Trait(state=Status.CHANGES_REQUESTED)
        approved = factory.Trait(state=Status.APPROVED)
        active = factory.Trait(state=Status.ACTIVE)
        superseded = factory.Trait(state=Status.SUPERSEDED)
        retired = factory.Trait(state=Status.RETIRED)
        rejected = factory.Trait(state=Status.REJECTED)
        withdrawn = factory.Trait(state=Status.WITHDRAWN)

    airline = factory.SubFactory(AirlineFactory)
    uploaded_by = factory.SubFactory(UserFactory)
    contract_type = ContractType.CBA
    contract_version = factory.Sequence(lambda n: f"2026.{n}")
    title = factory.Sequence(lambda n: f"Pilot Agreement {n}")
    effective_date = date(2026, 1, 1)
    expiration_date = None
    document_sha256 = factory.Sequence(lambda n: hashlib.sha256(f"document {n}".encode()).hexdigest())
    document_name = "agreement.pdf"
    document_media_type = MediaType.PDF
    document_bytes = 1000
    page_count = 2
    state = Status.DRAFT
    approver = None
    rules = 0
    proposals = 0

    @classmethod
    def _create(cls, model_class: type[PilotContract], *args: Any, **kwargs: Any) -> PilotContract:
        state = Status(kwargs.pop("state"))
        approver, rules, proposals = kwargs.pop("approver"), kwargs.pop("rules"), kwargs.pop("proposals")
        contract = super()._create(model_class, *args, **kwargs)
        ExtractionRun.objects.create(
            contract=contract, status=RunStatus.SUCCEEDED, pages_read=2, pages_searched=2, finished_at=timezone.now()
        )
        for number in range(1, contract.page_count + 1):
            ContractPage.objects.create(
                contract=contract,
                number=number,
                width=612,
                height=792,
                text=f"Page {number}",
                char_start=(number - 1) * 7,
            )
        if rules:
            RuleFactory.create_batch(rules, contract=contract, accepted=True)
        if proposals:
            RuleFactory.create_batch(proposals, contract=contract)
        walk(contract, state, approver)
        contract.refresh_from_db()
        return contract


def walk(contract: PilotContract, state: Status, approver: User | None = None) -> None:
    """Move a draft to `state` along the lifecycle's edges, by plain writes that the database's guards accept."""
    if state == Status.DRAFT:
        return
    if state == Status.WITHDRAWN:
        PilotContract.objects.filter(pk=contract.pk).update(status=state)
        return
    with transaction.atomic():
        opened = round_open(contract=contract)
    PilotContract.objects.filter(pk=contract.pk).update(
        status=Status.IN_REVIEW,
        submitted_by=contract.uploaded_by,
        submitted_at=timezone.now(),
        review_round=opened,
    )
    contract.review_round = opened
    if state in {Status.CHANGES_REQUESTED, Status.REJECTED}:
        PilotContract.objects.filter(pk=contract.pk).update(status=state)
    if state in {Status.APPROVED, Status.ACTIVE, Status.SUPERSEDED, Status.RETIRED}:
        _approve(contract, approver or UserFactory.create(approver=True))
    if state in {Status.ACTIVE, Status.SUPERSEDED, Status.RETIRED}:
        _activate(contract)
    if state in {Status.SUPERSEDED, Status.RETIRED}:
        PilotContract.objects.filter(pk=contract.pk).update(status=state)


def _activate(contract: PilotContract) -> None:
    contract.refresh_from_db()
    assert contract.approved_by is not None
    now = timezone.now()
    ContractActivation.objects.create(
        contract=contract, activated_by=contract.approved_by, activated_at=now, revision=contract.approved_revision
    )
    PilotContract.objects.filter(pk=contract.pk).update(status=Status.ACTIVE, activated_at=now)


def _approve(contract: PilotContract, approver: User) -> None:
    revision = revision_hash(contract)
    assert contract.review_round is not None
    ContractDecision.objects.create(
        contract=contract,
        kind=DecisionKind.APPROVED,
        decided_by=approver,
        step=contract.review_round.steps.get(),
        revision=revision,
    )
    PilotContract.objects.filter(pk=contract.pk).update(
        status=Status.APPROVED, approved_by=approver, approved_at=timezone.now(), approved_revision=revision
    )


def model_credential(owner: User | Airline, *, key: str, base_url: str, **terms: Any) -> ModelCredential:
    """A key to a language model, stored by an administrator for a server that speaks OpenAI's protocol."""
    return credential_create(
        actor=UserFactory.create(administrator=True),
        owner=owner,
        provider=terms.pop("provider", "openai_compatible"),
        key=key,
        base_url=base_url,
        terms={"model_name": "test-model", **terms},
    )


def ready_copy(user: User) -> DataExport:
    """A copy of somebody's data as a worker left it, asked for two days ago."""
    export = DataExport.objects.create(user=user)
    export_make(export.pk)
    DataExport.objects.filter(pk=export.pk).update(created_at=timezone.now() - timedelta(days=2))
    export.refresh_from_db()
    return export

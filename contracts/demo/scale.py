"""Invented data in bulk, to measure with: airlines, pilots, contracts in force and before, rules. Repeatable from a seed.

Rows are written in bulk, past the services and their audit entries, but never past the database's guards.
"""

import hashlib
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.models import Airline, Role, User
from config.errors import WrongState
from contracts.lifecycle import Status
from contracts.models import (
    ContractDecision,
    ContractRule,
    ContractType,
    DecisionKind,
    ExtractionRun,
    MediaType,
    PilotContract,
    RuleDecision,
    RunStatus,
)
from contracts.selectors import revision_hash
from contracts.services.publication import lookups_warm, publication_refresh
from contracts.services.rounds import round_open
from contracts.vocabulary import Category, Operator
from pilots.models import Pilot, Seat

VERSIONS_PER_AIRLINE = 5
BATCH = 1000
HARD_SHARE = 0.8
BASES = ("SEA", "PDX", "SFO", "DEN", "ORD", "ATL")
FLEETS = ("B737", "E175", "A321", "B767")
CATEGORIES = (
    Category.DUTY,
    Category.REST,
    Category.RESERVE,
    Category.DAYS_OFF,
    Category.PAY_GUARANTEE,
    Category.VACATION,
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much: rules are counted over all contracts."""

    pilots: int
    contracts: int
    rules: int
    seed: int


def scale_load(size: Size) -> list[str]:
    """Write the data and publish it. Returns the pilots' ids.

    Raises:
        WrongState: when data of this seed is there already.
    """
    if Airline.objects.filter(metadata__contains={"scale_seed": size.seed}).exists():
        raise WrongState(f"Data of seed {size.seed} is here already. Choose another seed.")
    numbers = random.Random(size.seed)  # noqa: S311 - invented data, not a secret
    with transaction.atomic():
        airlines = _airlines(size, numbers)
        people = {role: _user(numbers, f"{role}.{size.seed}@scale.test", role) for role in (Role.PILOT, Role.APPROVER)}
        User.objects.bulk_create(people.values())
        contracts = list(_contracts(size, numbers, airlines, people[Role.PILOT]))
        PilotContract.objects.bulk_create(contracts, batch_size=BATCH)
        ExtractionRun.objects.bulk_create(
            ExtractionRun(contract=contract, status=RunStatus.SUCCEEDED, finished_at=timezone.now())
            for contract in contracts
        )
        ContractRule.objects.bulk_create(_rules(size, numbers, contracts, people[Role.APPROVER]), batch_size=BATCH)
        for contract in contracts:
            _approve(contract, people[Role.APPROVER])
        ids = _pilots(size, numbers, airlines)
    publication_refresh()
    lookups_warm()
    return ids


def _key(numbers: random.Random) -> uuid.UUID:
    return uuid.UUID(int=numbers.getrandbits(128), version=4)


def _user(numbers: random.Random, email: str, role: str) -> User:
    """An account that nobody can sign in to."""
    return User(id=_key(numbers), email=email, role=role, password="!")  # noqa: S106 - no hash matches it


def _airlines(size: Size, numbers: random.Random) -> list[Airline]:
    taken = set(Airline.objects.values_list("code", flat=True))
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    airlines: list[Airline] = []
    while len(airlines) < max(1, size.contracts // VERSIONS_PER_AIRLINE):
        code = "".join(numbers.choices(alphabet, k=3))
        if code not in taken:
            taken.add(code)
            airlines.append(
                Airline(id=_key(numbers), code=code, name=f"Air {code}", metadata={"scale_seed": size.seed})
            )
    return Airline.objects.bulk_create(airlines)


def _contracts(size: Size, numbers: random.Random, airlines: list[Airline], uploader: User) -> Iterator[PilotContract]:
    """Versions of two years each, the last of an airline open-ended and in force."""
    for index in range(size.contracts):
        airline = airlines[min(index // VERSIONS_PER_AIRLINE, len(airlines) - 1)]
        number = index - airlines.index(airline) * VERSIONS_PER_AIRLINE
        begins = date(2024 - 2 * (VERSIONS_PER_AIRLINE - 1 - number % VERSIONS_PER_AIRLINE), 1, 1)
        last = number == VERSIONS_PER_AIRLINE - 1 or index == size.contracts - 1
        yield PilotContract(
            id=_key(numbers),
            airline=airline,
            contract_type=ContractType.CBA,
            contract_version=f"{begins.year}.{number}",
            title=f"Agreement of {airline.name}, {begins.year}",
            effective_date=begins,
            expiration_date=None if last else begins.replace(year=begins.year + 2) - timedelta(days=1),
            document_sha256=hashlib.sha256(f"{size.seed}/{index}".encode()).hexdigest(),
            document_name="agreement.txt",
            document_media_type=MediaType.TEXT,
            document_bytes=1,
            page_count=1,
            uploaded_by=uploader,
        )


def _rules(
    size: Size, numbers: random.Random, contracts: list[PilotContract], approver: User
) -> Iterator[ContractRule]:
    for index in range(size.rules):
        contract, number = contracts[index % len(contracts)], index // len(contracts) + 1
        category, value = numbers.choice(CATEGORIES), numbers.randint(1, 90)
        sentence = f"The limit of item {number} shall be no less than {value} hours in each month."
        yield ContractRule(
            id=_key(numbers),
            contract=contract,
            rule_id=f"section-{number}-limit",
            position=number,
            extractor_version="invented",
            category=category.value,
            title=f"Limit of item {number}: at least {value} hours per month",
            description=sentence,
            rule_text=sentence,
            citation=f"Section {number // 10 + 1}.{chr(65 + number % 10)}",
            is_hard_constraint=numbers.random() < HARD_SHARE,
            metric="other",
            operator=Operator.AT_LEAST.value,
            value=Decimal(value),
            unit="hours",
            period="month",
            parsing_confidence=Decimal("0.9"),
            page=1,
            box=[72.0, 72.0, 400.0, 84.0],
            quote=sentence,
            char_start=0,
            char_end=len(sentence),
            decision=RuleDecision.ACCEPTED,
            decided_by=approver,
            decided_at=timezone.now(),
        )


def _approve(contract: PilotContract, approver: User) -> None:
    """Along the lifecycle's edges: the last version of an airline is active, earlier ones are superseded."""
    rows, now, revision = PilotContract.objects.filter(pk=contract.pk), timezone.now(), revision_hash(contract)
    opened = round_open(contract=contract)
    rows.update(status=Status.IN_REVIEW, submitted_by=contract.uploaded_by, submitted_at=now, review_round=opened)
    step = opened.steps.get()
    ContractDecision.objects.create(
        contract=contract, kind=DecisionKind.APPROVED, decided_by=approver, step=step, revision=revision
    )
    rows.update(status=Status.APPROVED, approved_by=approver, approved_at=now, approved_revision=revision)
    rows.update(status=Status.ACTIVE, activated_at=now)
    if contract.expiration_date is not None:
        rows.update(status=Status.SUPERSEDED)


def _pilots(size: Size, numbers: random.Random, airlines: list[Airline]) -> list[str]:
    users = [_user(numbers, f"pilot{index}.{size.seed}@scale.test", Role.PILOT) for index in range(size.pilots)]
    User.objects.bulk_create(users, batch_size=BATCH)
    pilots = [
        Pilot(
            id=_key(numbers),
            user=user,
            pilot_id=f"S{size.seed}-{index:06}",
            airline=airlines[index % len(airlines)],
            base=numbers.choice(BASES),
            seat=numbers.choice(list(Seat)),
            equipment=[numbers.choice(FLEETS)],
            seniority_percentile=Decimal(numbers.randint(0, 10000)) / 100,
        )
        for index, user in enumerate(users)
    ]
    Pilot.objects.bulk_create(pilots, batch_size=BATCH)
    return [pilot.pilot_id for pilot in pilots]

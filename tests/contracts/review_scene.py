"""One contract in any state, everybody who stands somehow to it, and what a denied attempt must leave as it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction
from django.test import Client

from accounts.models import Airline, User
from audit.models import AuditEntry
from contracts.lifecycle import Status
from contracts.models import ContractDecision, ContractRule, PilotContract, ReviewComment, RuleAction, RuleCorrection
from tests.contracts.desk_pages import DUTY, PAGE_ONE, REST, pages_store, read_pages, rule_on
from tests.factories import (
    ContractFactory,
    PilotFactory,
    RuleFactory,
    UserFactory,
    delegate,
    review_steps,
    reviewer_of,
    walk,
)

# Who stands how to the contract. Its one step is a group's, and `member` alone is in it.
ROLES = (
    "uploader",
    "colleague",
    "pilot elsewhere",
    "member",
    "reviewer",
    "stand-in of the uploader",
    "approver elsewhere",
    "closed approver",
    "administrator",
)
REVIEWERS = {"member", "reviewer"}


@dataclass
class Scene:
    contract: PilotContract
    people: dict[str, User]
    browsers: dict[str, Client] = field(default_factory=dict)

    def browser(self, role: str) -> Client:
        if role not in self.browsers:
            self.browsers[role] = Client()
            self.browsers[role].force_login(self.people[role])
        return self.browsers[role]

    @property
    def rule(self) -> ContractRule:
        return self.contract.rules.order_by("position")[0]


def scene(airline: Airline, state: Status, *, proposals: int = 0) -> Scene:
    """A contract whose page holds the words of its two decided rules; in review, with `proposals` undecided ones besides."""
    member, reviewer, uploader, stand_in = [reviewer_of(airline) for _ in range(4)]
    review_steps(airline, ("Legal", [member], 1))
    contract = ContractFactory.create(airline=airline, uploaded_by=uploader, page_count=1)
    contract.pages.all().delete()
    pages = read_pages(PAGE_ONE)
    pages_store(contract, pages)
    for words in (DUTY, REST):
        rule_on(contract, pages[0], words, accepted=True)
    if state == Status.IN_REVIEW:
        RuleFactory.create_batch(proposals, contract=contract)
    walk(contract, state, member)
    contract.refresh_from_db()
    delegate(uploader, stand_in)
    elsewhere = PilotFactory.create()
    return Scene(
        contract=contract,
        people={
            "uploader": uploader,
            "colleague": PilotFactory.create(airline=airline).user,
            "pilot elsewhere": elsewhere.user,
            "member": member,
            "reviewer": reviewer,
            "stand-in of the uploader": stand_in,
            "approver elsewhere": reviewer_of(elsewhere.airline),
            "closed approver": reviewer_of(airline, is_active=False),
            "administrator": UserFactory.create(administrator=True),
        },
    )


def picture(at: Scene) -> tuple[object, ...]:
    """All that a denied attempt must leave as it was."""
    key = at.contract.pk
    return (
        PilotContract.objects.filter(pk=key).values().get(),
        list(ContractRule.objects.filter(contract=key).order_by("pk").values()),
        list(ContractDecision.objects.filter(contract=key).order_by("pk").values()),
        list(RuleAction.objects.filter(contract=key).order_by("pk").values("pk", "undone_at")),
        RuleCorrection.objects.filter(rule__contract=key).count(),
        ReviewComment.objects.filter(contract=key).count(),
        AuditEntry.objects.filter(object_pk=str(key)).count(),
    )


@contextmanager
def undone() -> Iterator[None]:
    """What happens within is rolled back, so that the next cell finds the same contract."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)

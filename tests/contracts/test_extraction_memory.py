"""What reviewers rejected is not proposed again in the next version; what they took is."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Airline, User
from audit.events import AuditEvent
from audit.models import AuditEntry
from contracts.extraction.identity import wording_digest
from contracts.models import ContractRule, PilotContract, RuleDecision
from contracts.selectors import wordings_rejected
from contracts.services import extraction
from contracts.services.uploads import Terms, contract_upload
from tests.factories import PilotFactory

pytestmark = pytest.mark.django_db
TEXT = """SECTION 10 HOURS OF SERVICE

A. DUTY

1. A Pilot's duty period shall not exceed fourteen (14) hours.

2. A Pilot shall receive no fewer than eleven (11) hours of rest between duty periods.
"""
NEXT_TEXT = """SECTION 9 SCOPE

A. The Company shall give at least thirty (30) days of notice.

SECTION 11 HOURS OF SERVICE

B. DUTY

4. A Pilot's duty period shall not exceed
fourteen (14) hours.

5. A Pilot shall receive no fewer than eleven (11) hours of rest be-
tween duty periods.
"""


def read(uploader: User, airline: Airline, version: str, text: str) -> PilotContract:
    terms = Terms(contract_type="cba", contract_version=version, title="Agreement", effective_date=date(2026, 1, 1))
    upload = SimpleUploadedFile("agreement.txt", text.encode())
    contract = contract_upload(actor=uploader, airline=airline, terms=terms, upload=upload)
    extraction.extraction_run(run_id=contract.extraction_runs.get().pk)
    return contract


def decide(contract: PilotContract, value: int, decision: RuleDecision, reviewer: User, *, days_ago: int = 0) -> None:
    decided_at = timezone.now() - timedelta(days=days_ago)
    changed = contract.rules.filter(value=value).update(
        decision=decision, decided_by=reviewer, decided_at=decided_at, version=2
    )
    assert changed == 1


def values(contract: PilotContract) -> set[Decimal]:
    return {rule.value for rule in contract.rules.all() if rule.value is not None}


def test_a_rejected_wording_is_not_proposed_in_the_next_version(
    pilot_user: User, approver: User, airline: Airline
) -> None:
    first = read(pilot_user, airline, "2026", TEXT)
    decide(first, 11, RuleDecision.REJECTED, approver)
    decide(first, 14, RuleDecision.ACCEPTED, approver)

    following = read(pilot_user, airline, "2027", NEXT_TEXT)

    assert values(following) == {14, 30}
    run = following.extraction_runs.get()
    assert run.warnings == ["1 proposal was not made: reviewers rejected the same wording before."]
    assert run.proposal_count == 2
    finished = AuditEntry.objects.filter(object_pk=str(following.pk), event=AuditEvent.EXTRACTION_FINISHED).get()
    assert (finished.additional_data or {})["rejected_before"] == 1


def test_the_last_word_counts(pilot_user: User, approver: User, airline: Airline) -> None:
    first, second = read(pilot_user, airline, "2026", TEXT), read(pilot_user, airline, "2027", NEXT_TEXT)
    decide(first, 11, RuleDecision.REJECTED, approver, days_ago=3)
    decide(second, 11, RuleDecision.CORRECTED, approver, days_ago=1)
    decide(first, 14, RuleDecision.ACCEPTED, approver, days_ago=3)
    decide(second, 14, RuleDecision.REJECTED, approver, days_ago=1)

    third = read(pilot_user, airline, "2028", TEXT + "\n")

    assert values(third) == {11}


def test_a_decision_taken_back_is_forgotten(pilot_user: User, approver: User, airline: Airline) -> None:
    first = read(pilot_user, airline, "2026", TEXT)
    decide(first, 11, RuleDecision.REJECTED, approver)
    ContractRule.objects.filter(contract=first, value=11).update(
        decision=RuleDecision.PROPOSED, decided_by=None, decided_at=None
    )

    assert values(read(pilot_user, airline, "2027", NEXT_TEXT)) == {11, 14, 30}


def test_what_one_airline_rejects_another_may_want(pilot_user: User, approver: User, airline: Airline) -> None:
    decide(read(pilot_user, airline, "2026", TEXT), 11, RuleDecision.REJECTED, approver)
    stranger = PilotFactory.create()

    assert values(read(stranger.user, stranger.airline, "2026", NEXT_TEXT)) == {11, 14, 30}


def test_the_memory_costs_one_query(
    pilot_user: User, approver: User, airline: Airline, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    contract = read(pilot_user, airline, "2026", TEXT)
    decide(contract, 11, RuleDecision.REJECTED, approver)
    digests = list(contract.rules.values_list("wording_digest", flat=True))

    with django_assert_num_queries(1):
        assert len(wordings_rejected(contract, digests)) == 1


@pytest.mark.parametrize(
    ("quote", "limit", "same"),
    [
        ("no fewer than eleven (11) hours", (11, None, "hours"), True),
        ("No few-\ner than  eleven (11) hours", (11, None, "hours"), True),
        ("no fewer than twelve (12) hours", (11, None, "hours"), False),
        ("no fewer than eleven (11) hours", (12, None, "hours"), False),
        ("no fewer than eleven (11) hours", (11, None, "days"), False),
    ],
)
def test_a_digest_is_of_letters_and_limit(quote: str, limit: tuple[object, ...], same: bool) -> None:  # noqa: FBT001 # the expectation
    known = wording_digest("no fewer than eleven (11) hours", 11, None, "hours")

    assert (wording_digest(quote, *limit) == known) is same

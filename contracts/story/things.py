"""What sentences link to, looked up for a whole page at once; and the words that people wrote."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from accounts.policies import Visitor
from audit.events import AuditEvent
from contracts.models import ContractRule, PilotContract, ReviewComment
from contracts.story.entries import Entry


@dataclass(frozen=True, slots=True)
class Thing:
    """A name, and the address where there is something to see; else empty."""

    label: str
    address: str = ""


class Places(Protocol):
    """Where a kind of page shows things: the desk's addresses or the pilots'. An empty address is none."""

    def rule(self, contract_id: str, rule: str, citation: str) -> str: ...
    def contract(self, contract_id: str) -> str: ...
    def improvement(self, contract_id: str, improvement_id: str) -> str: ...
    def rating(self, contract_id: str, review_id: str) -> str: ...


class PilotsPages:
    """On the site."""

    def rule(self, contract_id: str, rule: str, citation: str) -> str:
        return f"{self.contract(contract_id)}?{urlencode({'q': citation})}#rules"

    def contract(self, contract_id: str) -> str:
        return reverse("contracts:detail", args=[contract_id])

    def improvement(self, contract_id: str, improvement_id: str) -> str:
        return f"{reverse('contracts:improvements', args=[contract_id])}#improvement-{improvement_id}"

    def rating(self, contract_id: str, review_id: str) -> str:
        return f"{reverse('contracts:ratings', args=[contract_id])}#rating-{review_id}"


class DeskPages:
    """In the admin."""

    def rule(self, contract_id: str, rule: str, citation: str) -> str:
        return f"{self.contract(contract_id)}?{urlencode({'rule': rule, 'decision': 'all'})}"

    def contract(self, contract_id: str) -> str:
        return reverse("admin:contracts_review", args=[contract_id])

    def improvement(self, contract_id: str, improvement_id: str) -> str:
        return reverse("admin:contracts_contractimprovement_change", args=[improvement_id])

    def rating(self, contract_id: str, review_id: str) -> str:
        """Ratings at the desk are administrators' to moderate."""
        return ""


class RatingsDesk(DeskPages):
    """In the admin, for administrators."""

    def rating(self, contract_id: str, review_id: str) -> str:
        return reverse("admin:contracts_contractreview_change", args=[review_id])


@dataclass(frozen=True, slots=True)
class Things:
    """Of one page of entries: titles of rules that are still there, comments, contracts that the viewer may see."""

    places: Places
    rules: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    contracts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Sequence[Entry], viewer: Visitor, places: Places) -> "Things":
        """In three queries at the most."""
        rules = ContractRule.objects.filter(pk__in=_named(entries, "rule")).order_by().values_list("pk", "title")
        comments = ReviewComment.objects.filter(pk__in=_named(entries, "comment")).order_by().values_list("pk", "body")
        others = {_other_contract(entry) for entry in entries if entry.event == AuditEvent.CONTRACT_REVISED}
        seen = PilotContract.objects.visible_to(viewer).order_by().filter(pk__in=_keys(others))
        return cls(
            places,
            {str(pk): title for pk, title in rules},
            {str(pk): body for pk, body in comments},
            {str(contract.pk): str(contract) for contract in seen.only("title", "contract_version")},
        )

    def thing_of(self, entry: Entry) -> Thing | None:
        """What the entry's sentence names; None where it names nothing."""
        noun = entry.event.partition(".")[0]
        if noun == "rating":
            return Thing("a rating", self.places.rating(entry.contract_id, entry.object_pk))
        if noun == "improvement":
            address = self.places.improvement(entry.contract_id, entry.object_pk)
            return Thing(f"“{entry.object_name}”", address)
        if entry.event == AuditEvent.CONTRACT_REVISED:
            return self._other(entry)
        if entry.event == AuditEvent.PILOT_ASSIGNED:
            return Thing(entry.object_name)
        return self._rule(entry) if "rule" in entry.details else None

    def comment_of(self, entry: Entry) -> str:
        return self.comments.get(str(entry.details.get("comment", "")), "")

    def _rule(self, entry: Entry) -> Thing:
        key, citation = str(entry.details["rule"]), str(entry.details.get("citation", "a rule"))
        title = self.rules.get(key)
        if title is None:
            return Thing(citation)
        return Thing(f"{citation}, “{title}”", self.places.rule(entry.contract_id, key, citation))

    def _other(self, entry: Entry) -> Thing:
        key = _other_contract(entry)
        name = self.contracts.get(key)
        if name is None:
            return Thing("another contract" if entry.is_of_contract else "a new contract")
        return Thing(name, self.places.contract(key))


def _other_contract(entry: Entry) -> str:
    """Of a revision's beginning the contract at the other end."""
    return str(entry.details.get("revises", "")) if entry.is_of_contract else entry.object_pk


def _named(entries: Iterable[Entry], name: str) -> list[UUID]:
    return _keys({str(entry.details[name]) for entry in entries if name in entry.details})


def _keys(texts: Iterable[str]) -> list[UUID]:
    """As the trail holds them; one that is no key names nothing."""
    keys = []
    for text in texts:
        try:
            keys.append(UUID(text))
        except ValueError:
            continue
    return keys

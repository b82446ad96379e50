"""What the review screen shows: a contract, one of its rules beside its page, the queue, the steps and the history."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse

from accounts.models import User
from contracts.admin.drafts import Draft, draft_from, split_forms
from contracts.admin.forms import HalfForm, MissedRuleForm
from contracts.admin.keys import KEY_BY_NAME, keys_by_group
from contracts.admin.passages import passages_of
from contracts.admin.queue import (
    ALL,
    LOW_CONFIDENCE,
    Entry,
    Facets,
    QueueFilter,
    entries_of,
    entry_at,
    facets_of,
    next_undecided,
    page_number,
    place_of,
)
from contracts.admin.reviewing import review_context, reviewers_to_choose
from contracts.admin.sheet import boxes_of, page_shown, places_listed, rows_of, rule_shown, rules_around
from contracts.admin.words import (
    confidence_words,
    limit_words,
    metric_words,
    second_reading_doubts,
    second_reading_words,
    steps_for,
    why_only_looking,
)
from contracts.community.context import applied_context, published_context
from contracts.lifecycle import PUBLISHED, Status
from contracts.models import (
    BINDING,
    ContractPage,
    ContractRule,
    ExtractionRun,
    PilotContract,
    RuleAction,
    RuleActionKind,
    RuleDecision,
)
from contracts.models.rules import CATEGORY_CHOICES
from contracts.policies import may_comment, may_decide_on_rules, possible_actions
from contracts.presence import presence_note
from contracts.review_selectors import review_progress, standing_load, thread_of
from contracts.rule_forms import RuleCorrectionForm
from contracts.selectors import contract_list, takes_part
from contracts.story.selectors import latest_acts
from contracts.story.viewpoints import Viewpoint

# Beside the work; the history's own page tells all.
ACTS_SHOWN = 12
# How an address asks for the record by somebody who goes there to write.
WRITING = "write"


class _Length(Func):
    """How many members a JSON list has."""

    function = "jsonb_array_length"
    output_field = IntegerField()


def person(request: HttpRequest) -> User:
    """Who sits at the desk; `admin_view` has let only accounts in."""
    return cast("User", request.user)


def seen_contract(request: HttpRequest, contract_id: UUID) -> PilotContract:
    """The contract, if the person may see it. Raises Http404 else."""
    beside = ("submitted_by", "approved_by", "claimed_by", "review_round", "revises")
    contract = contract_list(request.user).select_related(*beside).filter(pk=contract_id).first()
    if contract is None:
        raise Http404("There is no such contract.")
    return contract


def seen_rule(request: HttpRequest, contract_id: UUID, rule_id: UUID) -> ContractRule:
    """The rule, if the person may see its contract, which comes with it. Raises Http404 else."""
    visible = PilotContract.objects.visible_to(request.user).order_by().values("pk")
    beside = ("contract__airline", "contract__uploaded_by", "contract__submitted_by", "contract__approved_by")
    rules = ContractRule.objects.select_related(*beside).filter(pk=rule_id, contract=contract_id)
    rule = rules.filter(contract__in=visible).first()
    if rule is None:
        raise Http404("There is no such rule.")
    return rule


def rule_named(contract: PilotContract, key: str) -> ContractRule | None:
    """The rule of that id, if it is the contract's; its key and citation alone."""
    try:
        return contract.rules.only("citation").filter(pk=UUID(key)).first() if key else None
    except ValueError:
        return None


def review_address(contract: PilotContract, queue: QueueFilter | None = None, **more: object) -> str:
    """The address of the contract's review screen with that queue."""
    query = (queue or QueueFilter()).query(**more)
    address = reverse("admin:contracts_review", args=[contract.pk])
    return f"{address}?{query}" if query else address


@dataclass(slots=True)
class Typed:
    """What a refused request carried, to be shown again with what was wrong; empty for others."""

    status: HTTPStatus = HTTPStatus.OK
    rule_id: UUID | None = None
    form: RuleCorrectionForm | None = None
    added: MissedRuleForm | None = None
    halves: list[HalfForm] = field(default_factory=list)
    reject_reason: str = ""
    action: str = ""
    action_reason: str = ""
    # None where no comment was refused.
    comment: str | None = None
    faults: list[str] = field(default_factory=list)
    # What is stored now in fields that somebody else changed or that were typed over.
    conflicts: dict[str, str] = field(default_factory=dict)


def desk_context(request: HttpRequest, contract: PilotContract, query: QueryDict, typed: Typed) -> dict[str, Any]:
    """Everything that the template asks for. The rule that was typed at overrides the one that `query` names."""
    user = person(request)
    standing_load(user)
    beside = _beside(contract, user)
    entries = entries_of(contract, beside.active_id)
    counts = _counts(entries)
    queue = QueueFilter.from_query(query)
    if not queue.decision:
        queue = replace(queue, decision=RuleDecision.PROPOSED.value if counts["undecided"] else ALL)
    queued = queue.narrow(entries)
    here = _current(entries, queued, query, typed, queue)
    current = rule_shown(contract, here.pk) if here else None
    place = place_of(here, queued)
    number = page_number(query.get("view", "")) or (current.page if current else None) or 1
    page = page_shown(contract, number, with_words="yes" in {query.get("add"), query.get("split")})
    last = entry_at(entries, query.get("last", ""))
    around = rules_around(contract, place, page, [last.pk] if last else [])
    progress = review_progress(contract)
    actions = possible_actions(user, contract, progress)
    may_decide = may_decide_on_rules(user, contract)
    facets = facets_of(entries, queue)
    return {
        "title": contract.title,
        "contract": contract,
        "counts": counts,
        "run": beside.run,
        "queue": queue,
        "queue_query": queue.query(),
        "queue_parts": queue.parts(),
        "queue_tabs": _tabs(queue, facets),
        "facets": facets,
        "section_choices": facets.sections.items(),
        "category_choices": [(value, label, facets.categories[value]) for value, label in CATEGORY_CHOICES],
        "is_comparable": beside.active_id is not None,
        "is_changed": here is not None and here.is_changed,
        "place": place,
        "rows": rows_of(around, place, here.pk if here else None),
        "rule": current,
        **_rule_words(current),
        "form": typed.form or (RuleCorrectionForm(instance=current) if current and may_decide else None),
        "may_decide": may_decide,
        "only_looking": why_only_looking(user, contract),
        "steps": steps_for(contract, actions, undecided=counts["undecided"], binding=counts["binding"]),
        **review_context(user, contract, actions, progress, beside.reviewers),
        "typed": typed,
        "last": next((rule for rule in around if last and rule.pk == last.pk), None) if may_decide else None,
        "undo": beside.undo if may_decide else None,
        "page": page,
        "boxes": boxes_of(around, page, here.pk if here else None),
        "places": places_listed(current) if current else [],
        "original_address": reverse("contracts:document", args=[contract.pk]),
        "colleagues": presence_note(user=user, rule_id=current.pk, is_editing=False) if current else [],
        "keys": KEY_BY_NAME,
        "key_groups": keys_by_group(),
        **(_panels(query, typed, entries, page, current) if may_decide else {}),
        **applied_context(contract),
        "record": record_context(user, contract, query) if _shows_record(query, typed) else None,
    }


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the contract: the active one of its airline and type, if that is another; the reading that counts;
    what the person could undo here; to whom he could give the review.
    """

    active_id: UUID | None
    run: ExtractionRun | None
    undo: dict[str, Any] | None
    reviewers: list[dict[str, str]]


def _beside(contract: PilotContract, user: User) -> Beside:
    active = PilotContract.objects.filter(
        airline=contract.airline_id, contract_type=contract.contract_type, status=Status.ACTIVE
    ).exclude(pk=contract.pk)
    last = RuleAction.objects.filter(contract=OuterRef("pk"), actor=user, undone_at__isnull=True)
    described = JSONObject(id="id", kind="kind", citation="citation", rules=_Length("changes"))
    run = ExtractionRun.objects.filter(contract=OuterRef("pk")).order_by("-created_at", "id")
    found = PilotContract.objects.filter(pk=contract.pk).values_list(
        Subquery(active.order_by("-effective_date").values("pk")[:1]),
        Subquery(run.values(body=JSONObject(status="status", fault_message="fault_message"))[:1]),
        Subquery(last.order_by("-created_at", "id").values(body=described)[:1]),
        ArraySubquery(reviewers_to_choose(user, contract)),
    )
    active_id, reading, action, reviewers = found.get()
    return Beside(
        active_id,
        ExtractionRun(contract=contract, **reading) if reading else None,
        action and {**action, "words": RuleActionKind(action["kind"]).label},
        reviewers,
    )


def _current(
    entries: Sequence[Entry], queued: Sequence[Entry], query: QueryDict, typed: Typed, queue: QueueFilter
) -> Entry | None:
    """The rule to look at: the one typed at, the one asked for, the next undecided after one just decided, else the first."""
    asked = entry_at(entries, str(typed.rule_id)) if typed.rule_id else entry_at(entries, query.get("rule", ""))
    if asked is not None:
        return asked
    decided = entry_at(entries, query.get("after", ""))
    if decided is not None:
        return next_undecided(entries, queue, decided) or decided
    return queued[0] if queued else None


def _rule_words(rule: ContractRule | None) -> dict[str, Any]:
    """What is said of the rule beside its fields."""
    if rule is None:
        return {}
    reasons_for, reasons_against = confidence_words(rule)
    return {
        "limit": limit_words(rule),
        "metric": metric_words(rule),
        "second_reading": second_reading_words(rule),
        "second_reading_doubts": second_reading_doubts(rule),
        "confidence_is_low": (rule.parsing_confidence or 1) < LOW_CONFIDENCE,
        "reasons_for": reasons_for,
        "reasons_against": reasons_against,
        **passages_of(rule),
    }


def _panels(
    query: QueryDict, typed: Typed, entries: Sequence[Entry], page: ContractPage | None, current: ContractRule | None
) -> dict[str, Any]:
    """What may stand in the proposal's place: a rule to be added, or the two halves of a split."""
    if typed.added is not None:
        draft: Draft | None = Draft(page.number if page else 1, form=typed.added)
    else:
        draft = draft_from(query, page, entries)
    halves = typed.halves
    if not halves and query.get("split") == "yes" and current is not None and current.page is not None:
        is_shown = page is not None and page.number == current.page
        halves = split_forms(current, page if is_shown else current.contract.pages.filter(number=current.page).first())
    return {"draft": draft, "halves": halves}


def _counts(entries: Sequence[Entry]) -> dict[str, int]:
    """Over the whole contract, whatever narrows the queue."""
    by_decision = {decision.value: 0 for decision in RuleDecision}
    for entry in entries:
        by_decision[entry.decision] += 1
    undecided = by_decision[RuleDecision.PROPOSED]
    return {
        **by_decision,
        "total": len(entries),
        "undecided": undecided,
        "decided": len(entries) - undecided,
        "binding": sum(by_decision[decision] for decision in BINDING),
    }


def _tabs(queue: QueueFilter, facets: Facets) -> list[dict[str, object]]:
    """The queue's tabs. Choosing one keeps what else narrows the queue."""
    tabs = [
        (RuleDecision.PROPOSED.value, "Undecided"),
        (RuleDecision.ACCEPTED.value, "Accepted"),
        (RuleDecision.CORRECTED.value, "Corrected"),
        (RuleDecision.REJECTED.value, "Rejected"),
        (ALL, "All"),
    ]
    return [
        {
            "label": label,
            "count": facets.decisions[decision],
            "query": replace(queue, decision=decision).query(),
            "is_current": decision == queue.decision,
        }
        for decision, label in tabs
    ]


def _shows_record(query: QueryDict, typed: Typed) -> bool:
    """Whether the screen brings thread and history along, which a browser else asks for once they come into view."""
    return query.get("record") in {"yes", WRITING} or typed.comment is not None


def record_context(user: User, contract: PilotContract, query: QueryDict) -> dict[str, Any]:
    """What uploader and reviewers wrote, the last acts of the history that `user` is told of, and what pilots make of it."""
    is_within = takes_part(user, contract)
    return {
        "latest": latest_acts(Viewpoint(user, contract), ACTS_SHOWN),
        "sees_thread": is_within,
        "thread": thread_of(contract) if is_within else [],
        "may_comment": may_comment(user, contract),
        "goes_on_by_writing": query.get("record") == WRITING,
        "community": published_context(contract) if contract.status in PUBLISHED else None,
    }

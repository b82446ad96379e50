"""Who is told what about contracts. Titles name the contract and its airline and nothing else that is confidential.

Every function may be called in whatever transaction the event is written in, and again for the same event: nobody is
told twice, nobody of what he did himself, and nobody of a contract that he may not see.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.notifications.kinds import NotificationKind as Kind
from accounts.notifications.services import Notice, notifications_send
from contracts.audience import Audience, administrators, concerned, deciders, owners, pilots, viewers
from contracts.instants import instant_in_words
from contracts.lifecycle import Action
from contracts.models import (
    ActivationPlan,
    ContractActivation,
    ContractImprovement,
    ContractReview,
    ExtractionRun,
    ImprovementStatus,
    PilotContract,
    PlanStatus,
    RunStatus,
)

# Where a notice leads: the contract's page, the approvers' desk, the page of its activation, or a pilot's own rules.
PAGE, DESK = "contracts:detail", "admin:contracts_review"
ACTIVATION, MY_RULES = "admin:contracts_activation", "contracts:my_rules"
# How long before its end a review is remembered, the last reminder last.
REMINDERS = (timedelta(days=1), timedelta(hours=2))
_WITHIN = {REMINDERS[0]: "Due within a day", REMINDERS[1]: "Due within two hours"}


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told of one event: to whom, under which kind, what it says and where it leads."""

    kind: Kind
    audiences: tuple[Audience, ...]
    title: str
    body: str
    place: str = PAGE


MOVES: dict[Action, Telling] = {
    Action.SUBMIT: Telling(
        Kind.CONTRACT_SUBMITTED,
        (deciders,),
        "Waits for review",
        "Decide on each proposed rule, then approve it, ask for changes or reject it.",
        DESK,
    ),
    Action.REQUEST_CHANGES: Telling(
        Kind.CONTRACT_CHANGES_REQUESTED,
        (owners,),
        "Changes requested",
        "The reviewer's reason is on the contract's page. Submit it again once it is answered.",
    ),
    Action.REJECT: Telling(
        Kind.CONTRACT_REJECTED, (owners,), "Rejected", "The reviewer's reason is on the contract's page."
    ),
    Action.APPROVE: Telling(
        Kind.CONTRACT_APPROVED, (owners,), "Approved", "It comes into force once a reviewer activates it."
    ),
    Action.REOPEN: Telling(
        Kind.CONTRACT_REOPENED,
        (owners,),
        "Review reopened",
        "Its approval was taken back. The reason is on the contract's page.",
    ),
    Action.ACTIVATE: Telling(
        Kind.CONTRACT_ACTIVATED,
        (owners, pilots),
        "In force",
        "Its rules can be read, each with the words and the page that it comes from.",
    ),
    Action.UNDO_ACTIVATION: Telling(
        Kind.ACTIVATION_UNDONE,
        (owners,),
        "Activation undone",
        "It is approved as before, and binds nobody. The reason is on the contract's page.",
    ),
    Action.RESTORE: Telling(
        Kind.CONTRACT_ACTIVATED,
        (owners,),
        "Back in force",
        "The activation of what followed it was undone.",
    ),
    Action.SUPERSEDE: Telling(
        Kind.CONTRACT_SUPERSEDED,
        (owners,),
        "Superseded",
        "A later contract follows it, or its last day has passed.",
    ),
    Action.RETIRE: Telling(
        Kind.CONTRACT_RETIRED, (owners, pilots), "Retired", "It binds nobody any more. “My rules” says what does."
    ),
}


def contract_moved(*, actor: User | None, contract: PilotContract, action: Action) -> None:
    """After a move along the lifecycle was written. Withdrawing is told to nobody: it ends what only its owner waits for."""
    telling = MOVES.get(action)
    if telling is not None:
        _tell(telling, contract, event=f"{action}:{contract.pk}:{contract.version}", actor=actor)


def activation_planned(*, actor: User, plan: ActivationPlan) -> None:
    """After the activation was planned, moved to another instant or called off."""
    when = instant_in_words(plan.due_at, plan.time_zone)
    title, body = {
        PlanStatus.OPEN.value: ("Activation planned", f"It is to be activated on {when}."),
        PlanStatus.CANCELLED.value: ("Activation called off", f"It is not activated on {when}. It stays approved."),
    }[plan.status]
    telling = Telling(Kind.ACTIVATION_PLANNED, (owners, deciders), title, body)
    _tell(telling, plan.contract, event=f"plan:{plan.pk}:{plan.status}", actor=actor)


def activation_carried_out(*, plan: ActivationPlan) -> None:
    """After a planned activation took place: whoever planned it was not there. Others are told as of any activation."""
    told = MOVES[Action.ACTIVATE]
    when = instant_in_words(plan.due_at, plan.time_zone)
    telling = Telling(told.kind, (), told.title, f"It was activated as you planned for {when}.", DESK)
    planner = User.objects.filter(pk=plan.planned_by_id)
    _tell(telling, plan.contract, event=f"plan:{plan.pk}:{plan.status}", to=planner)


def activation_failed(*, plan: ActivationPlan) -> None:
    """After a planned activation did not take place: whoever planned it and may still act, other reviewers, the owners."""
    body = (
        f"It was to be activated on {instant_in_words(plan.due_at, plan.time_zone)}, and was not. Why is written there."
    )
    for audience, place in ((deciders, ACTIVATION), (owners, PAGE)):
        telling = Telling(Kind.ACTIVATION_FAILED, (audience,), "Not activated", body, place)
        _tell(telling, plan.contract, event=f"plan:{plan.pk}:{plan.status}")


def activation_undone(*, actor: User, activation: ContractActivation) -> None:
    """Tell pilots that a contract which they read as in force is not. Before its status is written: then they see it no more."""
    body = "It had been put in force and no longer is. “My rules” says what binds you."
    telling = Telling(Kind.ACTIVATION_UNDONE, (pilots,), "No longer in force", body, MY_RULES)
    _tell(telling, activation.contract, event=f"undone:{activation.pk}", actor=actor)


def reading_ended(*, contract: PilotContract, run: ExtractionRun) -> None:
    """After a document was read to its end, or could not be."""
    if run.status == RunStatus.SUCCEEDED:
        found = "1 rule was" if run.proposal_count == 1 else f"{run.proposal_count:,} rules were"
        body = f"{found} found. Look through them, then submit the contract for review."
        telling = Telling(Kind.READING_FINISHED, (owners,), "Document read", body)
    else:
        body = "Why is on the contract's page, and what can be done."
        telling = Telling(Kind.READING_FAILED, (owners,), "Document could not be read", body)
    _tell(telling, contract, event=f"reading:{run.pk}")


def comment_added(
    *, actor: User, contract: PilotContract, comment_id: UUID, participants: QuerySet[User], place: str = PAGE
) -> None:
    """After somebody wrote in a thread of the review. `participants` are those who take part in it."""
    telling = Telling(Kind.COMMENT_ADDED, (), "New comment", "Read and answer it on the site.", place)
    _tell(telling, contract, event=f"comment:{comment_id}", actor=actor, to=participants)


def claim_reassigned(*, actor: User | None, contract: PilotContract, claim_id: UUID, reviewer: User) -> None:
    """After a review was handed to `reviewer`."""
    telling = Telling(Kind.CLAIM_REASSIGNED, (), "Handed to you", "You review this contract from now on.", DESK)
    event = f"claim:{claim_id}:{reviewer.pk}:{contract.version}"
    _tell(telling, contract, event=event, actor=actor, to=User.objects.filter(pk=reviewer.pk))


def review_deadline_near(
    *, contract: PilotContract, due_at: datetime, reviewers: QuerySet[User], now: datetime
) -> None:
    """Remind a day and two hours before a review is due, and say once that it is overdue. For a sweep: again is nothing.

    A new `due_at` is a new deadline with reminders of its own.
    """
    due = due_at.astimezone(ZoneInfo(contract.airline.time_zone))
    when = f"{due:%b} {due.day}, {due:%H:%M} ({contract.airline.time_zone})"
    if now >= due_at:
        telling = Telling(Kind.REVIEW_OVERDUE, (), "Review overdue", f"It was due on {when}.", DESK)
        _tell(telling, contract, event=f"overdue:{contract.pk}:{due_at.isoformat()}", to=reviewers)
        return
    passed = [before for before in REMINDERS if now >= due_at - before]
    if passed:
        before = passed[-1]
        telling = Telling(Kind.REVIEW_DUE_SOON, (), _WITHIN[before], f"Its review is due on {when}.", DESK)
        event = f"due:{contract.pk}:{due_at.isoformat()}:{before.total_seconds():.0f}"
        _tell(telling, contract, event=event, to=reviewers)


def review_escalated(*, contract: PilotContract, waiting_since: datetime, to: QuerySet[User]) -> None:
    """After a contract has waited in its state for longer than its airline allows."""
    since = waiting_since.astimezone(ZoneInfo(contract.airline.time_zone))
    body = f"It has been {contract.get_status_display()} since {since:%b} {since.day}. Decide on it or hand it to somebody who can."
    telling = Telling(Kind.REVIEW_ESCALATED, (), "Waiting too long", body, DESK)
    _tell(telling, contract, event=f"escalated:{contract.pk}:{waiting_since.isoformat()}", to=to)


def contract_expiring(*, contract: PilotContract, days: int) -> None:
    """As the last day of an active contract without a successor comes near: `days` is the threshold that it passed."""
    last = contract.expiration_date
    if last is None:
        return
    body = f"Its last day is {last:%b} {last.day}, {last.year}, and no contract follows it yet."
    telling = Telling(Kind.CONTRACT_EXPIRING, (owners, deciders), "Ends soon", body)
    _tell(telling, contract, event=f"expiring:{contract.pk}:{last.isoformat()}:{days}")


def improvement_proposed(*, actor: User, improvement: ContractImprovement) -> None:
    """After a pilot proposed a change to a published contract's record."""
    telling = Telling(
        Kind.IMPROVEMENT_PROPOSED, (deciders,), "Improvement proposed", "Apply it or decline it, with a reason.", DESK
    )
    _tell(telling, improvement.contract, event=f"improvement:{improvement.pk}:proposed", actor=actor)


def improvement_decided(*, actor: User, improvement: ContractImprovement) -> None:
    """After a proposed improvement was applied or declined; one that is open still is told to nobody."""
    telling = {
        ImprovementStatus.APPLIED.value: Telling(
            Kind.IMPROVEMENT_APPLIED,
            (),
            "Improvement applied",
            "What you proposed stands in the contract's record now.",
        ),
        ImprovementStatus.DECLINED.value: Telling(
            Kind.IMPROVEMENT_DECLINED, (), "Improvement declined", "What you proposed was not taken over."
        ),
    }.get(improvement.status)
    if telling is not None:
        author = User.objects.filter(pk=improvement.author_id)
        event = f"improvement:{improvement.pk}:{improvement.status}"
        _tell(telling, improvement.contract, event=event, actor=actor, to=author)


def review_flagged(*, actor: User, review: ContractReview) -> None:
    """After somebody reported a rating. Its author is not told, whoever he is."""
    telling = Telling(
        Kind.REVIEW_FLAGGED, (administrators,), "Rating reported", "Look at it and keep or remove it.", PAGE
    )
    to = concerned(review.contract, administrators).exclude(pk=review.author_id)
    _tell(telling, review.contract, event=f"flagged:{review.pk}", actor=actor, to=to)


def _tell(
    telling: Telling,
    contract: PilotContract,
    *,
    event: str,
    actor: User | None = None,
    to: QuerySet[User] | None = None,
) -> None:
    """Tell the telling's audiences, or `to` where the caller knows better; never who may not see the contract."""
    people = concerned(contract, *telling.audiences) if to is None else _among_viewers(contract, to)
    airline = contract.airline
    kind = contract.get_contract_type_display()
    what = f"{kind[:1].upper()}{kind[1:]}, version {contract.contract_version}, of {airline}."
    notifications_send(
        actor=actor,
        recipients=people,
        notice=Notice(
            kind=telling.kind,
            event_key=event,
            title=f"{telling.title}: {contract.title} ({airline.code})",
            body=f"{what} {telling.body}",
            path=reverse(telling.place, args=[] if telling.place == MY_RULES else [contract.pk]),
            subject_id=str(contract.pk),
            time_zone=airline.time_zone,
        ),
    )


def _among_viewers(contract: PilotContract, people: QuerySet[User]) -> QuerySet[User]:
    return viewers(contract).filter(Q(pk__in=people.order_by().values("pk")))

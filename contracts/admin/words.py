"""What the desk says: limits, actions and refusals in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from accounts.policies import is_administrator
from contracts.extraction import REMARK
from contracts.extraction.confidence import reasons
from contracts.lifecycle import TRANSITIONS, Action, Party, Status
from contracts.models import ContractRule, PilotContract
from contracts.policies import is_claimed_by_other, is_own, may_review, stands_in_for_owner
from contracts.vocabulary import METRICS, Operator
from contracts.vocabulary.words import plain_number


def limit_words(rule: ContractRule) -> str:
    """The rule's limit as one reads it aloud: "at most 14 hours per duty period"; "" where it has none."""
    if rule.operator is None or rule.value is None:
        return ""
    words = f"{Operator(rule.operator).label} {plain_number(rule.value)} {rule.unit}"
    return f"{words} · {rule.period}" if rule.period else words


def metric_words(rule: ContractRule) -> str:
    """The metric as a person says it; its stored name where the vocabulary has moved on."""
    metric = METRICS.get(rule.metric or "")
    return metric.label if metric else rule.metric or ""


def confidence_words(rule: ContractRule) -> tuple[list[str], list[str]]:
    """What spoke for the proposal and what against it; nothing for a reviewer's own rule."""
    features = rule.parameters.get("features", [])
    return reasons(features) if isinstance(features, list) else ([], [])


def second_reading_words(rule: ContractRule) -> str:
    """What a language model said of the rule's place, as the reading has kept it; "" where none was asked."""
    remark = rule.parameters.get(REMARK)
    if not isinstance(remark, dict):
        return ""
    if remark.get("alone"):
        return "Reported by a language model alone: the extractor found nothing here."
    if remark.get("agrees"):
        return "A language model read the same."
    said = remark.get("says") or {}
    operator, metric = said.get("operator"), METRICS.get(said.get("metric") or "")
    operator = Operator(operator).label if operator in set(Operator) else ""
    upper = f"and {said['upper_value']}" if said.get("upper_value") else ""
    words = [operator, said.get("value"), upper, said.get("unit")]
    limit = " ".join(str(word) for word in words if word)
    if said.get("period"):
        limit = f"{limit} · {said['period']}"
    return f"A language model read something else: {limit}{f' ({metric.label})' if metric else ''}."


def second_reading_doubts(rule: ContractRule) -> bool:
    """Whether only one of the two readers says so: what a reviewer should look at twice."""
    remark = rule.parameters.get(REMARK)
    return isinstance(remark, dict) and not remark.get("agrees")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the reviewer can do with the whole contract. `obstacle` says why it cannot be done yet."""

    action: Action
    meaning: str
    needs_reason: bool
    tone: str
    obstacle: str = ""


_TONES = {
    Action.APPROVE: "good",
    Action.ACTIVATE: "good",
    Action.REJECT: "bad",
    Action.UNDO_ACTIVATION: "bad",
    Action.RETIRE: "bad",
}


def steps_for(contract: PilotContract, actions: Sequence[Action], *, undecided: int, binding: int) -> list[Step]:
    """The reviewer's steps among `actions`, which the policy allows him now, each with what it does."""
    meanings = {
        Action.REQUEST_CHANGES: "Sends the contract back to its uploader, who reads your reason. "
        "Decisions on rules are kept.",
        Action.REJECT: "Ends this review for good; the uploader reads your reason. "
        "The document may then be uploaded anew.",
        Action.APPROVE: f"Binds your approval to the document and the {binding} accepted or corrected "
        f"rule{'' if binding == 1 else 's'} as they stand. Nobody is bound by them until the contract is activated.",
        Action.ACTIVATE: f"Puts the contract in force at {contract.airline} from {contract.effective_date:%B %-d, %Y}. "
        "The active one of the same type that it follows ends the day before. "
        "Pilots and programs see its rules within seconds.",
        Action.UNDO_ACTIVATION: "Takes the activation back: the contract is approved as before, and what it replaced is in "
        f"force again, with its pilots. Possible within {contract.airline.activation_undo_hours} hours, unless something "
        "was activated since.",
        Action.REOPEN: "Takes the approval back: rules can be decided again, and the contract needs a new approval.",
        Action.RETIRE: "Takes the contract out of force altogether. Pilots assigned to it are no longer bound by it.",
    }
    obstacles: dict[Action, str] = {}
    if undecided:
        obstacles[Action.APPROVE] = (
            f"{undecided} proposals are undecided." if undecided > 1 else "1 proposal is undecided."
        )
    elif not binding:
        obstacles[Action.APPROVE] = "No rule was accepted: there is nothing to approve."
    return [
        Step(
            action,
            meanings[action],
            TRANSITIONS[action].needs_reason,
            _TONES.get(action, "plain"),
            obstacles.get(action, ""),
        )
        for action in actions
        if TRANSITIONS[action].party == Party.REVIEWER
    ]


def why_only_looking(user: User, contract: PilotContract) -> str:
    """Why `user` decides nothing here, in a sentence; "" when he may review the contract."""
    if may_review(user, contract):
        if contract.status != Status.IN_REVIEW:
            return _closed(contract)
        return _claimed(contract) if is_claimed_by_other(user, contract) else ""
    if is_own(user, contract):
        return (
            "You uploaded or submitted this contract, so another approver decides on it: "
            "nobody approves what he handed in. You can read everything here."
        )
    if stands_in_for_owner(user, contract):
        return (
            "You stand in for the person who uploaded or submitted this contract, so another approver decides on it. "
            "You can read everything here."
        )
    if is_administrator(user):
        return "Administrators read. Approvers with a grant for this airline decide."
    return "You hold no grant to review this airline's contracts."


def _claimed(contract: PilotContract) -> str:
    return f"{contract.claimed_by} has claimed this review. You can read everything here; take it over to decide."


def _closed(contract: PilotContract) -> str:
    if contract.status == Status.APPROVED:
        return "The rules stand as approved. Reopen the review to change one, or activate the contract."
    return f"The contract is {contract.get_status_display()}: its rules stand as they were decided."

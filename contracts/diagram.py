"""`docs/lifecycle.md`, drawn from the transition table: the page is never written by hand."""

from pathlib import Path

from django.conf import settings

from contracts.lifecycle import (
    ABANDONED,
    APPROVED_STATES,
    PUBLISHED,
    RULES_OPEN,
    TRANSITIONS,
    Action,
    Party,
    Status,
    Transition,
)

PAGE = Path(settings.BASE_DIR) / "docs" / "lifecycle.md"

_HEAD = """# How a contract moves

Drawn by `manage.py draw_lifecycle` from `contracts/lifecycle.py`. Change the table and run the command; a test compares this page
with it, and `makemigrations --check` the database's guard.
"""
_FOOT = """A reviewer is an approver with a grant for the airline who neither uploaded nor submitted the contract and stands in for nobody
who did. The product is VectorBid Contracts itself: when a later contract is activated, or on the day after the last one in force.

“Undo activation” is open for as many hours as the airline allows (24 unless it says otherwise) and as long as nothing was activated
since; “Restore” is its other half: what that activation superseded or shortened is put back. A planned activation is a record beside the
contract, which stays approved until the hour has come. See ADR 0040.

An approval counts for one step of the review and one revision. “Approve” leads to *approved* once every step has its approvals; until
then the contract stays in review. Any edit voids the approvals given so far. See ADR 0019.
"""
_PARTIES = {
    Party.UPLOADER: "who uploaded it",
    Party.REVIEWER: "a reviewer",
    Party.PRODUCT: "the product",
}


def lifecycle_page() -> str:
    """The whole page as Markdown: a Mermaid diagram, the actions, the states."""
    return "\n".join([_HEAD, _diagram(), _actions(), _FOOT, _states()])


def _diagram() -> str:
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {Status.DRAFT}: Upload"]
    lines += [f'    state "{status.label}" as {status}' for status in Status]
    lines += [
        f"    {source} --> {transition.target}: {transition.action.label}"
        for transition in TRANSITIONS.values()
        for source in _in_order(transition.sources)
    ]
    ends = [status for status in Status if not any(status in way.sources for way in TRANSITIONS.values())]
    lines += [f"    {status} --> [*]" for status in ends]
    return "\n".join([*lines, "```", ""])


def _actions() -> str:
    rows = [_row(transition) for transition in TRANSITIONS.values()]
    return "\n".join(
        [
            "| action | from | to | taken by | reason | audit event |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _row(transition: Transition) -> str:
    sources = ", ".join(status.label for status in _in_order(transition.sources))
    optional = transition.action == Action.WITHDRAW
    reason = "required" if transition.needs_reason else "optional" if optional else "none"
    party, target = _PARTIES[transition.party], transition.target.label
    return f"| {transition.action.label} | {sources} | {target} | {party} | {reason} | `{transition.event.value}` |"


def _states() -> str:
    marks = (RULES_OPEN, APPROVED_STATES, PUBLISHED, ABANDONED)
    rows = [
        f"| {status.label} | {' | '.join('yes' if status in members else '' for members in marks)} |"
        for status in Status
    ]
    return "\n".join(
        [
            "| state | rules may change | an approval stands behind it | pilots see it | the document may be uploaded anew |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _in_order(statuses: frozenset[Status]) -> list[Status]:
    return [status for status in Status if status in statuses]

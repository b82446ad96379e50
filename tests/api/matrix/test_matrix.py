"""Every route under every role. What one may not know of answers byte for byte as what is not there; a refusal writes no row."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.matrix import accounts, community, contracts, rules, webhooks
from tests.api.matrix.lines import Line, content
from tests.api.routes import ROUTES
from tests.api.world import ROLES, World, rows_written, undone, world

pytestmark = pytest.mark.django_db

SUBJECTS: dict[str, list[Line]] = {
    "contracts": contracts.LINES,
    "steps": contracts.STEPS,
    "rules": rules.LINES,
    "decisions": rules.DECISIONS,
    "community": community.LINES,
    "accounts": accounts.LINES,
    "webhooks": webhooks.LINES,
}
REFUSED = 400
FORBIDDEN = 403
NOT_FOUND = 404


def test_every_route_has_a_line() -> None:
    assert {line.route for lines in SUBJECTS.values() for line in lines} == ROUTES


@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_role_is_answered_as_the_table_says(subject: str) -> None:
    where = world()

    wrong = [
        f"{line} by {role}: {fault}"
        for line in SUBJECTS[subject]
        for role in (ROLES if line.name != "schema" else ("anonymous", "expired token"))
        for fault in _faults(line, where, role)
    ]

    assert not wrong, "\n".join(wrong)


def _faults(line: Line, where: World, role: str) -> Iterator[str]:
    before = rows_written()
    with undone():
        response = line.sent(where, role)
        content(response)
        wrote = rows_written() != before
    status, expected = response.status_code, line.told[role]
    if status != expected:
        yield f"{status}, not {expected}: {response.content[:300]!r}"
    if not response.has_header("X-Request-ID"):
        yield "no X-Request-ID"
    if status < REFUSED and line.writes and not wrote:
        yield "nothing was written"
    if status >= REFUSED and wrote != _is_noted(line, role, response):
        yield "a refusal wrote a row" if wrote else "a refusal was not written down"
    if status >= REFUSED and response["Content-Type"] != "application/problem+json":
        yield f"a refusal is {response['Content-Type']}"
    if status == NOT_FOUND and line.at and role not in line.knows:
        nothing = line.sent(where, role, to_nothing=True)
        if _seen(nothing) != _seen(response):
            yield f"found out by {response.content!r} and {nothing.content!r}"


def _is_noted(line: Line, role: str, response: Any) -> bool:
    """Who tries what he may not, or to decide on what is his own, is written down for those who guard the product."""
    attempted = line.method != "get" and response.status_code == FORBIDDEN
    return attempted or role in line.noted or (line.guards_own and b'"code":"own_contract"' in response.content)


def _seen(response: Any) -> tuple[int, bytes, dict[str, str]]:
    headers = {name: value for name, value in response.headers.items() if name != "X-Request-ID"}
    return response.status_code, response.content, headers

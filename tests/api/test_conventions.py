"""What `HTTP conventions` promise of every route: unknown members, methods, media types, pages, entity tags, repeated requests."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from config.api.pagination import CursorPages
from tests.api.matrix.lines import Line, content
from tests.api.matrix.test_matrix import SUBJECTS
from tests.api.routes import ADDRESSES, METHODS
from tests.api.test_throttles import RATES
from tests.api.world import ROLES, World, rows_written, undone, world

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"
UNHEARD_OF = "unheard_of"
SUCCESS = range(200, 300)
CREATED = 201
# `drf_spectacular` answers it, in YAML too, and takes parameters of its own.
OF_ANOTHER = {"schema"}
TAGGED = {
    "contract-document",
    "contract-rules",
    "pilot-rules",
    "regulations-limits",
    "regulations-rule",
    "regulations-rules",
    "rule",
    "rule-pack",
    "rule-search",
    "text-search",
}


def _allowed() -> Iterator[tuple[Line, str]]:
    """For each route a line and a role that is let in: one that succeeds, else one that is refused for what it asks."""
    lines = [line for of_subject in SUBJECTS.values() for line in of_subject if line.name not in OF_ANOTHER]
    for route in sorted({line.route for line in lines}):
        asked = [(line, role) for line in lines if line.route == route for role in ROLES]
        yield min(asked, key=lambda one: _how_far(one[0].told[one[1]]))


def _how_far(status: int) -> int:
    return 0 if status in SUCCESS else 2 if status in {401, 403, 404} else 1


def _with_query(line: Line, **query: str) -> Line:
    return replace(line, query={**line.query, **query})


def test_a_parameter_that_is_unknown_is_refused_on_every_route() -> None:
    where, wrong = world(), []

    for line, role in _allowed():
        before = rows_written()
        with undone():
            answer = _with_query(line, **{UNHEARD_OF: "1"}).sent(where, role)
        if answer.status_code != 400 or f"/{UNHEARD_OF}" not in _pointers(answer) or rows_written() != before:
            wrong.append(f"{line} by {role}: {answer.status_code} {answer.content[:200]!r}")

    assert not wrong, "\n".join(wrong)


def test_a_member_that_is_unknown_is_refused_on_every_route_also_where_none_is_read() -> None:
    where, wrong = world(), []

    for line, role in _allowed():
        if line.method == "get":
            continue
        body = line.body(where) if callable(line.body) else line.body
        before = rows_written()
        with undone():
            answer = replace(line, body={**(body or {}), UNHEARD_OF: 1}).sent(where, role)
        if answer.status_code != 400 or f"/{UNHEARD_OF}" not in _pointers(answer) or rows_written() != before:
            wrong.append(f"{line} by {role}: {answer.status_code} {answer.content[:200]!r}")

    assert not wrong, "\n".join(wrong)


def _pointers(answer: Any) -> set[str]:
    return (
        {fault["pointer"] for fault in answer.json().get("errors", [])} if answer["Content-Type"] == PROBLEM else set()
    )


def test_methods_and_media_types_that_a_route_does_not_have_are_answered_with_problem_documents(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    where, wrong = world(), []
    # More is asked of the routes for signing in than an address may ask in a minute.
    rates = dict.fromkeys(RATES, "100000/h")
    monkeypatch.setattr("config.api.throttles.api_settings.DEFAULT_THROTTLE_RATES", rates)

    for line, role in _allowed():
        client = where.calling(role)
        for method in set(METHODS) - ADDRESSES[line.name].methods:
            body = None if method == "get" else {UNHEARD_OF: 1}  # what it carries does not matter
            with undone():
                answer = replace(line, method=method, body=body, writes=False).sent(where, role)
            if answer.status_code not in {403, 405} or answer["Content-Type"] != PROBLEM:
                wrong.append(f"{line} as {method}: {answer.status_code}")
        client.defaults["HTTP_ACCEPT"] = "text/html"
        with undone():
            answer = line.sent(where, role)
        del client.defaults["HTTP_ACCEPT"]
        if answer.status_code != 406 or answer["Content-Type"] != PROBLEM:
            wrong.append(f"{line} as HTML: {answer.status_code} {answer['Content-Type']}")

    assert not wrong, "\n".join(wrong)


BROKEN = [
    ("application/json", b"{", 400),
    ("application/json", '{"reason": "über"}'.encode("latin-1"), 400),
    ("application/json; charset=utf-16", '{"reason": "x"}'.encode("utf-16"), 400),
    ("application/json", b"[1, 2]", 400),
    ("application/json", b'{"reason": "' + b"x" * (33 * 1024 * 1024) + b'"}', 413),
    ("application/xml", b"<reason/>", 415),
]


@pytest.mark.parametrize(
    ("media_type", "body", "status"), BROKEN, ids=["cut", "latin", "utf-16", "list", "large", "xml"]
)
def test_a_body_that_cannot_be_read_changes_nothing_on_any_route(media_type: str, body: bytes, status: int) -> None:
    where, wrong = world(), []

    for line, role in _allowed():
        if line.method in {"get", "delete"} or line.format == "multipart":
            continue
        before = rows_written()
        with undone():
            answer = _sent_raw(where, line, role, media_type, body)
        if answer.status_code != status or answer["Content-Type"] != PROBLEM or rows_written() != before:
            wrong.append(f"{line} by {role}: {answer.status_code} {answer.content[:200]!r}")

    assert not wrong, "\n".join(wrong)


def _sent_raw(where: World, line: Line, role: str, media_type: str, body: bytes) -> Any:
    return getattr(where.calling(role), line.method)(line.address(where), body, content_type=media_type)


def test_every_list_is_a_page_by_cursor_of_at_most_200() -> None:
    listing = [address for address in ADDRESSES.values() if getattr(address.view, "pagination_class", None)]
    paged = {name for name in ADDRESSES if any(name == address.name for address in listing) and "list" in name}

    assert {"contract-list", "rule-search", "webhook-list"} - paged <= {"rule-search"}
    for address in listing:
        assert issubclass(address.view.pagination_class, CursorPages), address.name
        assert address.view.pagination_class.max_page_size == 200, address.name


def test_a_cursor_that_is_none_is_not_found_on_every_list() -> None:
    where, wrong = world(), []

    for line, role in _allowed():
        if line.method != "get" or not hasattr(ADDRESSES[line.name].view, "paginate_queryset"):
            continue
        if line.name == "regulations-rule":
            continue
        answer = _with_query(line, cursor="nonsense").sent(where, role)
        page = _with_query(line, page_size="1000").sent(where, role)
        if (answer.status_code, page.status_code) != (404, 200) or set(page.json()) - {"cursor"} != {
            "next",
            "previous",
            "results",
        }:
            wrong.append(f"{line}: {answer.status_code}, {page.status_code}")

    assert not wrong, "\n".join(wrong)


def test_every_lookup_and_pack_has_an_entity_tag_and_is_not_sent_twice() -> None:
    where, wrong, tagged = world(), [], set()

    for line, role in _allowed():
        if line.method != "get":
            continue
        first = line.sent(where, role)
        content(first)
        if not first.has_header("ETag"):
            continue
        tagged.add(line.name)
        for known in (first["ETag"], f'"another", {first["ETag"]}', f"W/{first['ETag']}", "*"):
            again = _sent_knowing(where, line, role, known)
            told = (again.status_code, again.content, again.get("ETag"), again.has_header("X-Request-ID"))
            if told != (304, b"", first["ETag"], True):
                wrong.append(f"{line} knowing {known}: {told}")
        fresh = _sent_knowing(where, line, role, '"another"')
        if (fresh.status_code, content(fresh)[:1]) == (304, b""):
            wrong.append(f"{line} is not sent to who has another")

    assert not wrong, "\n".join(wrong)
    assert tagged == TAGGED


def _sent_knowing(where: World, line: Line, role: str, tag: str) -> Any:
    client = where.calling(role)
    client.defaults["HTTP_IF_NONE_MATCH"] = tag
    try:
        return line.sent(where, role)
    finally:
        del client.defaults["HTTP_IF_NONE_MATCH"]


def test_whatever_is_created_is_created_once_under_one_key() -> None:
    where, wrong, creating = world(), [], set()

    for line, role in _allowed():
        if line.method != "post" or line.told[role] != CREATED:
            continue
        creating.add(line.name)
        body = line.body(where) if callable(line.body) else dict(line.body or {})
        with undone():
            client = where.calling(role)
            client.defaults["HTTP_IDEMPOTENCY_KEY"] = "one"
            first = replace(line, body=body).sent(where, role)
            written = rows_written()
            if line.format == "multipart":
                body["document"].seek(0)
            second = replace(line, body=body).sent(where, role)
            wrote = rows_written() - written
            other = replace(line, body=_otherwise(body)).sent(where, role)
            del client.defaults["HTTP_IDEMPOTENCY_KEY"]
        same = {**first.json(), **({"secret": None} if "secret" in first.json() else {})} == second.json()
        replayed = second.headers.get("Idempotent-Replayed")
        if (first.status_code, second.status_code, same, replayed, wrote) != (201, 201, True, "true", 0):
            wrong.append(f"{line}: {first.status_code}, {second.status_code}, {same}, {replayed}, {wrote} rows")
        if (other.status_code, other.json()["code"]) != (422, "idempotency_mismatch"):
            wrong.append(f"{line} otherwise: {other.status_code} {other.content[:200]!r}")

    assert not wrong, "\n".join(wrong)
    assert creating == {
        "contract-list",
        "contract-reviews",
        "contract-improvements",
        "review-flags",
        "webhook-list",
        "webhook-secret",
    }


def _otherwise(body: dict[str, Any]) -> dict[str, Any]:
    """Another body of the same members, or of one more."""
    changed = {name: f"{value} otherwise" if isinstance(value, str) else value for name, value in body.items()}
    return changed if changed != body else {**body, "another": 1}

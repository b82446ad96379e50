"""Every address of the admin under every role. A refusal writes nothing but that somebody was refused."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.contrib import admin
from django.urls import URLPattern, URLResolver, reverse

from tests.admin_matrix.lines import Line
from tests.admin_matrix.pages import PAGES
from tests.admin_matrix.scene import INSIDE, NOTING, OUTSIDE, Door, admin_world, rows_written_by_table
from tests.admin_matrix.views import VIEWS
from tests.api.world import World, undone

pytestmark = pytest.mark.django_db
LED_AWAY, FORBIDDEN, NOT_FOUND = 302, 403, 404
LINES = {
    **{
        app: [line for pages in PAGES if pages.label.startswith(app) for line in pages.lines()]
        for app in ("accounts", "audit", "contracts", "pilots", "regulations")
    },
    "views": VIEWS,
}


def _names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name


def test_every_address_of_the_admin_has_a_line() -> None:
    assert {line.name for lines in LINES.values() for line in lines} == set(_names(admin.site.get_urls()))


def test_every_model_has_its_pages_and_none_has_actions() -> None:
    models = {model._meta.label_lower: model_admin for model, model_admin in admin.site._registry.items()}

    assert set(models) == {pages.label for pages in PAGES}
    assert not any(model_admin.actions for model_admin in models.values())
    assert {name for name, _ in admin.site.actions} == {
        "delete_selected"
    }  # Django's own, which needs a right that nobody has


@pytest.mark.parametrize("subject", LINES)
def test_each_role_is_answered_as_the_table_says(subject: str) -> None:
    where = admin_world()
    door = Door(where)

    wrong = [
        f"{line} by {role}: {fault}"
        for line in LINES[subject]
        for role in (*OUTSIDE, *INSIDE)
        for fault in _faults(line, where, door, role)
    ]

    assert not wrong, "\n".join(wrong)


def _faults(line: Line, where: World, door: Door, role: str) -> Iterator[str]:
    address = line.address(where)
    expected = line.outside if role in OUTSIDE else line.told[INSIDE.index(role)]
    if not expected:
        return
    body = line.body(where) if callable(line.body) else line.body
    before = rows_written_by_table()
    with undone():
        answer = door.asked(role, line.method, address, body)
        if answer.streaming:
            b"".join(answer.streaming_content)
        after = rows_written_by_table()
    changed = {table for table, rows in after.items() if rows != before.get(table, 0)}
    status = answer.status_code
    if status != expected:
        yield f"{status}, not {expected}"
    if (
        role in OUTSIDE
        and line.outside == LED_AWAY
        and urlsplit(answer["Location"]).path != reverse(f"admin:{line.outside_to}")
    ):
        yield f"led to {answer['Location']}"
    is_refused = status in {FORBIDDEN, NOT_FOUND} or role in OUTSIDE
    if is_refused and changed - set(NOTING):
        yield f"a refusal wrote {sorted(changed - set(NOTING))}"
    if line.method == "get" and "security_events" in changed:
        yield "to look was written down as an attempt"
    if line.method == "post" and status == FORBIDDEN and "security_events" not in changed:
        yield "a refusal was not written down"

"""The page that the transition table draws of itself."""

import pytest
from django.core.management import CommandError, call_command

from contracts import diagram
from contracts.lifecycle import TRANSITIONS, Status, edges


def test_the_committed_page_is_the_one_that_the_table_draws() -> None:
    assert diagram.PAGE.read_text(encoding="utf-8") == diagram.lifecycle_page()


def test_the_diagram_has_every_state_and_exactly_the_tables_edges() -> None:
    drawn = diagram.lifecycle_page().partition("```mermaid")[2].partition("```")[0].splitlines()
    arrows = [line.strip().partition(":")[0].split(" --> ") for line in drawn if " --> " in line]

    between = {(source, target) for source, target in arrows if "[*]" not in {source, target}}
    assert between == set(edges())
    assert {status.value for status in Status} == {end for edge in between for end in edge}


def test_every_action_has_a_row_with_its_event() -> None:
    page = diagram.lifecycle_page()

    for transition in TRANSITIONS.values():
        row = next(line for line in page.splitlines() if line.startswith(f"| {transition.action.label} |"))
        assert f"`{transition.event.value}`" in row
        assert ("required" in row) == transition.needs_reason


def test_an_outdated_page_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contracts.management.commands.draw_lifecycle.lifecycle_page", lambda: "something else")

    with pytest.raises(CommandError, match="draw_lifecycle"):
        call_command("draw_lifecycle", "--check")

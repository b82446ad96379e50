"""Rules, the decisions on them, lookups, packs and validation."""

from typing import Any

from tests.api.growing import duty_of
from tests.api.matrix.lines import (
    ADMINISTRATOR,
    EVERYBODY,
    HOME_READERS,
    PROGRAMS,
    REVIEWERS,
    SEES,
    UNSCOPED,
    Line,
    answers,
    of_people,
    of_readers,
)
from tests.api.world import World

# Undecided and rejected proposals are for those who take part in the review.
RULES = {
    "undecided": SEES["in review"],
    "own undecided": SEES["own in review"],
    "binding": SEES["active"],
    "rejected": {"uploader"} | REVIEWERS | ADMINISTRATOR,
    "binding elsewhere": SEES["active elsewhere"],
}
IN_HOME = {"approver", "recusing approver", "uploader", "colleague", "administrator"}


def _decision(name: str, body: dict[str, Any]) -> list[Line]:
    """Nobody decides on the rules of his own contract."""
    return [
        Line(
            f"rule-{name}",
            "post",
            of_people(RULES["own undecided"], {200: {"approver"}}),
            {"rule_id": "own undecided"},
            body=body,
            guards_own=True,
        ),
        Line(
            f"rule-{name}",
            "post",
            of_people(RULES["undecided"], {200: REVIEWERS}),
            {"rule_id": "undecided"},
            body=body,
            guards_own=True,
        ),
        # What is in force is decided no more.
        Line(
            f"rule-{name}",
            "post",
            of_people(RULES["binding"] - PROGRAMS, {409: REVIEWERS}),
            {"rule_id": "binding"},
            body=body,
            guards_own=True,
        ),
    ]


def _all_rules(world: World) -> dict[str, Any]:
    return {"ids": [str(world.things[name].pk) for name in RULES]}


def _preferences(pilot_id: str) -> Any:
    return {"preferences": {"pilot_id": pilot_id}}


LINES = [
    *(Line("rule", "get", of_readers(sees), {"rule_id": thing}) for thing, sees in RULES.items()),
    Line("rule-search", "get", answers(200, {403: UNSCOPED})),
    Line("rule-search", "get", answers(200, {403: UNSCOPED}), query={"q": "wording"}),
    Line("text-search", "get", answers(200, {403: UNSCOPED}), query={"q": "document"}),
    Line("rule-batch", "post", answers(200, {403: UNSCOPED}), body=_all_rules, writes=False),
    Line("pilot-rules", "get", of_readers({"colleague"} | HOME_READERS), {"pilot_id": "P-HOME"}),
    Line("pilot-rules", "get", of_readers({"pilot elsewhere", "client elsewhere"}), {"pilot_id": "P-AWAY"}),
    Line(
        "pilot-validate",
        "post",
        answers(
            404,
            {403: {"rules client", "changes client"}, 200: {"colleague", "client", "validating client"}},
        ),
        {"pilot_id": "P-HOME"},
        body=_preferences("P-HOME"),
        writes=False,
    ),
    Line("rule-pack", "get", of_readers(IN_HOME | HOME_READERS), {"code": "HOM"}),
    Line("rule-pack", "get", of_readers(SEES["active elsewhere"]), {"code": "AWY"}),
    Line("regulations-rules", "get", answers(200, {200: {"anonymous"}})),
    Line("regulations-rule", "get", answers(200, {200: {"anonymous"}}), {"rule_id": "FAR117_FDP_168H"}),
    Line("regulations-limits", "get", answers(200, {200: {"anonymous"}}), query={"report": "05:30", "segments": "2"}),
    Line(
        "regulations-evaluate",
        "post",
        answers(200, {403: EVERYBODY & {"rules client", "changes client"}}),
        body={"home_base": "SEA", "items": [duty_of(1)]},
        writes=False,
    ),
]
DECISIONS = [
    *_decision("accept", {}),
    *_decision("reject", {}),
    *_decision("correct", {"changes": {"title": "Another title"}}),
]

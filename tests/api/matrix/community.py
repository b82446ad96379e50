"""Ratings and improvements."""

from dataclasses import replace
from typing import Any

from tests.api.matrix.lines import ADMINISTRATOR, REVIEWERS, SEES, UNSCOPED, Line, answers, of_people, of_readers
from tests.api.world import PEOPLE

STARS = {"accuracy": 4, "completeness": 4}
REASON = {"reason": "Because."}
PROPOSAL = {"kind": "metadata", "proposal": {"title": "A better title"}, "comment": "Page 1 says so."}
SEEN = SEES["active"]
PERSONS = SEEN & set(PEOPLE)
HIDDEN = ADMINISTRATOR
TAKEN_BACK = {"colleague"} | REVIEWERS | ADMINISTRATOR


def _of_review(name: str, method: str, told: dict[str, int], body: Any = None, thing: str = "rating") -> Line:
    return Line(name, method, told, {"review_id": thing}, body=body)


def _of_improvement(name: str, told: dict[str, int], body: Any = None, thing: str = "open improvement") -> Line:
    return Line(f"improvement-{name}", "post", told, {"improvement_id": thing}, body=body)


LINES = [
    Line("contract-reviews", "get", of_readers(SEEN), {"contract_id": "active"}),
    Line("contract-reviews", "get", of_readers(SEES["draft"]), {"contract_id": "draft"}),
    Line(
        "contract-reviews",
        "post",
        of_people(PERSONS, {409: {"colleague"}}),
        {"contract_id": "active"},
        body=STARS,
    ),
    Line(
        "contract-reviews",
        "post",
        of_people(SEES["retired"] & set(PEOPLE), {201: {"colleague"}}),
        {"contract_id": "retired"},
        body=STARS,
    ),
    _of_review("review", "get", of_readers(SEEN)),
    _of_review("review", "get", of_readers(HIDDEN), thing="hidden rating"),
    _of_review("review", "patch", of_people(PERSONS, {200: {"colleague"}}), STARS),
    _of_review("review", "patch", of_people(HIDDEN, {}), STARS, thing="hidden rating"),
    # Pilots of the airline find another's rating helpful.
    *(
        replace(
            _of_review("review-helpful", method, of_people(PERSONS, {200: {"colleague"}}), thing="another's rating"),
            writes=method == "put",
        )
        for method in ("put", "delete")
    ),
    # Once each: the database refuses the uploader's second row.
    replace(
        _of_review(
            "review-flags", "post", of_people(PERSONS, {201: REVIEWERS | ADMINISTRATOR, 409: {"uploader"}}), REASON
        ),
        noted={"uploader"},
    ),
    _of_review("review-hide", "post", of_people(PERSONS, {200: ADMINISTRATOR}), REASON),
    _of_review("review-keep", "post", of_people(PERSONS, {200: ADMINISTRATOR})),
    _of_review("review-restore", "post", of_people(HIDDEN, {200: ADMINISTRATOR}), thing="hidden rating"),
    Line("contract-improvements", "get", of_readers(SEEN), {"contract_id": "active"}),
    Line(
        "contract-improvements",
        "post",
        of_people(PERSONS, {201: {"uploader", "colleague"}}),
        {"contract_id": "active"},
        body=PROPOSAL,
    ),
    Line("improvement-list", "get", answers(200, {403: UNSCOPED})),
    Line("improvement", "get", of_readers(SEEN), {"improvement_id": "open improvement"}),
    Line("improvement", "get", of_readers(SEEN), {"improvement_id": "declined improvement"}),
    Line("improvement", "get", of_readers(TAKEN_BACK), {"improvement_id": "taken back improvement"}),
    _of_improvement("withdraw", of_people(PERSONS, {200: {"colleague"}})),
    _of_improvement("apply", of_people(PERSONS, {200: REVIEWERS})),
    _of_improvement("decline", of_people(PERSONS, {200: REVIEWERS}), REASON),
    _of_improvement("decline", of_people(TAKEN_BACK, {409: REVIEWERS}), REASON, thing="taken back improvement"),
]

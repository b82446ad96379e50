"""Tokens, sessions, airlines, pilots' own records, notifications."""

from typing import Any

from tests.api.matrix.lines import ALL_PILOTS, PROGRAMS, UNSCOPED, Line, answers
from tests.api.world import ROLES, World
from tests.factories import PASSWORD


def _credentials(world: World) -> dict[str, Any]:
    colleague: Any = world.callers["colleague"]
    return {"email": colleague.email, "password": PASSWORD}


LINES = [
    Line("token", "post", answers(200, {}, strangers=200), body=_credentials),
    Line(
        "token",
        "post",
        answers(401, {}),
        body=lambda world: {**_credentials(world), "password": "wrong"},
        noted=ROLES,
    ),
    Line("token-refresh", "post", answers(401, {}), body=lambda world: {"refresh": "nonsense"}),
    Line("token-revoke", "post", answers(204, {403: PROGRAMS}), body=lambda world: {}),
    Line(
        "client-token",
        "post",
        answers(401, {}),
        body=lambda world: {"client_id": "nobody", "client_secret": "nothing"},
        noted=ROLES,
    ),
    Line("session-list", "get", answers(200, {403: PROGRAMS})),
    Line(
        "session",
        "delete",
        answers(404, {403: PROGRAMS, 204: {"colleague"}}),
        {"session_id": "session of the colleague"},
    ),
    Line("airline-list", "get", answers(200, {403: UNSCOPED})),
    Line("own-pilot", "get", answers(404, {403: PROGRAMS, 200: ALL_PILOTS})),
    Line("own-pilot", "patch", answers(404, {403: PROGRAMS, 200: ALL_PILOTS}), body=lambda world: {"base": "PDX"}),
    Line(
        "own-assignment",
        "put",
        answers(404, {403: PROGRAMS, 200: ALL_PILOTS}),
        body=lambda world: {"contract": None},
        writes=False,
    ),
    # Of another airline no contract may be chosen, and none that is not in force.
    Line(
        "own-assignment",
        "put",
        answers(404, {403: PROGRAMS, 200: {"uploader", "colleague"}}),
        body=lambda world: {"contract": str(world.things["active"].pk)},
        writes=False,
    ),
    Line("notification-list", "get", answers(200, {403: PROGRAMS})),
    Line("notifications-read", "post", answers(200, {403: PROGRAMS}), writes=False),
    Line(
        "notification-read",
        "post",
        answers(404, {403: PROGRAMS, 200: {"uploader"}}),
        {"notification_id": "notification"},
    ),
    Line("schema", "get", answers(200, {}, strangers=401) | {"anonymous": 200}),
]

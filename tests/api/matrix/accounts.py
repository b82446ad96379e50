"""Tokens, sessions, airlines, pilots' own records, notifications."""

from tests.api.matrix.lines import ALL_PILOTS, PROGRAMS, UNSCOPED, Line, answers
from tests.api.world import PEOPLE, ROLES

LINES = [
    # Whoever asks: `tests/accounts` has what comes of right and wrong credentials.
    Line("token", "post", answers(400, {}, strangers=400), body={}),
    Line("token-refresh", "post", answers(401, {}), body={"refresh": "nonsense"}),
    Line("token-revoke", "post", answers(204, {403: PROGRAMS}), body={}),
    Line(
        "client-token",
        "post",
        answers(401, {}),
        body={"client_id": "nobody", "client_secret": "nothing"},
        noted=ROLES,
    ),
    Line("session-list", "get", answers(200, {403: PROGRAMS})),
    # There is none but the one that asks.
    Line("session-list", "delete", answers(204, {403: PROGRAMS}), writes=False),
    Line(
        "session",
        "delete",
        answers(404, {403: PROGRAMS, 204: {"colleague"}}),
        {"session_id": "session of the colleague"},
    ),
    # Whoever asks: `tests/accounts` has what comes of them.
    Line(
        "registration",
        "post",
        answers(202, {}, strangers=202),
        body={"email": "somebody@people.test", "password": "a-quite-good-one-117"},
    ),
    Line("email-verification", "post", answers(422, {}, strangers=422), body={"token": "x", "password": "y"}),
    Line("password-reset", "post", answers(202, {}, strangers=202), body={"email": "somebody@people.test"}),
    Line(
        "password-reset-confirm",
        "post",
        answers(422, {}, strangers=422),
        body={"token": "x", "password": "a-quite-good-one-117"},
    ),
    Line("email-change-confirm", "post", answers(422, {}, strangers=422), body={"token": "x"}),
    # Wrong passwords: `tests/accounts` has what comes of right ones.
    Line(
        "password",
        "post",
        answers(400, {403: PROGRAMS}),
        body={"present_password": "wrong", "password": "a-quite-good-one-117"},
        noted=PEOPLE,
    ),
    Line(
        "email-change",
        "post",
        answers(400, {403: PROGRAMS}),
        body={"email": "another@people.test", "present_password": "wrong"},
        noted=PEOPLE,
    ),
    Line("reauthentication", "post", answers(422, {403: PROGRAMS}), body={"password": "wrong"}, noted=PEOPLE),
    Line("data-export-list", "get", answers(200, {403: PROGRAMS})),
    Line("data-export-list", "post", answers(202, {403: PROGRAMS})),
    Line("data-export-file", "get", answers(404, {403: PROGRAMS, 200: {"uploader"}}), {"export_id": "copy"}),
    Line("airline-list", "get", answers(200, {403: UNSCOPED})),
    Line("own-pilot", "get", answers(404, {403: PROGRAMS, 200: ALL_PILOTS})),
    Line("own-pilot", "patch", answers(404, {403: PROGRAMS, 200: ALL_PILOTS}), body={"base": "PDX"}),
    Line(
        "own-assignment",
        "put",
        answers(404, {403: PROGRAMS, 200: ALL_PILOTS}),
        body={"contract": None},
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
    Line("schema", "get", answers(200, {200: {"anonymous"}})),
]

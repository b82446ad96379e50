"""What the fuzzing tests share: how much is tried, what is checked, and requests about things that there are."""

import json
import os
import zlib
from typing import Any
from uuid import UUID

import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.generation.meta import TestPhase

from config.api.examples import examples_file, examples_folder
from contracts.api.quick import lookups_first
from tests.api_contract.scene import Scene, sample

load_all_checks()
IS_HUNT = "FUZZ_EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "4"))
CONFIG = schemathesis.Config.from_dict(
    {
        "generation": {
            "max-examples": EXAMPLES,
            "deterministic": not IS_HUNT,
            "database": "none",
            "no-shrink": True,
            "with-security-parameters": False,
        },
        "checks": {
            # It takes a token that a test gives for one that it made up; test_signing_in.py asks without and with a bad one.
            "ignored_auth": {"enabled": False},
            # 422 is how the business says no to what is well formed.
            "positive_data_acceptance": {"expected-statuses": ["2xx", "304", "401", "403", "404", "409", "422"]},
        },
    }
)


def checks(*names: str) -> list[Any]:
    """Schemathesis's checks by name."""
    return [CHECKS.get_one(name) for name in names]


# Operations whose rules no JSON Schema can say: what is valid by the document may be refused with 400.
_NO_RULE_SAYS_ALL = checks("positive_data_acceptance")
UNACCEPTABLE: dict[str, list[Any]] = dict.fromkeys(
    (
        "contracts_diff_retrieve",  # what may be shown depends on what is compared with
        "pilots_validate",  # items follow one another in time, stations exist
        "regulations_evaluate",  # likewise
        "regulations_limits_retrieve",  # a crew and its rest facility go together
        "rules_correct_create",  # a limit is whole or not there; figures have their places
        "pilots_me_partial_update",  # figures have their places
        "webhooks_create",  # an address is looked up
        "webhooks_partial_update",  # likewise
        "contracts_improvements_create",  # what is proposed depends on its kind
        "contracts_create",  # dates follow one another; a form's parts are texts
        "auth_register_create",  # a password is nobody's name and not a common one
        "auth_password_create",  # likewise, and the present one has to be right
        "auth_password_reset_confirm_create",  # a link has to be good
        "auth_verify_email_create",  # likewise
        "auth_email_change_create",  # the password has to be right
        "auth_reauthenticate_create",  # exactly one of password and code
    ),
    _NO_RULE_SAYS_ALL,
)
FORM, LINES = "multipart/form-data", "application/x-ndjson"


def _is_blank(value: object) -> bool:
    return isinstance(value, str) and bool(value) and not value.strip()


def unjudged(case: Any) -> list[Any]:
    """The checks that cannot judge this case."""
    found = list(UNACCEPTABLE.get(case.operation.definition.raw["operationId"], ()))
    if "\\u0000" in json.dumps([case.query, case.body], default=str):
        found += _NO_RULE_SAYS_ALL  # the document says in words that no text has this character
    parts = case.body.values() if case.media_type == FORM and isinstance(case.body, dict) else [case.body]
    if any(_is_blank(value) for value in (case.body.values() if isinstance(case.body, dict) else ())):
        found += _NO_RULE_SAYS_ALL  # texts are trimmed, also of what JSON Schema takes for signs
    if case.media_type in {FORM, LINES} and not all(isinstance(part, str | bytes) for part in parts):
        found += checks(
            "negative_data_rejection"
        )  # forms and lines are text: what is of another type does not get there
    return found


ROLES = ("pilot", "approver", "administrator", "client", "stranger")


# Of the edges of their many members the suite sends one in so many, the same each time; `make fuzz` sends them all.
SHARES = {
    "pilots_validate": 24,
    "regulations_evaluate": 12,
    "rules_correct_create": 8,
    # A password is hashed in a third of a second.
    "auth_token_create": 4,
    "auth_register_create": 4,
    "auth_verify_email_create": 4,
    "auth_password_create": 4,
    "auth_password_reset_confirm_create": 4,
    "auth_email_change_create": 4,
    "auth_reauthenticate_create": 4,
}


def senders(case: Any) -> list[str]:
    """Whom a case is sent by: who may do it, as the operation's first example says, and another in turn.

    The suite sends edges by another as well only one time in three, and some of them not at all.
    """
    name, number = case.operation.definition.raw["operationId"], _number(case)
    usual, other = USUAL[name], ROLES[number % len(ROLES)]
    if IS_HUNT or case.meta.phase.name != TestPhase.COVERAGE:
        return list(dict.fromkeys([usual, other]))
    if number // 7 % SHARES.get(name, 1):
        return []
    return [usual] if number // 11 % 3 else list(dict.fromkeys([usual, other]))


def _number(case: Any) -> int:
    """Of what is sent, the same in each run."""
    sent = repr((case.method, case.path_parameters, case.query, case.body))
    return zlib.crc32(sent.encode("utf-8", "replace"))


USUAL: dict[str, str] = {
    operation_id: examples[0]["caller"] or "stranger"
    for app in ("accounts", "pilots", "regulations", "contracts")
    for path in examples_folder(app).glob("*.json")
    for operation_id, examples in examples_file(path).items()
}


@schemathesis.serializer(LINES)
def _lines(context: Any, value: Any) -> bytes:
    """Lines are sent as they were made up, valid or not."""
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "replace")


_django: Any = WSGIHandler()
_application = lookups_first(_django)


def served(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The product as a web process serves it (`config.wsgi`), which closes each answer once it is sent."""
    answer = _application(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        if hasattr(answer, "close"):
            answer.close()


def living_case(case: Any, scene: Scene) -> None:
    """Puts real ids for the samples of examples, and for most of the ids that were made up: else all would end in 404."""
    for part in ("path_parameters", "query", "headers"):
        values = getattr(case, part)
        for name, value in dict(values or {}).items():
            if isinstance(value, str):
                values[name] = _living(scene, name, value)
    if isinstance(case.body, dict | list):
        text = json.dumps(case.body, default=str)
        if any(one in text for one in scene.living):
            for one, living in scene.living.items():
                text = text.replace(one, living)
            case.body = json.loads(text)


OFTEN = {
    "contract_id": ["agreement in force", "own draft", "letter approved", "letter to approve", "own in review"],
    "review_id": ["rating", "hidden rating", "flagged rating"],
    "improvement_id": ["improvement", "improvement to decline"],
    "webhook_id": ["webhook"],
    "delivery_id": ["delivery"],
    "session_id": ["session"],
    "notification_id": ["notification"],
    "export_id": ["copy"],
    "rule_id": ["rule", "proposal to accept"],
    "against": ["agreement before"],
}
NAMED = {"pilot_id": "P-10042", "code": "CSC"}


def _living(scene: Scene, name: str, value: str) -> str:
    if value in scene.living:
        return scene.living[value]
    chance = zlib.crc32(value.encode("utf-8", "replace"))
    if name in NAMED and value.isascii() and chance % 4:
        return value if "/" in value or len(value) > 64 else NAMED[name]
    if name in OFTEN and chance % 4 and _is_uuid(value):
        names = OFTEN[name]
        return scene.living[sample(names[chance % len(names)])]
    return value


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True

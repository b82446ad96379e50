"""Whatever is sent to whichever operation by whomever, the answer is one that the OpenAPI document names, and no fault of ours.

Schemathesis makes the requests from the document: its examples, the edges of each parameter, and valid and invalid ones at
random, the same in each run. Each is sent by who may do it, and by another role in turn. `make fuzz` hunts longer, anew each time.
"""

from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from hypothesis import HealthCheck, settings

from accounts.models import User
from accounts.services import session_open
from accounts.tokens import client_token
from config.api.document import document
from tests.api_contract.fuzzed import CONFIG, UNACCEPTABLE, living_case, senders
from tests.api_contract.scene import Scene

# Uploads that are refused leave their temporary files to the collector: the test's web server does not close requests.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
schema = schemathesis.openapi.from_dict(document(), config=CONFIG)
schema.app = WSGIHandler()


@pytest.fixture(scope="module")
def headers(scene_kept: Scene) -> dict[str, dict[str, str]]:
    """By role; a stranger has none."""
    tokens = {
        role: session_open(user=caller).access if isinstance(caller, User) else client_token(caller)
        for role, caller in scene_kept.callers.items()
        if role != "uploader"
    }
    return {"stranger": {}} | {role: {"Authorization": f"Bearer {token}"} for role, token in tokens.items()}


@schema.parametrize()
@settings(deadline=None, suppress_health_check=list(HealthCheck))  # the scene is put back below
def test_every_answer_is_documented(
    case: Any, scene: Scene, headers: dict[str, dict[str, str]], application: None
) -> None:
    living_case(case, scene)
    usual, *others = senders(case)
    for role in (usual, *others):
        excluded = list(UNACCEPTABLE.get(case.operation.definition.raw["operationId"], ()))
        with transaction.atomic():
            case.headers.pop("Authorization", None)
            case.headers.update(headers[role])  # where the checks look for it
            case.call_and_validate(excluded_checks=excluded)
            transaction.set_rollback(True)

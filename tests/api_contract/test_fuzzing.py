"""Whatever is sent to whichever operation by whomever, the answer is one that the OpenAPI document names, and no fault of ours.

Schemathesis makes the requests from the document: its examples, the edges of each parameter, and valid and invalid ones at
random, the same in each run. Each is sent by who may do it, and by another role in turn. `make fuzz` hunts longer, anew each time.
"""

from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, settings
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.generation.hypothesis.builder import UnserializablePayloadMark
from schemathesis.pytest._test_builder import build_operation_test

from accounts.models import User
from accounts.services import session_open
from accounts.tokens import client_token
from config.api.document import document
from tests.api_contract.documented import operations
from tests.api_contract.fuzzed import CONFIG, living_case, senders, served, unjudged
from tests.api_contract.scene import Scene

pytestmark = pytest.mark.django_db
schema = schemathesis.openapi.from_dict(deepcopy(document()), config=CONFIG)
schema.app = served


@pytest.fixture(scope="module")
def headers(scene_kept: Scene) -> dict[str, dict[str, str]]:
    """By role; a stranger has none."""
    tokens = {
        role: session_open(user=caller).access if isinstance(caller, User) else client_token(caller)
        for role, caller in scene_kept.callers.items()
        if role != "uploader"
    }
    return {"stranger": {}} | {role: {"Authorization": f"Bearer {token}"} for role, token in tokens.items()}


# Schemathesis's own `parametrize` makes every request while tests are collected, and under pytest 9 gives all operations one
# id, of which xdist runs one. So what it builds for an operation is built here.
@pytest.mark.parametrize("label", [" ".join(place) for place in operations()])
def test_every_answer_is_documented(
    label: str, scene: Scene, headers: dict[str, dict[str, str]], application: None
) -> None:
    operation = schema.find_operation_by_label(label)
    assert operation is not None
    sent = []

    @settings(deadline=None, suppress_health_check=list(HealthCheck))  # the scene is put back below
    def answered(case: Any) -> None:
        roles = senders(case)
        living_case(case, scene)
        for role in roles:
            with transaction.atomic():
                case.headers.pop("Authorization", None)
                case.headers.update(headers[role])  # where the checks look for it
                case.call_and_validate(excluded_checks=unjudged(case))
                transaction.set_rollback(True)
            sent.append(role)

    test = build_operation_test(
        config=schema.config, operation=operation, test_func=answered, given_kwargs={}, feedback=FeedbackSources()
    )
    test()

    assert sent
    assert UnserializablePayloadMark.get(test) is None, "a kind of body that is not sent: give it a serializer"

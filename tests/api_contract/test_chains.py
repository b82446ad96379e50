"""Requests that follow from one another's answers: what was created is read, moved, and gone once it was deleted.

Schemathesis walks the OpenAPI document's links, and those that it infers from addresses and names, as each role.
"""

import os
from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings

from accounts.models import User
from accounts.services import session_open
from accounts.tokens import client_token
from config.api.document import document
from tests.api_contract.fuzzed import CONFIG, living_case, served, unjudged
from tests.api_contract.scene import Scene

pytestmark = pytest.mark.django_db
CHAINS = int(os.environ.get("FUZZ_EXAMPLES", "4"))
STEPS = 12


@pytest.mark.parametrize("role", ["pilot", "approver", "administrator", "client"])
def test_chains_of_requests_are_answered_as_documented(role: str, scene: Scene, application: None) -> None:
    schema = schemathesis.openapi.from_dict(deepcopy(document()), config=CONFIG)
    schema.app = served
    caller = scene.callers[role]

    class Chain(schema.as_state_machine()):  # type: ignore[misc] # a class that is made from the document
        authorization: dict[str, str]

        def setup(self) -> None:
            self.whole = transaction.atomic()
            self.whole.__enter__()
            token = session_open(user=caller).access if isinstance(caller, User) else client_token(caller)
            self.authorization = {"Authorization": f"Bearer {token}"}

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)
            super().teardown()

        def before_call(self, case: Any) -> None:
            living_case(case, scene)
            case.headers.update(self.authorization)

        def validate_response(self, response: Any, case: Any, **given: Any) -> None:
            case.validate_response(response, excluded_checks=unjudged(case))

    Chain.run(
        settings=settings(
            max_examples=CHAINS,
            stateful_step_count=STEPS,
            derandomize="FUZZ_EXAMPLES" not in os.environ,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
    )

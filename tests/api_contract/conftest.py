"""One scene a module: it takes a second to make. What a test writes is undone by a savepoint within its transaction."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from pytest_django import DjangoDbBlocker
from rest_framework.settings import api_settings

from tests.api_contract.scene import RECEIVER, Scene, scene_made
from tests.contracts.webhook_receiver import running_receiver


@pytest.fixture(scope="module")
def scene_kept(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """The scene, in a transaction that ends with the module, and a receiver of webhooks on this machine in place of the examples'."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = scene_made()
        with running_receiver() as receiver:
            made.living[RECEIVER] = receiver.address
            yield made
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def application() -> Iterator[None]:
    """Connections stay open between requests: the scene's transaction is theirs."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def scene(scene_kept: Scene, db: None, settings: Any, monkeypatch: Any) -> Scene:
    """The scene for one test, marked `django_db`: its writes end with it. Throttles would hide all else and let everybody pass."""
    settings.LOCAL_WEBHOOKS = True
    for name in api_settings.DEFAULT_THROTTLE_RATES:
        monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, name, "1000000000/min")
    return scene_kept

"""Refused changes are written down, on whichever surface they were tried."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import ServiceClient, User
from audit.events import SecurityEventKind
from audit.models import SecurityEvent
from tests.accounts.callers import signed_in
from tests.factories import ContractFactory, UserFactory

pytestmark = pytest.mark.django_db


def refused() -> list[tuple[str, str, int]]:
    events = SecurityEvent.objects.filter(kind=SecurityEventKind.REFUSED)
    return sorted(events.values_list("subject", "rule", "count"))

"""What the story of a contract says to somebody, in words and as pages."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.events import AuditEvent
from audit.models import AuditEntry
from audit.services import entry_record
from contracts.models import PilotContract
from contracts.story.selectors import story_page
from contracts.story.telling import Act
from contracts.story.things import PilotsPages
from contracts.story.viewpoints import Viewpoint

MORNING = datetime(2026, 3, 2, 14, 2, tzinfo=UTC)


def told(viewer: User, contract: PilotContract, **query: str) -> list[Act]:
    story = story_page(Viewpoint(viewer, contract), query, PilotsPages())
    return [act for chapter in story.chapters for day in chapter.days for act in day.acts]


def sentences(viewer: User, contract: PilotContract, **query: str) -> list[str]:
    return [f"{act.who} {act.what}".strip() for act in told(viewer, contract, **query)]


def written(contract: PilotContract, actor: User | None, event: AuditEvent, **given: Any) -> None:
    """An entry of that time of day: `minutes` after the morning."""
    at = MORNING + timedelta(minutes=given.pop("minutes", 0))
    entry = entry_record(event=event, actor=actor, target=contract, **given)
    assert AuditEntry.objects.filter(pk=entry.pk).exists()
    moved = {field.attname: getattr(entry, field.attname) for field in AuditEntry._meta.concrete_fields}
    AuditEntry.objects.bulk_create([AuditEntry(**{**moved, "id": None, "timestamp": at})])


def page(client: Client, user: User, contract: PilotContract, query: str = "") -> str:
    client.force_login(user)
    answer = client.get(f"{reverse('contracts:history', args=[contract.pk])}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def desk(client: Client, user: User, contract: PilotContract, query: str = "") -> str:
    client.force_login(user)
    answer = client.get(f"{reverse('admin:contracts_pilotcontract_history', args=[contract.pk])}{query}")
    assert answer.status_code == 200
    return answer.content.decode()

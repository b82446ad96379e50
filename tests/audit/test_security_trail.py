"""A trail that does not verify, and a root that is not signed, are critical security events."""

from pathlib import Path

import pytest
from pytest_django import Settings

from audit.checkup import trail_check
from audit.models import SecurityEvent
from audit.tasks import root_of_today_task, verify_trail_task
from config.signing import NoSigningKeys
from tests.audit.trail import tampered, written

pytestmark = [pytest.mark.untold, pytest.mark.usefixtures("transactional_db", "roots_dir")]


def test_a_trail_that_was_tampered_with_is_a_critical_event() -> None:
    written()
    tampered("UPDATE audit_log SET reason = 'Another.' WHERE reason = 'Reason 1.'")

    verify_trail_task()

    event = SecurityEvent.objects.get()
    assert (event.kind, event.severity) == ("trail_broken", "critical")
    assert event.who == "VectorBid Contracts"
    assert event.details["faults"] >= 1
    assert event.details["first"]


def test_a_trail_that_is_whole_is_none() -> None:
    written()

    report = trail_check()

    assert report.fault_count == 0
    assert not SecurityEvent.objects.exists()


def test_a_root_that_cannot_be_signed_is_a_critical_event_and_still_fails(settings: Settings) -> None:
    written()
    settings.AUDIT_SIGNING_KEYS = []

    with pytest.raises(NoSigningKeys):
        root_of_today_task()

    event = SecurityEvent.objects.get()
    assert (event.kind, event.details) == ("trail_unsigned", {"why": "NoSigningKeys"})


def test_a_folder_that_cannot_be_written_is_a_critical_event(settings: Settings, tmp_path: Path) -> None:
    written()
    (tmp_path / "file").write_text("")
    settings.AUDIT_ROOTS_DIR = tmp_path / "file" / "roots"

    with pytest.raises(OSError):  # noqa: PT011 - which one is the system's
        root_of_today_task.run()

    assert SecurityEvent.objects.get().kind == "trail_unsigned"

"""Workers that race and workers that die: no mail is lost, none is sent by two, a second copy is known by its id."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from accounts.notifications import mailing
from accounts.notifications.kinds import NotificationKind
from accounts.notifications.mailing import LEASE, letters_send
from accounts.notifications.models import MailState, Notification
from tests.accounts.mail_server import Mailbox
from tests.accounts.telling import tell, told
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parent.parent.parent
# A worker's process, on this test's database and mail server.
WORKER = """
import sys
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[2])
import django
django.setup()
from config import door
from accounts.notifications.mailing import letters_send
door.process_is_product()
sys.stdin.readline()
letters_send()
"""


def worker_runs(mailbox: Mailbox) -> int:
    """Start a worker that may be killed by the mail server; its exit code."""
    name = str(connection.settings_dict["NAME"])
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, name, str(mailbox.port)],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        stdin=subprocess.PIPE,
    )
    mailbox.sender_process = process.pid
    assert process.stdin is not None
    process.stdin.write(b"go\n")
    process.stdin.close()
    code = process.wait(timeout=60)
    mailbox.sender_process = None
    return code


def lease_runs_out() -> None:
    Notification.objects.outstanding().update(mail_due_at=timezone.now() - timedelta(seconds=1))


def test_workers_at_the_same_time_send_each_mail_once(mailbox: Mailbox) -> None:
    people = UserFactory.create_batch(60)
    tell(*people)
    tell(*people[:20], kind=NotificationKind.CONTRACT_SUPERSEDED, event_key="daily 1")
    tell(*people[:20], kind=NotificationKind.CONTRACT_SUPERSEDED, event_key="daily 2")
    lease_runs_out()
    together = threading.Barrier(4)

    def work() -> int:
        try:
            together.wait()
            return letters_send()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        sent = [done.result() for done in [pool.submit(work) for _ in range(4)]]

    assert sum(sent) == len(mailbox.letters) == 80
    assert len({letter["Message-ID"] for letter in mailbox.letters}) == 80
    assert set(Notification.objects.values_list("mail", flat=True)) == {MailState.MAILED}


def test_a_worker_that_dies_before_the_server_took_the_mail_costs_a_delay(mailbox: Mailbox) -> None:
    person = UserFactory.create()
    tell(person)
    mailbox.kill_at_recipient = True

    code = worker_runs(mailbox)
    mailbox.kill_at_recipient = False
    at_once = letters_send()
    lease_runs_out()
    later = letters_send()

    assert code == -9
    assert (at_once, later) == (0, 1)
    assert len(mailbox.letters) == 1


def test_a_worker_that_dies_after_it_costs_a_second_copy_of_the_same_id(mailbox: Mailbox) -> None:
    person = UserFactory.create()
    tell(person, kind=NotificationKind.CONTRACT_SUPERSEDED, event_key="first")
    tell(person, kind=NotificationKind.CONTRACT_SUPERSEDED, event_key="second")
    lease_runs_out()
    mailbox.kill_when_taken = True

    code = worker_runs(mailbox)
    mailbox.kill_when_taken = False
    # What comes meanwhile does not change the mail that is under way.
    tell(person, kind=NotificationKind.CONTRACT_SUPERSEDED, event_key="third")
    Notification.objects.exclude(event_key="third").update(mail_due_at=timezone.now())
    letters_send()
    again = letters_send()

    first, second = mailbox.letters
    assert code == -9
    assert again == 0
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Subject"] == second["Subject"] == "Your day on VectorBid Contracts: 2 notifications"
    assert Notification.objects.get(event_key="third").mail == MailState.DIGEST


def test_a_worker_that_lost_its_claim_sends_nothing(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    person = UserFactory.create()
    tell(person)
    claimed = mailing._claimed()
    lease_runs_out()
    taken_over = letters_send()

    sent = mailing._sent(claimed)

    assert taken_over == 1
    assert sent == (0, True)
    assert len(mailbox.letters) == 1
    assert told(person).mail_attempts == 2


def test_the_lease_outlasts_the_slowest_conversation_with_a_mail_server() -> None:
    steps = 8  # connect, greet, encrypt, greet again, sign in, sender, recipient, the mail itself

    assert timedelta(seconds=steps * django_settings.EMAIL_TIMEOUT) < LEASE

"""A mail server on this machine that keeps what it is given, and refuses or dies as it is told."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

from tests.processes.product import free_port

TAKEN = "250 taken"


@dataclass
class Mailbox:
    """What arrived, in its order. `answers` are given to addresses or, under "data", to whole mails."""

    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    # A process that is killed as it names its recipient, or once its mail is here.
    kill_at_recipient: bool = False
    kill_when_taken: bool = False
    port: int = 0
    sender_process: int | None = None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.kill_at_recipient:
            self._kill()
        answer = self.answers.get(address, TAKEN)
        if answer == TAKEN:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        answer = self.answers.get("data", TAKEN)
        if answer != TAKEN:
            return answer
        content = envelope.content
        assert isinstance(content, bytes)
        letter: Any = message_from_bytes(content, policy=policy.default)
        self.letters.append(letter)
        self.recipients.append(list(envelope.rcpt_tos))
        if self.kill_when_taken:
            self._kill()
        return TAKEN

    def _kill(self) -> None:
        if self.sender_process is not None:
            os.kill(self.sender_process, signal.SIGKILL)

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to one address."""
        return [letter for letter, people in zip(self.letters, self.recipients, strict=True) if people == [address]]


@contextmanager
def running_mailbox(settings: Settings) -> Iterator[Mailbox]:
    """A server on a free port, to which Django's mail goes."""
    mailbox = Mailbox(port=free_port())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
        yield mailbox
    finally:
        controller.stop()


def part(letter: EmailMessage, subtype: str) -> str:
    """The text of the mail's `plain` or `html` part."""
    found = letter.get_body(preferencelist=(subtype,))
    assert found is not None
    content = found.get_content()
    assert isinstance(content, str)
    return content

"""Passwords that were found in breaches, asked of a service without telling it which password is meant.

Without an address for it only the list of the 20,000 most common ones that Django brings is asked: CommonPasswordValidator.
"""

import hashlib
import time
from http import HTTPStatus
from typing import Any

import httpcore
import structlog
from django.conf import settings
from django.core.exceptions import ValidationError

from config.addresses import AddressRefused
from config.network import Leash, PublicBackend
from config.outgoing import outgoing_hosts

PREFIX_LENGTH = 5
SECONDS = 3.0
MOST_BYTES = 256 * 1024

logger = structlog.get_logger(__name__)


class BreachedPasswordValidator:
    """Refuses passwords that are in the range that `BREACHED_PASSWORDS_URL` knows (Have I Been Pwned's interface).

    What is sent is the first five digits of the password's SHA-1, which some thousand others share. A service that does
    not answer keeps nobody from setting a password: the other validators have spoken.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        if settings.BREACHED_PASSWORDS_URL and is_breached(password, settings.BREACHED_PASSWORDS_URL):
            raise ValidationError(
                "This password was found in data stolen from other sites. Choose one that you use nowhere else.",
                code="password_breached",
            )

    def get_help_text(self) -> str:
        """For forms."""
        return "Your password can't be one that was stolen from other sites."


def is_breached(password: str, url: str) -> bool:
    """Whether the service at `url` knows the password. False where it does not answer."""
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
    try:
        known = _range(url, digest[:PREFIX_LENGTH])
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, AddressRefused) as error:
        logger.warning("breached passwords cannot be asked", error=type(error).__name__)
        return False
    for line in known.splitlines():
        suffix, _, count = line.partition(":")
        if suffix.strip().upper() == digest[PREFIX_LENGTH:]:
            return count.strip() != "0"  # padding, which hides how long the list is, has the count 0
    return False


def _range(url: str, prefix: str) -> str:
    backend = PublicBackend(Leash(end=time.monotonic() + SECONDS), hosts=outgoing_hosts(), allow_loopback=settings.DEMO)
    headers = [("Add-Padding", "true"), ("User-Agent", "vectorbid-contracts"), ("Accept-Encoding", "identity")]
    with (
        httpcore.ConnectionPool(network_backend=backend) as pool,
        pool.stream("GET", f"{url.rstrip('/')}/{prefix}", headers=headers) as response,
    ):
        if response.status != HTTPStatus.OK:
            raise httpcore.RemoteProtocolError(f"answered {response.status}")
        found = b""
        for part in response.iter_stream():
            found += part
            if len(found) > MOST_BYTES:
                raise httpcore.RemoteProtocolError("answered too much")
    return found.decode("ascii", errors="replace")

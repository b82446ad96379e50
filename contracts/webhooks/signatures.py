"""Signatures as the Standard Webhooks specification has them, version v1: HMAC-SHA256 over id, timestamp and body.

Each of the secrets that are good signs, so that a receiver may go from one to the next when it likes.
"""

import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable
from hashlib import sha256

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """256 random bits, as receivers' libraries take them."""
    return PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(*, secret_texts: Iterable[str], event_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers. `timestamp` is seconds since 1970, of this attempt."""
    content = b".".join([event_id.encode(), str(timestamp).encode(), body])
    signatures = (_signature(secret, content) for secret in secret_texts)
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def _signature(secret: str, content: bytes) -> str:
    key = b64decode(secret.removeprefix(PREFIX))
    return b64encode(hmac.new(key, content, sha256).digest()).decode()

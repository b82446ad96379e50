"""Secrets of one's own machine: made once, readable by their owner alone."""

import hashlib
import os
import secrets
from base64 import b64encode
from pathlib import Path


def kept_secret(path: Path) -> str:
    """The secret kept at `path`; made on first use. Two processes that start together agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)  # fails where the secret is there already: the first writer wins
    except FileExistsError:
        return path.read_text()
    finally:
        draft.unlink()
    return path.read_text()


def kept_encryption_key(path: Path) -> str:
    """The base64 of 32 bytes that follow from the secret kept at `path`."""
    return b64encode(hashlib.sha256(kept_secret(path).encode()).digest()).decode()

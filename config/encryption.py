"""Secrets at rest: AES-256-GCM under versioned keys, each bound to the row that it belongs to."""

import os
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
LONGEST_VERSION = 40


class Undecipherable(Exception):
    """The stored secret is not what was stored, was stored for something else, or its encryption key is gone."""


class NoEncryptionKeys(Exception):
    """`CREDENTIAL_KEYS` is empty, or holds something else than version:base64 of 32 bytes."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A secret as it is stored."""

    ciphertext: bytes
    nonce: bytes
    key_version: str


class Bound(Protocol):
    """What a stored secret is for, and whose. It opens for nothing else: a row that was copied or changed is of no use."""

    def associated_data(self) -> bytes:
        """Bytes that differ for each kind of secret, row and owner."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """Encryption keys by version. What is sealed now is sealed under the newest."""

    newest: str
    keys: dict[str, bytes] = field(repr=False)

    @classmethod
    def parsed(cls, entries: Sequence[str]) -> "Keyring":
        """A keyring from `version:base64` entries, the newest first.

        Raises:
            NoEncryptionKeys: when there is none, one is malformed, or a version comes twice. No part of a key is told.
        """
        keys: dict[str, bytes] = {}
        for place, entry in enumerate(entries, start=1):
            version, _, encoded = entry.strip().partition(":")
            try:
                key = b64decode(encoded, validate=True)
            except ValueError:
                key = b""
            if not version or len(version) > LONGEST_VERSION or version in keys or len(key) != KEY_BYTES:
                raise NoEncryptionKeys(f"Entry {place} of CREDENTIAL_KEYS is not version:base64 of {KEY_BYTES} bytes.")
            keys[version] = key
        if not keys:
            raise NoEncryptionKeys("CREDENTIAL_KEYS is empty.")
        return cls(next(iter(keys)), keys)

    def seal(self, secret: str, binding: Bound) -> Sealed:
        """The secret under the newest key, with a nonce of its own."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.keys[self.newest]).encrypt(nonce, secret.encode(), binding.associated_data())
        return Sealed(sealed, nonce, self.newest)

    def open(self, sealed: Sealed, binding: Bound) -> str:
        """The secret.

        Raises:
            Undecipherable: for a ciphertext, nonce or binding that is not as it was, and for a version that is unknown.
        """
        key = self.keys.get(sealed.key_version)
        if key is None:
            raise Undecipherable(f"There is no key of version {sealed.key_version!r}.")
        try:
            return AESGCM(key).decrypt(sealed.nonce, sealed.ciphertext, binding.associated_data()).decode()
        except (InvalidTag, ValueError):
            raise Undecipherable("The stored secret was changed, or belongs elsewhere.") from None

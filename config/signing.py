"""Signatures over packs and over the audit trail's roots: Ed25519 (RFC 8032), public keys as a JWK Set (RFC 7517, 8037)."""

import hashlib
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_BYTES = 32


class NoSigningKeys(Exception):
    """The setting of signing keys is empty, or holds something else than base64 of 32 bytes."""


@dataclass(frozen=True, slots=True)
class Signature:
    """`value` is base64; `key_id` is the thumbprint of the key that it verifies with (RFC 7638)."""

    key_id: str
    value: str


class SigningKeys:
    """Private keys, the newest first: it signs; the others are still published, for what they signed before."""

    def __init__(self, keys: Sequence[Ed25519PrivateKey]) -> None:
        self._keys = keys
        self._public = [_public_jwk(key) for key in keys]

    @classmethod
    def parsed(cls, entries: Sequence[str], *, setting: str = "PACK_SIGNING_KEYS") -> "SigningKeys":
        """Keys from base64 of 32 bytes each. `setting` is what a refusal names.

        Raises:
            NoSigningKeys: when there is none or one is malformed. No part of a key is told.
        """
        keys = []
        for place, entry in enumerate(entries, start=1):
            try:
                seed = b64decode(entry.strip(), validate=True)
            except ValueError:
                seed = b""
            if len(seed) != KEY_BYTES:
                raise NoSigningKeys(f"Entry {place} of {setting} is not base64 of {KEY_BYTES} bytes.")
            keys.append(Ed25519PrivateKey.from_private_bytes(seed))
        if not keys:
            raise NoSigningKeys(f"{setting} is empty.")
        return cls(keys)

    def sign(self, body: bytes) -> Signature:
        """By the newest key."""
        return Signature(self._public[0]["kid"], b64encode(self._keys[0].sign(body)).decode())

    def jwk_set(self) -> dict[str, list[dict[str, str]]]:
        """The public keys."""
        return {"keys": self._public}


def is_signed(body: bytes, *, signature: str, key_id: str, keys: Iterable[Mapping[str, str]]) -> bool:
    """Whether the key of that id, among public JWKs, made the base64 `signature` over `body`."""
    for key in keys:
        if key.get("kid") == key_id:
            try:
                public = Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(key["x"] + "=" * (-len(key["x"]) % 4)))
                public.verify(b64decode(signature, validate=True), body)
            except (InvalidSignature, ValueError):
                return False
            return True
    return False


def _public_jwk(key: Ed25519PrivateKey) -> dict[str, str]:
    required = {"crv": "Ed25519", "kty": "OKP", "x": _base64url(key.public_key().public_bytes_raw())}
    thumbprint = hashlib.sha256(orjson.dumps(required, option=orjson.OPT_SORT_KEYS)).digest()
    return {**required, "kid": _base64url(thumbprint), "use": "sig", "alg": "EdDSA"}


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()

"""The keys that sign tokens. A token's header names its key, so that the key can be changed while tokens are about (ADR 0060)."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import jwt
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.settings import api_settings

KEY_ID_LENGTH = 12
# RFC 7518, 3.2: a key for HS256 is as long as its hash.
SHORTEST_KEY_BYTES = 32


def key_id(key: str) -> str:
    """What a token's header calls the key that signed it: it follows from the key and does not give it away."""
    return hashlib.sha256(b"key id of " + key.encode()).hexdigest()[:KEY_ID_LENGTH]


class KeyringBackend(TokenBackend):
    """simplejwt's signing and checking with several keys: the first signs, each checks what names it."""

    def __init__(self, newest: str, previous: Sequence[str]) -> None:
        super().__init__(
            api_settings.ALGORITHM,
            signing_key=newest,
            audience=api_settings.AUDIENCE,
            issuer=api_settings.ISSUER,
            leeway=api_settings.LEEWAY,
        )
        self._newest = newest
        self._keys = {key_id(key): key for key in (newest, *previous)}

    def encode(self, payload: dict[str, Any]) -> str:
        named = {**payload, "aud": self.audience, "iss": self.issuer}
        return jwt.encode(named, self._newest, algorithm=self.algorithm, headers={"kid": key_id(self._newest)})

    def get_verifying_key(self, token: Any) -> str:
        """Raises InvalidTokenError for a key that is not ours, or no longer. Tokens that name none are of the newest."""
        named = jwt.get_unverified_header(token).get("kid")
        if named is None:
            return self._newest
        try:
            return self._keys[named]
        except KeyError as error:
            raise jwt.InvalidTokenError("signed with a key that is not ours") from error


@lru_cache(maxsize=4)
def keyring(newest: str, previous: tuple[str, ...]) -> KeyringBackend:
    """The keys of the settings."""
    return KeyringBackend(newest, previous)

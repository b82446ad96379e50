"""Is it what VectorBid Contracts signed? Rule packs by Ed25519, webhooks' messages as Standard Webhooks has it."""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from vectorbid_contracts.decoding import decoded, parsed
from vectorbid_contracts.errors import IncompatibleAnswer, SignatureInvalid

SECRET_PREFIX = "whsec_"  # noqa: S105 - what every secret begins with
TOLERANCE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class _Jwk:
    """A public key of a JWK Set; sets may hold keys of other kinds."""

    kty: str
    crv: str = ""
    kid: str = ""
    x: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class _JwkSet:
    keys: tuple[_Jwk, ...]


class PublicKeys:
    """The keys that packs are signed with, by key id."""

    def __init__(self, keys: Mapping[str, Ed25519PublicKey]) -> None:
        self._keys = dict(keys)

    def __contains__(self, key_id: str) -> bool:
        return key_id in self._keys

    @classmethod
    def from_jwk_set(cls, body: bytes) -> "PublicKeys":
        """From what `/.well-known/jwks.json` answers (RFC 7517, 8037).

        Raises:
            IncompatibleAnswer: for what is no JWK Set, or holds a broken Ed25519 key.
        """
        found = decoded(_JwkSet, parsed(body))
        try:
            return cls(
                {
                    key.kid: Ed25519PublicKey.from_public_bytes(
                        base64.urlsafe_b64decode(key.x + "=" * (-len(key.x) % 4))
                    )
                    for key in found.keys
                    if (key.kty, key.crv) == ("OKP", "Ed25519")
                }
            )
        except ValueError as error:
            raise IncompatibleAnswer("The JWK Set holds a key that is none.") from error

    def verify(self, body: bytes, *, key_id: str, signature: str) -> None:
        """Nothing, if `signature`, in base64, is over these very bytes.

        Raises:
            SignatureInvalid: for other bytes, another key, or a key that is not published.
        """
        key = self._keys.get(key_id)
        if key is None:
            raise SignatureInvalid("The rule pack is signed with a key that is not published.")
        try:
            key.verify(base64.b64decode(signature, validate=True), body)
        except (InvalidSignature, ValueError) as error:
            raise SignatureInvalid("The rule pack is not what was signed.") from error


@dataclass(frozen=True, slots=True)
class WebhookMessage:
    """A message that was verified. `id` is the same each time that it comes; `data` is a change, or a ping's challenge."""

    type: str
    id: str
    timestamp: str
    data: Mapping[str, object]


def verify_webhook(
    secret: str | Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    *,
    tolerance_seconds: int = TOLERANCE_SECONDS,
    now: float | None = None,
) -> WebhookMessage:
    """The message that `body`, as bytes before any parsing, holds. Of several secrets one has to fit; header names in any case.

    Raises:
        SignatureInvalid: when it was not signed with the secret, or not just now: answer 401 and do nothing.
        ValueError: for a secret that is none.
    """
    given = {name.lower(): value for name, value in headers.items()}
    event_id, timestamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    moment = time.time() if now is None else now
    if not event_id or not timestamp.isdecimal() or abs(moment - int(timestamp)) > tolerance_seconds:
        raise SignatureInvalid("The message has no id, or was not signed just now.")
    content = b".".join([event_id.encode(), timestamp.encode(), body])
    secrets = [secret] if isinstance(secret, str) else list(secret)
    expected = [_webhook_signature(text, content).encode() for text in secrets]
    signatures = given.get("webhook-signature", "").encode().split(b" ")
    if not any(hmac.compare_digest(one, other) for one in expected for other in signatures):
        raise SignatureInvalid("The message was not signed with this secret.")
    return decoded(WebhookMessage, parsed(body))


def _webhook_signature(secret: str, content: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except ValueError:
        key = b""
    if not key:
        raise ValueError("A webhook's secret is whsec_ and base64.")
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()

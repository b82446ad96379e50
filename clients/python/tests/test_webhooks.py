"""Webhooks' messages: only those that were signed with our secret, just now."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable

import pytest

from vectorbid_contracts import IncompatibleAnswer, SignatureInvalid, verify_webhook

SECRET = "whsec_" + base64.b64encode(b"a" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"b" * 32).decode()
BODY = json.dumps(
    {"type": "contract.activated", "id": "e-1", "timestamp": "2026-11-21T08:00:01Z", "data": {"position": 3}}
)


def headers(body: str = BODY, *, secrets: tuple[str, ...] = (SECRET,), age: float = 0) -> dict[str, str]:
    moment = str(int(time.time() - age))
    content = f"e-1.{moment}.{body}".encode()
    keys = [base64.b64decode(secret.removeprefix("whsec_")) for secret in secrets]
    signatures = [base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode() for key in keys]
    return {
        "Webhook-Id": "e-1",
        "Webhook-Timestamp": moment,
        "Webhook-Signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def test_a_genuine_message_is_read() -> None:
    message = verify_webhook(SECRET, headers(), BODY.encode())

    assert (message.type, message.id, message.data) == ("contract.activated", "e-1", {"position": 3})


def test_while_secrets_change_either_will_do() -> None:
    assert verify_webhook(OTHER, headers(secrets=(SECRET, OTHER)), BODY.encode()).id == "e-1"
    assert verify_webhook([OTHER, SECRET], headers(), BODY.encode()).id == "e-1"


def test_the_published_example_of_standard_webhooks_verifies() -> None:
    body = b'{"test": 2432232314}'
    given = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }

    with pytest.raises(IncompatibleAnswer):  # genuine, though none of our messages
        verify_webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", given, body, now=1614265330)


@pytest.mark.parametrize(
    ("made", "body"),
    [
        (headers, BODY + " "),
        (lambda: headers(secrets=(OTHER,)), BODY),
        (lambda: headers(age=600), BODY),
        (lambda: headers(age=-600), BODY),
        (lambda: {**headers(), "Webhook-Id": "e-2"}, BODY),
        (lambda: {**headers(), "Webhook-Timestamp": "soon"}, BODY),
        (lambda: {**headers(), "Webhook-Signature": "v1,ü"}, BODY),
        (dict, BODY),
    ],
    ids=["body", "secret", "old", "of tomorrow", "id", "no time", "no signature", "nothing"],
)
def test_another_message_is_refused(made: Callable[[], dict[str, str]], body: str) -> None:
    """Made when it is tried: ten minutes after the tests were collected, what was ahead of its time is not."""
    given = made()

    with pytest.raises(SignatureInvalid):
        verify_webhook(SECRET, given, body.encode())


@pytest.mark.parametrize("secret", ["", "whsec_", "not base64!"])
def test_a_secret_that_is_none_is_told_without_repeating_it(secret: str) -> None:
    with pytest.raises(ValueError, match=r"^A webhook's secret is whsec_ and base64\.$"):
        verify_webhook(secret, headers(), BODY.encode())

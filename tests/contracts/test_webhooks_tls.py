"""Whom changes are told over TLS: only a receiver whose certificate holds for the name, wherever the name leads."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from config.addresses import EVERYWHERE
from contracts.webhooks.outcomes import Fault, Outcome
from contracts.webhooks.sending import Message, Sender
from tests.contracts.webhook_receiver import Answer, Receiver, running_receiver

NAME = "receiver.test"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Of NAME, signed by itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "receiver.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(signed.public_bytes(Encoding.PEM) + secret)
    return path


def told(receiver: Receiver, name: str = NAME) -> Outcome:
    receiver.answer = lambda _: Answer()
    sender = Sender(seconds=5, hosts=EVERYWHERE, allow_loopback=True, resolve=lambda *_: ["127.0.0.1"])
    try:
        return sender.send(Message(f"https://{name}:{receiver.port}/", {}, b"{}"))
    finally:
        sender.close()


def test_a_receiver_whose_certificate_nobody_vouches_for_is_told_nothing(certificate: Path) -> None:
    with running_receiver(certificate) as receiver:
        outcome = told(receiver)

        assert outcome.fault is Fault.UNTRUSTED
        assert receiver.received == []


def test_the_certificate_is_checked_against_the_name_not_the_address(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with running_receiver(certificate) as receiver:
        right, wrong = told(receiver), told(receiver, "another.test")

        assert (right.fault, right.status_code) == (None, 200)
        assert wrong.fault is Fault.UNTRUSTED
        assert [received.headers["host"] for received in receiver.received] == [f"{NAME}:{receiver.port}"]

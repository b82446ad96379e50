"""Whom a key is told over TLS: only a server whose certificate holds."""

import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from config.addresses import EVERYWHERE
from contracts.language_models.interface import FaultCode, ModelRequest, Provider, Unavailable
from contracts.language_models.providers import model_at
from contracts.language_models.transport import Limits, Transport
from tests.contracts.model_server import ANSWERS, KEY, ModelServer, Reply, reported, running_server

QUICK = Limits(connect_seconds=2, read_seconds=2, answer_seconds=2, tries=1)
ASKED = ModelRequest("You read contracts.", "Page 1", {"type": "object"}, 500)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Of this machine's address, signed by itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(signed.public_bytes(Encoding.PEM) + secret)
    return path


def ask(server: ModelServer) -> Transport:
    transport = Transport(QUICK, hosts=EVERYWHERE, deadline=time.monotonic() + 5)
    model = model_at(Provider.ANTHROPIC, transport=transport, address=server.address, model_name="m", key=KEY)
    try:
        model.ask(ASKED)
    finally:
        transport.close()
    return transport


def test_a_server_whose_certificate_does_not_hold_is_told_nothing(certificate: Path) -> None:
    with running_server(certificate) as server:
        server.replies = [Reply(ANSWERS["anthropic"](reported([])))]

        with pytest.raises(Unavailable) as raised:
            ask(server)

    assert raised.value.code == FaultCode.UNREACHABLE
    assert server.asked == []


def test_a_certificate_that_the_operator_trusts_holds(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    with running_server(certificate) as server:
        server.replies = [Reply(ANSWERS["anthropic"](reported([])))]
        transport = ask(server)

    assert (len(server.asked), transport.unanswered) == (1, 0)


def test_a_server_that_trickles_is_given_up_over_tls_too(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    before = time.monotonic()

    with running_server(certificate) as server:
        server.replies = [Reply(trickle="body")]
        with pytest.raises(Unavailable) as raised:
            ask(server)

    assert raised.value.code == FaultCode.TIMED_OUT
    assert time.monotonic() - before < 4

"""Production's settings with secrets made up on the spot; `python -m tests.production` runs `check --deploy` with them."""

import os
import secrets
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Nothing of what the caller's own shell says is to make a difference.
KEPT = ("PATH", "HOME", "LANG", "VIRTUAL_ENV")


def key() -> str:
    return b64encode(secrets.token_bytes(32)).decode()


def environment(**changes: str | None) -> dict[str, str]:
    """All that production has to be told; `changes` replace, or with None take out."""
    told: dict[str, str | None] = {
        **{name: os.environ[name] for name in KEPT if name in os.environ},
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "DATABASE_URL": "postgresql://none@database.test/none?sslmode=verify-full",
        "REDIS_URL": "rediss://redis.test/0",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "JWT_SECRET_KEY": secrets.token_urlsafe(48),
        "CREDENTIAL_KEYS": f"one:{key()}",
        "PACK_SIGNING_KEYS": key(),
        "AUDIT_SIGNING_KEYS": key(),
        "ALLOWED_HOSTS": "contracts.test",
        "CSRF_TRUSTED_ORIGINS": "https://contracts.test",
        "TRUSTED_PROXIES": "10.0.0.5",
        "MALWARE_SCANNER_URL": "unix:///run/clamav/clamd.ctl",
        "EMAIL_URL": "smtp+tls://mail.test",
        "MAIL_FROM": "VectorBid Contracts <contracts@contracts.test>",
        "SITE_URL": "https://contracts.test",
        **changes,
    }
    return {name: value for name, value in told.items() if value is not None}


def run(*arguments: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """A command of Django's, in production's settings."""
    return subprocess.run(
        [sys.executable, "-m", "django", *arguments],
        cwd=ROOT,
        env=environment(**changes),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def check(**changes: str | None) -> subprocess.CompletedProcess[str]:
    """`check --deploy` with warnings taken for errors."""
    return run("check", "--deploy", "--fail-level", "WARNING", **changes)


if __name__ == "__main__":
    done = check()
    sys.stdout.write(done.stdout + done.stderr)
    sys.exit(done.returncode)

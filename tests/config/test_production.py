"""Production starts with secrets that are fit to be ones, or says which is not; `check --deploy` finds nothing."""

import os
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import Settings

from config import checks
from config.refusals import ADDRESSES_WITH_PASSWORDS, OPTIONAL_SECRETS, SECRETS, unfit
from contracts.checks import documents_are_not_served
from tests import production

TEST_KEYS = f"{'A' * 43}="
UNFIT = {
    "missing": None,
    "empty": "",
    "short": "t00Sh0rt",
    "a default": "only-for-tests-" + "0" * 50,
    "simple": "ab" * 40,
    "a made-up key": TEST_KEYS,
    "a made-up key with a version": f"one:{TEST_KEYS}",
}


def test_the_deployment_check_finds_nothing_and_takes_warnings_for_errors() -> None:
    done, warned = production.check(), production.check(REDIS_URL="redis://redis.test/0")

    assert done.returncode == 0, done.stdout + done.stderr
    assert warned.returncode != 0
    assert "config.W002" in warned.stderr


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("fault", UNFIT)
def test_no_secret_may_be_missing_or_guessed(name: str, fault: str) -> None:
    value = UNFIT[fault]

    refusals = unfit(production.environment(**{name: value}))

    assert [refusal.split()[0] for refusal in refusals] == [name]
    assert not value or value not in refusals[0]


@pytest.mark.parametrize("name", OPTIONAL_SECRETS)
def test_a_secret_that_may_be_missing_may_not_be_guessed(name: str) -> None:
    assert not unfit(production.environment(**{name: ""}))
    assert unfit(production.environment(**{name: UNFIT["short"]}))


def test_every_secret_of_the_settings_is_in_the_list() -> None:
    """A new setting that ends as secrets do, or a new address with a password, has to be judged as well."""
    example = (Path(settings.BASE_DIR) / ".env.example").read_text()
    named = set(re.findall(r"^([A-Z_]+)=", example, re.M))
    addresses = set(re.findall(r"^([A-Z_]+)=\S+://\S*:\S*@", example, re.M))

    secrets = {name for name in named if name.endswith(("_KEY", "_KEYS", "_SECRET", "_PASSWORD", "_TOKEN"))}

    assert secrets >= set(SECRETS)
    assert secrets <= {*SECRETS, *OPTIONAL_SECRETS}
    assert addresses <= set(ADDRESSES_WITH_PASSWORDS)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"DEBUG": "true"}, "DEBUG is on"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS is not set"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS has to name each host"),
        ({"ALLOWED_HOSTS": "https://contracts.test"}, "ALLOWED_HOSTS has to name each host"),
        ({"CSRF_TRUSTED_ORIGINS": "http://contracts.test"}, "CSRF_TRUSTED_ORIGINS"),
        ({"SITE_URL": "http://contracts.test"}, "SITE_URL"),
        ({"TRUSTED_PROXIES": None}, "TRUSTED_PROXIES is not set"),
        ({"TRUSTED_PROXIES": "proxy.test"}, "TRUSTED_PROXIES has an entry"),
        ({"TRUSTED_PROXIES": "10.0.0.1/8"}, "TRUSTED_PROXIES has an entry"),
        ({"TRUSTED_PROXIES": "10.0.0.5,0.0.0.0/0"}, "TRUSTED_PROXIES would believe"),
        ({"TRUSTED_PROXIES": "::/0"}, "TRUSTED_PROXIES would believe"),
        ({"MALWARE_SCANNER_URL": None}, "MALWARE_SCANNER_URL is not set"),
        ({"MALWARE_SCANNER_URL": "/run/clamav/clamd.ctl"}, "neither unix:///path"),
        ({"MALWARE_SCANNER_URL": "unix://run/clamav/clamd.ctl"}, "neither unix:///path"),
        ({"MALWARE_SCANNER_URL": "tcp://scanner.test"}, "neither unix:///path"),
        ({"MALWARE_SCANNER_URL": "tcp://scanner.test:99999"}, "neither unix:///path"),
        ({"MALWARE_SCANNER_URL": "tcp://scanner.test:3310/"}, "neither unix:///path"),
        ({"DATABASE_URL": "postgresql://vectorbid:password@db.test/x"}, "DATABASE_URL"),
        ({"DATABASE_OWNER_URL": "postgresql://owner:postgres@db.test/x"}, "DATABASE_OWNER_URL"),
        ({"DATABASE_OWNER_URL": "postgresql://none@database.test/none"}, "name the same role"),
        ({"REDIS_URL": "rediss://:redis@redis.test/0"}, "REDIS_URL"),
        ({"EMAIL_URL": "smtp+tls://mailer:mailer@mail.test"}, "EMAIL_URL"),
        ({"PACK_SIGNING_KEYS": f"{production.key()},{TEST_KEYS}"}, "PACK_SIGNING_KEYS"),
    ],
)
def test_production_refuses_what_would_leave_a_door_open(changes: dict[str, str | None], said: str) -> None:
    (refusal,) = unfit(production.environment(**changes))

    assert said in refusal


def test_one_secret_does_not_serve_two_purposes() -> None:
    text, key = production.environment()["SECRET_KEY"], production.key()

    refusals = unfit(
        production.environment(
            SECRET_KEY=text,
            JWT_SECRET_KEY=text,
            PACK_SIGNING_KEYS=f"{production.key()},{key}",
            CREDENTIAL_KEYS=f"1:{key}",
        )
    )

    assert [refusal.split(" share")[0] for refusal in refusals] == [
        "SECRET_KEY and JWT_SECRET_KEY",
        "CREDENTIAL_KEYS and PACK_SIGNING_KEYS",
    ]


def test_no_proxies_and_no_scanner_at_all_are_answers() -> None:
    assert not unfit(production.environment(TRUSTED_PROXIES="", MALWARE_SCANNER_URL=""))


def test_what_is_wrong_is_told_all_at_once_and_without_the_secrets() -> None:
    done = production.run("check", SECRET_KEY="hunter2", DEBUG="1", TRUSTED_PROXIES=None)

    assert done.returncode != 0
    for name in ("SECRET_KEY is too short", "DEBUG is on", "TRUSTED_PROXIES is not set"):
        assert name in done.stderr
    assert "hunter2" not in done.stderr


def test_whoever_shares_his_domain_may_stay_out_of_browsers_lists() -> None:
    asked = "from django.conf import settings; print(settings.SECURE_HSTS_PRELOAD, settings.SECURE_HSTS_SECONDS)"

    done = production.run("shell", "-c", asked, "--no-imports", HSTS_PRELOAD="false")

    assert done.stdout.split() == ["False", "31536000"], done.stderr
    assert production.check(HSTS_PRELOAD="false").returncode == 0


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"HOST": "10.0.0.9"}, ["config.W001"]),
        ({"HOST": "db.test", "OPTIONS": {"sslmode": "require"}}, ["config.W001"]),
        ({"HOST": "db.test", "OPTIONS": {"sslmode": "verify-full"}}, []),
        ({"HOST": "127.0.0.1"}, []),
        ({"HOST": "/run/postgresql"}, []),
    ],
)
def test_other_machines_are_asked_with_verified_certificates(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], found: list[str]
) -> None:
    """pytest-django's settings do not let the database be changed."""
    here = {"HOST": "/run/postgresql"}
    for serving, owner in ((changes, here), (here, changes)):
        given = SimpleNamespace(
            DATABASES={"default": serving},
            DATABASE_OWNER=owner,
            REDIS_URL="unix:///run/redis.sock",
            EMAIL_URL="smtp://localhost",
            MALWARE_SCANNER_URL="",
        )
        monkeypatch.setattr(checks, "settings", given)

        assert [warning.id for warning in checks.servers_are_asked_over_tls(None)] == found


COUNTED = "from accounts.models import User; print(User.objects.count())"


def test_production_serves_with_no_connection_that_policies_do_not_bind(db: None) -> None:
    """In processes of their own, on the suite's database. Only `migrate` is the owner's."""
    name = str(connection.settings_dict["NAME"])
    serving, owner = (
        os.environ[variable].replace("/vectorbid?", f"/{name}?") for variable in ("DATABASE_URL", "DATABASE_OWNER_URL")
    )

    bound = production.run("shell", "--no-imports", "-c", COUNTED, DATABASE_URL=serving)
    unbound = production.run("shell", "--no-imports", "-c", COUNTED, DATABASE_URL=owner)
    migrates = production.run("migrate", "--check", DATABASE_URL=serving, DATABASE_OWNER_URL=owner)

    assert bound.stdout.split() == ["0"], bound.stderr
    assert unbound.returncode != 0
    assert "No policy would bind this process: the role vectorbid owns tables" in unbound.stderr
    assert unbound.stdout == ""
    assert migrates.returncode == 0, migrates.stderr


def test_the_brokers_certificate_is_looked_at_too() -> None:
    """kombu's own way is to take any."""
    asked = (
        "from config.celery import app; connection = app.connection_for_write();"
        " print(connection.ssl['ssl_cert_reqs'].name, connection.ssl['ssl_check_hostname'])"
    )

    done = production.run("shell", "--no-imports", "-c", asked)

    assert done.stdout.split() == ["CERT_REQUIRED", "True"], done.stderr


def test_redis_mail_and_documents_in_the_clear_are_warned_of(settings: Settings) -> None:
    settings.REDIS_URL, settings.EMAIL_URL = "redis://10.0.0.7/0", "smtp://10.0.0.8"
    settings.MALWARE_SCANNER_URL = "tcp://10.0.0.9:3310"

    found = [warning.id for warning in checks.servers_are_asked_over_tls(None)]
    assert found == ["config.W002", "config.W003", "config.W004"]


def test_documents_that_lie_among_static_files_are_an_error(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path / "static"
    settings.DOCUMENTS_DIR = tmp_path / "documents"
    apart = documents_are_not_served(None)
    settings.DOCUMENTS_DIR = tmp_path / "static" / "documents"
    within = documents_are_not_served(None)

    assert (apart, [fault.id for fault in within]) == ([], ["contracts.E002"])

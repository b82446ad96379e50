"""Where mail goes: one address for the server, and a check that says what is missing."""

import pytest
from pytest_django import Settings

from accounts.checks import mail_can_be_sent
from config.mail import mail_settings
from tests import production

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://relay", {"EMAIL_HOST": "relay", "EMAIL_PORT": 25, "EMAIL_HOST_USER": ""}),
        ("smtp+tls://mail.test", {"EMAIL_PORT": 587, "EMAIL_USE_TLS": True}),
        ("smtp+ssl://mail.test", {"EMAIL_PORT": 465, "EMAIL_USE_SSL": True}),
        (
            "smtp+tls://dana%40mail.test:p%3Aw%2Fd@mail.test:2525",
            {"EMAIL_HOST_USER": "dana@mail.test", "EMAIL_HOST_PASSWORD": "p:w/d", "EMAIL_PORT": 2525},
        ),
    ],
)
def test_a_mail_server_is_one_address(url: str, expected: dict[str, object]) -> None:
    found = mail_settings(url)

    assert found["EMAIL_BACKEND"] == SMTP
    assert {name: found[name] for name in expected} == expected
    assert not {"EMAIL_USE_TLS", "EMAIL_USE_SSL"} <= set(found)


def test_mail_can_go_to_files_and_to_the_console() -> None:
    assert mail_settings("file:///var/some%20mail")["EMAIL_FILE_PATH"] == "/var/some mail"
    assert str(mail_settings("console:")["EMAIL_BACKEND"]).endswith("console.EmailBackend")


@pytest.mark.parametrize("url", ["mail.test", "http://mail.test", "smtp://", "smtps://mail.test"])
def test_what_is_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="EMAIL_URL"):
        mail_settings(url)


def test_outside_the_demo_the_check_names_each_setting_that_is_missing(settings: Settings) -> None:
    settings.DEMO, settings.EMAIL_URL, settings.SITE_URL = False, "", "http://contracts.test"
    settings.DEFAULT_FROM_EMAIL = settings.MAIL_FROM_UNSET

    missing = mail_can_be_sent(None)
    settings.EMAIL_URL, settings.SITE_URL = "smtp://relay", "https://contracts.test"
    settings.DEFAULT_FROM_EMAIL = "Contracts <contracts@contracts.test>"
    complete = mail_can_be_sent(None)

    assert [fault.id for fault in missing] == ["accounts.E001", "accounts.E002", "accounts.E003"]
    assert complete == []


def test_the_demo_needs_no_mail_server(settings: Settings) -> None:
    settings.EMAIL_URL = ""

    assert mail_can_be_sent(None) == []


def test_production_without_a_mail_server_says_so_and_with_one_is_content() -> None:
    without, with_mail = production.check(EMAIL_URL=None), production.check()

    assert without.returncode != 0
    assert "No mail can be sent: EMAIL_URL is not set." in without.stderr
    assert with_mail.returncode == 0, with_mail.stderr

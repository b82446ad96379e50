"""Passwords that are little more than the product's, the trade's or an airline's words."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.consents.documents import current_texts
from accounts.context_words import WORDS, ContextWordsValidator, without_words
from accounts.letters.models import AccountLetter
from tests.factories import AirlineFactory

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "accounts.md"


@pytest.fixture(autouse=True)
def _airlines(db: None) -> None:
    AirlineFactory.create(code="ZQX", name="Cascadia Air")
    AirlineFactory.create(code="QQ", name="Lín\u00e9as Ünidas")


@pytest.mark.parametrize(
    "password",
    [
        "vectorbid-2026",
        "VectorBid!VectorBid!",
        "V3ct0rb1d!!!!",
        "pilot-pilot-117",
        "P1l0t/C4pt41n/2026",
        "pilot12345678",
        "c4scadia-air-2026",
        "CascadiaAir#99",
        "zqx-zqx-1234",
        "lineas.unidas.77",
        "\uff50ilot-2026-x",
    ],
)
def test_words_of_the_context_are_refused_however_they_are_written(password: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ContextWordsValidator().validate(password)

    assert refused.value.code == "password_of_context_words"


@pytest.mark.parametrize(
    "password",
    ["demo-pass-117", "correct-horse-117", "my pilot eats seven bananas", "sandal-wood-qq-fires", "Tr0ub4dor-and-crew"],
)
def test_one_that_is_good_without_them_may_have_them(password: str) -> None:
    ContextWordsValidator().validate(password)


@pytest.mark.parametrize(
    ("password", "rest"),
    [("nothing-here-77", None), ("pilotairline", ""), ("xairlinepilotx9", "xx9"), ("vectorbidvector", ""), ("", None)],
)
def test_what_is_left_is_what_no_word_covers(password: str, rest: str | None) -> None:
    assert without_words(password, {"pilot", "airline", "vector", "vectorbid"}) == rest


def test_it_is_asked_wherever_a_password_is_chosen() -> None:
    agreed = {"agrees": "on", "shown": " ".join(text.sha256 for text in current_texts())}
    given = {"email": "nobody@people.test", "password": "cascadia-air-2026", **agreed}
    answer = Client().post(reverse("register"), given)

    assert "words that everybody here knows" in answer.content.decode()
    assert not AccountLetter.objects.exists()
    validate_password("demo-pass-117")


def test_the_list_is_documented_as_it_is() -> None:
    (listed,) = re.findall(r"<!-- words -->\n(.+)\n<!-- /words -->", PAGE.read_text())

    assert listed == ", ".join(f"`{word}`" for word in WORDS)

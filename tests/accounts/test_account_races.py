"""What is good once, asked for by several at once over real connections: one gets it."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import connection

from accounts.factors.services import FactorPaused, FactorRefused, code_check
from accounts.letters import services as letters
from accounts.letters.links import LinkRefused, token_of
from accounts.letters.models import AccountLetter
from accounts.models import User, UserSession
from accounts.services import RefreshRefused, session_open, session_refresh
from audit.events import SecurityEventKind
from audit.models import SecurityEvent
from tests.accounts.apps import App
from tests.contracts.test_review_races import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("migrations")]


def counted(act: Callable[[], object], done: list[object], refusal: type[Exception]) -> Callable[[], None]:
    """The act, with what it gave put down unless it was refused."""

    def run() -> None:
        with suppress(refusal):
            done.append(act())

    return run


def test_a_refresh_token_used_by_two_at_once_gives_one_of_them_tokens_and_ends_the_session(pilot_user: User) -> None:
    opened = session_open(user=pilot_user)
    done: list[object] = []

    together(*[counted(lambda: session_refresh(refresh=opened.refresh), done, RefreshRefused)] * 2)

    assert len(done) == 1
    assert UserSession.objects.get().revoked_at is not None
    assert SecurityEvent.objects.filter(kind=SecurityEventKind.TOKEN_REUSED).count() == 1


def test_a_link_that_is_used_twice_at_once_makes_one_account(db: None) -> None:
    letters.registration_request(email="new@people.test", password="a-good-one-of-mine-117")
    token = token_of(AccountLetter.objects.get().pk)
    done: list[object] = []

    def complete() -> object:
        return letters.registration_complete(token=token, password="a-good-one-of-mine-117")

    together(*[counted(complete, done, LinkRefused)] * 2)

    assert len(done) == 1
    assert User.objects.count() == 1


def test_a_recovery_code_lets_one_of_two_in(pilot_user: User) -> None:
    app = App(pilot_user)
    done: list[object] = []

    together(*[counted(lambda: code_check(user=pilot_user, code=app.recovery[0]), done, FactorRefused)] * 2)

    assert len(done) == 1


def test_many_guesses_at_once_are_paused_like_one_after_another(pilot_user: User) -> None:
    App(pilot_user)
    looked_at: list[object] = []

    def guess() -> None:
        try:
            code_check(user=pilot_user, code="not a code")
        except FactorPaused:
            raise
        except FactorRefused:
            looked_at.append(connection.alias)

    together(*[counted(guess, [], FactorPaused)] * 8)

    assert len(looked_at) == 5

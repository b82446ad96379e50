"""Two web processes over the same servers: what one of them changes, the other answers at the next request."""

import os
import re
import signal
import time
import urllib.parse
import urllib.request
from typing import Any

import orjson
import pytest

from tests.processes.product import PASSWORD, Product, until
from tests.processes.web import Web

SCENE = """
import json
from accounts.services import session_open
from contracts.services.publication import publication_refresh
from tests.factories import AirlineFactory, ContractFactory, PilotFactory, UserFactory, grant_review
airline = AirlineFactory.create(code="ZZ1")
pilot = PilotFactory.create(airline=airline, pilot_id="ZZ1-1")
approver = UserFactory.create(approver=True)
grant_review(approver, airline)
active = ContractFactory.create(airline=airline, active=True, rules=2)
following = ContractFactory.create(airline=airline, approved=True, rules=1, effective_date=airline.today())
publication_refresh()
print(json.dumps({"token": session_open(user=pilot.user).access, "approver": approver.email,
                  "active": str(active.pk), "following": str(following.pk)}))
"""
ACTIVATE = """
from accounts.models import User
from contracts.services.lifecycle import contract_activate
contract_activate(actor=User.objects.get(email="{approver}"), contract_id="{following}")
"""


@pytest.fixture(scope="module")
def scene(product: Product) -> dict[str, str]:
    found: dict[str, str] = orjson.loads(product.manage("shell", "-v0", "-c", SCENE).splitlines()[-1])
    return found


def looked_up(web: Web, token: str) -> Any:
    """The answer once it is quick, asked for a few times."""
    for _ in range(4):
        status, _, body = web.ask(token, "pilots/ZZ1-1/rules/")
        assert status == 200
    return body


def test_an_activation_an_assignment_and_an_ended_session_hold_on_both_at_once(
    product: Product, webs: tuple[Web, Web], scene: dict[str, str]
) -> None:
    one, other = webs
    token = scene["token"]
    before = [looked_up(web, token)["contract"]["id"] for web in webs]

    product.manage("shell", "-v0", "-c", ACTIVATE.format(**scene))
    activated = [web.ask(token, "pilots/ZZ1-1/rules/")[2]["contract"]["id"] for web in webs]
    until(
        "the worker publishes it",
        lambda: all("X-Publication" not in web.ask(token, "pilots/ZZ1-1/rules/")[1] for web in webs),
    )
    quick = [looked_up(web, token)["contract"]["id"] for web in webs]
    one.ask(token, "pilots/me/assignment/", method="PUT", body={"contract": scene["following"]})
    assigned = other.ask(token, "pilots/ZZ1-1/rules/")[2]["contract"]["id"]
    (session,) = one.ask(token, "auth/sessions/")[2]["results"]
    ended = one.ask(token, f"auth/sessions/{session['id']}/", method="DELETE")[0]
    refused = [web.ask(token, "pilots/ZZ1-1/rules/")[0] for web in webs]

    assert before == [scene["active"]] * 2
    assert activated == quick == [scene["following"]] * 2
    assert assigned == scene["following"]
    assert (ended, refused) == (204, [401, 401])


def test_a_browser_that_is_signed_out_from_afar_is_a_stranger_to_both_within_a_second(
    product: Product, webs: tuple[Web, Web]
) -> None:
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    signs_in = f"http://127.0.0.1:{webs[0].port}/login/"
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.open(signs_in).read().decode())
    assert token is not None
    given = {"csrfmiddlewaretoken": token[1], "username": "second.pilot@demo.test", "password": PASSWORD}
    browser.open(signs_in, urllib.parse.urlencode(given).encode()).close()

    def places() -> list[str]:
        """Where each process leads whoever asks for his account."""
        asked = (browser.open(f"http://127.0.0.1:{web.port}/account/") for web in webs)
        return [urllib.parse.urlsplit(answer.url).path for answer in asked]

    before = places()
    program = product.token("second.pilot@demo.test")
    found = webs[1].ask(program, "auth/sessions/")[2]["results"]
    session = next(session for session in found if session["kind"] == "web")  # the latest sign-in first
    ended_at = time.monotonic()
    webs[1].ask(program, f"auth/sessions/{session['id']}/", method="DELETE")
    after, seconds = places(), time.monotonic() - ended_at

    assert before == ["/account/"] * 2
    assert after == ["/login/"] * 2
    assert seconds < 1


def test_without_valkey_both_answer_from_postgresql(product: Product, webs: tuple[Web, Web]) -> None:
    token = product.token("pilot@demo.test")
    right = [web.ask(token, "pilots/CSC-1042/rules/") for web in webs for _ in range(3)][-1]
    before = product.process_id("valkey")
    assert before is not None

    os.kill(before, signal.SIGKILL)
    found = [web.ask(token, "pilots/CSC-1042/rules/") for web in webs for _ in range(3)]
    until("valkey is started again", lambda: product.process_id("valkey") not in {None, before})
    again = [web.ask(token, "pilots/CSC-1042/rules/") for web in webs for _ in range(3)]

    assert {status for status, _, _ in [*found, *again]} == {200}
    assert all(body == right[2] for _, _, body in [*found, *again])

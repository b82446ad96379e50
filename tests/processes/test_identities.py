"""Requests of fifty people, interleaved over two web processes' connections: each is answered as himself.

Programs with tokens and browsers with cookies ask through everything that the product puts before a view. Whoever got another's
identity would miss his own rows, since the product's filters and PostgreSQL's policies would each let through somebody else's.
"""

import http.client
import random
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import orjson
import pytest

from tests.processes.product import Product
from tests.processes.web import Web

PEOPLE = 50
THREADS = 8

SCENE = f"""
import json
from django.test import Client
from accounts.notifications.models import Notification
from accounts.services import session_open
from tests.factories import AirlineFactory, PilotFactory
airlines = AirlineFactory.create_batch(2)
people = []
for number in range({PEOPLE}):
    pilot = PilotFactory.create(airline=airlines[number % 2], user__email=f"crowd{{number}}@people.test")
    Notification.objects.create(recipient=pilot.user, kind="contract_submitted", event_key="crowd", title=f"For number {{number}}",
                                path="/", mail="unwanted")
    browser = Client()
    browser.force_login(pilot.user)
    people.append({{"email": pilot.user.email, "title": f"For number {{number}}", "access": session_open(user=pilot.user).access,
                   "cookie": "; ".join(f"{{name}}={{morsel.value}}" for name, morsel in browser.cookies.items())}})
print(json.dumps(people))
"""


@dataclass(frozen=True)
class Person:
    """One of the crowd, with the program's token and the browser's cookie."""

    email: str
    title: str
    access: str
    cookie: str


@pytest.fixture(scope="module")
def crowd(product: Product) -> list[Person]:
    made = orjson.loads(product.manage("shell", "-v0", "-c", SCENE).splitlines()[-1])
    return [Person(**person) for person in made]


class Line:
    """A kept connection to a web process, as a proxy in front of it has."""

    def __init__(self, web: Web) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=30)

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        self.connection.request("GET", path, headers=headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode()


def by_program(line: Line, person: Person) -> str:
    """What the API tells him: his notification and no other."""
    status, body = line.get("/api/v1/notifications/", Authorization=f"Bearer {person.access}")
    titles = [told["title"] for told in orjson.loads(body)["results"]] if status == 200 else []
    return "right" if titles == [person.title] else f"a program got {status}, {titles}"


def by_browser(line: Line, person: Person) -> str:
    """What the page tells him."""
    status, page = line.get("/notifications/", Cookie=person.cookie)
    titles = set(re.findall(r"For number \d+", page))
    right = status == 200 and titles == {person.title} and person.email in page
    return "right" if right else f"a browser got {status}, {titles}"


def by_stranger(line: Line, _: Person) -> str:
    """Nobody, after somebody on the same connection."""
    status, _body = line.get("/api/v1/notifications/")
    return "refused" if status == 401 else f"a stranger got {status}"


def of_one_thread(number: int, requests: int, webs: tuple[Web, Web], crowd: list[Person]) -> Counter[str]:
    lot, lines = random.Random(number), [Line(web) for web in webs]  # noqa: S311 - lots, no secrets
    became = Counter[str]()
    for _ in range(requests):
        ask = lot.choices((by_program, by_browser, by_stranger), (14, 4, 2))[0]
        became[ask(lot.choice(lines), lot.choice(crowd))] += 1
    for line in lines:
        line.connection.close()
    return became


def test_requests_of_fifty_people_are_each_answered_as_himself(
    webs: tuple[Web, Web], crowd: list[Person], pytestconfig: pytest.Config
) -> None:
    each: int = pytestconfig.getoption("requests") // THREADS
    with ThreadPoolExecutor(THREADS) as pool:
        became = sum(pool.map(lambda number: of_one_thread(number, each, webs, crowd), range(THREADS)), Counter[str]())

    assert set(became) == {"right", "refused"}, became
    assert became.total() == each * THREADS

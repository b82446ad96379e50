"""How long each step of the desk takes on a running product: `python -m bench.desk [http://localhost:8000]`.

A pilot of the demo uploads two invented policies, of 2 and of 400 pages, which the product reads; an approver then steps
through both in turn. Each figure is the median over a connection that is kept, the answer's last byte included; beside it is
the same step in the short policy, and the product's smallest page as a yardstick. Needs the demo's people: `make run`.
"""

import re
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx

PASSWORD = "demo-pass-117"  # noqa: S105 - the demo's, as the README gives it
SIZES = (2, 400)
ROUNDS = 25
READING_SECONDS = 300
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
RULE = re.compile(r"/rules/(?P<rule>[0-9a-f-]{36})/accept/.*?name=\"version\" value=\"(?P<version>\d+)\"", re.DOTALL)


def policy(pages: int) -> bytes:
    """On every page two or three limits between other sentences: 400 pages make 1,000 proposals."""
    texts = []
    for number in range(1, pages + 1):
        limits = [
            f"1. A Pilot's duty period shall not exceed {8 + number % 7} hours in base {number}.",
            f"2. Rest before such a duty period shall be no less than {9 + number % 5} hours.",
            f"3. A Pilot shall have at least {3 + number % 9} days off in each month.",
        ]
        kept = limits if number % 2 else limits[:2]
        texts.append(f"Section {number}\nRules of base {number}\n\nA. Limits\n\n" + "\n\n".join(kept))
    return f"\f{time.time_ns()}\n".join(texts).encode()


def uploaded(address: str, pages: int) -> str:
    """The id of a policy that was uploaded, read and submitted."""
    with httpx.Client(base_url=f"{address}/api/v1/", timeout=60) as api:
        given = (
            api.post("auth/token/", json={"email": "pilot@demo.test", "password": PASSWORD}).raise_for_status().json()
        )
        api.headers["Authorization"] = f"Bearer {given['access']}"
        fields = {
            "airline": "CSC",
            "contract_type": "policy",
            "contract_version": f"bench-{time.time_ns()}"[-30:],
            "title": f"Policy of {pages} pages",
            "effective_date": "2027-01-01",
        }
        document = {"document": ("policy.txt", policy(pages), "text/plain")}
        contract = api.post("contracts/", data=fields, files=document).raise_for_status().json()["id"]
        deadline = time.monotonic() + READING_SECONDS
        while api.get(f"contracts/{contract}/extraction/").json()["status"] != "succeeded":
            if time.monotonic() > deadline:
                raise SystemExit(f"The policy of {pages} pages was not read within {READING_SECONDS} s.")
            time.sleep(0.5)
        api.post(f"contracts/{contract}/submit/", json={}).raise_for_status()
    return str(contract)


@dataclass
class Desk:
    """An approver's browser at one contract."""

    browser: httpx.Client
    contract: str
    spent: dict[str, list[float]] = field(default_factory=dict)

    def timed(self, step: str, ask: Callable[[], httpx.Response]) -> httpx.Response:
        begun = time.perf_counter()
        answer = ask()
        self.spent.setdefault(step, []).append((time.perf_counter() - begun) * 1000)
        if answer.status_code not in {200, 302}:
            raise SystemExit(f"{step}: {answer.status_code} {answer.text[:300]}")
        return answer

    def look(self, step: str, **query: object) -> httpx.Response:
        path = f"/admin/contracts/pilotcontract/{self.contract}/review/?{urlencode(query)}"
        return self.timed(step, lambda: self.browser.get(path))

    def steps(self) -> None:
        """Once through: open, narrow, decide, go on, undo."""
        page = self.look("open", decision="proposed").text
        self.look("turn the page", view=2)
        self.look("narrow to low confidence", confidence="low")
        self.look("narrow to a section", decision="all", section="Section 2")
        found, token = RULE.search(page), TOKEN.search(page)
        if found is None or token is None:
            raise SystemExit("The desk shows no proposal to decide.")
        rule, posted = found["rule"], {"csrfmiddlewaretoken": token[1], "queue": "decision=proposed"}
        root = f"/admin/contracts/pilotcontract/{self.contract}"
        given = {**posted, "version": found["version"]}
        self.timed("accept", lambda: self.browser.post(f"{root}/rules/{rule}/accept/", data=given))
        self.look("the next after it", decision="proposed", after=rule, last=rule)
        self.timed("undo", lambda: self.browser.post(f"{root}/desk/undo/", data=posted))


def signed_in(address: str) -> httpx.Client:
    browser = httpx.Client(base_url=address, timeout=60, headers={"Referer": address})
    token = TOKEN.search(browser.get("/admin/login/").text)
    given = {
        "csrfmiddlewaretoken": token[1] if token else "",
        "username": "approver@demo.test",
        "password": PASSWORD,
    }
    if browser.post("/admin/login/?next=/admin/", data=given).status_code != httpx.codes.FOUND:
        raise SystemExit("The demo's approver cannot sign in there.")
    return browser


def main() -> None:
    address = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"
    browser = signed_in(address)
    desks = [Desk(browser, uploaded(address, pages)) for pages in SIZES]
    plain = Desk(browser, "")
    for _ in range(ROUNDS):
        plain.timed("yardstick", lambda: browser.get("/login/"))
        for desk in desks:
            desk.steps()
    yardstick = statistics.median(plain.spent["yardstick"])
    print(f"the sign-in page: {yardstick:.1f} ms")
    print(f"{'step':26}{'ms':>8}{'worst':>8}{'of the yardstick':>18}{'of 2 pages':>12}")
    short, long = (desk.spent for desk in desks)
    for step, spent in long.items():
        median, beside = statistics.median(spent), statistics.median(short[step])
        print(f"{step:26}{median:8.1f}{max(spent):8.1f}{median / yardstick:18.2f}{median / beside:12.2f}")


if __name__ == "__main__":
    main()

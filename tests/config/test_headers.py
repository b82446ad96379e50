"""The headers of every answer: each route of the site is asked, as nobody and as an administrator, whatever it answers."""

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from config.headers import DATA_POLICY, PERMISSIONS
from config.messages import HostCookieStorage
from tests import production
from tests.accounts.callers import calling_as
from tests.production import ROOT

SAMPLES = {"int": "1", "uuid": str(UUID(int=117)), "slug": "one", "str": "one", "path": "one"}
IN_PRODUCTION = {
    "SECURE_SSL_REDIRECT": True,
    "SECURE_REDIRECT_EXEMPT": [r"^health/$"],
    "SECURE_HSTS_SECONDS": 365 * 24 * 3600,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    "SESSION_COOKIE_NAME": "__Host-session",
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_NAME": "__Host-csrf",
    "CSRF_COOKIE_SECURE": True,
    "DEVICE_COOKIE_NAME": "__Host-known_device",
    "MESSAGE_STORAGE": "config.messages.HostStorage",
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
}
ORIGIN = {"Origin": "https://elsewhere.test"}


def _addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    """Every route with samples in the place of its parameters."""
    for pattern in patterns:
        converters = pattern.pattern.converters
        route = str(pattern.pattern)
        if route.startswith("^") or "(?P" in route:
            route = _sample_of_expression(route)
        for name, converter in converters.items():
            kind = next(kind for kind in SAMPLES if type(converter).__name__.lower().startswith(kind[:3]))
            route = re.sub(rf"<(?:\w+:)?{name}>", SAMPLES[kind], route)
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, before + route)
        else:
            yield before + route


def _sample_of_expression(route: str) -> str:
    route = re.sub(r"\(\?P<(\w+)>[^()]*(?:\([^()]*\)[^()]*)*\)", "one", route)
    return route.strip("^").replace(r"\Z", "").replace("$", "").replace("\\", "")


ADDRESSES = sorted(set(_addresses(get_resolver().url_patterns)))


def directives(answer: Any) -> dict[str, str]:
    parts = [part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";")]
    return {name: value for name, _, value in parts}


def faults_of(answer: Any) -> list[str]:
    """What an answer's headers lack, and what they have too much of."""
    found = [f"{name}: {answer.get(name)}" for name, value in ALWAYS.items() if answer.get(name) != value]
    policy = directives(answer)
    for name, allowed in (("base-uri", "'none'"), ("frame-ancestors", "'none'"), ("default-src", "'none'")):
        if policy.get(name) != allowed:
            found.append(f"{name} {policy.get(name)}")
    if policy.get("form-action") not in {"'self'", "'none'"}:
        found.append(f"form-action {policy.get('form-action')}")
    found += [name for name in answer.headers if name.startswith("Access-Control-")]
    if answer.status_code == 500:
        found.append("a fault")
    return found


def test_what_is_tried_here_is_what_production_sets() -> None:
    asked = f"import json; from django.conf import settings; print(json.dumps([getattr(settings, n) for n in {[*IN_PRODUCTION]}]))"

    done = production.run("shell", "--no-imports", "-c", asked)

    assert dict(zip(IN_PRODUCTION, json.loads(done.stdout), strict=True)) == IN_PRODUCTION


@pytest.mark.django_db
@override_settings(**IN_PRODUCTION)
@pytest.mark.parametrize("who", ["nobody", "administrator"])
def test_every_route_has_them_and_lets_no_other_origin_in(who: str, administrator: User) -> None:
    page, program = Client(headers=ORIGIN), calling_as(administrator if who == "administrator" else None)
    if who == "administrator":
        page.force_login(administrator)
    faults: dict[str, list[str]] = {}

    for address in ADDRESSES:
        asking = program if address.startswith("/api/") else page
        for method in ("get", "post", "options", "trace"):
            answer = asking.generic(method.upper(), address, secure=True, headers=ORIGIN)
            if found := faults_of(answer):
                faults[f"{method} {address}"] = found

    assert len(ADDRESSES) > 150
    assert faults == {}


@pytest.mark.django_db
@override_settings(**IN_PRODUCTION)
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/nowhere/", 404),
        ("/api/v1/nowhere/", 404),
        ("/api/v1/contracts/", 401),
        ("/contracts/", 302),
        ("/static/bell.css", 200),
        ("/static/nowhere.css", 404),
    ],
)
def test_refusals_redirects_and_static_files_have_them_too(address: str, status: int) -> None:
    answer = Client().get(address, secure=True)
    answer.close()

    assert answer.status_code == status
    assert faults_of(answer) == []


@override_settings(**IN_PRODUCTION, ALLOWED_HOSTS=["contracts.test"])
def test_a_foreign_host_and_a_redirect_to_https_have_them() -> None:
    foreign = Client().get("/login/", headers={"host": "evil.test"}, secure=True)
    plain = Client().get("/login/", headers={"host": "contracts.test"})

    assert (foreign.status_code, plain.status_code) == (400, 301)
    assert faults_of(foreign) == []
    assert faults_of(plain) == ["Strict-Transport-Security: None"]  # browsers heed it over HTTPS alone


@pytest.mark.django_db
@override_settings(**IN_PRODUCTION)
def test_whoever_stands_beside_us_asks_for_health_in_the_clear() -> None:
    assert Client().get("/health/").status_code == 200


@pytest.mark.django_db
def test_pages_run_scripts_with_their_own_nonce_alone() -> None:
    client = Client()
    first, second = client.get("/regulations/limits/"), client.get("/regulations/limits/")

    policy = directives(first)
    nonce = re.fullmatch(r"'nonce-([A-Za-z0-9+/=]{22,})'", policy["script-src"])
    scripts = re.findall(r"<script[^>]*>", first.content.decode())

    assert nonce is not None
    assert scripts
    assert all(f'nonce="{nonce[1]}"' in script for script in scripts)
    assert policy["style-src"] == "'self'"
    assert policy["object-src"] == "'none'"
    assert "unsafe" not in first["Content-Security-Policy"]
    assert policy["script-src"] != directives(second)["script-src"]


def test_no_template_outside_the_admin_has_a_script_without_nonce_or_a_style_of_its_own() -> None:
    faults = []
    for path in (ROOT / "templates").rglob("*.html"):
        text, place = path.read_text(), path.relative_to(ROOT / "templates")
        if place.parts[0] == "mail":
            continue  # mail programs know no stylesheets, and no policy of ours
        scripts = re.findall(r"<script\b[^>]*>", text)
        if place.parts[0] != "admin" and any('nonce="{{ request.csp_nonce }}"' not in script for script in scripts):
            faults.append(f"{place}: a script without nonce")
        if any("src=" not in script for script in scripts) or re.search(r"""\son[a-z]+=["']|javascript:""", text):
            faults.append(f"{place}: an inline script")
        if re.search(r"\sstyle=[\"']|<style\b", text):
            faults.append(f"{place}: an inline style")

    assert faults == []


@pytest.mark.django_db
def test_the_admin_is_as_strict_as_its_pages_allow(administrator: User, client: Client) -> None:
    client.force_login(administrator)

    policy = directives(client.get("/admin/"))

    assert policy["script-src"] == "'self' 'unsafe-eval'"
    assert policy["style-src"] == "'self' 'unsafe-inline'"
    assert (policy["default-src"], policy["object-src"]) == ("'none'", "'none'")


@pytest.mark.django_db
@override_settings(**IN_PRODUCTION)
def test_every_cookie_is_for_this_host_alone_over_https_and_out_of_scripts_reach(pilot_user: User) -> None:
    pilot_user.set_password("a good long password")
    pilot_user.save()
    client = Client()

    client.get("/login/", secure=True)
    form = {"username": pilot_user.email, "password": "a good long password"}
    answer = client.post("/login/", form, secure=True)

    assert answer.status_code == 302
    assert {"__Host-session", "__Host-csrf"} <= set(client.cookies)
    for name, cookie in client.cookies.items():
        assert name.startswith("__Host-")
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["path"] == "/"
        assert not cookie["domain"]
        assert cookie["samesite"] == "Lax"


def test_messages_between_pages_have_such_a_cookie_too() -> None:
    with override_settings(**IN_PRODUCTION):
        storage, response = HostCookieStorage(RequestFactory().get("/")), HttpResponse()
        storage.add(20, "Written.")
        storage.update(response)

        cookie = response.cookies["__Host-messages"]
        assert cookie["secure"]
        assert cookie["httponly"]


@pytest.mark.django_db
def test_what_depends_on_who_asks_is_stored_nowhere(pilot_user: User, client: Client) -> None:
    client.force_login(pilot_user)

    page, login, answer = client.get("/"), Client().get("/login/"), calling_as(pilot_user).get("/api/v1/contracts/")

    assert page["Cache-Control"] == "private, no-store"
    assert "no-store" in login["Cache-Control"]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_signing_out_clears_what_the_browser_kept(pilot_user: User, client: Client) -> None:
    client.force_login(pilot_user)

    answer = client.post("/logout/")

    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in client.get("/")


@pytest.mark.django_db
def test_a_form_from_elsewhere_changes_nothing(pilot_user: User) -> None:
    client = Client(enforce_csrf_checks=True, headers=ORIGIN)
    client.force_login(pilot_user)

    answer = client.post("/logout/")

    assert answer.status_code == 403
    assert client.get("/contracts/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/api/v1/regulations/rules/", "/login/", "/static/bell.css"])
def test_a_preflight_gets_no_permission(address: str) -> None:
    asked = {**ORIGIN, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}

    answer = Client().options(address, headers=asked)
    answer.close()

    assert not [name for name in answer.headers if name.startswith("Access-Control-")]


@pytest.mark.django_db
def test_data_is_sandboxed_where_a_browser_shows_it() -> None:
    answer = Client().get("/api/v1/regulations/rules/")

    assert answer["Content-Security-Policy"] == DATA_POLICY
    assert "sandbox" in directives(answer)

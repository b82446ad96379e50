"""The plain lookup, answered in one round trip to Redis where everything that it needs to know is there (ADR 0047).

It says yes or nothing: whatever is missing, unusual, refused or over its limit is left to Django and the view, which ask
PostgreSQL and say why not. Who may read which pilot's rules is `Pilot.objects.visible_to` and `ReadsRules`, said once more
over facts; tests hold the two against one another.
"""

import time
from contextlib import suppress
from functools import cache, lru_cache
from http import HTTPStatus

from django.core.cache import cache as django_cache
from django.db import connection

from accounts.facts import ClientFact, caller_seconds, callers_read, client_subject, session_subject
from accounts.models import Scope
from accounts.networks import admits
from accounts.tokens import Claims, TokenInvalid, read_access_token
from config import requests
from config.api.front import Application, Environ, Front, Ready
from config.api.throttles import CLIENT, COUNTED, PERSON, Window
from config.facts import FACT_SECONDS, FactsUnavailable, facts_ask, facts_learn
from config.thin_redis import command
from contracts.publication.counting import Measure, uses
from contracts.publication.entity_tags import gzip_tag, is_known
from contracts.publication.facts import NO_CONTRACT, PUBLISHED, pilot_subject, pilots_read, published_read
from contracts.publication.lookup import beginning, tag_of
from contracts.publication.prepared import Prepared, memory, prepare

_PUBLISHED = PUBLISHED.encode()
_JSON = frozenset({"", "*/*", "application/json", "application/json, */*", "application/json, text/plain, */*"})
_HEADERS = [("Cache-Control", "private, no-cache"), ("Vary", "Authorization, Accept-Encoding")]
_CONTENT_TYPE = ("Content-Type", "application/json")
_GZIP = ("Content-Encoding", "gzip")
_LONGEST_ENCODINGS = 200


def lookups_first(behind: Application) -> Front:
    """The WSGI application that answers plain lookups itself and leaves everything else to `behind`."""
    pattern, example = r"/api/v1/pilots/([A-Za-z0-9._-]{1,64})/rules/", "/api/v1/pilots/P-117/rules/"
    return Front(behind, pattern=pattern, example=example, answer=quick_answer)


def quick_answer(environ: Environ, pilot_id: str) -> Ready | None:
    """The answer, or None where the usual way has to be gone."""
    claims = _claims(environ)
    if claims is None or connection.in_atomic_block:
        return None
    try:
        return _answer(environ, claims, pilot_id)
    except FactsUnavailable:
        return None


def _claims(environ: Environ) -> Claims | None:
    """What the token says, where the request is the plain one."""
    plain = not environ.get("QUERY_STRING") and environ.get("HTTP_ACCEPT", "") in _JSON
    authorization: str = environ.get("HTTP_AUTHORIZATION", "")
    if not plain or environ.get("CONTENT_LENGTH") not in {None, "", "0"} or not authorization.startswith("Bearer "):
        return None
    try:
        return read_access_token(authorization[7:])
    except TokenInvalid:
        return None


def _answer(environ: Environ, claims: Claims, pilot_id: str) -> Ready | None:
    window = _window(claims)
    counting = [_counting(window)] if window is not None else []
    subjects = (_PUBLISHED, _caller_subject(claims), pilot_subject(pilot_id).encode())
    (word, caller, pilot), replies = facts_ask(subjects, *counting)
    count = replies[-1] if replies else None
    if window is not None and count == 1:
        django_cache.touch(window.key, 2 * window.seconds)
    if window is not None and caller is None:
        with suppress(ValueError):  # Redis went away, and the count with it
            django_cache.decr(window.key)  # perhaps nobody: whoever is let in after all is counted then
    elif count is not None:
        environ[COUNTED] = count
    if word is None or caller is None or pilot is None:
        _learn(subjects, (word, caller, pilot))
        return None
    owner, airline, assigned = pilot.split(b" ")
    if not _may_read(claims, caller, owner, airline):
        return None
    if window is None:
        _client_keys[claims.subject] = _client(caller).key
        return None
    if not isinstance(count, int) or count > window.limit:
        return None
    return _remembered(environ, word, pilot_id, airline, assigned)


def _caller_subject(claims: Claims) -> bytes:
    subject = client_subject(claims.subject) if claims.session is None else session_subject(claims.session)
    return subject.encode()


def _learn(subjects: tuple[bytes, bytes, bytes], known: tuple[bytes | None, bytes | None, bytes | None]) -> None:
    """Have written down what nobody has yet: the next one is answered at once."""
    readers = ((published_read, FACT_SECONDS), (callers_read, caller_seconds()), (pilots_read, FACT_SECONDS))
    for subject, fact, (read, seconds) in zip(subjects, known, readers, strict=True):
        if fact is None:
            facts_learn([subject], read, seconds=seconds)


def _may_read(claims: Claims, caller: bytes, owner: bytes, airline: bytes) -> bool:
    """A person reads his own, while his session lasts; a client with `rules:read` those of its airlines, from its networks."""
    if claims.session is None:
        client = _client(caller)
        is_let_in = Scope.RULES_READ in client.scopes and airline in client.airlines
        return is_let_in and admits(client.networks, requests.current().address)
    account, ends_at = caller.split(b" ")
    return account == owner == claims.subject.encode() and float(ends_at) > time.time()


# A client's counter is named by its key, which its tokens do not say. It never changes.
_client_keys: dict[str, str] = {}


@lru_cache(maxsize=256)
def _client(fact: bytes) -> ClientFact:
    return ClientFact.of(fact)


def _window(claims: Claims) -> Window | None:
    """Where the request is counted; None for a client whose key is not known yet."""
    if claims.session is not None:
        return Window.now(PERSON, claims.subject)
    key = _client_keys.get(claims.subject)
    return Window.now(CLIENT, key) if key is not None else None


def _counting(window: Window) -> bytes:
    """What `WindowThrottle` does, as a command of the same round trip. The window's first request lets the counter expire."""
    return command(b"INCR", f"{_cache_prefix()}{window.key}".encode())


@cache
def _cache_prefix() -> str:
    return str(django_cache.make_key(""))


def _remembered(environ: Environ, word: bytes, pilot_id: str, airline: bytes, assigned: bytes) -> Ready | None:
    """From this process's memory, which is filled where it has nothing under that word."""
    found = memory.answer(word, airline, assigned)
    if found is None:
        prepared = prepare(airline, None if assigned == NO_CONTRACT else assigned)
        if prepared is None:
            return None
        place, day, answer = found = prepared
        memory.keep(word, airline, assigned, day, place, answer)
    place, day, answer = found
    uses.add(Measure.LOOKUPS, answer.contracts, day)
    return _ready(environ, place.code, pilot_id, answer)


def _ready(environ: Environ, airline_code: str, pilot_id: str, answer: Prepared) -> Ready:
    plain = tag_of(pilot_id, airline_code, answer.digest)
    zipped = gzip_tag(plain)
    takes_gzip = _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")[:_LONGEST_ENCODINGS])
    headers = [*_HEADERS, ("ETag", zipped if takes_gzip else plain)]
    if is_known(environ.get("HTTP_IF_NONE_MATCH"), plain, zipped):
        return Ready(HTTPStatus.NOT_MODIFIED, headers)
    start = beginning(pilot_id, airline_code)
    if takes_gzip:
        return Ready(HTTPStatus.OK, [*headers, _CONTENT_TYPE, _GZIP], answer.gzip.with_beginning(start))
    return Ready(HTTPStatus.OK, [*headers, _CONTENT_TYPE], start + answer.body)


@lru_cache(maxsize=64)
def _takes_gzip(accepted: str) -> bool:
    """Whether `Accept-Encoding` names gzip without refusing it."""
    for part in accepted.lower().split(","):
        name, _, weight = part.strip().partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False

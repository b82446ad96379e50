"""The plain lookup, answered in one round trip to Redis where everything that it needs to know is there (ADR 0047).

It says yes or nothing: whatever is missing, unusual, refused or over its limit is left to the view behind it, which asks
PostgreSQL and says why not. Who may read which pilot's rules is `Pilot.objects.visible_to` and `ReadsRules`, said once more
over facts; tests hold the two against one another.
"""

import time
from functools import cache, lru_cache

from django.core.cache import cache as django_cache
from django.db import connection
from django.http import HttpRequest, HttpResponse

from accounts.facts import ClientFact, callers_read, client_subject, session_subject
from accounts.models import Scope
from accounts.tokens import Claims, TokenInvalid, read_access_token
from config.api.throttles import CLIENT, COUNTED, PERSON, Window
from config.facts import FactsUnavailable, facts_ask, facts_learn
from config.thin_redis import command
from contracts.publication.counting import Measure, uses
from contracts.publication.entity_tags import gzip_tag, is_known
from contracts.publication.facts import NO_CONTRACT, PUBLISHED, pilot_subject, pilots_read, published_read
from contracts.publication.lookup import beginning, tag_of
from contracts.publication.prepared import Prepared, memory, prepare

_PUBLISHED = PUBLISHED.encode()
_JSON = frozenset({"", "*/*", "application/json", "application/json, */*", "application/json, text/plain, */*"})
_HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Accept-Encoding"}


def quick_answer(request: HttpRequest, pilot_id: str) -> HttpResponse | None:
    """The answer, or None where the usual way has to be gone."""
    claims = _claims(request)
    if claims is None or connection.in_atomic_block:
        return None
    try:
        return _answer(request, claims, pilot_id)
    except FactsUnavailable:
        return None


def _claims(request: HttpRequest) -> Claims | None:
    """What the token says, where the request is the plain one."""
    meta = request.META
    plain = request.method == "GET" and not meta.get("QUERY_STRING") and meta.get("HTTP_ACCEPT", "") in _JSON
    authorization: str = meta.get("HTTP_AUTHORIZATION", "")
    if not plain or meta.get("CONTENT_LENGTH") not in {None, "", "0"} or not authorization.startswith("Bearer "):
        return None
    try:
        return read_access_token(authorization[7:])
    except TokenInvalid:
        return None


def _answer(request: HttpRequest, claims: Claims, pilot_id: str) -> HttpResponse | None:
    window = _window(claims)
    counting = _counting(window) if window is not None else ()
    subjects = (_PUBLISHED, _caller_subject(claims), pilot_subject(pilot_id).encode())
    (word, caller, pilot), replies = facts_ask(subjects, *counting)
    count = replies[-1] if replies else None
    if count is not None:
        setattr(request, COUNTED, count)
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
    return _remembered(request, word, pilot_id, airline, assigned)


def _caller_subject(claims: Claims) -> bytes:
    subject = client_subject(claims.subject) if claims.session is None else session_subject(claims.session)
    return subject.encode()


def _learn(subjects: tuple[bytes, bytes, bytes], known: tuple[bytes | None, bytes | None, bytes | None]) -> None:
    """Have written down what nobody has yet: the next one is answered at once."""
    for subject, fact, read in zip(subjects, known, (published_read, callers_read, pilots_read), strict=True):
        if fact is None:
            facts_learn([subject], read)


def _may_read(claims: Claims, caller: bytes, owner: bytes, airline: bytes) -> bool:
    """A person reads his own, while his session lasts; a client with `rules:read` those of the airlines that it serves."""
    if claims.session is None:
        client = _client(caller)
        return Scope.RULES_READ in client.scopes and airline in client.airlines
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


def _counting(window: Window) -> tuple[bytes, bytes]:
    """What `WindowThrottle` does, as commands of the same round trip."""
    key = f"{_cache_prefix()}{window.key}".encode()
    return command(b"SET", key, b"0", b"EX", b"%d" % (2 * window.seconds), b"NX"), command(b"INCR", key)


@cache
def _cache_prefix() -> str:
    return str(django_cache.make_key(""))


def _remembered(
    request: HttpRequest, word: bytes, pilot_id: str, airline: bytes, assigned: bytes
) -> HttpResponse | None:
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
    return _response(request, place.code, pilot_id, answer)


def _response(request: HttpRequest, airline_code: str, pilot_id: str, answer: Prepared) -> HttpResponse:
    tag = plain = tag_of(pilot_id, airline_code, answer.digest)
    headers = _HEADERS
    zipped = _takes_gzip(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    if zipped:
        tag = gzip_tag(plain)
    if is_known(request.META.get("HTTP_IF_NONE_MATCH"), plain, gzip_tag(plain)):
        response = HttpResponse(status=304, headers=headers)
        del response.headers["Content-Type"]
    else:
        start = beginning(pilot_id, airline_code)
        body = answer.gzip.with_beginning(start) if zipped else start + answer.body
        response = HttpResponse(body, content_type="application/json", headers=headers)
        if zipped:
            response.headers["Content-Encoding"] = "gzip"
    response.headers["ETag"] = tag
    return response


@lru_cache(maxsize=64)
def _takes_gzip(accepted: str) -> bool:
    """Whether `Accept-Encoding` names gzip without refusing it."""
    for part in accepted.lower().split(","):
        name, _, weight = part.strip().partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False

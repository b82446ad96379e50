"""Answers as this process remembers them: whole but for the pilot's own members, and gzipped.

What is remembered is named by the `published` fact that stood while it was read, so that it is never used under another.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.models import Airline
from config.door import as_product
from contracts.publication.compression import GzipEnd, array_gzip, array_inside, is_laid_out, stored
from contracts.publication.in_force import Wording, in_force_at, wordings
from contracts.publication.lookup import before_rules, digest_of

MAXIMUM_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """What lookups need to know of an airline."""

    code: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Prepared:
    """The rest of an answer, the same for all pilots of an airline who are assigned alike."""

    digest: str
    contracts: tuple[UUID, ...]
    body: bytes
    gzip: GzipEnd

    @property
    def size(self) -> int:
        """About the bytes that it takes: the body, its gzip, and the tables of its checksum."""
        return len(self.body) + self.gzip.size + 40_000


class _Shelf:
    """What is remembered under one `published` word."""

    def __init__(self, word: bytes) -> None:
        self.word = word
        self.bytes = 0
        self.places: dict[bytes, Place] = {}
        self.answers: dict[tuple[bytes, bytes, date], Prepared] = {}


class Memory:
    """What one process remembers, the oldest forgotten first. Under another word it begins anew."""

    def __init__(self, maximum_bytes: int = MAXIMUM_BYTES) -> None:
        self._maximum = maximum_bytes
        self._lock = threading.Lock()
        self._shelf = _Shelf(b"")

    def answer(self, word: bytes, airline: bytes, assigned: bytes) -> tuple[Place, date, Prepared] | None:
        """What is remembered under that word of pilots of the airline on its present day."""
        shelf = self._shelf
        place = shelf.places.get(airline)
        if shelf.word != word or place is None:
            return None
        day = datetime.now(place.zone).date()
        found = shelf.answers.get((airline, assigned, day))
        return (place, day, found) if found is not None else None

    def keep(self, word: bytes, airline: bytes, assigned: bytes, day: date, place: Place, found: Prepared) -> None:
        """Remember it under the word that stood before any of it was read."""
        with self._lock:
            shelf = self._shelf if self._shelf.word == word else _Shelf(word)
            shelf.places[airline] = place
            if (airline, assigned, day) not in shelf.answers:
                shelf.answers[airline, assigned, day] = found
                shelf.bytes += found.size
            while shelf.bytes > self._maximum and len(shelf.answers) > 1:
                shelf.bytes -= shelf.answers.pop(next(iter(shelf.answers))).size
            self._shelf = shelf


memory = Memory()


@as_product("in front of Django nobody is known to PostgreSQL; who may read was asked of facts")
def prepare(airline: bytes, assigned: bytes | None) -> tuple[Place, date, Prepared] | None:
    """Read and put together what pilots of the airline are answered; None while a view is behind."""
    row = Airline.objects.filter(pk=airline.decode()).first()
    if row is None:
        return None
    day = row.today()
    found = in_force_at(airline_id=row.pk, day=day, assigned_id=UUID(assigned.decode()) if assigned else None)
    said = wordings(found) if found.hashes is not None else None
    if said is None or found.hashes is None:
        return None
    before = before_rules(found, said)
    arrays = [wording for wording in said if wording.text.rules != "[]"]
    body = b"".join([before, ",".join(wording.text.rules[1:-1] for wording in arrays).encode(), b"]}"])
    prepared = Prepared(
        digest=digest_of(found, found.hashes),
        contracts=tuple(part.contract_id for part in found.contracts),
        body=body,
        gzip=GzipEnd(body, _deflated(before, arrays)),
    )
    return Place(code=row.code, zone=ZoneInfo(row.time_zone)), day, prepared


def _deflated(before: bytes, arrays: Sequence[Wording]) -> bytes:
    kept = [(wording.text.gzip, wording.text.rules) for wording in arrays]
    insides = [array_inside(gzip if gzip and is_laid_out(gzip) else array_gzip(rules)) for gzip, rules in kept]
    return b"".join([stored(before), stored(b",").join(insides), stored(b"]}")])

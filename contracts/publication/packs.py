"""Rule packs of what is in force: shaped, written and signed, once for as long as the rules stay the same."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from accounts.models import Airline
from config.errors import NotFoundForActor
from config.signing import Signature, SigningKeys
from contracts.packs.content import Content, NotExpressed
from contracts.packs.shapes import SHAPES, Shape
from contracts.packs.writing import MediaType, written
from contracts.publication.binding import BindingRules, Bodies, binding_rules, bodies_of, judged_of
from contracts.publication.counting import Measure, uses
from contracts.publication.entity_tags import entity_tag, is_known
from contracts.publication.memory import Memory

# Part of the tags of all but the native pack in JSON, whose tag is that of its rules, as validation has it.
WRITTEN_AS = "1"


@dataclass(frozen=True, slots=True)
class WrittenPack:
    """The bytes of one pack in one shape and media type, and what they do not say."""

    body: bytes
    not_expressed: tuple[NotExpressed, ...]
    has_room: bool


@dataclass(frozen=True, slots=True)
class PackAnswer:
    """`pack` and `signature` are None where the caller has that pack already."""

    tag: str
    pack: WrittenPack | None
    signature: Signature | None


_packs: Memory[WrittenPack] = Memory(64)


def forget() -> None:
    """What this process remembers of packs."""
    _packs.forget()


def signing_keys() -> SigningKeys:
    """As the settings have them. Raises NoSigningKeys where they have none."""
    return SigningKeys.parsed(settings.PACK_SIGNING_KEYS)


def rule_pack(
    airline: Airline, *, day: date, shape: Shape, media_type: MediaType, if_none_match: str | None
) -> PackAnswer:
    """The pack of what is in force at the airline on `day`. One query where this process knows its rules, two where not.

    Raises:
        NotFoundForActor: no agreement is in force.
    """
    while True:
        found = binding_rules(airline, day=day)
        if found.contract is None:
            raise NotFoundForActor("No agreement is in force at this airline on that day.")
        tag = _tag(found, shape, media_type)
        if is_known(if_none_match, tag):
            _count(found)
            return PackAnswer(tag, None, None)
        pack = _packs.get(tag)
        if pack is None and (bodies := bodies_of(found)) is not None:
            pack = _packs.keep(tag, _written(found, bodies, shape, media_type))
        if pack is not None:
            _count(found)
            return PackAnswer(tag, pack, signing_keys().sign(pack.body))


def _count(found: BindingRules) -> None:
    uses.add(Measure.PACKS, [part.contract_id for part in found.in_force.contracts], found.airline.today())


def _tag(found: BindingRules, shape: Shape, media_type: MediaType) -> str:
    if (shape, media_type) == (Shape.NATIVE, MediaType.JSON):
        return found.tag
    return entity_tag([WRITTEN_AS, found.tag, shape, media_type])


def _written(found: BindingRules, bodies: Bodies, shape: Shape, media_type: MediaType) -> WrittenPack:
    shaped = SHAPES[shape](_content(found, bodies))
    return WrittenPack(written(shaped, media_type), shaped.not_expressed, shaped.has_room)


def _content(found: BindingRules, bodies: Bodies) -> Content:
    header = found.header
    if header is None:
        raise ValueError("without a contract there is no pack")
    expires = header["expiration_date"]
    return Content(
        airline=found.airline.code,
        version=header["contract_version"],
        title=header["title"],
        effective_date=date.fromisoformat(header["effective_date"]),
        expiration_date=None if expires is None else date.fromisoformat(expires),
        etag=found.tag,
        bodies=bodies,
        judged=judged_of(found.tag, bodies).rules,
    )

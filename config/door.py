"""Who acts in a transaction, and as whom it sees: the one place that says so to PostgreSQL.

Its triggers write the actor beside each changed row; its policies show each statement the rows of the identity, and none
where nobody is known (`docs/row-security.md`). A request's own caller is found by itself, for both. Whatever acts for somebody
outside a request says so: `with acting(person): ...`. What has to be done with more than the caller sees, such as telling
reviewers or looking for who signs in, is done `with as_product("why"): ...`; so are all tasks and commands.

`config.database` sends `told()` ahead of the first statement of each transaction, and of each statement outside one, in the
same round trip.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db.models import Model

from config import requests

# The transaction's settings: what the trail writes down, and what policies ask. PostgreSQL forgets them when it ends.
SETTING = "vectorbid.context"
KIND = "vectorbid.kind"
IDENTITY = "vectorbid.identity"
# Who did it where nobody did: a schedule, a command.
PRODUCT = "VectorBid Contracts"


@dataclass(frozen=True, slots=True)
class Acting:
    """Somebody at work: an account, a service client, or with None the product itself. `on_behalf_of` names whom he stands in for."""

    actor: Model | None
    on_behalf_of: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """As whom a transaction sees. `kind` is `person` or `client` with the row's id as `key`, `product`, or empty for nobody."""

    kind: str = ""
    key: str = ""


NOBODY = Identity()
AS_PRODUCT = Identity("product")

_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)
_seeing: ContextVar[Identity | None] = ContextVar("seeing", default=None)
# As whom this process sees outside requests. Web processes have nothing to see there.
_of_process: Identity = NOBODY


@contextmanager
def acting(actor: Model | None, *, on_behalf_of: str = "") -> Iterator[None]:
    """All that the block writes is `actor`'s doing, whoever sent the request."""
    token = _acting.set(Acting(actor, on_behalf_of))
    try:
        yield
    finally:
        _acting.reset(token)


@contextmanager
def as_product(why: str) -> Iterator[None]:
    """The block sees and changes whatever the product may; `why` says what the caller's own eyes would not do for.

    Who acts stays as it was: the trail names the caller.
    """
    with seeing(AS_PRODUCT):
        yield


@contextmanager
def seeing(identity: Identity) -> Iterator[None]:
    """The block sees as `identity`, whoever sent the request."""
    token = _seeing.set(identity)
    try:
        yield
    finally:
        _seeing.reset(token)


def process_is_product() -> None:
    """For commands: what this process does outside requests, the product does."""
    global _of_process  # noqa: PLW0603 - one process, one answer, given when it starts
    _of_process = AS_PRODUCT


def identity_of(who: Model | None) -> Identity:
    """As whom an account or a service client sees; None sees nothing."""
    if who is None:
        return NOBODY
    return Identity("client" if who._meta.model_name == "serviceclient" else "person", str(who.pk))


def is_chosen() -> bool:
    """Whether a block has said as whom it sees."""
    return _seeing.get() is not None


def identity() -> Identity:
    """As whom the next statement sees. Cheap: it is asked before each."""
    chosen = _seeing.get()
    if chosen is not None:
        return chosen
    if requests.is_at_hand():
        return identity_of(requests.caller())
    return _of_process


def context_key() -> tuple[object, ...]:
    """Equal for two moments in which `told` is equal. Cheap: it is asked before each statement."""
    now = _acting.get()
    actor = now.actor if now is not None else requests.caller()
    return (
        identity(),
        requests.current(),
        actor.pk if actor is not None else None,
        type(actor),
        now.on_behalf_of if now is not None else "",
    )


def context_text() -> str:
    """The context as a JSON object: actor (id), label, behalf, request, address, agent. What is not known is left out."""
    now, request = _acting.get(), requests.current()
    actor = now.actor if now is not None else requests.caller()
    said = {
        "actor": str(actor.pk) if actor is not None else "",
        "label": str(actor) if actor is not None else PRODUCT,
        "behalf": now.on_behalf_of if now is not None else "",
        "request": request.request_id,
        "address": request.address or "",
        "agent": request.user_agent.replace("\0", ""),
    }
    return json.dumps({name: value for name, value in said.items() if value}, ensure_ascii=False)


def told() -> dict[str, str]:
    """The settings of a transaction, by name."""
    now = identity()
    return {KIND: now.kind, IDENTITY: now.key, SETTING: context_text()}

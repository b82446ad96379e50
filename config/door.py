"""Who acts in a transaction: the one place that says so to PostgreSQL, whose triggers write it beside each changed row.

A request's own caller is found by itself. Whatever acts for somebody outside a request says so: `with acting(person): ...`.
`config.database` sends `context_text()` ahead of the first statement of each transaction, in the same round trip.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db.models import Model

from config import requests

# The transaction's setting that holds the context. PostgreSQL forgets it when the transaction ends.
SETTING = "vectorbid.context"
# Who did it where nobody did: a schedule, a command.
PRODUCT = "VectorBid Contracts"


@dataclass(frozen=True, slots=True)
class Acting:
    """Somebody at work: an account, a service client, or with None the product itself. `on_behalf_of` names whom he stands in for."""

    actor: Model | None
    on_behalf_of: str = ""


_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)


@contextmanager
def acting(actor: Model | None, *, on_behalf_of: str = "") -> Iterator[None]:
    """All that the block writes is `actor`'s doing, whoever sent the request."""
    token = _acting.set(Acting(actor, on_behalf_of))
    try:
        yield
    finally:
        _acting.reset(token)


def context_key() -> tuple[object, ...]:
    """Equal for two moments whose `context_text` is equal. Cheap: it is asked before each write."""
    now = _acting.get()
    actor = now.actor if now is not None else requests.caller()
    return (
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

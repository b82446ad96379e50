"""One audit entry as a viewer is told of it: what he may not know is not in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an act came from, for those who may know: the caller's address and agent, the request's id, the account."""

    address: str
    user_agent: str
    request_id: str
    account: str


@dataclass(frozen=True, slots=True)
class Entry:
    """`who` is empty where the actor is not told. `is_of_contract` is false for an entry about something else that concerns it."""

    pk: int
    event: str
    who: str
    when: datetime
    reason: str
    changes: Mapping[str, Any]
    details: Mapping[str, Any]
    contract_id: str
    object_pk: str
    object_name: str
    origin: Origin | None = None

    @property
    def is_of_contract(self) -> bool:
        return self.object_pk == self.contract_id

    def before(self, name: str) -> Any:
        """What stood in a field; None where the entry does not say."""
        return self._change(name)[0]

    def after(self, name: str) -> Any:
        return self._change(name)[1]

    def _change(self, name: str) -> tuple[Any, Any]:
        match self.changes.get(name):
            case [before, after]:
                return before, after
            case _:
                return None, None

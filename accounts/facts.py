"""Callers of the API as facts (`config.facts`): who is signed in, which programs may do what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q

from accounts.idleness import shortest_idle_limit
from accounts.models import ServiceClient, SessionKind, UserSession
from config.door import as_product
from config.facts import FACT_SECONDS

SESSION, CLIENT = "session:", "program:"
NO_NETWORK = "-"


def session_subject(session_id: UUID) -> str:
    """The subject of one session: a fact while it is live and its account open."""
    return f"{SESSION}{session_id}"


def client_subject(client_id: str) -> str:
    """The subject of one service client: a fact while it is active."""
    return f"{CLIENT}{client_id}"


@dataclass(frozen=True, slots=True)
class ClientFact:
    """An active service client: its key, scopes, the keys of the airlines that it serves, and the networks that it may call from."""

    key: str
    scopes: frozenset[str]
    airlines: frozenset[bytes]
    networks: tuple[str, ...]

    @classmethod
    def of(cls, fact: bytes) -> "ClientFact":
        """From what `callers_read` wrote."""
        key, scopes, airlines, networks = fact.decode().split(" ")
        return cls(
            key=key,
            scopes=frozenset(scopes.split(",")),
            airlines=frozenset(airlines.encode().split(b",")),
            networks=() if networks == NO_NETWORK else tuple(networks.split(",")),
        )


def caller_seconds() -> int:
    """How long such a fact may live: renewing tokens moves a session's end away, so that it has to be read again before that."""
    return max(1, min(FACT_SECONDS, int(shortest_idle_limit().total_seconds())))


@as_product("facts are for everybody's answers")
def callers_read(subjects: Sequence[bytes]) -> Mapping[bytes, bytes]:
    """The facts of those callers who may come in: a session's account and its end, a client's key, scopes, airlines and networks."""
    names = [subject.decode() for subject in subjects]
    facts: dict[str, str] = {}
    sessions = [name.removeprefix(SESSION) for name in names if name.startswith(SESSION)]
    if sessions:
        live = UserSession.objects.live().filter(kind=SessionKind.API, pk__in=sessions, user__is_active=True)
        for session in live.select_related("user"):
            facts[session_subject(session.pk)] = f"{session.user_id} {session.ends_at.timestamp()}"
    clients = [name.removeprefix(CLIENT) for name in names if name.startswith(CLIENT)]
    if clients:
        active = ServiceClient.objects.filter(client_id__in=clients, is_active=True)
        served = ArrayAgg("airlines", filter=Q(airlines__isnull=False), default=[])
        for client in active.annotate(served=served):
            airlines = ",".join(str(airline) for airline in client.served)
            networks = ",".join(client.networks) or NO_NETWORK
            facts[client_subject(client.client_id)] = f"{client.pk} {','.join(client.scopes)} {airlines} {networks}"
    return {name.encode(): fact.encode() for name, fact in facts.items()}

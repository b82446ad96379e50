"""What a lookup has to know, as facts (`config.facts`): whose pilot it is, where he flies, what he is bound to, and since when."""

import secrets
from collections.abc import Mapping, Sequence

from django.db import connection

from config.door import as_product
from pilots.models import Pilot

# Everything that answers are made of besides the pilot: contracts in force, airlines, the law. Its fact is a random word
# that no other state ever has: what a process remembers under it is true as long as it is the one that Redis holds.
PUBLISHED = "published"
PILOT = "pilot:"
NO_CONTRACT = b"-"

_PILOTS = """
SELECT p.pilot_id, p.user_id, p.airline_id, a.contract_id
FROM pilots p LEFT JOIN pilot_contract_assignments a ON a.pilot_id = p.id AND a.ended_at IS NULL
WHERE p.pilot_id = ANY(%s)
"""


def pilot_subject(pilot_id: str) -> str:
    """The subject of one pilot. Whoever lets pilots change airline or account has to close it as `assignment_set` does."""
    return f"{PILOT}{pilot_id}"


@as_product("facts are for everybody's answers")
def pilots_read(subjects: Sequence[bytes]) -> Mapping[bytes, bytes]:
    """Each pilot's fact: account, airline and assigned contract."""
    with connection.cursor() as cursor:
        cursor.execute(_PILOTS, [[subject.decode().removeprefix(PILOT) for subject in subjects]])
        return {
            pilot_subject(pilot_id).encode(): f"{user} {airline} {contract or NO_CONTRACT.decode()}".encode()
            for pilot_id, user, airline, contract in cursor.fetchall()
        }


def published_read(subjects: Sequence[bytes]) -> Mapping[bytes, bytes]:
    """A word for what is published now."""
    return {subject: secrets.token_hex(8).encode() for subject in subjects}


@as_product("facts are for everybody's answers")
def all_pilots() -> list[str]:
    """Every `pilot_id`."""
    return list(Pilot.objects.order_by("pk").values_list("pilot_id", flat=True))

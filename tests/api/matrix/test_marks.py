"""Object by object and field by field: which words of others each role finds in all that it may read, and in no more.

The world is full of marks, each in one field of one row. A role asks every route of the tables that reads; the marks that
come back are exactly those that the table below gives it.
"""

import pytest

from tests.api.matrix.lines import ADMINISTRATOR, REVIEWERS, SEES, content
from tests.api.matrix.test_matrix import SUBJECTS
from tests.api.world import CLIENTS, PEOPLE, World, undone, world

pytestmark = pytest.mark.django_db

PARTAKING = frozenset({"uploader"}) | REVIEWERS | ADMINISTRATOR
DECIDING = REVIEWERS | ADMINISTRATOR
FOLLOWING = frozenset({"client", "changes client"})

MARKS: dict[str, frozenset[str]] = {
    # Contracts that are not published are known to those who take part; `approved` and `ready` are a reviewer's own.
    "MARK draft": SEES["draft"],
    "MARK in review": SEES["in review"],
    "MARK own in review": SEES["own in review"],
    "MARK ready": SEES["ready"],
    "MARK approved": SEES["approved"],
    "MARK withdrawn": SEES["withdrawn"],
    "MARK reason of the withdrawal": PARTAKING,
    "MARK active": SEES["active"],
    "MARK retired": SEES["retired"],
    "MARK elsewhere": SEES["active elsewhere"],
    # Proposals that nobody has decided on, rejected ones, and what the reading noted, are for those who take part.
    "MARK in review: undecided wording": SEES["in review"],
    "MARK own in review: undecided wording": SEES["own in review"],
    "MARK active: binding wording": SEES["active"],
    "MARK active: rejected wording": PARTAKING,
    "MARK elsewhere: binding wording": SEES["active elsewhere"],
    "MARK elsewhere: rejected wording": ADMINISTRATOR | {"approver elsewhere"},
    "MARK in review: note of the reading": SEES["in review"],
    "MARK original of the active one": SEES["active"],
    "MARK draft: page of the": SEES["draft"],
    "MARK in review: page of the": SEES["in review"],
    "MARK own in review: page of the": SEES["own in review"],
    "MARK ready: page of the": SEES["ready"],
    "MARK withdrawn: page of the": SEES["withdrawn"],
    "MARK retired: page of the": SEES["retired"],
    "MARK elsewhere: page of the": SEES["active elsewhere"],
    # What reviewers write to one another stands on pages alone.
    "MARK comment of a reviewer": frozenset(),
    # Ratings: the hidden one is left to its author, who is none of these, and to administrators.
    "MARK rating": SEES["active"],
    "MARK another's": SEES["active"],
    "MARK hidden rating": ADMINISTRATOR,
    "MARK reason of the hiding": ADMINISTRATOR,
    "MARK reason of a flag": frozenset(),
    "MARK open improvement": SEES["active"],
    "MARK declined improvement": SEES["active"],
    "MARK taken back improvement": DECIDING | {"colleague"},
    "MARK reason of the declining": DECIDING | {"colleague"},
    # Nobody is named but to those who take part in the review, in its history.
    "Ulla Uploader": PARTAKING,
    "ulla@uploader.test": frozenset(),
    "Colin Colleague": frozenset(),
    "P-HOME": FOLLOWING | {"colleague", "rules client", "administrator"},
    "P-AWAY": frozenset({"pilot elsewhere", "client elsewhere"}),
    # Webhooks are their client's own; their secrets and challenges are told to nobody afterwards.
    "MARK-address": frozenset({"client"}),
    "MARK-challenge": frozenset(),
    "MARK answer of a receiver": frozenset({"client"}),
    "whsec_": frozenset(),
    "MARK agent of the uploader": frozenset({"uploader"}),
    "MARK told to the uploader": frozenset({"uploader"}),
}


def test_each_role_reads_its_own_marks_and_no_others() -> None:
    where = world()

    found = {role: _all_that_is_read(where, role) for role in (*PEOPLE, *CLIENTS)}

    wrong = [
        f"{mark!r} is {'read by' if role not in readers else 'missing to'} {role}"
        for mark, readers in MARKS.items()
        for role, read in found.items()
        if (mark in read) != (role in readers)
    ]
    assert not wrong, "\n".join(wrong)


def _all_that_is_read(where: World, role: str) -> str:
    """The bodies of all answers to what only reads."""
    read = []
    for lines in SUBJECTS.values():
        for line in lines:
            if (line.method == "get" or not line.writes) and line.name not in {"schema", "data-export-file"}:
                with undone():
                    read.append(content(line.sent(where, role)).decode())
    return "\n".join(read)

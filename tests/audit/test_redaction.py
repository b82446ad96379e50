"""An erased person leaves the trail, and the trail still verifies; whoever edits it besides is found."""

from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Airline, User
from audit.events import AuditEvent
from audit.models import AuditEntry, AuditRedaction, RowChange
from audit.redaction import ERASED, Erased, OwnRows, trail_redact
from audit.services import entry_record
from config.door import acting
from tests import factories
from tests.audit.trail import tampered, verified
from tests.owner import owning

pytestmark = pytest.mark.usefixtures("transactional_db", "roots_dir")

PSEUDONYM = "erased-0a1b2c3d"
NAME, EMAIL, NUMBER = "Åsa Lindqvist", "ann@flyers.test", "117"


@pytest.fixture
def ann() -> User:
    """Somebody of whom the trail tells in each of its columns."""
    person: User = factories.UserFactory.create(full_name=NAME, email=EMAIL)
    other = factories.UserFactory.create(full_name="Åsa Lindqvist-Berg")
    airline = factories.AirlineFactory.create()
    with transaction.atomic(), acting(person):
        Airline.objects.filter(pk=airline.pk).update(name="Renamed")
        entry_record(
            event=AuditEvent.AIRLINE_UPDATED, actor=person, target=airline, before={"name": "A"}, after={"name": "B"}
        )
    with transaction.atomic(), acting(other, on_behalf_of=NAME):
        Airline.objects.filter(pk=airline.pk).update(metadata={"said": f"Ask {NAME}."})
        entry_record(
            event=AuditEvent.AIRLINE_UPDATED,
            actor=other,
            target=airline,
            reason=f"Wanted by {NAME} <{EMAIL.upper()}>, not by Åsa Lindqvist-Berg or x{EMAIL}; § 117.25 and flight 117.",
            details={"said": [f"{NAME} agrees", {"to": EMAIL}], "id": f"{person.pk}"},
        )
    entry_record(
        event=AuditEvent.USER_UPDATED,
        actor=other,
        target=person,
        before={"full_name": "Ann"},
        after={"full_name": NAME},
    )
    return person


def erased(person: User) -> Erased:
    return Erased(
        person=person.pk,
        pseudonym=PSEUDONYM,
        labels=frozenset({NAME, EMAIL}),
        words=frozenset({NAME, EMAIL, NUMBER}),
    )


def redact(person: User, *, told: bool = True) -> int:
    """As an erasure does, in one transaction."""
    stand_ins = {change.actor_id for change in RowChange.objects.filter(on_behalf_of=NAME) if change.actor_id}
    with transaction.atomic():
        if told:
            entry_record(event=AuditEvent.USER_ERASED, actor=None, target=person)
        return trail_redact(
            erased=erased(person),
            own=[OwnRows("users", frozenset({str(person.pk)}), frozenset({"email", "full_name"}))],
            texts={"airlines": ["metadata"]},
            stand_ins=stand_ins,
            reason="erasure of an account",
        )


def everything() -> str:
    """All that the trail shows, as one text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(t::text, ' ') FROM (SELECT to_jsonb(a) FROM audit_log a UNION ALL "
            "SELECT to_jsonb(r) FROM row_changes r UNION ALL SELECT to_jsonb(d) FROM audit_redactions d) AS t"
        )
        return str(cursor.fetchone()[0])


def test_name_and_address_are_gone_and_the_trail_verifies(ann: User) -> None:
    assert verified().faults == []

    count = redact(ann)

    told = everything()
    assert count == AuditRedaction.objects.count() > 4
    assert EMAIL not in told.lower().replace(f"x{EMAIL}", "")
    assert NAME not in told.replace("Åsa Lindqvist-Berg", "")
    report = verified()
    assert report.faults == []
    assert report.redacted == count


def test_only_what_is_his_is_gone(ann: User) -> None:
    redact(ann)

    by_other = AuditEntry.objects.get(reason__startswith="Wanted")
    assert by_other.reason == (
        f"Wanted by {PSEUDONYM} <{PSEUDONYM}>, not by Åsa Lindqvist-Berg or x{EMAIL}; § 117.25 and flight 117."
    )
    assert by_other.actor_label == "Åsa Lindqvist-Berg"
    assert by_other.additional_data == {"said": [f"{PSEUDONYM} agrees", {"to": PSEUDONYM}], "id": str(ann.pk)}
    own = AuditEntry.objects.get(actor=ann)
    assert (own.actor_label, own.actor_email, own.changes) == (PSEUDONYM, ERASED, {"name": ["A", "B"]})
    assert AuditEntry.objects.get(event=AuditEvent.USER_UPDATED).object_repr == PSEUDONYM
    added = RowChange.objects.get(table_name="users", row_pk=str(ann.pk), operation="insert")
    assert (added.changes["email"], added.changes["full_name"]) == ([None, ERASED], [None, ERASED])
    assert added.changes["role"] == [None, "pilot"]
    behalf = RowChange.objects.get(changes__has_key="metadata", operation="update")
    assert (behalf.on_behalf_of, behalf.changes["metadata"][1]) == (PSEUDONYM, {"said": f"Ask {PSEUDONYM}."})


def test_doing_it_again_changes_nothing(ann: User) -> None:
    redact(ann)

    assert redact(ann, told=False) == 0
    assert verified().faults == []


def test_what_stood_there_cannot_be_guessed_from_its_digest(ann: User) -> None:
    before = {entry.pk: entry.salt for entry in AuditEntry.objects.all()}

    redact(ann)

    assert all(before.values())
    redacted = set(AuditRedaction.objects.filter(log="event").values_list("entry", flat=True))
    assert redacted
    assert {entry.pk for entry in AuditEntry.objects.filter(salt=None)} == redacted


SETTING = '{{"person": "{person}", "pseudonym": "{pseudonym}"}}'


def _run(cursor: Any, said: str, statement: str) -> None:
    """As the owner of the tables: the role that serves may not even try."""
    with owning():
        cursor.execute("SELECT set_config('vectorbid.redaction', %s, true)", [said])
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET reason = 'Nothing.' WHERE reason LIKE 'Wanted%%'",
        "UPDATE audit_log SET reason = reason || ' [erased]' WHERE reason LIKE 'Wanted%%'",
        "UPDATE audit_log SET reason = 'Hated by [erased].' WHERE reason LIKE 'Wanted%%'",
        "UPDATE audit_log SET event = 'user.erased' WHERE reason LIKE 'Wanted%%'",
        "UPDATE audit_log SET actor_label = '[erased]' WHERE reason LIKE 'Wanted%%'",
        "UPDATE audit_log SET timestamp = timestamp + interval '1 second' WHERE reason LIKE 'Wanted%%'",
        "UPDATE audit_log SET digest = '' WHERE reason LIKE 'Wanted%%'",
        "UPDATE audit_log SET additional_data = '{}' WHERE reason LIKE 'Wanted%%'",
        "UPDATE audit_log SET salt = NULL WHERE reason LIKE 'Wanted%%'",
        "UPDATE row_changes SET changes = jsonb_set(changes, '{role,1}', '\"administrator\"') WHERE table_name = 'users'",
        "UPDATE row_changes SET row_pk = '[erased]'",
        "DELETE FROM row_changes",
    ],
)
def test_nothing_passes_but_the_replacement_by_the_pseudonym(ann: User, statement: str) -> None:
    said = SETTING.format(person=ann.pk, pseudonym=PSEUDONYM)
    with pytest.raises(Exception, match="kept as they are"), transaction.atomic(), connection.cursor() as cursor:
        _run(cursor, said, statement.replace("%%", "%"))

    assert verified().faults == []


@pytest.mark.parametrize("pseudonym", ["Bob", "erased-", "erased-0a1b2c3d|.*"])
def test_a_pseudonym_is_one_of_ours(ann: User, pseudonym: str) -> None:
    said = SETTING.format(person=ann.pk, pseudonym=pseudonym)
    with pytest.raises(Exception, match="kept as they are"), transaction.atomic(), connection.cursor() as cursor:
        _run(cursor, said, "UPDATE audit_log SET actor_label = 'Bob' WHERE actor_label = 'Åsa Lindqvist'")


def test_a_redaction_is_of_somebody_who_was_erased(ann: User) -> None:
    redact(ann, told=False)

    assert any("whose account nobody erased" in fault for fault in verified().faults)


FORGED = """
    INSERT INTO audit_redactions (redacted_at, log, entry, entry_batch, entry_position, person, pseudonym, fields, reason,
                                  digest_before, digest_after, batch, position, digest)
    SELECT now(), 'event', id, batch, position, actor_id, 'erased-0a1b2c3d', '{actor_label}', '', digest,
           audit_event_digest(audit_log), batch, position, sha256('x') FROM audit_log WHERE actor_label = 'erased-0a1b2c3d'
"""


@pytest.mark.untold
@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["UPDATE audit_log SET actor_label = 'erased-0a1b2c3d' WHERE actor_label = 'Åsa Lindqvist'"], "was edited"),
        (
            ["UPDATE audit_log SET actor_label = 'erased-0a1b2c3d' WHERE actor_label = 'Åsa Lindqvist'", FORGED],
            "was inserted",
        ),
    ],
)
def test_a_name_that_was_replaced_without_a_redaction_in_the_chain_is_found(
    ann: User, statements: list[str], said: str
) -> None:
    entry_record(event=AuditEvent.USER_ERASED, actor=None, target=ann)
    assert verified().faults == []

    tampered(*statements)

    assert any(said in fault for fault in verified().faults), verified().faults


@pytest.mark.untold
@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE audit_log SET reason = '[erased]' WHERE reason LIKE 'Wanted%'", "left it"),
        ("UPDATE audit_log SET object_repr = 'Bob' WHERE event = 'user.updated'", "nothing is redacted"),
        ("UPDATE audit_log SET batch = batch + 100 WHERE reason LIKE 'Wanted%'", "not there"),
        ("UPDATE audit_redactions SET fields = '{reason}' WHERE fields = '{object_repr,reason}'", "was edited"),
        ("UPDATE audit_redactions SET digest_after = digest_before WHERE log = 'row'", "was edited"),
        ("DELETE FROM audit_redactions WHERE log = 'row'", "was edited"),
        (
            "UPDATE row_changes SET changes = changes || '{\"role\": [null, \"[erased]\"]}' WHERE table_name = 'users'",
            "edited",
        ),
    ],
)
def test_editing_what_was_redacted_is_found(ann: User, statement: str, said: str) -> None:
    redact(ann)
    assert verified().faults == []

    tampered(statement.replace("{object_repr,reason}", "{additional_data.said,reason}"))

    assert any(said in fault for fault in verified().faults), verified().faults


def test_two_people_can_leave_the_same_entry(ann: User) -> None:
    other = User.objects.get(full_name="Åsa Lindqvist-Berg")
    redact(ann)

    with transaction.atomic():
        entry_record(event=AuditEvent.USER_ERASED, actor=None, target=other)
        trail_redact(
            erased=Erased(
                person=other.pk,
                pseudonym="erased-ffffffff",
                labels=frozenset({other.full_name}),
                words=frozenset({other.full_name}),
            ),
            own=[],
            texts={},
            stand_ins=(),
            reason="erasure of an account",
        )

    entry = AuditEntry.objects.get(reason__startswith="Wanted")
    assert "by erased-0a1b2c3d" in entry.reason
    assert "not by erased-ffffffff" in entry.reason
    assert AuditRedaction.objects.filter(log="event", entry=entry.pk).count() == 2
    assert verified().faults == []


def test_numbers_are_looked_for_only_where_they_can_mean_nobody_else(ann: User) -> None:
    def without(word: str, text: str) -> Any:
        return Erased(person=ann.pk, pseudonym=PSEUDONYM, labels=frozenset(), words=frozenset({word})).without(text)

    assert without("117", "FAR 117, at 117") == "FAR 117, at 117"
    assert without("Will", "Will you?") == "Will you?"
    assert without("VB4711", "VB4711 flew VB47110.") == f"{PSEUDONYM} flew VB47110."
    assert without("204711", "a-204711-b 204711") == f"a-204711-b {PSEUDONYM}"

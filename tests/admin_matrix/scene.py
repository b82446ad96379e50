"""The world of `tests.api`, with what only the admin shows, and everybody at the admin's door."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User, UserSession
from audit.events import AuditEvent, SecurityEventKind
from audit.models import RowChange
from audit.services import entry_record, security_event_record
from contracts.models import (
    ContractUsageDay,
    ExtractionMetricsDay,
    ModelProvider,
    ModelRun,
    ReviewGroup,
    ReviewStep,
    RuleCorrection,
)
from pilots.models import Pilot
from regulations.models import RegulatoryRule, RegulatoryTableRow
from tests import factories
from tests.api.world import World, world

# Sent to the admin's sign-in: nobody signed in, a closed account, and people without a desk.
OUTSIDE = ("anonymous", "suspended person", "uploader", "colleague", "pilot elsewhere")
# Whom the admin lets in, in the order in which the tables name their answers.
INSIDE = ("approver", "recusing approver", "approver elsewhere", "administrator")
# What is noted of a refusal, and what is thrown away of a sign-in that is over.
NOTING = (
    "django_session",
    "security_events",
    "security_alerts",
    "row_changes",
    "audit_batches",
    "audit_chain",
    "audit_redactions",
    "seen",
)


def admin_world() -> World:
    """Something of every model that has a page in the admin, and a browser for each role."""
    made = world()
    things, home = made.things, made.home
    approver, administrator = made.callers["approver"], made.callers["administrator"]
    group = ReviewGroup.objects.create(airline=home, name="Lawyers")
    things |= {
        "home": home,
        "person": made.callers["colleague"],
        "client": made.callers["client"],
        "pilot": Pilot.objects.get(user=made.callers["colleague"]),
        "law": RegulatoryRule.objects.earliest("pk"),
        "table row": RegulatoryTableRow.objects.earliest("pk"),
        "group": group,
        "step": ReviewStep.objects.create(airline=made.away, position=1, name="Law", approvals_needed=1),
        "delegation": factories.delegate(approver, factories.reviewer_of(home), days=5),
        "security event": security_event_record(kind=SecurityEventKind.EXPORTED, user=administrator),
        "entry": entry_record(event=AuditEvent.AIRLINE_UPDATED, actor=administrator, target=home),
        "row change": RowChange.objects.earliest("pk"),
        "reading": things["in review"].extraction_runs.get(),
        "usage day": ContractUsageDay.objects.create(contract=things["active"], day=timezone.now().date()),
        "metrics day": ExtractionMetricsDay.objects.create(
            day=timezone.now().date() - timedelta(days=1), airline=home, proposed=1
        ),
        "correction": RuleCorrection.objects.create(
            rule=things["binding"], field="title", before="a", after="b", corrected_by=approver
        ),
    }
    things["key"] = factories.model_credential(home, key="sk-0123456789abcdef", base_url="https://model.example/v1")
    things["model run"] = ModelRun.objects.create(
        extraction_run=things["reading"],
        credential=things["key"],
        provider=ModelProvider.OPENAI_COMPATIBLE,
        model_name="test-model",
    )
    return made


class Door:
    """Browsers of all roles. Each request is sent as if it were the first one: signing out does not sign out the next."""

    def __init__(self, made: World) -> None:
        self._cookies = {role: _cookies(made.callers.get(role)) for role in (*OUTSIDE, *INSIDE)}

    def asked(self, role: str, method: str, address: str, body: Any = None) -> Any:
        """The answer."""
        browser = Client(raise_request_exception=False)
        browser.cookies.load(self._cookies[role])
        return getattr(browser, method)(address, body or {})


def _cookies(person: User | None) -> dict[str, str]:
    browser = Client()
    if person is not None:
        browser.force_login(person)
        # That a sign-in is in use is written once a minute; a refusal is to write nothing, however long the table takes.
        UserSession.objects.filter(user=person).update(last_used_at=timezone.now() + timedelta(hours=1))
    return {name: morsel.value for name, morsel in browser.cookies.items()}


def rows_written_by_table() -> dict[str, int]:
    """How many rows this transaction has written so far in each table where it wrote, rolled back or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(parent.relname, here.relname), sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint "
            "FROM pg_stat_xact_user_tables AS here "
            "LEFT JOIN pg_inherits ON inhrelid = relid LEFT JOIN pg_class AS parent ON parent.oid = inhparent "
            "WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 GROUP BY 1"
        )
        return dict(cursor.fetchall())

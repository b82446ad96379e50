"""Exporting a contract's evidence."""

import tempfile
from typing import IO
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit.events import AuditEvent
from audit.roots import root_sign
from audit.services import entry_record
from config.errors import NotAllowed
from contracts.evidence.bundle import bundle_write
from contracts.models import PilotContract
from contracts.policies import may_export_evidence
from contracts.services.locks import locked_contract

# Up to so many bytes are kept in memory, the rest in a file.
SPOOLED_BYTES = 4 * 1024 * 1024


def evidence_export(*, actor: User | None, contract_id: UUID) -> IO[bytes]:
    """The bundle, opened at its beginning. Without an actor a command exports it, for whoever may run commands here.

    The export is entered first and the chain's head signed after it, so that the bundle leads to a root that covers all of it.

    Raises:
        NotAllowed: for anybody but administrators.
        NotFoundForActor: there is no such contract.
        BadRoot: the folder of roots holds what is no root of ours.
    """
    if actor is not None and not may_export_evidence(actor):
        raise NotAllowed("Evidence is exported by administrators.")
    with transaction.atomic():
        contract = locked_contract(contract_id)
        entry_record(event=AuditEvent.EVIDENCE_EXPORTED, actor=actor, target=contract)
    root_sign()
    file = tempfile.SpooledTemporaryFile(max_size=SPOOLED_BYTES)  # noqa: SIM115 - the caller closes it
    bundle_write(PilotContract.objects.select_related("airline").get(pk=contract_id), file)
    file.seek(0)
    return file

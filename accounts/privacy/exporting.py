"""Copies of one's data: asked for, made by a worker, handed out to their owner for some days, and deleted."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import IO
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerUnavailable

from accounts.factors.policies import require_fresh
from accounts.models import User
from accounts.privacy.models import DataExport, ExportState
from accounts.privacy.writing import copy_write
from audit.events import AuditEvent
from audit.services import entry_record
from config import celery_app
from config.door import as_product
from config.errors import NotFoundForActor, WrongState

# By name: tasks call services, services do not know tasks.
EXPORT_TASK = "accounts.data_export_make"
APART = timedelta(days=1)
KEPT = timedelta(days=3)
ROWS_KEPT = timedelta(days=365)
# A copy that is still queued after this long was lost on its way to a worker.
LOST = timedelta(minutes=2)

logger = structlog.get_logger(__name__)


def export_path(export_id: UUID) -> Path:
    """Where the copy of that id lies, or will."""
    return Path(settings.DATA_EXPORTS_DIR) / f"{export_id}.zip"


@as_product("copies are made and kept by the product")
def export_request(*, actor: User) -> DataExport:
    """Have a copy of the actor's own data made.

    Raises:
        ReauthenticationRequired: unless he has proved himself lately.
        WrongState: where he asked for one within a day.
    """
    require_fresh(actor)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=actor.pk)
        if DataExport.objects.filter(user=user, created_at__gt=timezone.now() - APART).exists():
            raise WrongState("You asked for a copy within the last day. Another can be made a day after it.")
        export = DataExport.objects.create(user=user)
        entry_record(event=AuditEvent.DATA_EXPORT_ASKED, actor=actor, target=export)
        transaction.on_commit(lambda: _queue(export.pk))
    return export


def _queue(export_id: UUID) -> None:
    """Without a broker the sweep finds it."""
    try:
        celery_app.send_task(EXPORT_TASK, args=[str(export_id)])
    except BrokerUnavailable:
        logger.warning("a copy of data waits for the sweep", export=str(export_id))


def export_make(export_id: UUID) -> bool:
    """Write the copy, unless that is done. Returns whether it was. Nobody else makes it meanwhile; a half-written one is written anew."""
    with transaction.atomic():
        queued = DataExport.objects.select_for_update(of=("self",), skip_locked=True).select_related("user")
        export = queued.filter(pk=export_id, state=ExportState.QUEUED, user__is_active=True).first()
        if export is None:
            return False
        written = copy_write(export.user, export_path(export.pk))
        now = timezone.now()
        export.state, export.ready_at, export.expires_at = ExportState.READY, now, now + KEPT
        export.sha256, export.bytes = written.sha256, written.bytes
        export.save(update_fields=["state", "ready_at", "expires_at", "sha256", "bytes"])
    return True


@as_product("copies are made and kept by the product")
def export_open(*, actor: User, export_id: UUID) -> IO[bytes]:
    """The actor's own copy, opened. Each download is entered, and seen by those who guard the product.

    Raises:
        ReauthenticationRequired: unless he has proved himself lately.
        NotFoundForActor: for another's, and for one that is not there yet or any more.
    """
    with transaction.atomic():
        ready = DataExport.objects.select_for_update().filter(
            pk=export_id, user=actor, state=ExportState.READY, expires_at__gt=timezone.now()
        )
        export = ready.first()
        if export is None:
            raise NotFoundForActor("There is no such copy, or it was deleted.")
        require_fresh(actor)
        try:
            file = export_path(export.pk).open("rb")
        except FileNotFoundError as error:
            raise NotFoundForActor("This copy is not where it was put. Ask for another.") from error
        export.taken_at = timezone.now()
        export.save(update_fields=["taken_at"])
        entry_record(event=AuditEvent.DATA_EXPORTED, actor=actor, target=export)
    return file


def exports_sweep() -> int:
    """Make what was lost on its way, delete what has expired and files that no copy has. Returns how many copies were made or deleted."""
    now = timezone.now()
    lost = DataExport.objects.filter(state=ExportState.QUEUED, created_at__lt=now - LOST).values_list("pk", flat=True)
    count = sum(export_make(pk) for pk in lost)
    with transaction.atomic():
        over = DataExport.objects.select_for_update().filter(state=ExportState.READY, expires_at__lte=now)
        for export in over:
            export_path(export.pk).unlink(missing_ok=True)
            export.state = ExportState.EXPIRED
            export.save(update_fields=["state"])
            count += 1
    DataExport.objects.filter(state=ExportState.EXPIRED, created_at__lt=now - ROWS_KEPT).delete()
    _orphans_remove()
    return count


def exports_remove(user: User) -> None:
    """Delete all copies of somebody, and their files once the transaction is done."""
    paths = [export_path(pk) for pk in DataExport.objects.filter(user=user).values_list("pk", flat=True)]
    DataExport.objects.filter(user=user).delete()
    transaction.on_commit(lambda: _unlink(paths))


def _unlink(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _orphans_remove() -> None:
    """Files of copies that are gone, also those that a worker left half-written."""
    known = {str(pk) for pk in DataExport.objects.exclude(state=ExportState.EXPIRED).values_list("pk", flat=True)}
    folder = Path(settings.DATA_EXPORTS_DIR)
    limit = timezone.now().timestamp() - APART.total_seconds()
    for path in folder.glob("*") if folder.is_dir() else ():
        if path.name.removesuffix(".zip") not in known and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)

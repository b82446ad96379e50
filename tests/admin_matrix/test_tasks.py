"""Every Celery task: what it may be given, and for whom it runs. A message that was forged changes nothing."""

import inspect
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from pytest_django import Settings

from accounts.privacy.exporting import EXPORT_TASK
from audit.models import RowChange
from audit.roots import root_sign
from config import celery_app
from config.door import PRODUCT
from contracts.models import ExtractionRun, RunStatus, Webhook
from contracts.services.extraction import RUN_TASK
from tests.admin_matrix.scene import admin_world, rows_written_by_table
from tests.factories import ContractFactory, UserFactory, ready_copy

# What each task is given by whoever queues it. All run for the product: a person's deeds are done in his request.
TASKS: dict[str, tuple[str, ...]] = {
    "accounts.data_export_make": ("export_id",),
    "accounts.data_exports_sweep": (),
    "accounts.erasures_sweep": (),
    "accounts.letters_mail": (),
    "accounts.notifications_mail": (),
    "accounts.security_alerts": (),
    "accounts.security_events_lapse": (),
    "audit.clear": (),
    "audit.months_make": (),
    "audit.root_mail": ("name",),
    "audit.root_of_today": (),
    "audit.verify_trail": (),
    "contracts.activation_sweep": (),
    "contracts.changes_publish": (),
    "contracts.deadlines_sweep": (),
    "contracts.extraction_run": ("run_id",),
    "contracts.extraction_sweep": (),
    "contracts.known_words_clear": (),
    "contracts.lifecycle_sweep": (),
    "contracts.lookups_warm": (),
    "contracts.measures_refresh": (),
    "contracts.measures_sweep": (),
    "contracts.metrics_daily": (),
    "contracts.publication_refresh": (),
    "contracts.publication_sweep": (),
    "contracts.reminders_sweep": (),
    "contracts.uploads_sweep": (),
    "contracts.usage_add_up": (),
    "contracts.webhooks_deliver": (),
}
FORGED = ["", "nonsense", "../../etc/passwd", "0" * 400, "\0", "7b6b8f0c-6d2c-4f64-9a3b-3f7d0a3c5e11"]


def ours() -> dict[str, Any]:
    """The tasks that a worker has, but for Celery's own."""
    celery_app.loader.import_default_modules()
    return {name: task for name, task in celery_app.tasks.items() if not name.startswith("celery.")}


def test_every_task_has_a_line() -> None:
    assert set(ours()) == set(TASKS)


def test_every_task_takes_what_its_line_says_and_nothing_else() -> None:
    taken = {name: tuple(inspect.signature(task.run).parameters) for name, task in ours().items()}

    assert taken == TASKS


def test_only_json_is_read_from_the_queue() -> None:
    assert celery_app.conf.accept_content == ["json"]
    assert celery_app.conf.task_serializer == "json"


def test_every_task_in_the_schedule_is_there_and_needs_nothing() -> None:
    scheduled = {entry["task"]: entry.get("args", ()) for entry in celery_app.conf.beat_schedule.values()}

    assert all(TASKS[name] == () and tuple(given) == () for name, given in scheduled.items())


@pytest.fixture
def roots(settings: Settings, tmp_path: Path) -> Path:
    settings.AUDIT_ROOTS_DIR = tmp_path / "roots"
    settings.AUDIT_ROOTS_MAIL = "keeper@roots.test"
    return tmp_path / "roots"


@pytest.mark.django_db
@pytest.mark.parametrize("run_id", FORGED)
def test_a_reading_that_is_none_changes_nothing(run_id: str) -> None:
    ContractFactory.create()
    before = rows_written_by_table()

    ours()[RUN_TASK].apply(args=[run_id], throw=True)

    assert rows_written_by_table() == before


@pytest.mark.django_db
def test_neither_a_contracts_id_nor_that_of_a_reading_that_is_done_changes_anything() -> None:
    contract = ContractFactory.create()
    done = contract.extraction_runs.get()
    gone = ExtractionRun.objects.create(contract=contract, status=RunStatus.QUEUED)
    gone.delete()
    before = rows_written_by_table()

    for key in (contract.pk, done.pk, gone.pk):
        ours()[RUN_TASK].apply(args=[str(key)], throw=True)

    assert rows_written_by_table() == before


@pytest.mark.django_db
@pytest.mark.parametrize("export_id", FORGED)
def test_a_copy_that_nobody_asked_for_is_not_made(export_id: str) -> None:
    copy = ready_copy(UserFactory.create())
    before = rows_written_by_table()

    for key in (export_id, str(copy.pk), str(copy.user_id)):
        ours()[EXPORT_TASK].apply(args=[key], throw=True)

    assert rows_written_by_table() == before


@pytest.mark.django_db
@pytest.mark.parametrize("name", [*FORGED, "2026-11-21-000000000001.json", "../secret.json"])
def test_no_file_but_a_root_is_mailed(roots: Path, name: str) -> None:
    roots.mkdir()
    (roots.parent / "secret.json").write_text("secret")

    ours()["audit.root_mail"].apply(args=[name], throw=True)

    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_a_root_is_mailed(roots: Path) -> None:
    ContractFactory.create()
    root = root_sign()
    assert root is not None

    ours()["audit.root_mail"].apply(args=[root.name], throw=True)

    (letter,) = mail.outbox
    assert root.hash in letter.body


@pytest.mark.django_db(transaction=True)
def test_what_a_task_changes_is_the_products_doing(roots: Path) -> None:
    admin_world()
    Webhook.objects.all().delete()  # nothing is to be sent to anybody
    last = RowChange.objects.order_by("-pk").values_list("pk", flat=True).first()

    for name, takes in TASKS.items():
        if not takes:
            ours()[name].apply(throw=True)

    doers = RowChange.objects.filter(pk__gt=last).values_list("actor_id", "actor_label").distinct()
    assert set(doers) <= {(None, PRODUCT)}

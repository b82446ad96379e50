"""Every app goes to zero and back."""

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

OURS = ("contracts", "pilots", "regulations", "audit", "accounts")


def tables() -> set[str]:
    return set(connection.introspection.table_names(include_views=True))


def test_every_app_goes_to_zero_and_back(migrated_again: None) -> None:
    before = tables()

    for app in OURS:
        own = {model._meta.db_table for model in apps.get_app_config(app).get_models()}
        call_command("migrate", app, "zero", verbosity=0)
        assert not own & tables(), f"{app} leaves tables behind"
    call_command("migrate", verbosity=0)

    assert tables() == before


def test_every_migration_of_ours_is_reversible_and_named_for_what_it_does() -> None:
    loader = MigrationLoader(connection=None)

    for (app, name), migration in loader.disk_migrations.items():
        if app in OURS:
            assert all(operation.reversible for operation in migration.operations), f"{app}.{name}"
            assert not name.endswith(("_initial", "_auto")), f"{app}.{name}"


def test_models_and_migrations_agree(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)

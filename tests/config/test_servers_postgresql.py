"""What the application's role may do, and as whom PostgreSQL runs."""

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config import servers
from config.servers import binaries

pytestmark = pytest.mark.processes

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to run PostgreSQL as somebody else")


@pytest.fixture(autouse=True)
def _no_named_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.delenv("DATABASE_URL", raising=False)
        with servers.available(Path(folder) / "var", durable=False) as running:
            yield running.database_url


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    servers.stop(folder / "var", force=True)
    shutil.rmtree(folder)


def owner_of_data(var_dir: Path) -> int:
    return (var_dir / "servers" / "postgresql").stat().st_uid


def answers(var_dir: Path) -> bool:
    with (
        servers.available(var_dir, durable=False) as running,
        psycopg.connect(running.database_url) as connection,
    ):
        return connection.execute("SELECT 1").fetchone() == (1,)


def test_role_is_bound_by_row_level_security_and_may_create_databases(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles"
            " WHERE rolname = current_user"
        ).fetchone()

    assert row == (False, False, True, False, False)


def test_role_owns_its_database_and_creates_the_trusted_extensions(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE EXTENSION btree_gist")
        owner = connection.execute(
            "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding) FROM pg_database"
            " WHERE datname = current_database()"
        ).fetchone()

    assert owner == ("vectorbid", "UTF8")


def test_database_made_by_the_role_has_vectors(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE made_by_the_role")

    with psycopg.connect(database_url.replace("/vectorbid?", "/made_by_the_role?")) as connection:
        row = connection.execute("SELECT '[1,2]'::vector <-> '[1,5]'::vector").fetchone()

    assert row == (3.0,)


def test_row_level_security_holds_for_the_role_that_owns_the_table(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE hidden AS SELECT 1 AS number")
        connection.execute("ALTER TABLE hidden ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")

        rows = connection.execute("SELECT * FROM hidden").fetchall()

    assert rows == []


@as_root
def test_root_runs_it_as_nobody_where_nobody_can_reach_the_folder(open_folder: Path) -> None:
    answered = answers(open_folder / "var")

    assert answered
    assert owner_of_data(open_folder / "var") == pwd.getpwnam("nobody").pw_uid


@as_root
def test_root_runs_it_in_a_closed_folder_too(open_folder: Path) -> None:
    open_folder.chmod(0o700)

    answered = answers(open_folder / "var")

    assert answered


@as_root
def test_data_of_nobody_are_served_after_the_folder_was_closed(open_folder: Path) -> None:
    answers(open_folder / "var")
    open_folder.chmod(0o700)

    answered = answers(open_folder / "var")

    assert answered
    assert owner_of_data(open_folder / "var") == pwd.getpwnam("nobody").pw_uid


@pytest.mark.parametrize("locale", ["C", "en_US.UTF-8"])
def test_installed_postgresql_serves_where_there_is_no_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locale: str
) -> None:
    monkeypatch.setattr(binaries, "_package_folder", lambda _name: None)
    monkeypatch.setenv("LANG", locale)
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    try:
        installed = binaries.postgresql()
    except servers.ServersError:
        pytest.skip("no PostgreSQL is installed here")

    with (
        servers.available(tmp_path / "var", durable=False) as running,
        psycopg.connect(running.database_url) as connection,
    ):
        version = connection.info.server_version // 10000
        encoding = connection.execute("SHOW server_encoding").fetchone()

    assert version == installed.version
    assert encoding == ("UTF8",)

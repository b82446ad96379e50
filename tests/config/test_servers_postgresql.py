"""What each of the two roles may and may not do, and as whom PostgreSQL runs."""

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured

from config import servers
from config.database.binding import require_bound
from config.servers import binaries
from config.servers.postgresql import SUPERUSER

pytestmark = pytest.mark.processes

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to run PostgreSQL as somebody else")


@pytest.fixture(autouse=True)
def _no_named_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, str]]:
    """One server's database, as each of its roles."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.delenv("DATABASE_URL", raising=False)
        var_dir = Path(folder) / "var"
        with servers.available(var_dir, durable=False) as running:
            password = (var_dir / "servers" / "secrets" / SUPERUSER).read_text().strip()
            yield {
                "serving": running.database_url,
                "owner": running.owner_url,
                "superuser": f"postgresql://{SUPERUSER}:{password}@{running.owner_url.partition('@')[2]}",
            }


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


@pytest.mark.parametrize("role", ["serving", "owner"])
def test_both_roles_are_bound_by_row_level_security(urls: dict[str, str], role: str) -> None:
    with psycopg.connect(urls[role]) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolreplication, rolcreatedb FROM pg_roles"
            " WHERE rolname = current_user"
        ).fetchone()

    assert row == (False, False, False, False, role == "owner")


def test_the_owner_may_become_the_role_that_serves_but_not_the_other_way_round(urls: dict[str, str]) -> None:
    with psycopg.connect(urls["owner"]) as owner:
        owner.execute("SET ROLE vectorbid_serving")

    with psycopg.connect(urls["serving"]) as serving, pytest.raises(psycopg.errors.InsufficientPrivilege):
        serving.execute("SET ROLE vectorbid")


def test_the_owner_creates_the_trusted_extensions(urls: dict[str, str]) -> None:
    with psycopg.connect(urls["owner"]) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE EXTENSION btree_gist")
        owner = connection.execute(
            "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding) FROM pg_database"
            " WHERE datname = current_database()"
        ).fetchone()

    assert owner == ("vectorbid", "UTF8")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE made (number integer)",
        "CREATE SCHEMA made",
        "CREATE DATABASE made",
        "CREATE ROLE made",
        "SELECT * FROM owned",
        "ALTER TABLE owned DISABLE TRIGGER ALL",
        "DROP TABLE owned",
        "SET session_replication_role = replica",
    ],
)
def test_the_role_that_serves_makes_owns_and_reaches_nothing_that_it_was_not_given(
    urls: dict[str, str], statement: str
) -> None:
    with psycopg.connect(urls["owner"], autocommit=True) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS owned (number integer)")

    with (
        psycopg.connect(urls["serving"], autocommit=True) as serving,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        serving.execute(statement)


def test_database_made_by_the_owner_has_vectors(urls: dict[str, str]) -> None:
    with psycopg.connect(urls["owner"], autocommit=True) as connection:
        connection.execute("CREATE DATABASE made_by_the_role")

    with psycopg.connect(urls["owner"].replace("/vectorbid?", "/made_by_the_role?")) as connection:
        row = connection.execute("SELECT '[1,2]'::vector <-> '[1,5]'::vector").fetchone()

    assert row == (3.0,)


def test_row_level_security_holds_for_the_role_that_owns_the_table(urls: dict[str, str]) -> None:
    with psycopg.connect(urls["owner"]) as connection:
        connection.execute("CREATE TABLE hidden AS SELECT 1 AS number")
        connection.execute("ALTER TABLE hidden ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")

        rows = connection.execute("SELECT * FROM hidden").fetchall()

    assert rows == []


def test_a_role_that_policies_do_not_bind_is_told_apart_and_how_to_mend_it(urls: dict[str, str]) -> None:
    with psycopg.connect(urls["owner"], autocommit=True) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS owned (number integer)")
    with psycopg.connect(urls["superuser"], autocommit=True) as superuser:
        superuser.execute("CREATE ROLE passing LOGIN BYPASSRLS PASSWORD 'passing'")
        superuser.execute("CREATE ROLE would_pass LOGIN PASSWORD 'passing' IN ROLE passing")
        superuser.execute("CREATE ROLE would_own LOGIN PASSWORD 'passing' IN ROLE vectorbid")
    where = urls["owner"].partition("@")[2]
    signed_on = urls | {role: f"postgresql://{role}:passing@{where}" for role in ("passing", "would_pass", "would_own")}
    said = {}
    for role, url in signed_on.items():
        with psycopg.connect(url) as connection:
            try:
                require_bound(connection)
            except ImproperlyConfigured as refusal:
                said[role] = str(refusal)

    assert "serving" not in said
    assert "the role postgres is a superuser" in said["superuser"]
    assert "BYPASSRLS" in said["passing"]
    assert "BYPASSRLS" in said["would_pass"]
    assert "owns tables" in said["owner"]
    assert "owns tables" in said["would_own"]
    assert all("DATABASE_OWNER_URL" in each and "docs/deployment.md" in each for each in said.values())


def test_taking_on_the_serving_role_makes_no_owner_fit_to_serve(urls: dict[str, str]) -> None:
    with psycopg.connect(urls["owner"]) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS owned (number integer)")
        owner.execute("SET ROLE vectorbid_serving")

        with pytest.raises(ImproperlyConfigured, match="the role vectorbid owns tables"):
            require_bound(owner)


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

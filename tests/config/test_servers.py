"""The embedded servers: shared, found again, restarted without loss. Real processes throughout."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from config import servers
from config.servers import binaries
from config.servers.processes import command_line, wait_gone

pytestmark = pytest.mark.processes

CHECKOUT = Path(__file__).resolve().parent.parent.parent
USER = """
import sys
from pathlib import Path
from config import servers
with servers.available(Path(sys.argv[1]), durable=False) as running:
    print(*running.pids().values(), flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _no_named_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.fixture
def var_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "var"
    servers.stop(tmp_path / "var", force=True)


@contextmanager
def another_user(var_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that uses the servers until its standard input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", USER, str(var_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
    ) as process:
        yield process


def pids_told_by(process: subprocess.Popen[str]) -> list[int]:
    assert process.stdout is not None
    return [int(word) for word in process.stdout.readline().split()]


def running_pids(var_dir: Path) -> list[int]:
    return [pid for pid in servers.status(var_dir).values() if pid is not None]


def kill(pid: int | None) -> None:
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def test_servers_answer_inside_the_block_and_are_gone_after_it(var_dir: Path) -> None:
    with servers.available(var_dir, durable=False) as running:
        with psycopg.connect(running.database_url) as connection:
            row = connection.execute("SELECT current_user, current_setting('TimeZone'), 'é' < 'f'").fetchone()
        with redis.Redis.from_url(running.redis_url) as client:
            answered = client.ping()
        pids = running_pids(var_dir)

    assert row == ("vectorbid_serving", "UTC", False)
    assert answered
    assert len(pids) == 2
    assert [command_line(pid) for pid in pids] == [None, None]


def test_second_user_finds_the_servers_and_leaves_them_to_the_first(var_dir: Path) -> None:
    with another_user(var_dir) as first:
        pids = pids_told_by(first)

        with servers.available(var_dir) as running:
            found = list(running.pids().values())

        assert found == pids
        assert running_pids(var_dir) == pids
    assert running_pids(var_dir) == []


def test_user_that_comes_first_may_leave_first(var_dir: Path) -> None:
    with another_user(var_dir) as first:
        pids = pids_told_by(first)
        with servers.available(var_dir) as running:
            first.communicate()

            with psycopg.connect(running.database_url) as connection:
                row = connection.execute("SELECT 1").fetchone()
            still = running_pids(var_dir)

    assert row == (1,)
    assert still == pids
    assert running_pids(var_dir) == []


def test_servers_of_a_killed_user_are_found_and_then_stopped(var_dir: Path) -> None:
    with another_user(var_dir) as killed:
        pids = pids_told_by(killed)
        killed.kill()
        killed.wait()
        left = running_pids(var_dir)

    with servers.available(var_dir) as running:
        found = list(running.pids().values())

    assert left == pids
    assert found == pids
    assert running_pids(var_dir) == []


def test_users_that_come_at_the_same_time_share_one_set_of_servers(var_dir: Path) -> None:
    with another_user(var_dir) as one, another_user(var_dir) as two:
        pids_of_one, pids_of_two = pids_told_by(one), pids_told_by(two)

    assert len(pids_of_one) == 2
    assert pids_of_one == pids_of_two
    assert running_pids(var_dir) == []


def test_killed_postgresql_loses_no_committed_row_and_clients_reconnect(var_dir: Path) -> None:
    with servers.available(var_dir) as running:
        with psycopg.connect(running.owner_url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (number integer)")
            for number in range(200):
                connection.execute("INSERT INTO kept VALUES (%s)", [number])
            kill(running.pids()["postgresql"])
        before = running.owner_url

        running.start_again("postgresql")

        with psycopg.connect(before) as connection:
            row = connection.execute("SELECT count(*), max(number) FROM kept").fetchone()
    assert row == (200, 199)


def test_killed_valkey_loses_no_acknowledged_write_and_clients_reconnect(var_dir: Path) -> None:
    with servers.available(var_dir) as running, redis.Redis.from_url(running.redis_url) as client:
        for number in range(200):
            client.rpush("kept", number)
        kill(running.pids()["valkey"])

        running.start_again("valkey")

        length = client.llen("kept")
    assert length == 200


def test_servers_killed_with_their_user_come_back_with_everything(var_dir: Path) -> None:
    with servers.available(var_dir) as running:
        with psycopg.connect(running.owner_url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        with redis.Redis.from_url(running.redis_url) as client:
            client.set("kept", "7")
        for pid in running.pids().values():
            kill(pid)

    with servers.available(var_dir) as running:
        with psycopg.connect(running.owner_url) as connection:
            row = connection.execute("SELECT number FROM kept").fetchone()
        with redis.Redis.from_url(running.redis_url) as client:
            value = client.get("kept")

    assert row == (7,)
    assert value == b"7"


def test_note_of_a_dead_server_whose_number_another_program_has_is_no_hindrance(var_dir: Path) -> None:
    with servers.available(var_dir, durable=False):
        pass
    stale = f"{os.getpid()}\n{var_dir}/servers/postgresql\n0\n5432\n\n\n  1  1\nready   \n"
    (var_dir / "servers" / "postgresql" / "postmaster.pid").write_text(stale)
    (var_dir / "servers" / "valkey" / "valkey.pid").write_text(str(os.getpid()))

    with servers.available(var_dir, durable=False):
        pids = running_pids(var_dir)

    assert len(pids) == 2
    assert os.getpid() not in pids


def test_valkey_whose_number_was_not_noted_is_found_by_its_socket(var_dir: Path) -> None:
    with another_user(var_dir) as first:
        pids = pids_told_by(first)
        (var_dir / "servers" / "valkey" / "valkey.pid").unlink()

        with servers.available(var_dir) as running:
            found = list(running.pids().values())

    assert found == pids


def test_folder_too_deep_for_a_socket_path_works_and_leaves_nothing_outside(tmp_path: Path) -> None:
    deep = tmp_path / ("a folder of a long name " * 5).strip() / "var"

    with servers.available(deep, durable=False) as running:
        note = Path((deep / "servers" / "socket-directory").read_text())
        mode = note.stat().st_mode & 0o777
        with psycopg.connect(running.database_url) as connection:
            row = connection.execute("SELECT 1").fetchone()
        with redis.Redis.from_url(running.redis_url) as client:
            answered = client.ping()

    assert (row, answered, mode) == ((1,), True, 0o700)
    assert not note.exists()


def test_server_that_the_environment_names_is_not_started(var_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)

    with servers.available(var_dir, durable=False) as running:
        names = list(running.pids())
        environment = running.environment()
        urls = running.database_url, running.owner_url
        monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://owner@elsewhere/db")
        named_apart = running.owner_url

    assert names == ["valkey"]
    assert list(environment) == ["REDIS_URL"]
    assert urls == ("postgresql://elsewhere/db", "postgresql://elsewhere/db")
    assert named_apart == "postgresql://owner@elsewhere/db"


def test_nothing_is_touched_when_the_environment_names_both(var_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")

    with servers.available(var_dir) as running:
        environment = running.environment()

    assert environment == {}
    assert not var_dir.exists()


def test_stop_by_hand_spares_servers_in_use_unless_forced(var_dir: Path) -> None:
    with another_user(var_dir) as user:
        pids = pids_told_by(user)

        spared = servers.stop(var_dir)
        running_after_it = running_pids(var_dir)
        forced = servers.stop(var_dir, force=True)

        assert (spared, running_after_it) == (False, pids)
        assert forced
        assert running_pids(var_dir) == []


def test_passwords_and_sockets_are_for_their_owner_alone(var_dir: Path) -> None:
    with servers.available(var_dir, durable=False) as running:
        secrets = [path.stat().st_mode & 0o777 for path in (var_dir / "servers" / "secrets").iterdir()]
        configuration = (var_dir / "servers" / "valkey" / "valkey.conf").stat().st_mode & 0o777
        postgres_line = command_line(running.pids()["postgresql"] or 0) or ""
        listening = psycopg.connect(running.database_url)
        with listening as connection:
            addresses = connection.execute("SHOW listen_addresses").fetchone()

    assert secrets == [0o600] * 4
    assert configuration == 0o600
    assert addresses == ("",)
    for url in (running.database_url, running.owner_url):
        assert url.split(":")[2].split("@")[0] not in postgres_line


def test_servers_ignore_what_the_environment_says_about_other_databases(
    var_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "PGPORT": "1",
        "PGHOST": "nowhere",
        "PGDATA": "/nowhere",
        "LC_ALL": "xx_YY",
        "PATH": "",
    }.items():
        monkeypatch.setenv(name, value)

    with servers.available(var_dir, durable=False) as running, psycopg.connect(running.database_url) as connection:
        row = connection.execute("SELECT 1").fetchone()

    assert row == (1,)


def test_data_of_a_version_that_is_not_installed_are_told_apart_from_no_server() -> None:
    with pytest.raises(servers.ServersError, match=r"PostgreSQL 99, which is not installed.*DATABASE_URL"):
        binaries.postgresql(data_version=99)


def test_process_that_has_ended_but_was_not_reaped_counts_as_gone() -> None:
    with subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE) as zombie:
        assert zombie.stdout is not None
        zombie.stdout.read()

        gone = wait_gone(zombie.pid, "python", seconds=10)

    assert gone

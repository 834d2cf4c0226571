"""The private cluster is made once, survives being killed, and refuses what it cannot trust."""

from __future__ import annotations

import multiprocessing
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, text

from gridgov.errors import DatabaseError
from gridgov.storage.cluster import PrivateCluster
from gridgov.storage.cluster.config import make_config
from gridgov.storage.engine import make_engine
from gridgov.storage.server_check import check_server

from .conftest import THROWAWAY, copy_state

START = "import sys; from pathlib import Path; from gridgov.storage.cluster import PrivateCluster as C; "
START += "print(C(Path(sys.argv[1]), {'fsync': 'off'}).start().pid)"
AS_ROOT = os.geteuid() == 0


def test_three_processes_start_it_at_once(folder: Path) -> None:
    command = [sys.executable, "-c", START, str(folder / "state")]
    starts = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    answers = [start.communicate(timeout=60) for start in starts]
    assert [start.returncode for start in starts] == [0, 0, 0], answers
    assert len({out for out, _ in answers}) == 1
    assert not list((folder / "state").glob("data.making-*"))
    status = PrivateCluster(folder / "state").status()
    assert status.running and status.pid == int(answers[0][0])


def test_never_runs_as_root_and_listens_on_a_private_socket_only(copied: PrivateCluster) -> None:
    status = copied.start()
    assert status.pid is not None
    assert Path(f"/proc/{status.pid}").stat().st_uid != 0
    assert copied.socket_folder.stat().st_mode & 0o777 == 0o700
    assert copied.data_folder.stat().st_mode & 0o777 == 0o700
    assert _ask(copied, "SHOW listen_addresses") == ""
    if AS_ROOT:
        refused = subprocess.run(
            ["psql", f"host={copied.socket_folder} user=gridgov dbname=gridgov", "-c", "SELECT 1"],
            user="nobody", group=pwd.getpwnam("nobody").pw_gid, extra_groups=[], cwd="/", capture_output=True,
        )  # fmt: skip
        assert refused.returncode != 0


def test_the_kernel_vouches_for_the_caller_even_inside_the_folder(copied: PrivateCluster) -> None:
    if not AS_ROOT:
        pytest.skip("only root can try the socket as somebody else")
    copied.start()
    copied.socket_folder.chmod(0o711)
    copied.socket_file.chmod(0o777)
    asked = subprocess.run(
        ["psql", f"host={copied.socket_folder} user=gridgov dbname=gridgov", "-c", "SELECT 1"],
        user="nobody", group=pwd.getpwnam("nobody").pw_gid, extra_groups=[], cwd="/", capture_output=True, text=True,
    )  # fmt: skip
    assert "Peer authentication failed" in asked.stderr


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("data_checksums", "on"),
        ("jit", "off"),
        ("server_encoding", "UTF8"),
        ("lc_collate", "C.UTF-8"),
        ("idle_in_transaction_session_timeout", "10min"),
        ("log_min_error_statement", "panic"),
        ("is_superuser", "off"),
    ],
)
def test_settings(running: PrivateCluster, setting: str, value: str) -> None:
    assert _ask(running, f"SHOW {setting}") == value


@pytest.fixture(scope="module")
def running(made_once: Path) -> Iterator[PrivateCluster]:
    """The cluster with the default settings, running."""
    cluster = PrivateCluster(made_once)
    cluster.start()
    yield cluster
    cluster.stop()


def test_the_check_of_a_server_finds_what_is_unsafe(running: PrivateCluster, connection: Connection) -> None:
    engine = make_engine(running.url())
    with engine.connect() as safe:
        assert check_server(safe) == []
    engine.dispose()
    # the cluster of the tests itself is a throwaway one
    assert [found.split(" is ")[0] for found in check_server(connection)] == ["fsync", "full_page_writes"]


def test_the_log_holds_no_data(running: PrivateCluster) -> None:
    canary = "张三-440307199001010011"
    with psycopg.connect(running.url().replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE TEMPORARY TABLE t (name text UNIQUE, n integer)")
        for attempt in (f"SELECT '{canary}'::integer", f"INSERT INTO t VALUES ('{canary}', 1), ('{canary}', 2)"):
            with pytest.raises(psycopg.Error, match=canary):
                connection.execute(attempt)
        with pytest.raises(psycopg.Error):
            connection.execute("INSERT INTO t VALUES (%s, %s)", ["x", canary])
    log = running.log_file.read_text()
    assert "ready to accept connections" in log
    assert canary not in log


def test_survives_kill_of_the_server(copied: PrivateCluster) -> None:
    first = copied.start()
    engine = make_engine(copied.url())
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept AS SELECT 7 AS n"))
    assert first.pid is not None
    os.kill(first.pid, signal.SIGKILL)
    # at once: the dying server may still be seen
    second = copied.start()
    assert second.pid != first.pid
    with engine.connect() as connection:
        # the engine replaces the connection that died
        assert connection.execute(text("SELECT n FROM kept")).scalar_one() == 7
    engine.dispose()


def test_a_process_number_used_again_by_another_program_is_no_server(copied: PrivateCluster) -> None:
    first = copied.start()
    assert first.pid is not None
    lock_file = copied.data_folder / "postmaster.pid"
    socket_lock = copied.socket_file.with_name(copied.socket_file.name + ".lock")
    texts = {file: file.read_text().split("\n", 1)[1] for file in (lock_file, socket_lock)}
    os.kill(first.pid, signal.SIGKILL)
    _wait_until(lambda: not copied.status().running)
    account = {"user": copied.account.uid} if AS_ROOT else {}
    other = subprocess.Popen(["sleep", "60"], cwd="/", **account)
    try:
        for file, rest in texts.items():
            file.write_text(f"{other.pid}\n{rest}")
        assert not copied.status().running
        assert copied.start().running
    finally:
        other.kill()
        other.wait()


def test_survives_kill_of_gridgov_while_it_makes_the_cluster(folder: Path) -> None:
    state = folder / "state"
    starting = subprocess.Popen([sys.executable, "-c", START, str(state)], start_new_session=True)
    _wait_until(lambda: any(state.glob("data.making-*/PG_VERSION")))
    os.kill(starting.pid, signal.SIGKILL)
    starting.wait()
    assert not (state / "data").exists()
    cluster = PrivateCluster(state, THROWAWAY)
    assert not cluster.status().made
    assert cluster.start().running


def test_a_half_made_folder_is_refused_and_left(copied: PrivateCluster) -> None:
    for lost in ("global/pg_control", "gridgov.made", "pg_wal"):
        (copied.data_folder / lost).rename(copied.state_dir / "lost")
        before = sorted(copied.data_folder.rglob("*"))
        with pytest.raises(DatabaseError, match=rf"half-made.*{lost}.*restore"):
            copied.start()
        assert sorted(copied.data_folder.rglob("*")) == before
        (copied.state_dir / "lost").rename(copied.data_folder / lost)
    assert copied.start().running


def test_a_folder_of_something_else_is_refused_an_empty_one_is_used(folder: Path) -> None:
    cluster = PrivateCluster(folder / "state", THROWAWAY)
    cluster.data_folder.mkdir(parents=True)
    if AS_ROOT:
        with pytest.raises(DatabaseError, match="belongs to root"):
            cluster.start()
        os.chown(cluster.data_folder, pwd.getpwnam("nobody").pw_uid, -1)
        cluster = PrivateCluster(folder / "state", THROWAWAY)
    (cluster.data_folder / "letter.txt").write_text("mine")
    with pytest.raises(DatabaseError, match="not gridgov's"):
        cluster.start()
    (cluster.data_folder / "letter.txt").unlink()
    assert cluster.start().running


def test_a_folder_the_account_cannot_enter_is_named() -> None:
    if not AS_ROOT:
        pytest.skip("only root runs the server as somebody else")
    closed = Path(tempfile.mkdtemp(prefix="gridgov-test-closed-"))
    try:
        with pytest.raises(DatabaseError, match=f"may not enter {closed}.*GRIDGOV_STATE_DIR"):
            PrivateCluster(closed / "state").start()
    finally:
        shutil.rmtree(closed)


def test_works_for_an_ordinary_user(folder: Path) -> None:
    if not AS_ROOT:
        pytest.skip("every other test shows it")
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    child = multiprocessing.get_context("fork").Process(target=_live_as, args=(nobody.pw_uid, folder / "state"))
    child.start()
    child.join(120)
    assert child.exitcode == 0
    # and root comes later: the server still runs as the owner of the data
    assert PrivateCluster(folder / "state").start().account == "nobody"


def _live_as(uid: int, state: Path) -> None:
    os.setgroups([])
    os.setgid(pwd.getpwuid(uid).pw_gid)
    os.setuid(uid)
    os.chdir("/")
    cluster = PrivateCluster(state, THROWAWAY)
    assert cluster.start().account == pwd.getpwuid(uid).pw_name
    with psycopg.connect(cluster.url().replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("gridgov",)
    assert cluster.stop(at_once=True)


def test_a_long_path_gets_its_socket_elsewhere(folder: Path, made_once: Path) -> None:
    state = folder / ("很长的文件夹名" * 4) / "state"
    state.parent.mkdir()
    copy_state(made_once, state)
    cluster = PrivateCluster(state)
    try:
        cluster.start()
        assert len(os.fsencode(cluster.socket_file)) <= 107
        assert cluster.socket_folder.parent == Path(tempfile.gettempdir())
        assert _ask(cluster, "SELECT 'in'") == "in"
    finally:
        cluster.stop()
        shutil.rmtree(cluster.socket_folder, ignore_errors=True)


def test_stop_and_status_of_what_is_not_there(folder: Path) -> None:
    cluster = PrivateCluster(folder / "state")
    assert cluster.stop() is False
    status = cluster.status()
    assert (status.made, status.running, status.pid, status.version) == (False, False, None, None)
    assert not (folder / "state").exists()


def test_missing_server_programs_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from gridgov.storage.cluster import programs

    with pytest.raises(DatabaseError, match="made by PostgreSQL 9"):
        programs.find_programs("9")
    monkeypatch.setattr(programs, "_candidates", list)
    with pytest.raises(DatabaseError, match="apt-get install"):
        programs.find_programs()


def test_settings_of_a_test_go_over_the_default_ones() -> None:
    text_ = make_config(Path("/run/it's"), {"fsync": "off"})
    assert "fsync = off" in text_ and "fsync = on" not in text_
    assert "unix_socket_directories = '\"/run/it''s\"'" in text_


def _wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.005)


def _ask(cluster: PrivateCluster, query: str) -> object:
    with psycopg.connect(cluster.url().replace("+psycopg", "")) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[arg-type]
        assert row is not None
        return row[0]

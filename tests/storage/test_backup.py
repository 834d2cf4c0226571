"""A backup holds everything, and a restore gives it back or leaves what is there alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sqlalchemy import Engine, text

from gridgov.errors import ConflictError, DatabaseError, InputError
from gridgov.storage.audit import write_audit
from gridgov.storage.backup import read_backup, restore_backup, write_backup
from gridgov.storage.cluster import PrivateCluster
from gridgov.storage.engine import make_engine
from gridgov.storage.frames import read_frame
from gridgov.storage.layers import write_layer
from gridgov.storage.migrations import require_migrated
from gridgov.storage.plans import save_plan, set_published
from gridgov.storage.tables import metadata

from .town import make_plan


@pytest.fixture
def town(
    cluster: PrivateCluster, migrated_template: str, communities: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame
) -> Iterator[Engine]:
    """A database of this test's own with rows, a published plan among them."""
    cluster.make_database("town", template=migrated_template)
    engine = make_engine(cluster.url("town"))
    with engine.begin() as connection:
        write_layer(connection, "communities", communities)
        write_layer(connection, "buildings", buildings)
        save_plan(connection, "p", make_plan(), name="方案", scheme={"name": "bj15"})
        set_published(connection, "p", pd.Timestamp("2026-01-01").date())
        write_audit(connection, "chen", "plan-published", "p")
    yield engine
    engine.dispose()
    admin = make_engine(cluster.admin_url()).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for name in ("town", "town_before_restore"):
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    admin.dispose()


def test_there_and_back(cluster: PrivateCluster, town: Engine, tmp_path: Path) -> None:
    file = tmp_path / "备份 1.dump"
    before = _all_rows(town)
    made = write_backup(town.url, file)
    assert made.counts == {name: len(frame) for name, frame in before.items()} | {"alembic_version": 1}
    assert file.stat().st_mode & 0o777 == 0o600
    with town.begin() as connection:
        connection.execute(text("DELETE FROM gridgov.building"))
        write_audit(connection, "chen", "lost-it", "building")
    with pytest.raises(ConflictError, match=r"2 audit.*--yes"):
        restore_backup(town.url, cluster.admin_url(), file)
    restore_backup(town.url, cluster.admin_url(), file, replace=True)
    require_migrated(town)
    after = _all_rows(town)
    for name, frame in before.items():
        assert_frame_equal(pd.DataFrame(after[name]), pd.DataFrame(frame)), name
    with town.begin() as connection, pytest.raises(Exception, match="is published"):
        # the guards came along
        connection.execute(text("DELETE FROM gridgov.plan_cell"))
    kept = make_engine(cluster.url("town_before_restore"))
    with kept.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM gridgov.audit")).scalar_one() == 2
    kept.dispose()


def test_a_backup_is_one_moment_while_others_write(town: Engine, tmp_path: Path) -> None:
    stop = threading.Event()

    def write_on() -> None:
        while not stop.is_set():
            with town.begin() as connection:
                write_audit(connection, "chen", "ticked", "x")

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        # raises unless the dump has exactly the rows of its moment
        counts = [write_backup(town.url, tmp_path / "b.dump").counts["audit"] for _ in range(3)]
    finally:
        stop.set()
        writer.join()
    assert counts == sorted(counts)


def test_a_damaged_or_foreign_file_is_refused_and_nothing_changes(
    cluster: PrivateCluster, town: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "b.dump"
    write_backup(town.url, file)
    whole = file.read_bytes()
    before = _all_rows(town)
    wrong = {"cut": whole[: len(whole) // 2], "text": b"PGDMP no dump at all", "empty": b""}
    for name, content in wrong.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match="no whole backup"):
            restore_backup(town.url, cluster.admin_url(), tmp_path / name, replace=True)
    with pytest.raises(InputError, match="There is no backup"):
        read_backup(tmp_path / "absent")
    assert {name: len(frame) for name, frame in _all_rows(town).items()} == {n: len(f) for n, f in before.items()}
    with make_engine(cluster.admin_url()).connect() as connection:
        left = connection.execute(text("SELECT datname FROM pg_database WHERE datname LIKE '%restoring%'"))
        assert left.scalars().all() == []


def test_an_empty_database_is_filled_without_asking(cluster: PrivateCluster, town: Engine, tmp_path: Path) -> None:
    write_backup(town.url, tmp_path / "b.dump")
    cluster.make_database("town_empty")
    empty = make_engine(cluster.url("town_empty"))
    with pytest.raises(DatabaseError, match="nothing to back up"):
        write_backup(empty.url, tmp_path / "c.dump")
    made = restore_backup(empty.url, cluster.admin_url(), tmp_path / "b.dump")
    assert made.counts["building"] == 4
    assert len(_all_rows(empty)["building"]) == 4
    empty.dispose()


def test_a_place_that_cannot_be_written_is_named(town: Engine, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="cannot be written"):
        write_backup(town.url, tmp_path / "no" / "such" / "folder" / "b.dump")


def _all_rows(engine: Engine) -> dict[str, pd.DataFrame]:
    with engine.connect() as connection:
        return {table.name: read_frame(connection, table) for table in metadata.sorted_tables}

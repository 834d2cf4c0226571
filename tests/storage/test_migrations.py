"""The migrations make exactly the tables that the program knows, and take them away again."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Column, Connection, Engine, Integer, Table, text

import gridgov
from gridgov.errors import DatabaseError, SettingsError
from gridgov.storage.cluster import PrivateCluster
from gridgov.storage.engine import make_engine
from gridgov.storage.migrations import COMPARE, current_revision, migrate, newest_revision, require_migrated
from gridgov.storage.tables import PLAN_CHILDREN, metadata


def test_tables_equal_the_migrated_schema(connection: Connection) -> None:
    context = MigrationContext.configure(connection, opts=dict(COMPARE))
    assert compare_metadata(context, metadata) == []


def test_the_comparison_sees_a_difference(connection: Connection) -> None:
    context = MigrationContext.configure(connection, opts=dict(COMPARE))
    connection.execute(text("ALTER TABLE gridgov.building DROP COLUMN units"))
    connection.execute(text("DROP INDEX gridgov.household_building_id_index"))
    connection.execute(text("ALTER TABLE gridgov.barrier ALTER geom DROP NOT NULL"))
    seen = str(compare_metadata(context, metadata))
    assert "units" in seen and "household_building_id_index" in seen and "modify_nullable" in seen


def test_checks_equal_the_migrated_schema(connection: Connection) -> None:
    query = (
        "SELECT conname FROM pg_constraint WHERE contype = 'c' "
        "AND connamespace IN ('gridgov'::regnamespace, 'identity'::regnamespace)"
    )
    made = set(connection.execute(text(query)).scalars())
    known = {
        f"{table.name}_{check.name}_check" if not str(check.name).endswith("_check") else str(check.name)
        for table in metadata.tables.values()
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }
    assert made == known
    assert len(made) > 80


def test_every_table_of_a_plan_is_guarded(connection: Connection) -> None:
    query = "SELECT tgname FROM pg_trigger WHERE tgrelid = CAST(:name AS regclass) AND NOT tgisinternal"
    # the public page is made anew of a published plan, so it is no part of the plan's history
    free = ("plan", "public_page")
    with_plan = [table for table in metadata.tables.values() if "plan_id" in table.columns and table.name not in free]
    assert {table.name for table in with_plan} == {table.name for table in PLAN_CHILDREN}
    for table in with_plan:
        guards = set(connection.execute(text(query), {"name": f"gridgov.{table.name}"}).scalars())
        assert guards == {
            f"plan_guard_{act}" for act in ("insert", "update_from", "update_to", "delete", "truncate")
        }, table.name


def test_down_and_up_again(cluster: PrivateCluster) -> None:
    engine = _fresh(cluster, "down_and_up")
    assert migrate(engine) == (None, newest_revision())
    assert migrate(engine) == (newest_revision(), newest_revision())
    require_migrated(engine)
    assert migrate(engine, "base") == (newest_revision(), None)
    with engine.connect() as connection:
        assert _count(connection, "pg_tables", "schemaname") == 1  # alembic's own
        left = "SELECT count(*) FROM pg_proc WHERE pronamespace = 'gridgov'::regnamespace"
        assert connection.execute(text(left)).scalar_one() == 0
    assert migrate(engine) == (None, newest_revision())
    engine.dispose()


def test_a_database_behind_ahead_or_away_is_refused(cluster: PrivateCluster) -> None:
    engine = _fresh(cluster, "behind_and_ahead")
    with pytest.raises(DatabaseError, match=rf"version none.*needs {newest_revision()}.*gridgov db migrate"):
        require_migrated(engine)
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE gridgov.alembic_version SET version_num = '9999'"))
    for act in (require_migrated, migrate):
        with pytest.raises(DatabaseError, match=r"9999.*newer"):
            act(engine)
    engine.dispose()
    away = make_engine("postgresql://nobody:secret@/gridgov?host=/nowhere")
    with pytest.raises(DatabaseError, match="does not answer") as raised:
        require_migrated(away)
    assert "secret" not in str(raised.value)


def test_a_failing_migration_leaves_nothing(cluster: PrivateCluster) -> None:
    engine = _fresh(cluster, "failing")
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA gridgov"))
        connection.execute(text("CREATE TABLE gridgov.plan (mine integer)"))
    with pytest.raises(
        DatabaseError, match=r"from version none to \d{4}, and nothing in it was changed: .*already exists"
    ):
        migrate(engine)
    with engine.connect() as connection:
        assert current_revision(connection) is None
        assert _count(connection, "pg_tables", "schemaname") == 1
    engine.dispose()


def test_an_installed_wheel_brings_its_migrations(tmp_path: Path) -> None:
    project = Path(gridgov.__file__).resolve().parent.parent
    build = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    shutil.copytree(project / "gridgov", tmp_path / "gridgov", ignore=shutil.ignore_patterns("viewer", "__pycache__"))
    for source, target in build["targets"]["wheel"]["force-include"].items():
        shutil.copytree(project / source, tmp_path / target)
    program = (
        "import gridgov, gridgov.storage.migrations as m; print(gridgov.__file__, m._folder(), m.newest_revision())"
    )
    told = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    inside = tmp_path / "gridgov"
    assert told.stdout.split() == [str(inside / "__init__.py"), str(inside / "migrations"), newest_revision()]


def test_addresses_of_other_databases_are_refused() -> None:
    with pytest.raises(SettingsError, match="mysql"):
        make_engine("mysql://office/gridgov")
    with pytest.raises(SettingsError, match="cannot be read") as raised:
        make_engine("user:topsecret")
    assert "topsecret" not in str(raised.value)


def _fresh(cluster: PrivateCluster, name: str) -> Engine:
    cluster.make_database(name)
    return make_engine(cluster.url(name))


def _count(connection: Connection, table: str, column: str) -> int:
    return int(connection.execute(text(f"SELECT count(*) FROM {table} WHERE {column} = 'gridgov'")).scalar_one())


def test_unknown_columns_would_be_seen(connection: Connection) -> None:
    context = MigrationContext.configure(connection, opts=dict(COMPARE))
    extra = Table("extra", metadata, Column("extra_id", Integer, primary_key=True))
    try:
        assert "extra" in str(compare_metadata(context, metadata))
    finally:
        metadata.remove(extra)

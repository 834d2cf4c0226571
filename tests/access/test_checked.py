"""The server does not start on a database that would not stop it (R17), and row security costs a map no index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from gridgov.bootstrap import Platform, require_safe
from gridgov.cli.db import db
from gridgov.errors import DatabaseError, SettingsError
from gridgov.services.access import SESSION_IDLE, SESSION_LONGEST, hash_token, sign_in
from gridgov.settings import Settings
from gridgov.storage.cluster import PrivateCluster
from gridgov.storage.engine import make_engine, make_web_engine
from gridgov.storage.roles import GROUPS, require_roles
from gridgov.storage.scopes import enter
from gridgov.storage.server_check import SAFE, check_server
from gridgov.storage.web_check import check_speed, check_web

from .conftest import NAME, PASSWORD, Enter


def test_a_sound_database_is_served_with_a_word_on_what_the_tests_leave_out(platform: Platform) -> None:
    notes = require_safe(platform)
    assert [note.split()[1] for note in notes] == ["fsync", "full_page_writes"]


def test_a_database_that_loses_writes_is_refused_unless_it_is_the_one_named(platform: Platform) -> None:
    for named in ("", "gridgov", "other"):
        with pytest.raises(DatabaseError, match="fsync is off"):
            require_safe(replace(platform, settings=Settings(throwaway_database=named)))


@pytest.mark.parametrize(
    ("role", "seen"), [("gridgov", "BYPASSRLS"), ("postgres", "a superuser"), ("gridgov_door", "may not enter")]
)
def test_a_wrong_role_is_refused(cluster: PrivateCluster, platform: Platform, role: str, seen: str) -> None:
    wrong = make_web_engine(cluster.url(NAME, role))
    with pytest.raises(DatabaseError, match=seen) as raised:
        require_safe(replace(platform, web_engine=wrong))
    assert role in str(raised.value) and "gridgov db roles" in str(raised.value)
    wrong.dispose()


def test_the_role_for_signing_in_is_looked_at_too(cluster: PrivateCluster, platform: Platform) -> None:
    door = make_web_engine(cluster.door_url(NAME))
    require_safe(replace(platform, door_engine=door))
    for role, seen in (("gridgov_web", "may not look them up"), ("gridgov", "BYPASSRLS")):
        with pytest.raises(DatabaseError, match=seen):
            require_safe(replace(platform, door_engine=make_web_engine(cluster.url(NAME, role))))
    door.dispose()


def test_without_a_way_for_the_web_server_nothing_is_served(platform: Platform) -> None:
    with pytest.raises(SettingsError, match="GRIDGOV_WEB_DATABASE_URL"):
        require_safe(replace(platform, web_engine=None))


def test_two_databases_are_refused(cluster: PrivateCluster, platform: Platform, migrated_template: str) -> None:
    elsewhere = f"{NAME}_elsewhere"
    cluster.make_database(elsewhere, template=migrated_template)
    with pytest.raises(DatabaseError, match="several databases"):
        require_safe(replace(platform, web_engine=make_web_engine(cluster.web_url(elsewhere))))


@contextmanager
def planted(owner: Engine, leak: str, repair: str) -> Iterator[None]:
    """Plant a leak for a moment."""
    with owner.begin() as connection:
        connection.execute(text(leak))
    try:
        yield
    finally:
        with owner.begin() as connection:
            connection.execute(text(repair))


@pytest.mark.parametrize(
    ("leak", "repair", "seen"),
    [
        (
            "ALTER TABLE gridgov.resident NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE gridgov.resident FORCE ROW LEVEL SECURITY",
            "not forced on: resident",
        ),
        ("CREATE TABLE gridgov.diary (a text)", "DROP TABLE gridgov.diary", "not forced on: diary"),
        (
            "GRANT SELECT ON gridgov.building TO PUBLIC",
            "REVOKE SELECT ON gridgov.building FROM PUBLIC",
            "the web server may read: building",
        ),
        (
            "CREATE VIEW gridgov.people AS SELECT * FROM gridgov.resident",
            "DROP VIEW gridgov.people",
            "walk past row security: people",
        ),
        (
            "GRANT EXECUTE ON FUNCTION gridgov.find_login(text) TO gridgov_web",
            "REVOKE EXECUTE ON FUNCTION gridgov.find_login(text) FROM gridgov_web",
            "may fetch hashes of passwords",
        ),
    ],
)
def test_a_leak_stops_the_server(owner: Engine, web: Engine, leak: str, repair: str, seen: str) -> None:
    with planted(owner, leak, repair), web.connect() as connection:
        faults = check_web(connection)
        assert len(faults) == 1 and seen in faults[0], faults
    with web.connect() as connection:
        assert check_web(connection) == []


def test_each_setting_that_acknowledged_writes_rest_on_is_asked_for(cluster: PrivateCluster, owner: Engine) -> None:
    assert set(SAFE) >= {"fsync", "full_page_writes", "data_checksums", "synchronous_commit", "is_superuser"}
    careless = make_engine(cluster.url(NAME), session=("synchronous_commit=off",))
    with owner.connect() as usual, careless.connect() as connection:
        more = set(check_server(connection)) - set(check_server(usual))
        assert len(more) == 1 and "synchronous_commit is off: an acknowledged change can be lost" in more.pop()
        assert usual.execute(text("SHOW data_checksums")).scalar_one() == "on"
    careless.dispose()


def test_a_connection_without_limits_is_refused(cluster: PrivateCluster) -> None:
    bare = make_engine(cluster.web_url(NAME), session=("jit=on",))
    with bare.connect() as connection:
        faults = check_web(connection)
    # the private cluster sets the fourth for everybody
    assert [fault.split(" is ")[0] for fault in faults] == ["jit", "statement_timeout", "lock_timeout"]
    bare.dispose()


def test_an_owner_bound_by_row_security_is_told_what_to_run(web: Engine) -> None:
    with (
        web.connect() as connection,
        pytest.raises(DatabaseError, match=r"BYPASSRLS of gridgov_web.*gridgov db roles"),
    ):
        require_roles(connection)


def test_what_the_administrator_of_a_server_runs_is_printed_and_can_be_run_again(
    cluster: PrivateCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDGOV_DATABASE_URL", cluster.url(NAME))
    printed = CliRunner().invoke(db, ["roles"])
    assert printed.exit_code == 0 and all(group in printed.output for group in GROUPS)
    admin = make_engine(cluster.admin_url(NAME))
    with admin.connect() as connection:
        driver = connection.connection.driver_connection
        for _ in range(2):
            driver.execute(printed.output)  # type: ignore[union-attr]
    admin.dispose()


@pytest.mark.parametrize("login", ["viewer", "officer", "administrator"])
@pytest.mark.parametrize(
    ("table", "where", "index"),
    [
        ("building", "true", "building_geom_3857_index"),
        ("plan_group", "plan_id = 'plan-now' AND level = 'cluster'", "plan_group_geom_3857_index"),
    ],
)
def test_a_box_is_found_by_its_index(entered: Enter, login: str, table: str, where: str, index: str) -> None:
    box = "ST_TileEnvelope(14, 13380, 7133, margin => 64.0 / 4096)"
    with entered(login) as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        connection.exec_driver_sql("SET LOCAL enable_bitmapscan = on")
        plan = connection.exec_driver_sql(
            f"EXPLAIN SELECT count(*) FROM gridgov.{table} WHERE {where} AND geom_3857 && {box}"
        )
        told = "\n".join(plan.scalars())
        assert index in told or ("_pk" in told and table == "plan_group"), told
        assert "InitPlan" in told
        assert check_speed(connection) == []


def test_use_keeps_a_session_and_writes_once_a_minute(owner: Engine, web: Engine) -> None:
    token = sign_in(owner, "viewer", PASSWORD).token
    look = text("SELECT expires_at, xmin::text FROM gridgov.session WHERE token_hash = :hash")
    age = text(
        "UPDATE gridgov.session SET expires_at = now() + :left, created_at = now() - :old WHERE token_hash = :hash"
    )
    values = {"hash": hash_token(token)}

    def use() -> tuple[object, object]:
        with web.begin() as connection:
            enter(connection, values["hash"])
        with owner.connect() as connection:
            row = connection.execute(look, values).one()
        return row.expires_at, row.xmin

    first = use()
    assert use() == first, "a second use within the minute writes nothing"
    with owner.begin() as connection:
        connection.execute(age, {**values, "left": SESSION_IDLE / 2, "old": SESSION_IDLE / 2})
    later = use()
    assert later[0] > first[0] and use() == later  # type: ignore[operator]
    with owner.begin() as connection:
        connection.execute(age, {**values, "left": SESSION_IDLE, "old": SESSION_LONGEST})
    with web.begin() as connection:
        assert enter(connection, values["hash"]) is None


def test_entering_is_quick(web: Engine, tokens: dict[str, str]) -> None:
    """What it costs in the database; the bar is far above the 0.1 ms of a quiet machine, so that noise is none."""
    with web.begin() as connection:
        ask = f"EXPLAIN (ANALYZE, TIMING OFF) SELECT * FROM gridgov.enter('{hash_token(tokens['viewer'])}')"
        enter(connection, hash_token(tokens["viewer"]))
        connection.exec_driver_sql("RESET ROLE")
        times = []
        for _ in range(30):
            told = connection.exec_driver_sql(ask).scalars().all()
            connection.exec_driver_sql("RESET ROLE")
            times.append(float(str(told[-1]).split()[2]))
    assert sorted(times)[len(times) // 2] < 3.0, times

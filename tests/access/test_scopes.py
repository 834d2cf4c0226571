"""`gridgov user scope`, and rights that outlive a backup."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from gridgov.cli.users import users
from gridgov.errors import InputError, NotFoundError
from gridgov.services.scopes import list_scopes, set_sample_scopes, set_scopes
from gridgov.storage.backup import restore_backup, write_backup
from gridgov.storage.cluster import PrivateCluster
from gridgov.storage.engine import make_engine
from gridgov.storage.scopes import Scope
from gridgov.storage.web_check import check_speed
from tests.web import toy

from .checking import find_faults
from .conftest import NAME

OFFICER = [Scope("grid", "A-g0"), Scope("grid", "A-g1")]


def test_scopes_by_command(owner: Engine, cluster: PrivateCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDGOV_DATABASE_URL", cluster.url(NAME))

    def run(*words: str) -> str:
        answer = CliRunner().invoke(users, ["scope", *words])
        assert answer.exit_code == 0, answer.exception
        return answer.output

    try:
        assert run("officer") == "officer answers for grid A-g0, grid A-g1.\n"
        assert run("officer", "--grid", "B-g2") == "officer answers for grid B-g2.\n"
        assert run("officer", "--community", "A", "--add") == "officer answers for community A, grid B-g2.\n"
        assert run("officer", "--clear") == "officer answers for no part.\n"
    finally:
        set_scopes(owner, "officer", OFFICER)
    with owner.connect() as connection:
        noted = text("SELECT count(*) FROM gridgov.audit WHERE act = 'scopes-set' AND facts ->> 'login' = 'officer'")
        assert connection.execute(noted).scalar_one() >= 4


@pytest.mark.parametrize(
    ("login", "scope", "error", "words"),
    [
        ("nobody", Scope("grid", "A-g0"), NotFoundError, "no account with the login 'nobody'"),
        ("officer", Scope("grid", "Z-g9"), NotFoundError, "no grid 'Z-g9'"),
        ("supervisor", Scope("subdistrict", "A"), NotFoundError, "no subdistrict 'A'"),
        ("supervisor", Scope("grid", "A-g0"), InputError, "answers for community or subdistrict, not for a grid"),
        ("officer", Scope("subdistrict", "S"), InputError, "answers for grid or community, not for a subdistrict"),
        ("viewer", Scope("community", "A"), InputError, "answers for no part of the district"),
    ],
)
def test_scopes_that_cannot_be_given(
    owner: Engine, login: str, scope: Scope, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        set_scopes(owner, login, [scope])
    assert list_scopes(owner, "officer") == OFFICER


def test_the_sample_gets_grids_of_one_community_and_the_subdistrict_above(owner: Engine) -> None:
    try:
        own, above = set_sample_scopes(owner, toy.PUBLISHED, "officer", "supervisor")
        assert len(own) == 3 and len({scope.ref[0] for scope in own}) == 1
        assert above == [Scope("subdistrict", "S")]
    finally:
        set_scopes(owner, "officer", OFFICER)


def test_rights_outlive_a_backup(owner: Engine, cluster: PrivateCluster, tmp_path: Path) -> None:
    file = tmp_path / "all.dump"
    write_backup(owner.url, file)
    cluster.make_database("toy_restored")
    restore_backup(cluster.url("toy_restored"), cluster.admin_url(), file)
    restored = make_engine(cluster.url("toy_restored"))
    with restored.connect() as connection:
        assert find_faults(connection) == []
        assert check_speed(connection) == []
    restored.dispose()

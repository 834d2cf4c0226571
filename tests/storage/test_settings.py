"""Settings come from the environment; the platform opens with them, and `gridgov db` shows it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from gridgov.bootstrap import database_url, open_platform
from gridgov.cli.db import db
from gridgov.errors import DatabaseError, InputError, NotFoundError, SettingsError
from gridgov.settings import Settings, read_settings
from gridgov.storage.cluster import PrivateCluster
from gridgov.storage.migrations import newest_revision
from gridgov.storage.profiles import list_profiles, load_toml_profile


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without settings of gridgov."""
    for name in [name for name in os.environ if name.upper().startswith("GRIDGOV_")]:
        monkeypatch.delenv(name)
    return monkeypatch


def test_defaults(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("GRIDGOV_DATABASE_URL", "")
    settings = read_settings()
    assert settings.database_url is None
    assert settings.host == "127.0.0.1"
    assert settings.state_dir == (
        Path("/var/lib/gridgov") if os.geteuid() == 0 else Path.home() / ".local/state/gridgov"
    )


def test_wrong_settings_are_all_named(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("GRIDGOV_PORT", "99999")
    bare.setenv("GRIDGOV_LANGUAGE", "fr")
    with pytest.raises(SettingsError, match=r"GRIDGOV_PORT.*GRIDGOV_LANGUAGE"):
        read_settings()


def test_a_password_does_not_show(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("GRIDGOV_DATABASE_URL", "postgresql://chen:topsecret@office/gridgov")
    settings = read_settings()
    assert "topsecret" not in repr(settings)
    assert database_url(settings) == "postgresql://chen:topsecret@office/gridgov"


def test_an_office_server_is_used_as_it_is(bare: pytest.MonkeyPatch, database_url: str) -> None:
    bare.setenv("GRIDGOV_DATABASE_URL", database_url)
    with open_platform() as platform, platform.engine.connect() as connection:
        assert platform.cluster is None
        assert connection.execute(text("SELECT current_user")).scalar_one() == "gridgov"
    answer = CliRunner().invoke(db, ["status"])
    assert answer.exit_code == 0 and f"{newest_revision()}; this program needs {newest_revision()}" in answer.output
    for act in ("start", "stop"):
        assert isinstance(CliRunner().invoke(db, [act]).exception, SettingsError)


def test_a_database_behind_is_refused_or_updated(bare: pytest.MonkeyPatch, cluster: PrivateCluster) -> None:
    cluster.make_database("behind")
    settings = Settings(database_url=cluster.url("behind"))  # type: ignore[arg-type]
    with pytest.raises(DatabaseError, match="gridgov db migrate"):
        open_platform(settings)
    open_platform(settings, update=True).close()
    open_platform(settings).close()


def test_the_whole_life_from_the_command_line(
    bare: pytest.MonkeyPatch, copied: PrivateCluster, tmp_path: Path
) -> None:
    bare.setenv("GRIDGOV_STATE_DIR", str(copied.state_dir))

    def run(*arguments: str, code: int = 0) -> str:
        answer = CliRunner().invoke(db, list(arguments))
        assert answer.exit_code == code, (answer.output, answer.exception)
        return answer.output

    assert "running           no" in run("status", code=3)
    assert "runs" in run("start")
    assert "running           yes" in run("status")
    assert f"at version {newest_revision()}." in run("migrate")
    file = str(tmp_path / "b.dump")
    assert "compared with the database" in run("backup", file)
    assert "before_restore" in run("restore", file)
    assert "is stopped" in run("stop")
    assert "did not run" in run("stop")
    assert "made              yes, PostgreSQL" in run("status", code=3)


def test_profiles(tmp_path: Path) -> None:
    own = tmp_path / "city.toml"
    own.write_text("[division]\ntarget = {value = 50, source = '市标准', status = 'seed'}\n", encoding="utf-8")
    assert load_toml_profile(str(own))["division"]["target"] == {"value": 50, "source": "市标准", "status": "seed"}
    for name in list_profiles():
        assert load_toml_profile(name)
    with pytest.raises(NotFoundError, match="Profiles are"):
        load_toml_profile("../../etc/passwd")
    with pytest.raises(NotFoundError, match=r"nothing\.toml"):
        load_toml_profile(str(tmp_path / "nothing.toml"))
    own.write_text("[division\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 1"):
        load_toml_profile(str(own))

"""Fixtures that every test may use."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Connection, Engine

from gridgov.storage.cluster import PrivateCluster
from gridgov.storage.engine import make_engine
from gridgov.storage.migrations import migrate

ROOT = Path(__file__).resolve().parent.parent

# the same examples at every run of `make test`; `make test-long` draws new ones
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("new", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

SLOW_FIRST = (
    "tests/cli/test_demo.py",
    "tests/test_notebooks.py",
    "tests/web/test_viewer_look.py",
    "tests/proof/test_fuzz.py",
    "tests/web/test_browser.py",
    "tests/proof/test_canaries.py",
    "tests/web/test_accessibility.py",
    "tests/web/test_viewer_know.py",
    "tests/services/test_real_layers.py",
    "tests/web/test_viewer_people.py",
    "tests/reports/test_coverage.py",
    "tests/web/test_hostile.py",
    "tests/standards/test_clients.py",
    "tests/core/test_fabric.py",
    "tests/core/test_district.py",
    "tests/core/test_division.py",
    "tests/core/test_best_divisions.py",
    "tests/core/test_revision.py",
    "tests/storage/test_cluster.py",
    "tests/storage/test_settings.py",
    "tests/storage/test_backup.py",
)
"""The files that take longest come first: begun last, one of them would leave a core waiting. Files with a browser
and files without take turns, for a browser that draws without a graphics card wants more than one core."""


ON_DATABASE = ("tests/access/", "tests/accounts/", "tests/standards/", "tests/web/")
"""Folders of which every test needs the database."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the database, and put the slow files first; within a file the order stays."""
    for item in items:
        if item.nodeid.startswith(ON_DATABASE):
            item.add_marker(pytest.mark.postgis)
    rank = {name: place for place, name in enumerate(SLOW_FIRST)}
    items.sort(key=lambda item: rank.get(item.nodeid.split("::")[0], len(rank)))


@pytest.fixture(scope="session", autouse=True)
def own_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keys and signed heads of what is tested go into a folder of this run, not into the machine's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRIDGOV_STATE_DIR", str(tmp_path_factory.mktemp("own-state")))
        yield


@pytest.fixture(scope="session", autouse=True)
def in_english() -> Iterator[None]:
    """Commands speak English to the tests, whatever whoever runs them speaks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LC_ALL", "C.UTF-8")
        patch.delenv("GRIDGOV_LANGUAGE", raising=False)
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real layers that lie beside the project; tests skip where they are absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the real layers are not here: {folder} does not exist")
    return folder


@pytest.fixture(scope="session")
def cluster() -> Iterator[PrivateCluster]:
    """A private cluster for this run of the tests, in a folder that the server's account may enter."""
    folder = Path(tempfile.mkdtemp(prefix="gridgov-test-"))
    folder.chmod(0o711)
    # tests need no database after a power cut; what `gridgov db` itself does about that has its own tests
    made = PrivateCluster(folder / "state", extra={"fsync": "off", "full_page_writes": "off"})
    try:
        made.start()
        yield made
    finally:
        made.stop(at_once=True)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_template(cluster: PrivateCluster) -> str:
    """Name of a database that the migrations made, to copy from."""
    name = "gridgov_template"
    cluster.make_database(name)
    engine = make_engine(cluster.url(name))
    migrate(engine)
    engine.dispose()
    return name


@pytest.fixture(scope="module")
def database_url(cluster: PrivateCluster, migrated_template: str) -> str:
    """Address of an empty migrated database of this module's own."""
    name = f"module_{secrets.token_hex(4)}"
    cluster.make_database(name, template=migrated_template)
    return cluster.url(name)


@pytest.fixture(scope="module")
def engine(database_url: str) -> Iterator[Engine]:
    """Engine on this module's database."""
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """Connection whose changes are taken back after the test."""
    with engine.connect() as opened:
        opened.begin()
        yield opened
        opened.rollback()

"""The compiled engine finds a place wherever gridgov is installed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import gridgov
from gridgov.cli.engine_cache import VARIABLE, place_engine_cache


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An account that may write neither beside the code nor in a home; its state folder may be."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "nonexistent"))
    code = Path(gridgov.__file__).parent
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != code and real(path, mode))
    return tmp_path


def test_the_state_folder_is_taken(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDGOV_STATE_DIR", str(closed))
    place_engine_cache()
    assert os.environ[VARIABLE] == str(closed / "engine")


def test_without_a_state_folder_the_run_has_one_of_its_own(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRIDGOV_STATE_DIR", raising=False)
    place_engine_cache()
    made = Path(os.environ[VARIABLE])
    assert made.is_dir()
    assert made.stat().st_mode & 0o077 == 0
    made.rmdir()


def test_numba_chooses_where_it_can(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(closed))
    place_engine_cache()
    assert VARIABLE not in os.environ

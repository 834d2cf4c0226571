"""A state folder that the database's account may enter."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def state_dir() -> Iterator[Path]:
    """Empty folder for private databases; pytest's own lies below one that is closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="gridgov-cli-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)

"""Where the compiled engine is kept between runs."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import gridgov

VARIABLE = "NUMBA_CACHE_DIR"
"""Numba reads this variable when it is imported."""


def place_engine_cache() -> None:
    """Choose the folder of the compiled engine where numba would find none.

    Numba keeps what it compiled beside the code, else in the home. An account that serves has often neither: the code
    belongs to root, and there is no home. Then the state folder is taken; where that is closed too, a folder of this
    run's own, never one that others could have filled.
    """
    if os.environ.get(VARIABLE) or _is_open(Path(gridgov.__file__).parent) or _is_open(Path("~").expanduser()):
        return
    state = os.environ.get("GRIDGOV_STATE_DIR")
    if state and _is_open(Path(state)):
        os.environ[VARIABLE] = str(Path(state) / "engine")
    else:
        os.environ[VARIABLE] = tempfile.mkdtemp(prefix="gridgov-engine-")


def _is_open(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)

"""Files that belong together: written beside their place first, then put there one after the other."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path


def write_together(folder: Path, write: Callable[[Path], None]) -> list[Path]:
    """Write files into a folder so that none is there before all could be written.

    Parameters
    ----------
    folder : pathlib.Path
        Where the files go; made when missing, same names are replaced.
    write : callable
        Writes the files into the folder it is given.

    Returns
    -------
    list of pathlib.Path
        The files written, by name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    half_made = Path(tempfile.mkdtemp(prefix=".half-made-", dir=folder))
    try:
        write(half_made)
        made = sorted(half_made.iterdir())
        for file in made:
            file.replace(folder / file.name)
    finally:
        shutil.rmtree(half_made, ignore_errors=True)
    return [folder / file.name for file in made]

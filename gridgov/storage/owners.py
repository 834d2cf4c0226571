"""Files that root makes in the state folder belong to whoever the folder belongs to."""

from __future__ import annotations

import os
from pathlib import Path


def give_to_owner(handle: int, like: Path) -> None:
    """Let a new file have the owner of another file or folder, where root made it.

    An administrator who runs a command as root would else leave files that the server's own account cannot read.

    Parameters
    ----------
    handle : int
        Descriptor of the open file.
    like : pathlib.Path
        What it takes the owner from.
    """
    if os.geteuid() == 0:
        owner = like.stat()
        os.fchown(handle, owner.st_uid, owner.st_gid)

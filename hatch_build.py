"""Build the viewer and the scripts of report maps into a distribution; one that carries them needs no Node."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ViewerHook(BuildHookInterface):  # type: ignore[type-arg]
    """Run ``npm ci`` and ``npm run build`` where the viewer has not been built yet."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the viewer before the files are collected.

        Parameters
        ----------
        version : str
            What is built; an editable installation works from the clone, where `make viewer` builds.
        build_data : dict
            Settings of the build, left as they are.

        Raises
        ------
        RuntimeError
            When the viewer is not built and there is no npm to build it with.
        """
        viewer = Path(self.root) / "gridgov" / "viewer"
        if version == "editable" or (viewer / "dist" / "index.html").exists():
            return
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError("The viewer is not built and there is no npm. Run `make viewer`, then build again.")
        for command in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            subprocess.run([npm, *command], cwd=viewer, check=True)

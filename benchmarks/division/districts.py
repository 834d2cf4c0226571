"""The district of the reference figures, made by its generator when that lies beside the project."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.division.areas import ROOT

GENERATOR = ROOT.parent / "shared" / "bench"
OUT = ROOT / "benchmarks" / "out"


def make_reference(seed: int) -> Path | None:
    """Make the district of 139,000 households once; its folder, or None where the generator is not at hand."""
    if not (GENERATOR / "district.py").is_file():
        return None
    folder = OUT / f"district-{seed}"
    if not (folder / "barriers_in.parquet").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        make = [sys.executable, str(GENERATOR / "district.py"), "--out", str(folder), "--seed", str(seed)]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([sys.executable, str(GENERATOR / "district_inputs.py"), str(folder)], check=True)
    return folder

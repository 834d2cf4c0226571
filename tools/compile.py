"""Compile the engine ahead of time: once after each change of it, so that no job has to wait for that."""

from __future__ import annotations

from pathlib import Path
from time import process_time

from gridgov.core import divide_district
from gridgov.sample import make_district

started = process_time()
print("Compiling the engine")
# a cached kernel does not notice that one it calls has changed
for old in Path("gridgov").rglob("__pycache__/*.nb[ic]"):
    old.unlink()
layers = make_district(600, 1)
ground = [layers[name] for name in ("buildings", "communities", "barriers", "compounds")]
for effort in ("default", "quality"):
    divide_district(*ground, effort=effort)
print(f"Compiled in {process_time() - started:.0f} s")

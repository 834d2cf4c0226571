"""Compile the engine ahead of time: once after each change of it, so that no job has to wait for that."""

from __future__ import annotations

import compileall
from pathlib import Path
from time import process_time

from gridgov.core import adopt_polygons, divide_district, judge_plan, revise_district
from gridgov.sample import make_district

started = process_time()
print("Compiling the engine")
# some environments never write bytecode, and compile every module at every start
compileall.compile_dir("gridgov", quiet=1)
# a cached kernel does not notice that one it calls has changed
for old in Path("gridgov").rglob("__pycache__/*.nb[ic]"):
    old.unlink()
layers = make_district(600, 1)
buildings, *others = (layers[name] for name in ("buildings", "communities", "barriers", "compounds"))
for effort in ("quality", "default"):
    plan = divide_district(buildings, *others, effort=effort)
changed = buildings.assign(households=buildings["households"].mask(buildings.index % 7 == 0, 9)).iloc[::2]
revise_district(plan, changed, *others)
adopt_polygons(plan.clusters.iloc[1:], changed, *others, mend="preferred")
judge_plan(plan.cells, plan.atoms, buildings.assign(households=1), *others[:2])
print(f"Compiled in {process_time() - started:.0f} s")
